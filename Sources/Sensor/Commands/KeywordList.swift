import Detection
import Protocols

/// The rule language's keywords, from the catalogue of keywords and the fields of the protocols.
package enum KeywordList {
  /// One keyword as the reference shows it.
  package struct Row: Sendable, Codable {
    package let name: String
    package let aliases: [String]
    package let group: String
    package let summary: String
    package let values: String
    package let example: String
    package let source: String
    /// Protocol of a rule that the example can stand in.
    package let exampleProtocol: String
  }

  /// All keywords, by group and name.
  package static func rows() -> [Row] {
    let own = KeywordCatalogue.all.map {
      Row(
        name: $0.name, aliases: $0.aliases, group: $0.group.rawValue, summary: $0.summary, values: $0.values,
        example: $0.example, source: $0.source, exampleProtocol: $0.exampleProtocol)
    }
    var seen: Set<String> = []
    let fields = ProtocolCatalogue.all.flatMap { entry in
      entry.fields.compactMap { field -> Row? in
        guard let keyword = field.keyword, seen.insert(keyword).inserted else { return nil }
        return Row(
          name: keyword, aliases: field.aliases + field.modifiers, group: entry.name, summary: field.summary,
          values: values(of: field), example: field.example, source: field.source,
          exampleProtocol: entry.name)
      }
    }
    return (own + fields).sorted { ($0.group, $0.name) < ($1.group, $1.name) }
  }

  private static func values(of field: Field) -> String {
    switch field.kind {
    case .buffer: "sticky buffer"
    case .multiBuffer: "sticky buffer, several instances"
    case .body: "sticky buffer that grows"
    case .number: field.names.isEmpty ? "n, !n, <n, >n, n-m" : "n, !n, <n, >n, n-m, or a name"
    }
  }

  package static func names() -> [String] { rows().flatMap { [$0.name] + $0.aliases }.sorted() }

  /// Plain text, one keyword a line.
  package static func text() -> String {
    var lines: [String] = []
    var group = ""
    for row in rows() {
      if row.group != group {
        group = row.group
        lines += ["", group.uppercased()]
      }
      let name = row.name + String(repeating: " ", count: max(26 - row.name.count, 1))
      lines.append("  \(name)\(row.summary)")
      if !row.example.isEmpty { lines.append(String(repeating: " ", count: 28) + "e.g. \(row.example)") }
    }
    return lines.dropFirst().joined(separator: "\n")
  }

  /// The reference page.
  package static func markdown() -> String {
    var lines = ["# Keywords of the rule language", "", "Made by `fengsui rules keywords --markdown`.", ""]
    var group = ""
    for row in rows() {
      if row.group != group {
        group = row.group
        lines += [
          "", "## \(group)", "", "| Keyword | What it matches | Values | Example | Source |",
          "|---|---|---|---|---|",
        ]
      }
      let names = ([row.name] + row.aliases).map { "`\($0)`" }.joined(separator: " ")
      let cells = [names, row.summary, row.values, row.example.isEmpty ? "" : "`\(row.example)`", row.source]
      lines.append("| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |")
    }
    return lines.joined(separator: "\n")
  }
}
