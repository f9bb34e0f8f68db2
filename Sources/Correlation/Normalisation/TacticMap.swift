import Detection
import Yams

/// What alerts mean where their rule's own metadata does not say: by classification and by signature.
///
/// The map is a file that people read and extend (`docs/incidents.md`); what an operator's file says goes
/// before what is built in.
package struct TacticMap: Sendable {
  /// What one line of the map says; what is nil is left to what stands before or behind.
  package struct Entry: Sendable, Equatable {
    package var tactic: Tactic?
    package var technique: String?
    package var outcome: Outcome?
    package var confidence: Confidence?
    package var attacker: Direction?
    /// Category of the national table, by its key.
    package var category: String?
    /// The rule is to be kept out of correlation: it says nothing of an attack.
    package var isIgnored = false
  }

  /// Which end of the flow attacks.
  package enum Direction: String, Sendable, CaseIterable {
    case client, server, source, destination
  }

  /// A range of signature numbers of a group with one meaning.
  struct Range: Sendable {
    let group: UInt32
    let numbers: ClosedRange<UInt32>
    let entry: Entry
  }

  private(set) var classes: [String: Entry] = [:]
  private(set) var ranges: [Range] = []
  /// Names of the operator's categories by key.
  package private(set) var categories: [String: Text] = [:]
  /// Category by technique, and by tactic.
  private(set) var categoriesByTechnique: [String: String] = [:]

  /// The map that is built in: a test holds that it has no problems. A sensor never stops for a map.
  package static let standard = (try? loadStandard().get()) ?? TacticMap()

  /// The map that is built in, or what is wrong with its text.
  static func loadStandard() -> Result<TacticMap, SiteProblems> {
    load(StandardTacticMap.text, file: "built-in map")
  }

  /// The map in a text, before what another one says.
  package static func load(
    _ text: String, file: String, over base: TacticMap? = nil
  ) -> Result<TacticMap, SiteProblems> {
    var loader = Loader(reader: DocumentReader(file: file), map: base ?? TacticMap())
    loader.map.ranges = []
    if let root = loader.reader.root(text) { loader.read(root) }
    loader.map.ranges += base?.ranges ?? []
    let problems = loader.reader.problems
    return problems.isEmpty ? .success(loader.map) : .failure(SiteProblems(problems: problems))
  }

  /// What the map says of a signature: its own line, else the classification's.
  package func entry(group: UInt32, number: UInt32, classType: String, category: String) -> Entry? {
    let general = classes[classType] ?? classes[category]
    for range in ranges where range.group == group && range.numbers.contains(number) {
      guard var found = general else { return range.entry }
      found.overlay(range.entry)
      return found
    }
    return general
  }

  /// Key of the category for a technique (`T1110.001`, else `T1110`), or empty.
  package func category(technique: String) -> String {
    if let found = categoriesByTechnique[technique] { return found }
    let parent = technique.split(separator: ".").first.map(String.init) ?? ""
    return categoriesByTechnique[parent] ?? ""
  }
}

extension TacticMap.Entry {
  /// Takes over what the other one says.
  mutating func overlay(_ other: TacticMap.Entry) {
    tactic = other.tactic ?? tactic
    technique = other.technique ?? technique
    outcome = other.outcome ?? outcome
    confidence = other.confidence ?? confidence
    attacker = other.attacker ?? attacker
    category = other.category ?? category
    isIgnored = other.isIgnored
  }
}

extension TacticMap {
  /// Reads the YAML form.
  private struct Loader {
    var reader: DocumentReader
    var map: TacticMap

    private static let entryKeys = [
      "tactic", "technique", "outcome", "confidence", "attacker", "category", "ignore",
    ]

    mutating func read(_ root: Node) {
      let values = reader.fields(
        root, known: ["classifications", "signatures", "categories"], of: "the map")
      if let node = values["classifications"] {
        for (name, line) in reader.fields(node, known: nil, of: "'classifications'") {
          let values = reader.fields(line, known: Self.entryKeys + ["text"], of: "a classification")
          map.classes[name] = entry(values, line)
          // EVE has the classification's text only.
          if let text = reader.optionalText(values, "text") { map.classes[text] = map.classes[name] }
        }
      }
      for node in reader.items(values["signatures"], "signatures") { readSignature(node) }
      for node in reader.items(values["categories"], "categories") { readCategory(node) }
    }

    private mutating func readSignature(_ node: Node) {
      let values = reader.fields(node, known: ["gid", "sid"] + Self.entryKeys, of: "a signature")
      let group = UInt32(reader.number(values, "gid", 0...Int(UInt32.max)) ?? 1)
      let entry = entry(values, node)
      guard let text = reader.text(values, "sid", node) else { return }
      let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt32($0) }
      guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else {
        reader.complain(
          at: values["sid"], "'\(DocumentReader.shown(text))' is no number of a signature",
          "write 'sid: 2024897' or a range, 'sid: 9000100-9000199'")
        return
      }
      map.ranges.append(Range(group: group, numbers: first...last, entry: entry))
    }

    private mutating func readCategory(_ node: Node) {
      let known = ["key", "chinese", "english", "code", "techniques"]
      let values = reader.fields(node, known: known, of: "a category")
      guard let key = reader.text(values, "key", node) else { return }
      let code = reader.optionalText(values, "code") ?? ""
      let prefix = code.isEmpty ? "" : code + " "
      map.categories[key] = Text(
        prefix + (reader.optionalText(values, "english") ?? key),
        prefix + (reader.optionalText(values, "chinese") ?? key))
      for item in reader.items(values["techniques"], "techniques") {
        if let technique = item.scalar?.string { map.categoriesByTechnique[technique] = key }
      }
    }

    private mutating func entry(_ values: [String: Node], _ node: Node) -> Entry {
      var entry = Entry()
      if let text = reader.optionalText(values, "tactic") {
        entry.tactic = Tactic(text)
        if entry.tactic == nil {
          reader.complain(
            at: values["tactic"], "'\(DocumentReader.shown(text))' is no tactic",
            "write ATT&CK's short name or identifier: initial-access, TA0001")
        }
      }
      entry.technique = reader.optionalText(values, "technique")
      if let technique = entry.technique, !Self.isTechnique(technique) {
        reader.complain(
          at: values["technique"], "'\(DocumentReader.shown(technique))' is no technique",
          "write it as T1190 or T1110.001")
      }
      if values["outcome"] != nil { entry.outcome = reader.choice(values, "outcome", node) }
      if values["attacker"] != nil { entry.attacker = reader.choice(values, "attacker", node) }
      if let text = reader.optionalText(values, "confidence") {
        entry.confidence = Confidence(text)
        if entry.confidence == nil {
          reader.complain(
            at: values["confidence"], "'\(DocumentReader.shown(text))' is no confidence",
            "use one of: low, medium, high")
        }
      }
      entry.category = reader.optionalText(values, "category")
      entry.isIgnored = reader.flag(values, "ignore") ?? false
      return entry
    }

    private static func isTechnique(_ text: String) -> Bool {
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      guard let first = parts.first, first.hasPrefix("T"), first.count == 5, parts.count <= 2 else {
        return false
      }
      return first.dropFirst().allSatisfy(\.isNumber)
        && (parts.count == 1 || (parts[1].count == 3 && parts[1].allSatisfy(\.isNumber)))
    }
  }
}
