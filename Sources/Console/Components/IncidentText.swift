package import Correlation
package import Store

/// An incident as plain text: what it is, where, and why, sentence by sentence.
package struct IncidentText {
  private let incident: IncidentRecord
  private let language: Language
  private let traits: IncidentTraits?

  package init(_ incident: IncidentRecord, traits: IncidentTraits? = nil, language: Language) {
    self.incident = incident
    self.traits = traits
    self.language = language
  }

  package func lines(isBrief: Bool) -> [String] {
    let level = incident.severityName(language)
    let score = Text("score \(incident.score)", "得分 \(incident.score)")(language)
    let heading = "■ \(incident.id)  \(level)  \(score)  \(DisplayText.safe(incident.title(language)))"
    let span = "  \(Moment.text(incident.first)) – \(Moment.text(incident.last)) UTC"
    if isBrief { return ["\(heading)\(span)"] }
    var lines = [heading, span]
    lines += row(Text("attackers", "攻击者"), incident.attackers)
    lines += row(Text("victims", "受害者"), incident.victims)
    lines += row(Text("access points", "接入点"), incident.accessPoints)
    lines += row(Text("units", "单位"), incident.units)
    lines += row(Text("districts", "区域"), incident.districts)
    lines += row(Text("tactics", "战术"), incident.tactics.map { $0.name(language) })
    lines += row(Text("techniques", "技术"), incident.techniques)
    if let traits {
      lines += row(Text("lines", "线路"), traits.lines.map(Self.line))
      lines += row(Text("encryption", "密码应用"), traits.crypto.map { Self.crypto($0, language) })
    }
    lines.append("  " + Text("why:", "原因：")(language))
    for (number, sentence) in incident.explanation.enumerated() {
      lines.append("   \(number + 1). \(Self.explained(sentence, language))")
    }
    if let next = incident.nextSteps, !next.isEmpty {
      lines.append("  " + Text("likely next:", "可能的下一步：")(language))
      for step in next {
        let hosts = step.hosts.isEmpty ? "" : " (\(step.hosts.joined(separator: ", ")))"
        lines.append(
          "   - \(step.expectation(language))\(hosts) – "
            + Text("check: ", "核查：")(language) + step.check(language))
      }
    }
    return lines + [""]
  }

  /// Who was behind an address: `10.40.7.20 gz-301, olt-3 1/1/7 (pppoe 100)`.
  static func line(_ line: IncidentTraits.Line) -> String {
    let who = [line.account, line.circuit].filter { !$0.isEmpty }.joined(separator: ", ")
    let session = line.session.isEmpty ? "" : " (\(line.session))"
    return "\(line.address) \(who)\(session)"
  }

  /// What a service spoke and what is wrong with it: `10.31.4.80:443 TLS 1.2: TLCP is required here`.
  static func crypto(_ crypto: IncidentTraits.Crypto, _ language: Language) -> String {
    let spoken = [crypto.version, crypto.suite].filter { !$0.isEmpty }.joined(separator: " ")
    let wrong = crypto.findings.map { IncidentTraits.text(finding: $0)(language) }
    let server = crypto.server.contains(":") ? "[\(crypto.server)]" : crypto.server
    return "\(server):\(crypto.port) \(spoken): \(wrong.joined(separator: Text("; ", "；")(language)))"
  }

  /// A sentence with its points and the alerts and packets that it stands on.
  package static func explained(_ sentence: SentenceRecord, _ language: Language) -> String {
    var text = DisplayText.safe(language == .chinese ? sentence.chinese : sentence.english)
    if sentence.points != 0 { text += " [\(sentence.points > 0 ? "+" : "")\(sentence.points)]" }
    if !sentence.evidence.isEmpty {
      let shown = sentence.evidence.prefix(4).joined(separator: ", ")
      let more = sentence.evidence.count > 4 ? ", …" : ""
      text += Text(" (alerts \(shown)\(more))", "（告警 \(shown)\(more)）")(language)
    }
    return text
  }

  private func row(_ name: Text, _ values: [String]) -> [String] {
    guard !values.isEmpty else { return [] }
    let shown = values.prefix(8).map { DisplayText.safe($0) }.joined(separator: ", ")
    let more = values.count > 8 ? Text(" and \(values.count - 8) more", " 等 \(values.count) 个")(language) : ""
    return ["  \(DisplayText.fitted(name(language), to: 14)) \(shown)\(more)"]
  }
}
