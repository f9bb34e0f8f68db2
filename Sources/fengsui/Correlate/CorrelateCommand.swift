import ArgumentParser
import Console
import Correlation
import Events
import Foundation
import Store

/// `fengsui correlate`.
struct Correlate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes incidents of the EVE JSON of any Suricata sensor, without changing the sensor.",
    discussion: """
      Several files are merged by time. With --follow a growing file is read on, and incidents are told as
      they are raised or revised. With --state what was seen survives the end of the program, however it
      came: the next run goes on where the state was kept.
      """)

  @Argument(help: "EVE files; '-' reads standard input.")
  var files: [String]

  @Option(help: "The site: districts, units, access points, assets (site.yaml).")
  var site: String?

  @Option(help: "A map of signatures to tactics, before the built-in one ('fengsui site map' shows it).")
  var map: String?

  @Option(help: "File or folder of Sigma rules; may be given several times.")
  var sigma: [String] = []

  @Option(help: "File that keeps what was seen.")
  var state: String?

  @Option(help: "Seconds by which events may come late. Default: 3600 for whole files, 10 with --follow.")
  var watermark: Int64?

  @Flag(help: "Read on as the file grows, until interrupted.")
  var follow = false

  @Flag(help: "One JSON object a line.")
  var json = false

  @Flag(name: .shortAndLong, help: "One line for each incident.")
  var brief = false

  @Flag(help: "Without patterns of behaviour: of alerts alone.")
  var noPatterns = false

  func validate() throws {
    guard (0...86_400).contains(watermark ?? 0) else {
      throw ValidationError("--watermark: write seconds from 0 to 86400")
    }
  }

  mutating func run() throws {
    let loaded = try site.map { try SiteFiles.load($0) } ?? SiteModel()
    let tactics = try map.map { try SiteFiles.loadMap($0) } ?? .standard
    var limits = CorrelationLimits()
    // Flows are told when they time out, and sensors of several threads write out of order.
    limits.watermarkSeconds = watermark ?? (follow ? 10 : 3_600)
    let rules: SigmaRules
    do {
      rules = try SigmaFiles.load(sigma)
    } catch {
      throw Complaint(error.description)
    }
    if rules.foreignCount > 0 {
      let note = "\(rules.foreignCount) Sigma rules are for logs of another kind: they are left out\n"
      FileHandle.standardError.write(Data(note.utf8))
    }
    let correlator = Correlator(
      site: loaded, limits: limits, map: tactics, sigma: rules, usesPatterns: !noPatterns)
    var run = try CorrelateRun(
      files: files, correlator: correlator, state: state, sitePath: site, follows: follow,
      keepsLines: !rules.isEmpty)
    let teller = IncidentTeller(isJSON: json, isBrief: brief)
    try run.read { teller.tell($0) }
    if !follow { run.incidents().forEach { teller.tell($0) } }
    if !json { run.summary.forEach { print($0) } } else { FileHandle.standardError.write(run.summaryData) }
  }
}

/// Puts incidents on standard output.
struct IncidentTeller {
  let isJSON: Bool
  let isBrief: Bool

  func tell(_ incident: Incident) {
    let record = IncidentRecord(incident)
    if isJSON {
      try? printJSON([record])
    } else {
      print(IncidentText(record, language: userLanguage).lines(isBrief: isBrief).joined(separator: "\n"))
    }
  }
}

/// Reading sources in order of time into a correlator, with checkpoints.
struct CorrelateRun: ~Copyable {
  private struct Checkpoint: Codable {
    let positions: [EVESource.Position]
    let state: Data
  }

  private var correlator: Correlator
  private let sources: [EVESource]
  private let statePath: String?
  private let follows: Bool
  private let sitePath: String?
  private var siteDate: Date?
  private var eventCount: UInt64 = 0
  /// Work that a crash may cost again, and its price: a state of some megabytes is written so often.
  private static let eventsPerCheckpoint: UInt64 = 100_000

