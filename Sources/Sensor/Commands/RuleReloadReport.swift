package import Detection
package import Foundation

/// What came of one reload: for the log, for EVE's `engine` record, and for `fengsui rules reload`.
package struct RuleReloadReport: Sendable {
  /// The run's how many-th reload it was.
  package var number: Int
  /// Why nothing has changed; nil: the rules were exchanged.
  package var failure: String?
  package var changes = Succession.Changes()
  package var rulesLoaded = 0
  package var rulesFailed = 0
  package var rulesSkipped = 0
  /// From the request to the exchange.
  package var seconds = 0.0
  /// How long no packet was taken.
  package var pauseMilliseconds = 0

  package init(number: Int, failure: String? = nil) {
    self.number = number
    self.failure = failure
  }

  /// Name of the file in the output folder that tells of the last reload.
  package static let fileName = "reload.json"

  /// One line for people; it begins as Suricata's does.
  package var text: String {
    if let failure { return "rule reload failed, the rules in force stay: \(failure)" }
    return
      "rule reload complete: \(rulesLoaded) rules in force, \(changes.added) added, "
      + "\(changes.removed) removed, \(changes.changed) changed, \(rulesFailed) failed "
      + "(\(seconds) s, traffic paused \(pauseMilliseconds) ms)"
  }

  /// The file's content.
  package var json: Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let document = Document(
      number: number, isLoaded: failure == nil, message: text, rules: rulesLoaded, added: changes.added,
      removed: changes.removed, changed: changes.changed, failed: rulesFailed)
    return ((try? encoder.encode(document)) ?? Data()) + Data("\n".utf8)
  }

  /// The file's content, read back.
  package struct Document: Codable, Sendable {
    package let number: Int
    package let isLoaded: Bool
    package let message: String
    package let rules: Int
    package let added: Int
    package let removed: Int
    package let changed: Int
    package let failed: Int
  }
}
