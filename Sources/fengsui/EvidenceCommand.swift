import ArgumentParser
import Correlation
import Foundation
import Reports
import Sensor
import Store
import Wire

/// `fengsui evidence`.
struct EvidenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evidence",
    abstract: "Collects an incident's evidence into a folder that is sealed, and verifies such a seal.",
    subcommands: [Collect.self, Seal.self, Verify.self])

  /// `fengsui evidence collect`.
  struct Collect: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes an incident, its alerts, its reports and its captures into a folder, and seals it.")

    @Argument(help: "The incident's number, or its beginning.")
    var incident: String

    @Option(help: "The database that replay or sense wrote.")
    var db = "output/fengsui.sqlite"

    @Option(name: .customLong("run"), help: "Number of the run; the newest if left out.")
    var runNumber: Int64?

    @Option(help: "The site (site.yaml).")
    var site: String?

    @Option(help: "Who has to be told, and when.")
    var clock: String?

    @Option(help: "A capture that holds it; several times. The incident's packets are cut out of it.")
    var capture: [String] = []

    @Flag(help: "Copy whole captures instead.")
    var whole = false

    @Option(name: .shortAndLong, help: "The folder; it must not be there.")
    var output: String

    @Option(help: "The private key (fengsui rules key).")
    var key: String

    mutating func run() throws {
      let (record, alerts) = try ReportCommand.incident(incident, db: db, run: runNumber)
      let model = try siteModel(site)
      guard !FileManager.default.fileExists(atPath: output) else {
        throw Complaint("\(output) is there already; evidence is never written over")
      }
      do {
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
      } catch {
        throw Complaint("\(output): the folder cannot be made; check its parent's rights")
      }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
      let told = try encoder.encode(IncidentDocument(record, IncidentTraits(alerts)))
      try writeFile(String(decoding: told, as: UTF8.self) + "\n", to: "\(output)/incident.json")
      try writeFile(alerts.map { $0.eve + "\n" }.joined(), to: "\(output)/alerts.jsonl")
      for (language, name) in [(Language.chinese, "zh"), (.english, "en")] {
        let document = IncidentReport.document(
          record, alerts: alerts, site: model, clock: try ReportCommand.clock(clock, language),
          language: language)
        try writeFile(HTMLWriter.text(document), to: "\(output)/report.\(name).html")
        try writeFile(MarkdownWriter.text(document), to: "\(output)/report.\(name).md")
      }
      if !whole, !capture.isEmpty { try cutPackets(record) }
      for path in whole ? capture : [] {
        let name = URL(fileURLWithPath: path).lastPathComponent
        do {
          try FileManager.default.copyItem(atPath: path, toPath: "\(output)/\(name)")
        } catch {
          throw Complaint(
            "\(path): the capture cannot be copied; check its name, and that none is named twice")
        }
      }
      let manifest = try EvidenceSeal.seal(output, subject: "incident \(record.id)", keyPath: key)
      print("\(output): \(manifest.files.count) files sealed by \(manifest.key) (\(manifest.algorithmName))")
    }

    private func cutPackets(_ record: IncidentRecord) throws {
      let pairs = record.aggregates.compactMap { aggregate -> EvidencePackets.Pair? in
        guard let attacker = IPAddress(aggregate.attacker), let victim = IPAddress(aggregate.victim) else {
          return nil
        }
        return EvidencePackets.Pair(attacker, victim, first: aggregate.first, last: aggregate.last)
      }
      let cut = try EvidencePackets(pairs).cut(capture, to: output)
      if let problem = cut.problems.first(where: { !$0.isPartial }) { throw Complaint(problem.description) }
      print("\(output): \(cut.packets) packets cut out of \(capture.count) captures")
      guard cut.packets > 0 else {
        throw Complaint(
          "\(capture.joined(separator: " ")): no packet of the incident is there; name its captures")
      }
    }
  }

  /// `fengsui evidence seal`.
  struct Seal: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Seals a folder as it is.")

    @Argument(help: "The folder.")
    var folder: String

    @Option(help: "What the evidence is about.")
    var subject = "evidence"

    @Option(help: "The private key (fengsui rules key).")
    var key: String

    mutating func run() throws {
      let manifest = try EvidenceSeal.seal(folder, subject: subject, keyPath: key)
      print("\(folder): \(manifest.files.count) files sealed by \(manifest.key) (\(manifest.algorithmName))")
    }
  }

  /// `fengsui evidence verify`.
  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tells whether every byte of a folder is as it was sealed.")

    @Argument(help: "The folder.")
    var folder: String

    @Option(help: "A public key that is trusted; several times.")
    var key: [String]

    @Flag(help: "Print JSON: the manifest, and what is not as it was sealed.")
    var json = false

    private struct Verdict: Encodable {
      let folder: String
      let isSealed: Bool
      let problems: [String]
      let manifest: EvidenceManifest
    }

    mutating func run() throws {
      let (manifest, problems) = try EvidenceSeal.verify(folder, keyPaths: key)
      if json {
        try printJSON(
          [Verdict(folder: folder, isSealed: problems.isEmpty, problems: problems, manifest: manifest)])
        if !problems.isEmpty { throw ExitCode.failure }
        return
      }
      let date = Date(timeIntervalSince1970: TimeInterval(manifest.sealed)).ISO8601Format()
      guard problems.isEmpty else {
        throw Complaint("\(folder) is not as it was sealed:\n" + problems.joined(separator: "\n"))
      }
      let seal = "as sealed at \(date) by \(manifest.key) (\(manifest.algorithmName)), by SHA-256 and SM3"
      print("\(folder): \(manifest.subject), \(manifest.files.count) files \(seal)")
    }
  }
}