  init(
    files: [String], correlator: consuming Correlator, state: String?, sitePath: String?, follows: Bool,
    keepsLines: Bool
  ) throws {
    var earlier: [EVESource.Position] = []
    if let state, let data = FileManager.default.contents(atPath: state) {
      do {
        let checkpoint = try PropertyListDecoder().decode(Checkpoint.self, from: data)
        earlier = checkpoint.positions
        try correlator.restore(Array(checkpoint.state))
      } catch {
        throw Complaint("\(state): no state of this program, or of another version; remove it to begin anew")
      }
    }
    sources = try files.map { path in
      try EVESource(path: path, from: earlier.first { $0.path == path }, keepsLines: keepsLines)
    }
    self.correlator = correlator
    statePath = state
    self.sitePath = sitePath
    self.follows = follows
    siteDate = Self.date(sitePath)
  }

  /// Reads all there is, or for ever; `tell` is given what was raised or revised, when following.
  mutating func read(_ tell: (Incident) -> Void) throws {
    var sinceCheckpoint: UInt64 = 0
    while true {
      var best: (source: EVESource, time: Int64)?
      if sources.count == 1, let source = sources.first {
        best = (source, 0)
      } else {
        for source in sources {
          guard let time = try source.peekNanoseconds() else { continue }
          if best.map({ time < $0.time }) ?? true { best = (source, time) }
        }
      }
      if let event = try best?.source.next() {
        correlator.accept(event)
        eventCount += 1
        sinceCheckpoint += 1
        if sinceCheckpoint >= Self.eventsPerCheckpoint {
          try keep()
          sinceCheckpoint = 0
        }
        continue
      }
      guard follows else { break }
      correlator.changes().forEach(tell)
      if sinceCheckpoint > 0 { try keep() }
      sinceCheckpoint = 0
      reloadSite()
      Thread.sleep(forTimeInterval: 0.5)
    }
    for source in sources { if let event = source.takeRest() { correlator.accept(event) } }
    // What is kept does not hold what only the end of the input made known: more may be appended to it.
    try keep()
    correlator.finish()
  }

  func incidents() -> [Incident] { correlator.incidents() }

  /// Writes the state beside the old one, then puts it in its place: a crash leaves the one or the other.
  private func keep() throws {
    guard let statePath else { return }
    let encoder = PropertyListEncoder()
    encoder.outputFormat = .binary
    let checkpoint = Checkpoint(
      positions: sources.map(\.position), state: Data(try correlator.checkpoint()))
    do {
      try encoder.encode(checkpoint).write(to: URL(fileURLWithPath: statePath), options: .atomic)
    } catch {
      throw Complaint("\(statePath): the state cannot be written; check the folder's space and rights")
    }
  }

  /// The site is read again when its file has changed; a file with errors is told of and the old one stays.
  private mutating func reloadSite() {
    guard let sitePath, let date = Self.date(sitePath), date != siteDate else { return }
    siteDate = date
    do {
      correlator.exchange(try SiteFiles.load(sitePath))
    } catch {
      FileHandle.standardError.write(Data("\(error)\nthe site stays as it was\n".utf8))
    }
  }

  private static func date(_ path: String?) -> Date? {
    guard let path else { return nil }
    return try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
  }

  var summary: [String] {
    let counts = correlator.counts
    var read = EVEReader.Counts()
    for source in sources {
      read.lines += source.reader.counts.lines
      read.events += source.reader.counts.events
      read.tooLong += source.reader.counts.tooLong
      read.tooDeep += source.reader.counts.tooDeep
      read.malformed += source.reader.counts.malformed
      read.incomplete += source.reader.counts.incomplete
    }
    return [
      "lines \(read.lines), events \(read.events), refused \(read.refused) "
        + "(too long \(read.tooLong), too deep \(read.tooDeep), malformed \(read.malformed), "
        + "incomplete \(read.incomplete))",
      "alerts \(counts.alerts), without meaning \(counts.ignored), of allowed scanners \(counts.allowed), "
        + "late \(counts.late), merged \(counts.merged), split \(counts.split), left \(counts.evicted)",
    ]
  }

  var summaryData: Data { Data((summary.joined(separator: "\n") + "\n").utf8) }
}
