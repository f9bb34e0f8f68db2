import ArgumentParser
import Correlation
import Foundation
import Outputs
import Sensor

extension ContainCommand {
  /// Forms of a list.
  enum ListForm: String, ExpressibleByArgument, CaseIterable { case nft, ipset, plain, csv }

  /// `fengsui contain export`.
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Prints what is approved: an nft script, a script for 'ipset restore', a plain list, or CSV.")

    @OptionGroup var options: ContainOptions

    @Option(help: "nft, ipset, plain or csv.")
    var form = ListForm.nft

    mutating func run() throws {
      let now = ContainCommand.now
      let list = try options.list(now)
      tell(list)
      switch form {
      case .nft:
        print(NftDifference(from: NftState(), to: list, nowNanoseconds: now).script, terminator: "")
      case .ipset: print(BlockFormats.ipset(list, nowNanoseconds: now), terminator: "")
      case .plain: print(BlockFormats.plain(list), terminator: "")
      case .csv: print(BlockFormats.csv(list), terminator: "")
      }
    }
  }

  /// `fengsui contain apply`.
  struct Apply: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Brings the sets of the table 'inet fengsui' to what is approved: in one transaction, or not at all.")

    @OptionGroup var options: ContainOptions

    @Flag(name: .customLong("dry-run"), help: "Show the difference, and change nothing.")
    var isTrial = false

    @Option(help: "Do it again after so many seconds, until SIGTERM.")
    var every: Int?

    @Option(help: "The program.")
    var nft = FileManager.default.isExecutableFile(atPath: "/usr/sbin/nft") ? "/usr/sbin/nft" : "nft"

    mutating func run() throws {
      if let every, !(1...86_400).contains(every) { throw Complaint("--every \(every): write 1 to 86400") }
      while true {
        try reconcile()
        guard let every else { return }
        Thread.sleep(forTimeInterval: Double(every))
      }
    }

    private func reconcile() throws {
      let now = ContainCommand.now
      let list = try options.list(now)
      tell(list)
      let shown = try NftProgram.run(nft, ["-j", "list", "table", "inet", "fengsui"], input: "")
      let state = shown.status == 0 ? NftState(json: shown.output) : NftState()
      guard let state else {
        throw Complaint("\(nft): what it lists is no JSON of nftables; is it nft 1.0 or newer?")
      }
      let difference = NftDifference(from: state, to: list, nowNanoseconds: now)
      if isTrial {
        for line in difference.lines { print(line) }
        return
      }
      guard !difference.isEmpty else { return }
      let done = try NftProgram.run(nft, ["-f", "-"], input: difference.script)
      guard done.status == 0 else {
        throw Complaint("\(nft) refused the change, nothing was changed: \(DocumentReader.shown(done.error))")
      }
      let count = { (kind: NftDifference.Change.Kind) in difference.changes.count { $0.kind == kind } }
      print("+\(count(.add)) ~\(count(.renew)) -\(count(.remove))")
    }
  }
}

/// Tells on standard error what is approved and yet never blocked.
private func tell(_ list: BlockList) {
  for (entry, reason) in list.refused {
    FileHandle.standardError.write(
      Data("\(entry.text): \(Text("left out: ", "已排除：")(userLanguage))\(reason(userLanguage))\n".utf8))
  }
}

/// Runs nft.
enum NftProgram {
  static func run(
    _ program: String, _ arguments: [String], input: String
  ) throws -> (status: Int32, output: [UInt8], error: String) {
    let folder = NSTemporaryDirectory() + "fengsui-nft-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // Files rather than pipes: a long script and a long answer at once would wait for each other.
    for (name, text) in [("in", input), ("out", ""), ("error", "")] {
      try writeFile(text, to: "\(folder)/\(name)")
    }
    guard
      let status = ChildProcess.run(
        program, arguments, input: "\(folder)/in", output: "\(folder)/out", errors: "\(folder)/error")
    else { throw Complaint("\(program) cannot be run; install nftables, or name the program with --nft") }
    let read = { (name: String) in FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data() }
    return (
      status, [UInt8](read("out")),
      String(decoding: read("error").prefix(400), as: UTF8.self)
    )
  }
}
