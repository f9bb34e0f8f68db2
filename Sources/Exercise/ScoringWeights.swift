import Detection
import Correlation
import Yams

/// What counts how much: the heads of the scoring that is usual for the defending side, and the time limits.
///
/// All of it stands in a file that the operator can change; the numbers here are that file's.
package struct ScoringWeights: Sendable, Equatable {
  /// Points of each head.
  package var finding = 350
  package var analysis = 250
  package var handling = 100
  package var notification = 100
  package var cooperation = 100
  package var tracing = 100
  /// What an outcome is worth, in per cent of an action.
  package var detected = 100
  package var late = 50
  package var logged = 30
  /// Points that one false incident an hour takes off.
  package var falseIncident = 50
  /// Seconds from an action's first packet after which its finding is worth `slowPercent` only.
  package var findingSeconds = 300
  package var slowPercent = 80
  /// Seconds from a campaign's first action until it has to be reported.
  package var reportSeconds = 3_600

  package init() {}

  /// The file, as it is printed for an operator to change.
  package var text: String {
    """
    # What counts how much in an exercise's score. Points of the heads add up to the whole score (100).
    heads:
      finding: \(finding)          # monitoring and finding: actions detected, late or logged, and how soon
      analysis: \(analysis)         # one incident for each campaign, complete and pure
      handling: \(handling)         # outside attackers named while the campaign went on: they can be blocked
      notification: \(notification)     # campaigns reported within the time limit
      cooperation: \(cooperation)      # access points that were touched and named: whom to call
      tracing: \(tracing)          # sources of the campaign that the incidents name
    # Per cent of an action's worth.
    outcomes: {detected: \(detected), late: \(late), logged: \(logged)}
    # An action that is found after so many seconds is worth so many per cent of one found in time.
    finding_seconds: \(findingSeconds)
    slow_percent: \(slowPercent)
    # Points that one false incident in an hour takes off.
    false_incident: \(falseIncident)
    # From a campaign's first action until its first incident has to be there, in seconds.
    report_seconds: \(reportSeconds)

    """
  }

  /// The weights of a file, or all that is wrong with it.
  package static func load(_ text: String, file: String) -> Result<ScoringWeights, TruthLoader.Problems> {
    var reader = DocumentReader(file: file)
    var weights = ScoringWeights()
    if let root = reader.root(text) { weights.read(root, &reader) }
    return reader.problems.isEmpty
      ? .success(weights) : .failure(TruthLoader.Problems(problems: reader.problems))
  }

  private mutating func read(_ root: Node, _ reader: inout DocumentReader) {
    let known = [
      "heads", "outcomes", "finding_seconds", "slow_percent", "false_incident", "report_seconds",
    ]
    let values = reader.fields(root, known: known, of: "the weights")
    if let node = values["heads"] {
      let names = ["finding", "analysis", "handling", "notification", "cooperation", "tracing"]
      let heads = reader.fields(node, known: names, of: "the heads")
      finding = reader.number(heads, "finding", 0...100_000) ?? finding
      analysis = reader.number(heads, "analysis", 0...100_000) ?? analysis
      handling = reader.number(heads, "handling", 0...100_000) ?? handling
      notification = reader.number(heads, "notification", 0...100_000) ?? notification
      cooperation = reader.number(heads, "cooperation", 0...100_000) ?? cooperation
      tracing = reader.number(heads, "tracing", 0...100_000) ?? tracing
    }
    if let node = values["outcomes"] {
      let outcomes = reader.fields(node, known: ["detected", "late", "logged"], of: "the outcomes")
      detected = reader.number(outcomes, "detected", 0...100) ?? detected
      late = reader.number(outcomes, "late", 0...100) ?? late
      logged = reader.number(outcomes, "logged", 0...100) ?? logged
    }
    findingSeconds = reader.number(values, "finding_seconds", 0...10_000_000) ?? findingSeconds
    slowPercent = reader.number(values, "slow_percent", 0...100) ?? slowPercent
    falseIncident = reader.number(values, "false_incident", 0...100_000) ?? falseIncident
    reportSeconds = reader.number(values, "report_seconds", 0...10_000_000) ?? reportSeconds
  }
}
