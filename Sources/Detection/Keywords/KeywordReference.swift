import Protocols

/// The table of `rules keywords`: what the catalogues say, so that it is never kept by hand.
package struct KeywordReference: Sendable, Equatable {
  package let name: String
  package let aliases: [String]
  /// `payload`, `header` …, or the protocol's name.
  package let group: String
  package let summary: String
  /// Form of the value; empty if there is none.
  package let values: String
  /// Suricata's version or the protocol's specification.
  package let source: String
  package let example: String

  /// All keywords that are evaluated, by group and name.
  package static let all: [KeywordReference] = {
    let keywords = KeywordCatalogue.all.map { keyword in
      KeywordReference(
        name: keyword.name, aliases: keyword.aliases, group: keyword.group.rawValue, summary: keyword.summary,
        values: keyword.values, source: keyword.source, example: keyword.example)
    }
    return (keywords + fields()).sorted { ($0.group, $0.name) < ($1.group, $1.name) }
  }()

  /// Keywords of fields, unless the catalogue has one of the same name.
  private static func fields() -> [KeywordReference] {
    // HTTP/2 has the keywords of HTTP/1: each is told once.
    var seen: Set<String> = []
    // What QUIC has of TLS is told with TLS: streams come first.
    let streams = ProtocolCatalogue.all.filter { $0.transports.contains(.tcp) }
    let others = ProtocolCatalogue.all.filter { !$0.transports.contains(.tcp) }
    return (streams + others).flatMap { entry in
      entry.fields.compactMap { field -> KeywordReference? in
        guard let keyword = field.keyword, seen.insert(keyword).inserted else { return nil }
        if case .keyword? = KeywordTable.standard[keyword] { return nil }
        let aliases = (field.aliases + field.modifiers).reduce(into: [String]()) { names, name in
          if !names.contains(name) { names.append(name) }
        }
        return KeywordReference(
          name: keyword, aliases: aliases, group: entry.name, summary: field.summary, values: values(field),
          source: field.source, example: field.example)
      }
    }
  }

  private static func values(_ field: Field) -> String {
    if field.argumentIsContent { return "\"text\"" }
    guard field.kind == .number, !field.isFlag else { return "" }
    return field.names.isEmpty ? "n, <n, >n, !n or a-b" : "n, <n, >n, !n, a-b or a name"
  }
}
