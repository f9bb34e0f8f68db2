import Correlation
package import Detection
import Wire
import Yams

/// Reads `truth.yaml` with exact errors: every problem of the file in one pass.
package struct TruthLoader {
  private var reader: DocumentReader
  private var identifiers: Set<String> = []

  /// All that is wrong with a file.
  package struct Problems: Error {
    package let problems: [RuleProblem]
  }

  /// The record, or all that is wrong with the text.
  package static func load(_ text: String, file: String) -> Result<Truth, Problems> {
    var loader = TruthLoader(reader: DocumentReader(file: file))
    let truth = loader.read(text)
    let problems = loader.reader.problems
    return problems.isEmpty ? .success(truth) : .failure(Problems(problems: problems))
  }

  private mutating func read(_ text: String) -> Truth {
    var truth = Truth()
    guard let root = reader.root(text) else {
      if reader.problems.isEmpty {
        reader.complain(at: nil, "the file is empty", "write 'exercise: NAME' and 'campaigns: [...]'")
      }
      return truth
    }
    let values = reader.fields(root, known: ["exercise", "campaigns", "benign"], of: "the record")
    truth.exercise = reader.text(values, "exercise", root) ?? ""
    for node in reader.items(values["campaigns"], "campaigns") {
      if let campaign = campaign(node) { truth.campaigns.append(campaign) }
    }
    for node in reader.items(values["benign"], "benign") {
      if let benign = benign(node) { truth.benign.append(benign) }
    }
    return truth
  }

  private mutating func campaign(_ node: Node) -> Truth.Campaign? {
    let values = reader.fields(node, known: ["id", "name", "actions"], of: "a campaign")
    guard let identifier = identifier(values, node) else { return nil }
    var campaign = Truth.Campaign(
      identifier: identifier, name: reader.optionalText(values, "name") ?? identifier)
    for item in reader.items(values["actions"], "actions") {
      if let action = action(item) { campaign.actions.append(action) }
    }
    return campaign
  }

  private mutating func action(_ node: Node) -> Truth.Action? {
    let known = [
      "id", "time", "until", "technique", "tactic", "source", "target", "success", "visible", "note",
    ]
    let values = reader.fields(node, known: known, of: "an action")
    let identifier = identifier(values, node), time = reader.moment(values, "time", node)
    let until = values["until"] == nil ? time : reader.moment(values, "until", node)
    let technique = technique(values, node), tactic = tactic(values, node)
    let source = reader.address(values, "source", node), target = reader.address(values, "target", node)
    let success = reader.flag(values, "success") ?? true
    let visible: Truth.Action.Visibility? = reader.choice(values, "visible", node, default: .packets)
    let note = reader.optionalText(values, "note") ?? ""
    if let time, let until, until < time {
      reader.complain(at: values["until"], "'until' is before 'time'", "write the action's last packet there")
    }
    guard let identifier, let time, let until, let technique, let tactic, let source, let target, let visible
    else { return nil }
    return Truth.Action(
      identifier: identifier, timeNanoseconds: time, untilNanoseconds: max(until, time),
      technique: technique, tactic: tactic, source: source, target: target, success: success,
      visible: visible, note: note)
  }

  private mutating func benign(_ node: Node) -> Truth.Benign? {
    let values = reader.fields(node, known: ["time", "source", "target", "note"], of: "a harmless event")
    let time = reader.moment(values, "time", node), source = reader.address(values, "source", node)
    let target = reader.address(values, "target", node), note = reader.optionalText(values, "note") ?? ""
    guard let time, let source, let target else { return nil }
    return Truth.Benign(timeNanoseconds: time, source: source, target: target, note: note)
  }

  private mutating func identifier(_ values: [String: Node], _ node: Node) -> String? {
    guard let text = reader.text(values, "id", node) else { return nil }
    if !identifiers.insert(text).inserted {
      reader.complain(
        at: values["id"], "the id '\(DocumentReader.shown(text))' is taken", "give each its own")
    }
    return text
  }

  private mutating func technique(_ values: [String: Node], _ node: Node) -> String? {
    guard let text = reader.text(values, "technique", node) else { return nil }
    if Attack.isTechnique(text) { return text }
    reader.complain(
      at: values["technique"], "'\(DocumentReader.shown(text))' is no technique of ATT&CK",
      "write it as T1190 or T1110.003")
    return nil
  }

  private mutating func tactic(_ values: [String: Node], _ node: Node) -> String? {
    guard let text = reader.text(values, "tactic", node) else { return nil }
    if Attack.tactics.contains(text) { return text }
    reader.complain(
      at: values["tactic"], "'\(DocumentReader.shown(text))' is no tactic of ATT&CK",
      "use one of: \(Attack.tactics.joined(separator: ", "))")
    return nil
  }
}

/// Names of MITRE ATT&CK as scenario files use them.
package enum Attack {
  /// Short names of the tactics, Enterprise's in the order of an intrusion, then those that only ICS has.
  package static let tactics =
    Tactic.allCases.map(\.shortName) + ["evasion", "inhibit-response-function", "impair-process-control"]

  /// `T1190`, `T1110.003`.
  package static func isTechnique(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard let first = parts.first, parts.count <= 2, first.first == "T" else { return false }
    let digits = { (part: Substring, count: Int) in
      part.utf8.count == count && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
    return digits(first.dropFirst(), 4) && (parts.count == 1 || digits(parts[1], 3))
  }
}
