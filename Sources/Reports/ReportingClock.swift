package import Correlation
package import Detection
import Yams

/// When who has to be told: time limits by severity, in a file that the operator writes.
package struct ReportingClock: Sendable, Equatable {
  /// One report that is due.
  package struct Limit: Sendable, Equatable {
    package var severity: String
    package var name: String
    package var to: String
    package var minutes: Int

    package init(severity: String, name: String, to: String, minutes: Int) {
      self.severity = severity
      self.name = name
      self.to = to
      self.minutes = minutes
    }
  }

  package var limits: [Limit]

  /// What is usual: first reports within the hour, or the working day. The operator's file takes its place.
  package static func usual(_ language: Language) -> ReportingClock {
    let say = { (english: String, chinese: String) in language == .chinese ? chinese : english }
    let centre = say("the centre's duty officer", "中心值班领导")
    let authority = say("the supervising authority", "主管部门")
    return ReportingClock(limits: [
      Limit(severity: "critical", name: say("first report", "首报"), to: centre, minutes: 30),
      Limit(severity: "critical", name: say("report to the authority", "上报"), to: authority, minutes: 60),
      Limit(severity: "critical", name: say("progress report", "续报"), to: authority, minutes: 1_440),
      Limit(severity: "high", name: say("first report", "首报"), to: centre, minutes: 60),
      Limit(severity: "high", name: say("report to the authority", "上报"), to: authority, minutes: 240),
      Limit(severity: "medium", name: say("first report", "首报"), to: centre, minutes: 480),
      Limit(severity: "low", name: say("weekly report", "周报"), to: centre, minutes: 10_080),
    ])
  }

  package init(limits: [Limit]) {
    self.limits = limits
  }

  /// The file as it is printed for an operator to change.
  package var text: String {
    "# Who has to be told of an incident, and how many minutes after it was raised.\nlimits:\n"
      + limits.map {
        "  - {severity: \($0.severity), name: \"\($0.name)\", to: \"\($0.to)\", minutes: \($0.minutes)}\n"
      }.joined()
  }

  /// All that is wrong with a file.
  package struct Problems: Error {
    package let problems: [RuleProblem]
  }

  /// The clock of a file, or all that is wrong with it.
  package static func load(_ text: String, file: String) -> Result<ReportingClock, Problems> {
    var reader = DocumentReader(file: file)
    var clock = ReportingClock(limits: [])
    if let root = reader.root(text) {
      let values = reader.fields(root, known: ["limits"], of: "the clock")
      for node in reader.items(values["limits"], "limits") {
        if let limit = limit(node, &reader) { clock.limits.append(limit) }
      }
    }
    return reader.problems.isEmpty ? .success(clock) : .failure(Problems(problems: reader.problems))
  }

  private static func limit(_ node: Node, _ reader: inout DocumentReader) -> Limit? {
    let values = reader.fields(node, known: ["severity", "name", "to", "minutes"], of: "a limit")
    let severity = reader.text(values, "severity", node)
    let name = reader.text(values, "name", node), to = reader.text(values, "to", node)
    let minutes = reader.number(values, "minutes", 1...1_000_000)
    if values["minutes"] == nil { reader.complain(at: node, "'minutes' is missing", "write 'minutes: 60'") }
    let severities = Incident.Severity.allCases.map { "\($0)" }
    if let severity, !severities.contains(severity) {
      reader.complain(
        at: values["severity"], "'\(DocumentReader.shown(severity))' is no severity",
        "use one of: \(severities.joined(separator: ", "))")
    }
    guard let severity, severities.contains(severity), let name, let to, let minutes else { return nil }
    return Limit(severity: severity, name: name, to: to, minutes: minutes)
  }

  /// Rows of a table: what is due, to whom, until when.
  func rows(severity: String, raised: Int64) -> [[String]] {
    limits.filter { $0.severity == severity }.sorted { $0.minutes < $1.minutes }.map {
      [$0.name, $0.to, "\($0.minutes)", Timestamp.text(raised &+ Int64($0.minutes) * 60_000_000_000)]
    }
  }
}
