import ArgumentParser
import Correlation
import Foundation
import Identity
import Sensor

/// `fengsui identities`.
struct Identities: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows who was behind which address when, and brings that in from tables.",
    subcommands: [List.self, Import.self], defaultSubcommand: List.self)

  /// `fengsui identities list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists bindings of addresses to accounts and lines, oldest first.")

    @Option(name: .customShort("o"), help: "The output's folder, in which the sensor keeps identities.json.")
    var folder = "output"

    @Option(help: "Only those of this address.")
    var address: String?

    @Flag(help: "Print JSON, one object a line, instead of text.")
    var json = false

    @Argument(help: "Words that a binding must hold, all of them.")
    var filter: [String] = []

    mutating func run() throws {
      let table = SavedIdentities.read(folder)
      let bindings = table.saved().filter { binding in
        if let address, binding.address != address { return false }
        return filter.allSatisfy { Self.line(binding).contains($0) }
      }
      if json { return try printJSON(bindings) }
      for binding in bindings { print(Self.line(binding)) }
    }

    private static func line(_ binding: SavedBinding) -> String {
      func time(_ nanoseconds: Int64?) -> String {
        nanoseconds.map { Date(timeIntervalSince1970: TimeInterval($0 / 1_000_000_000)).ISO8601Format() }
          ?? "…"
      }
      let identity = binding.identity
      return [
        "\(time(binding.from)) – \(time(binding.until))", binding.address,
        identity.account.isEmpty ? "–" : identity.account, identity.circuit.isEmpty ? "–" : identity.circuit,
        identity.session, identity.source.rawValue,
      ].joined(separator: "  ")
    }
  }

  /// `fengsui identities import`.
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adds a table of who had which address when (CSV) to what the sensor has learned.",
      discussion: """
        The first line names the columns: address (or a prefix with its length), account, circuit, session,
        from, until. Times are 2026-11-20T02:00:00Z or seconds since 1970; without until the session goes on.
        All errors are told at once; nothing is written then. A running sensor takes it in when it reads the
        site again (SIGHUP).
        """)

    @Argument(help: "The table.")
    var table: String

    @Option(name: .customShort("o"), help: "The output's folder, in which the sensor keeps identities.json.")
    var folder = "output"

    mutating func run() throws {
      switch IdentityTableFile.bindings(try SiteFiles.text(table), file: table) {
      case .failure(let failure):
        throw Complaint(failure.problems.map(\.description).joined(separator: "\n"))
      case .success(let bindings):
        let known = SavedIdentities.read(folder)
        known.restore(bindings)
        do {
          try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
          try SavedIdentities.write(known, folder)
        } catch {
          throw Complaint("\(SavedIdentities.path(folder)) cannot be written; check the folder's rights")
        }
        print("\(table): \(bindings.count) bindings, \(known.count) addresses are known now")
      }
    }
  }
}
