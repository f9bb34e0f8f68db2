package import Detection
package import Wire
package import Yams

/// Reads YAML files that people write, with exact errors: every problem of a file in one pass, each with its
/// place and remedy.
///
/// The text may be hostile: its size, its nesting and how much of it is looked at are bounded, so that
/// neither the parser's recursion nor aliases of aliases can exhaust anything.
package struct DocumentReader {
  package let file: String
  package private(set) var problems: [RuleProblem] = []
  /// Nodes that may still be looked at.
  private var budget = Self.nodesMax

  /// A file of this form that people write is some hundred kilobytes at the most.
  private static let bytesMax = 8 << 20
  /// No form nests deeper than ten levels; the parser's stack holds some thousands.
  private static let nestingMax = 200
  /// Aliases repeat what they stand for: without a bound a small file would stand for billions of nodes.
  private static let nodesMax = 1_000_000
  /// Rules of one file, one document each.
  private static let documentsMax = 10_000
  /// More complaints than this nobody reads.
  private static let problemsMax = 1_000

  package init(file: String) {
    self.file = file
  }

  /// The file's first node; nil where it is empty or no YAML, which is then among the problems.
  package mutating func root(_ text: String) -> Node? { documents(text, mayHaveSeveral: false).first }

  /// The first node of each document of the file.
  package mutating func documents(_ text: String, mayHaveSeveral: Bool = true) -> [Node] {
    guard isBounded(text) else { return [] }
    var nodes: [Node] = []
    do {
      if mayHaveSeveral {
        var sequence = try Yams.compose_all(yaml: text)
        while nodes.count < Self.documentsMax, let node = sequence.next() { nodes.append(node) }
        if let error = sequence.error { throw error }
      } else if let node = try Yams.compose(yaml: text) {
        nodes.append(node)
      }
    } catch let error as YamlError {
      report(error)
    } catch {
      complain(line: 1, 1, "the file cannot be read as YAML", "indent with spaces, one key a line")
    }
    return nodes
  }

  /// Adds a complaint at a node.
  package mutating func complain(at node: Node?, _ message: String, _ remedy: String) {
    complain(line: node?.mark?.line ?? 1, node?.mark?.column ?? 1, message, remedy)
  }

  private mutating func complain(line: Int, _ column: Int, _ message: String, _ remedy: String) {
    guard problems.count < Self.problemsMax else { return }
    problems.append(
      RuleProblem(
        at: SourcePosition(file: file, line: line, column: column), message, remedy: remedy))
  }

  private mutating func isBounded(_ text: String) -> Bool {
    guard text.utf8.count <= Self.bytesMax else {
      complain(line: 1, 1, "the file is larger than \(Self.bytesMax >> 20) MB", "split it up")
      return false
    }
    var open = 0, indent = 0, isLeading = true, line = 1
    for byte in text.utf8 {
      switch byte {
      case 0x0a:
        (indent, isLeading) = (0, true)
        line += 1
      case 0x5b, 0x7b: open += 1
      case 0x5d, 0x7d: open = max(open - 1, 0)
      case 0x20, 0x2d, 0x3f, 0x3a: if isLeading { indent += 1 }
      default: isLeading = false
      }
      if open > Self.nestingMax || indent > Self.nestingMax * 2 {
        complain(
          line: line, 1, "the file nests too deeply here",
          "no file of this form needs more than ten levels")
        return false
      }
    }
    return true
  }

  private mutating func report(_ error: YamlError) {
    switch error {
    case .scanner(_, let what, let mark, _), .parser(_, let what, let mark, _),
      .composer(_, let what, let mark, _):
      complain(
        line: mark.line, mark.column, "not valid YAML: \(what)",
        "indent with spaces, not tabs, and quote texts that hold ':' or '#'")
    case .duplicatedKeysInMapping(let keys, let context):
      complain(
        line: context.mark.line, context.mark.column,
        "the key '\(Self.shown(keys.first))' stands in it more than once", "keep one of them")
    default:
      complain(line: 1, 1, "not valid YAML", "indent with spaces, one key a line, in UTF-8")
    }
  }

  /// A text as complaints show it: short, without control characters.
  package static func shown(_ text: String?) -> String {
    let scalars = (text ?? "").unicodeScalars.prefix(80).map { $0.value < 32 || $0.value == 127 ? "?" : $0 }
    return String(String.UnicodeScalarView(scalars))
  }

  private mutating func spend(_ count: Int, _ node: Node) -> Bool {
    budget -= count
    if budget >= 0 { return true }
    if budget + count >= 0 {
      complain(at: node, "the file holds too much", "write at most \(Self.nodesMax) values, without aliases")
    }
    return false
  }
}

