import Console
import Correlation
import Foundation
import Sensor
import Store

/// What a run came to, for people and as JSON.
struct SummaryText {
  private let report: RunReport
  private let incidents: [IncidentRecord]
  private let language: Language

  init(_ report: RunReport, incidents: [IncidentRecord], language: Language) {
    self.report = report
    self.incidents = incidents
    self.language = language
  }

  private func say(_ english: String, _ chinese: String) -> String {
    language == .chinese ? chinese : english
  }

  var lines: [String] {
    var lines = traffic + losses + protocols + signatures
    lines += ["", say("Incidents: \(incidents.count)", "事件：\(incidents.count)")]
    for incident in incidents { lines += IncidentText(incident, language: language).lines(isBrief: false) }
    lines.append(
      say("Written to \(report.outputFolder): eve.json", "已写入 \(report.outputFolder)：eve.json")
        + (report.databasePath == nil ? "" : ", fengsui.sqlite"))
    return lines
  }

  private var traffic: [String] {
    let rate = report.seconds > 0 ? Int64(Double(report.packets) / report.seconds) : 0
    let span = Moment.duration(report.lastNanoseconds - report.firstNanoseconds)
    return [
      say("Packets    ", "数据包  ")
        + " \(Amount.count(report.packets)), \(Amount.bytes(report.bytes)), \(span); "
        + "\(Amount.count(rate)) packets/s",
      say("Rules      ", "规则    ") + " \(Amount.count(report.rulesLoaded))"
        + (report.rulesRefused > 0
          ? say(", \(report.rulesRefused) refused", "，拒绝 \(report.rulesRefused)") : ""),
      say("Flows      ", "流      ") + " \(Amount.count(report.flows))",
    ]
  }

  private var losses: [String] {
    let parts: [(String, UInt64)] = [
      (say("dropped by the kernel", "内核丢弃"), report.kernelDrops),
      (say("refused by decoding", "解码拒绝"), report.invalidPackets),
      (say("gaps in streams", "流缺口"), report.streamGaps),
      (say("over memory caps", "超内存上限"), report.memcapDrops),
      (say("anomalies", "异常"), report.anomalies),
    ]
    let text = parts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    return [say("Losses     ", "损失    ") + " \(text)"] + report.problems.map { "  ! " + DisplayText.safe($0) }
  }

  private var protocols: [String] {
    guard !report.protocols.isEmpty else { return [] }
    let text = report.protocols.map { "\($0.name) \($0.flows)" }.joined(separator: ", ")
    return [say("Protocols  ", "协议    ") + " \(text)"]
  }

  private var signatures: [String] {
    let suppressed =
      report.suppressedAlerts > 0
      ? say(" (\(report.suppressedAlerts) below their thresholds)", "（\(report.suppressedAlerts) 条未达阈值）") : ""
    var lines = [say("Alerts     ", "告警    ") + " \(Amount.count(report.alerts))\(suppressed)"]
    for item in report.signatures.prefix(40) {
      let count = DisplayText.fitted(Amount.count(item.count), to: 8, alignsRight: true)
      lines.append("  \(count)  \(item.sid)  \(DisplayText.safe(item.message))")
    }
    if report.signatures.count > 40 { lines.append("  … \(report.signatures.count - 40)") }
    return lines
  }

  /// The same as one JSON object.
  func json() throws -> String {
    struct Document: Encodable {
      let packets, bytes, flows, alerts, suppressed, invalid, gaps, memcap, kernel, anomalies: UInt64
      let first, last: String
      let rules, refused: Int
      let protocols: [RunReport.ProtocolCount]
      let signatures: [RunReport.SignatureCount]
      let incidents: [IncidentRecord]
      let problems: [String]
      let output: String
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let document = Document(
      packets: report.packets, bytes: report.bytes, flows: report.flows, alerts: report.alerts,
      suppressed: report.suppressedAlerts, invalid: report.invalidPackets, gaps: report.streamGaps,
      memcap: report.memcapDrops, kernel: report.kernelDrops, anomalies: report.anomalies,
      first: Moment.rfc3339(report.firstNanoseconds), last: Moment.rfc3339(report.lastNanoseconds),
      rules: report.rulesLoaded, refused: report.rulesRefused, protocols: report.protocols,
      signatures: report.signatures, incidents: incidents, problems: report.problems,
      output: report.outputFolder)
    return String(decoding: try encoder.encode(document), as: UTF8.self)
  }
}
