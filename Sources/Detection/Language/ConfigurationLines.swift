/// Lines of the small configuration files beside the rules, with their places; comments and empty lines are
/// skipped.
struct ConfigurationLines {
  private var lines: LogicalLines
  private let file: String

  init(_ text: String, file: String) {
    lines = LogicalLines(Array(text.utf8))
    self.file = file
  }

  /// The next line that says something.
  mutating func next() -> KeywordValue? {
    while let line = lines.next() {
      if line.bytes.first == UInt8(ascii: "#") { continue }
      let text = RuleText(file: file, text: String(decoding: line.bytes, as: UTF8.self), pieces: line.pieces)
      return KeywordValue(bytes: line.bytes, offset: 0, source: text)
    }
    return nil
  }
}

/// What `classtype` says: classification.config.
package struct Classifications: Sendable {
  /// What a class of alerts means and how urgent it is.
  package struct Entry: Sendable {
    package let description: String
    package let priority: UInt8

    package init(description: String, priority: UInt8) {
      self.description = description
      self.priority = priority
    }
  }

  /// Entries by their names in lower case.
  package var entries: [String: Entry]

  package init(entries: [String: Entry] = [:]) {
    self.entries = entries
  }

  /// The entry of a name, in whatever case it is written.
  package subscript(_ name: String) -> Entry? { entries[name.lowercased()] }

  /// Reads `config classification: name,description,priority` lines.
  package static func parse(_ text: String, file: String) -> (Classifications, [RuleProblem]) {
    var result = Classifications()
    var problems: [RuleProblem] = []
    var lines = ConfigurationLines(text, file: file)
    while let line = lines.next() {
      guard let body = line.dropping("config")?.dropping("classification")?.dropping(":") else {
        problems.append(
          line.problem(
            "this is no classification", remedy: "write config classification: name,description,priority"))
        continue
      }
      let parts = body.split()
      guard parts.count == 3, !parts[0].isEmpty, let priority = parts[2].integer, (1...255).contains(priority)
      else {
        problems.append(
          body.problem(
            "a classification has a name, a description and a priority from 1 to 255",
            remedy: "write config classification: name,description,priority"))
        continue
      }
      // The first definition of a name counts, as in Suricata.
      let name = parts[0].lowercasedText
      if result.entries[name] == nil {
        result.entries[name] = Entry(description: parts[1].text, priority: UInt8(priority))
      }
    }
    return (result, problems)
  }
}

/// What `reference` says: reference.config.
package struct ReferenceKinds: Sendable {
  /// URL prefixes by kind.
  package var prefixes: [String: String]

  package init(prefixes: [String: String] = [:]) {
    self.prefixes = prefixes
  }

  /// The prefix of a kind, in whatever case it is written.
  package subscript(_ kind: String) -> String? { prefixes[kind.lowercased()] }

  /// Reads `config reference: kind prefix` lines.
  package static func parse(_ text: String, file: String) -> (ReferenceKinds, [RuleProblem]) {
    var result = ReferenceKinds()
    var problems: [RuleProblem] = []
    var lines = ConfigurationLines(text, file: file)
    while let line = lines.next() {
      let body = line.dropping("config")?.dropping("reference")?.dropping(":")
      let words = body?.words() ?? []
      guard words.count == 2 else {
        problems.append(
          line.problem("this is no reference kind", remedy: "write config reference: kind https://prefix"))
        continue
      }
      if result.prefixes[words[0].lowercasedText] == nil {
        result.prefixes[words[0].lowercasedText] = words[1].text
      }
    }
    return (result, problems)
  }
}
