import ArgumentParser
import Correlation
import Foundation
import Outputs
import Sensor
import Store
import Wire

/// `fengsui contain`.
struct ContainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "contain",
    abstract: "Proposes what to block, records who approved it, and brings it to a packet filter.",
    subcommands: [
      Propose.self, Add.self, List.self, Approve.self, Reject.self, Withdraw.self, Export.self, Apply.self,
    ])

  /// Now, in nanoseconds since 1970.
  static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1_000) * 1_000_000 }

  /// `fengsui contain propose`.
  struct Propose: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Proposes to block the outside attackers of a run's incidents.")

    @OptionGroup var options: ContainOptions

    @Option(name: .customLong("run"), help: "Number of the run; the newest if left out.")
    var runNumber: Int64?

    @Option(help: "Hours for which they are to be blocked; by the incident's severity if left out.")
    var hours: Int?

    mutating func run() throws {
      if let hours, !(1...87_600).contains(hours) { throw Complaint("--hours \(hours): write 1 to 87600") }
      let (site, blockGuard) = try options.guarded()
      let (reading, run) = try ListOptions.open(options.db, run: runNumber)
      let incidents = try reading.incidents(run: run)
      var blocks: [StoreDatabase.NewBlock] = []
      for incident in incidents {
        for proposal in BlockProposals.of(incident, site: site) {
          if let reason = blockGuard.refusal(of: proposal.prefix) {
            let refusal = Text("not proposed: ", "不建议封禁：")(userLanguage)
            print("\(proposal.prefix.address): \(refusal)\(reason(userLanguage))")
            continue
          }
          let seconds = hours.map { Int64($0) * 3_600 } ?? proposal.seconds
          blocks.append(
            StoreDatabase.NewBlock(
              prefix: "\(proposal.prefix.address)", reason: proposal.reason(userLanguage),
              incident: incident.id,
              scope: proposal.scope, seconds: seconds))
        }
      }
      let count = try options.open().propose(blocks, nowNanoseconds: ContainCommand.now)
      let hint = Text(
        "proposals; 'fengsui contain list' shows them", "条封禁建议；用 fengsui contain list 查看")
      print("\(count) \(hint(userLanguage))")
    }
  }

  /// `fengsui contain add`.
  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adds addresses and ranges that a person names, approved by that person.")

    @OptionGroup var options: ContainOptions

    @Argument(help: "Addresses and ranges.")
    var prefixes: [String] = []

    @Option(help: "A file of them, one a line.")
    var file: String?

    @Option(help: "Who approves.")
    var by: String

    @Option(help: "Why.")
    var reason: String

    @Option(help: "Seconds for which they are blocked.")
    var seconds: Int64 = 86_400

    mutating func run() throws {
      guard (1...315_360_000).contains(seconds) else {
        throw Complaint("--seconds \(seconds): write 1 to 315360000")
      }
      var wanted = try prefixes.map { text in
        guard let prefix = IPPrefix(text) else { throw Complaint("'\(text)' is no address or range") }
        return prefix
      }
      if let file { wanted += try ContainOptions.prefixes(file) }
      let (_, blockGuard) = try options.guarded()
      var blocks: [StoreDatabase.NewBlock] = []
      for prefix in wanted {
        let entry = BlockEntry(prefix: prefix, reason: reason, incident: "", expiresNanoseconds: 0)
        if let refusal = blockGuard.refusal(of: prefix) {
          print("\(entry.text): \(Text("refused: ", "拒绝：")(userLanguage))\(refusal(userLanguage))")
          continue
        }
        blocks.append(
          StoreDatabase.NewBlock(
            prefix: entry.text, reason: reason, incident: "", scope: "site", seconds: seconds))
      }
      let database = try options.open(), now = ContainCommand.now
      _ = try database.propose(blocks, nowNanoseconds: now)
      let texts = Set(blocks.map(\.prefix))
      let open = try database.blocks().filter {
        texts.contains($0.prefix) && $0.incident.isEmpty && $0.state != "rejected" && $0.state != "withdrawn"
      }
      let changed = try database.decide(
        open.map(\.id), state: "approved", by: by, seconds: seconds, nowNanoseconds: now)
      print("\(changed.count) \(Text("approved", "条已批准")(userLanguage))")
    }
  }

  /// `fengsui contain list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists proposals and what was decided of them.")

    @OptionGroup var options: ContainOptions

    @Option(help: "Only those: proposed, approved, rejected or withdrawn.")
    var state: String?

    @Flag(help: "Print JSON, one object a line.")
    var json = false

    mutating func run() throws {
      let blocks = try options.open().blocks(state: state)
      if json { return try printJSON(blocks) }
      for block in blocks {
        let decided = block.decided == 0 ? "" : ", \(block.decidedBy) \(Timestamp.text(block.decided))"
        let until = block.expires == 0 ? "\(block.seconds) s" : "→ \(Timestamp.text(block.expires))"
        let what = "\(block.id)  \(block.prefix)  \(block.state)\(decided)  \(until)"
        print("\(what)  [\(block.incident)] \(block.reason)")
      }
    }
  }

  /// What decisions take alike.
  struct Decision: ParsableArguments {
    @OptionGroup var options: ContainOptions

    @Argument(help: "Numbers of proposals (fengsui contain list).")
    var ids: [Int64] = []

    @Flag(help: "All that are still proposed.")
    var all = false

    @Option(help: "Who decides.")
    var by: String

    /// Records a decision.
    func record(_ state: String) throws {
      guard !by.trimmingCharacters(in: .whitespaces).isEmpty else {
        throw Complaint("--by: name who decides")
      }
      let database = try options.open()
      let known = try database.blocks()
      var chosen = ids
      if all { chosen += known.filter { $0.state == "proposed" }.map(\.id) }
      for id in ids where !known.contains(where: { $0.id == id }) {
        throw Complaint("\(id): there is no such proposal; 'fengsui contain list' lists them")
      }
      if state == "approved" {
        let (_, blockGuard) = try options.guarded()
        for block in known where chosen.contains(block.id) {
          if let prefix = IPPrefix(block.prefix), let refusal = blockGuard.refusal(of: prefix) {
            throw Complaint(
              "\(block.prefix) must not be blocked: \(refusal(userLanguage)); nothing was approved")
          }
        }
      }
      for block in try database.decide(chosen, state: state, by: by, nowNanoseconds: ContainCommand.now) {
        print("\(block.id)  \(block.prefix)  \(block.state)  \(block.decidedBy)")
      }
    }
  }

  /// `fengsui contain approve`.
  struct Approve: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Approves proposals; one that is in force already is renewed.")
    @OptionGroup var decision: Decision
    mutating func run() throws { try decision.record("approved") }
  }

  /// `fengsui contain reject`.
  struct Reject: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Rejects proposals.")
    @OptionGroup var decision: Decision
    mutating func run() throws { try decision.record("rejected") }
  }

  /// `fengsui contain withdraw`.
  struct Withdraw: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Withdraws what was approved.")
    @OptionGroup var decision: Decision
    mutating func run() throws { try decision.record("withdrawn") }
  }
}

