import ArgumentParser
import Correlation
import Foundation

/// `fengsui site`.
struct SiteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "site", abstract: "Checks what describes a site, and brings it in from tables.",
    subcommands: [Check.self, Import.self, Map.self])

  /// `fengsui site check`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tells all that is wrong with a site file, each with its place and remedy.")

    @Argument(help: "The site file.")
    var file: String

    @Option(help: "Also check this map of signatures to tactics.")
    var map: String?

    mutating func run() throws {
      if let map { _ = try SiteFiles.loadMap(map) }
      let site = try SiteFiles.load(file)
      func count(_ kind: SiteModel.AccessPoint.Kind) -> Int {
        site.accessPoints.count { $0.kind == kind }
      }
      print(
        "\(file): \(site.districts.count) districts, \(site.units.count) units, "
          + "\(site.accessPoints.count) access points (\(count(.leased)) leased, \(count(.pppoe)) PPPoE, "
          + "\(count(.cloud)) cloud), \(site.assets.count) assets")
      let outside = site.assets.filter { site.accessPoint(of: $0.address) == nil }
      for asset in outside.prefix(20) {
        print("note: asset \(asset.identifier) (\(asset.address)) is in no access point's range")
      }
    }
  }

  /// `fengsui site import`.
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes a site file out of a table of access points (CSV).",
      discussion: """
        The first line names the columns: id, name, unit, unit_name, district, district_name, type, ranges
        (several with blanks or ';' between them), vlan, pppoe_session, importance, contact, accounts and
        circuits (several with ';' between them). All errors are told at once; nothing is written then.
        """)

    @Argument(help: "The table.")
    var table: String

    @Option(name: .customShort("o"), help: "The site file to write; standard output if left out.")
    var output: String?

    mutating func run() throws {
      switch SiteTable.yaml(try SiteFiles.text(table), file: table) {
      case .failure(let failure):
        throw Complaint(failure.problems.map(\.description).joined(separator: "\n"))
      case .success(let text):
        guard let output else { return print(text, terminator: "") }
        do {
          try Data(text.utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
        } catch {
          throw Complaint("\(output): the file cannot be written; check the folder's rights")
        }
      }
    }
  }

  /// `fengsui site map`.
  struct Map: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Prints the built-in map of classifications to tactics, in the form to extend it.")

    mutating func run() throws { print(StandardTacticMap.text) }
  }
}

/// `fengsui baselines`.
struct Baselines: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows what was learned to be usual for each host, or forgets it.")

  @Option(help: "The state that 'fengsui correlate --state' keeps.")
  var state: String

  @Option(help: "Forget what is usual for this address, or 'all'.")
  var reset: String?

  mutating func run() throws {
    var stored = try StoredState(path: state)
    if let reset {
      try stored.reset(reset)
      return
    }
    for (host, baseline) in stored.baselines {
      let services = baseline.services.sorted().prefix(16).map { "\($0)" }.joined(separator: " ")
      let learned = baseline.isLearned ? "learned" : "learning"
      print(
        "\(host)  \(learned)  \(baseline.hours) h  sent \(baseline.sentPerHour) B/h  "
          + "taken \(baseline.takenPerHour) B/h  services \(services)  "
          + "administers \(baseline.administered.count)")
    }
  }
}