// Reading single values, each with its own complaint.
extension DocumentReader {
  /// The values of a mapping by their keys. Unknown keys are complained of; without `known`, any will do.
  package mutating func fields(_ node: Node, known: [String]?, of what: String) -> [String: Node] {
    guard let mapping = node.mapping else {
      complain(at: node, "\(what) must be a mapping", "write 'key: value' lines")
      return [:]
    }
    guard spend(mapping.count + 1, node) else { return [:] }
    var result: [String: Node] = [:]
    for (key, value) in mapping {
      let name = key.scalar?.string ?? ""
      if known?.contains(name) ?? true {
        result[name] = value
      } else {
        complain(
          at: key, "unknown key '\(Self.shown(name))' in \(what)",
          "use one of: \((known ?? []).joined(separator: ", "))")
      }
    }
    return result
  }

  /// The items of a list; an empty value is an empty list.
  package mutating func items(_ node: Node?, _ key: String) -> [Node] {
    guard let node else { return [] }
    if let sequence = node.sequence { return spend(sequence.count + 1, node) ? Array(sequence) : [] }
    if let text = node.scalar?.string, text.isEmpty || text == "~" || text == "null" { return [] }
    complain(at: node, "'\(key)' must be a list", "write one '- …' line for each, or [] for none")
    return []
  }

  /// A text that must be there.
  package mutating func text(_ values: [String: Node], _ key: String, _ node: Node) -> String? {
    if let text = values[key]?.scalar?.string, !text.isEmpty { return text }
    let what = values[key] == nil ? "'\(key)' is missing" : "'\(key)' holds no text"
    complain(at: values[key] ?? node, what, "write '\(key): …'")
    return nil
  }

  /// A text that may be missing; a list or mapping in its place is complained of.
  package mutating func optionalText(_ values: [String: Node], _ key: String) -> String? {
    guard let node = values[key] else { return nil }
    if let text = node.scalar?.string { return text }
    complain(at: node, "'\(key)' must be a text", "write '\(key): …' on one line")
    return nil
  }

  /// One of some words, that must be there unless there is a default.
  package mutating func choice<T: RawRepresentable & CaseIterable>(
    _ values: [String: Node], _ key: String, _ node: Node, default other: T? = nil
  ) -> T? where T.RawValue == String {
    if values[key] == nil, let other { return other }
    guard let text = text(values, key, node) else { return nil }
    if let value = T(rawValue: text) { return value }
    let choices = T.allCases.map(\.rawValue).joined(separator: ", ")
    complain(at: values[key], "'\(Self.shown(text))' is no \(key)", "use one of: \(choices)")
    return nil
  }

  /// A whole number within a range, that may be missing.
  package mutating func number(_ values: [String: Node], _ key: String, _ range: ClosedRange<Int>) -> Int? {
    guard let node = values[key] else { return nil }
    if let text = node.scalar?.string, let value = Int(text), range.contains(value) { return value }
    complain(
      at: node, "'\(Self.shown(node.scalar?.string))' is no \(key)",
      "write a whole number from \(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  /// `true` or `false`, that may be missing.
  package mutating func flag(_ values: [String: Node], _ key: String) -> Bool? {
    guard let node = values[key] else { return nil }
    switch node.scalar?.string {
    case "true": return true
    case "false": return false
    default:
      complain(at: node, "'\(Self.shown(node.scalar?.string))' is no \(key)", "write true or false")
      return nil
    }
  }

  /// An address that must be there.
  package mutating func address(_ values: [String: Node], _ key: String, _ node: Node) -> IPAddress? {
    guard let text = text(values, key, node) else { return nil }
    if let address = IPAddress(text) { return address }
    complain(
      at: values[key], "'\(Self.shown(text))' is no IP address", "write it as 10.31.4.20 or fd00::20")
    return nil
  }

  /// A moment that must be there, in nanoseconds since 1970.
  package mutating func moment(_ values: [String: Node], _ key: String, _ node: Node) -> Int64? {
    guard let text = text(values, key, node) else { return nil }
    if let moment = Timestamp.nanoseconds(text) { return moment }
    complain(
      at: values[key], "'\(Self.shown(text))' is no time", "write it as 2026-11-20T01:03:10.120Z (RFC 3339)")
    return nil
  }
}