/// What all of them take: the database, and what must never be blocked.
struct ContainOptions: ParsableArguments {
  @Option(help: "The database.")
  var db = "output/fengsui.sqlite"

  @Option(help: "The site (site.yaml): its ranges and assets are never blocked.")
  var site: String?

  @Option(help: "A file of addresses and ranges that are never blocked, one a line.")
  var allow: String?

  /// Opens the database for writing; its folder must be there.
  func open() throws -> StoreDatabase {
    do {
      return try StoreDatabase(path: db)
    } catch {
      throw Complaint("\((error as? StoreFailure)?.description ?? "\(db): \(error)")")
    }
  }

  func guarded() throws -> (SiteModel, BlockGuard) {
    let site = try siteModel(site)
    return (site, BlockGuard(site: site, allowList: try allow.map { try ContainOptions.prefixes($0) } ?? []))
  }

  /// The addresses and ranges of a file, or all that is wrong with it.
  static func prefixes(_ path: String) throws -> [IPPrefix] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Complaint("\(path): cannot be read")
    }
    let (prefixes, problems) = BlockGuard.allowList(String(decoding: data, as: UTF8.self), file: path)
    guard problems.isEmpty else { throw Complaint(problems.joined(separator: "\n")) }
    return prefixes
  }

  /// What was approved and holds, without what must never be blocked.
  func list(_ now: Int64) throws -> BlockList {
    let (_, blockGuard) = try guarded()
    let entries = try open().blocks(state: "approved").compactMap { block -> BlockEntry? in
      guard let prefix = IPPrefix(block.prefix) else { return nil }
      return BlockEntry(
        prefix: prefix, reason: block.reason, incident: block.incident, scope: block.scope,
        expiresNanoseconds: block.expires, approvedBy: block.decidedBy, approvedNanoseconds: block.decided)
    }
    return BlockList(entries, guardedBy: blockGuard, nowNanoseconds: now)
  }
}

/// Whom to block for an incident.
enum BlockProposals {
  /// A proposal with its reason, scope and duration.
  struct Proposal {
    let prefix: IPPrefix
    let reason: Text
    let scope: String
    let seconds: Int64
  }

  static func of(_ incident: IncidentRecord, site: SiteModel) -> [Proposal] {
    let hours: Int64 = ["critical": 168, "high": 72, "medium": 24][incident.severity] ?? 12
    return incident.attackers.compactMap { text in
      guard let address = IPAddress(text), !site.isInside(address),
        let prefix = IPPrefix(address, length: address.bitCount)
      else { return nil }
      let own = incident.aggregates.filter { $0.attacker == text }
      let count = own.reduce(UInt64(0)) { $0 &+ $1.count }
      let techniques = Set(own.map(\.technique).filter { !$0.isEmpty }).sorted().joined(separator: " ")
      return Proposal(
        prefix: prefix,
        reason: Text(
          "attacker of incident \(incident.id) (\(incident.severity)): \(count) alerts, \(techniques)",
          "事件 \(incident.id)（\(incident.severityName.chinese)）的攻击者：\(count) 条告警，\(techniques)"),
        scope: incident.accessPoints.isEmpty ? "site" : incident.accessPoints.joined(separator: " "),
        seconds: hours * 3_600)
    }
  }
}
