import Detection
import Foundation
import Yams

/// Reads suricata.yaml and what it includes into one tree, every node with its place.
///
/// Files are read in the order in which they are named; a later section takes the place of an earlier
/// one with the same key, and `--set` wins over both. All problems are collected.
struct ConfigurationLoader {
  private(set) var root = ConfigurationNode(name: "", position: SourcePosition(file: "", line: 0, column: 0))
  private(set) var problems: [ConfigurationProblem] = []
  /// A file that includes itself would not come to an end.
  private let includeDepthMax = 16
  /// A configuration is some hundred kilobytes at most; what is larger is no configuration.
  private let fileBytesMax = 8 << 20

  /// Sets values that files don't change.
  mutating func override(_ key: String, with text: String) {
    let position = SourcePosition(file: "--set \(key)=\(text)", line: 0, column: 0)
    let value = String(text.drop { $0 == " " })
    root.override(key.split(separator: ".", omittingEmptySubsequences: true)[...], with: value, position)
  }

  /// Reads a file into the root.
  mutating func load(_ path: String) {
    var root = root
    load(path, into: &root, depth: 0, includedAt: nil)
    self.root = root
  }

  /// Reads text that stands for a file: the defaults, and tests.
  mutating func load(text: String, named file: String) {
    var root = root
    load(text: text, file: file, into: &root, depth: 0, requiresHeader: false)
    self.root = root
  }

  private mutating func load(
    _ path: String, into parent: inout ConfigurationNode, depth: Int, includedAt place: SourcePosition?
  ) {
    let position = place ?? SourcePosition(file: path, line: 0, column: 0)
    guard depth < includeDepthMax else {
      report(
        .error, position, "files include each other more than \(includeDepthMax) deep", "remove the circle")
      return
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      let reason = FileManager.default.fileExists(atPath: path) ? "cannot be read" : "does not exist"
      let message = place == nil ? "the configuration \(reason)" : "the include file \(path) \(reason)"
      report(.error, position, message, "name an existing file that may be read")
      return
    }
    guard data.count <= fileBytesMax, let text = String(data: data, encoding: .utf8) else {
      report(.error, position, "\(path) is not text in UTF-8 of at most 8 MiB", "name a file in YAML")
      return
    }
    load(text: text, file: path, into: &parent, depth: depth, requiresHeader: true)
  }

  private mutating func load(
    text: String, file: String, into parent: inout ConfigurationNode, depth: Int, requiresHeader: Bool
  ) {
    if requiresHeader, !hasHeader(text) {
      let start = SourcePosition(file: file, line: 1, column: 1)
      let message = "the first two lines are not those of a configuration"
      report(.error, start, message, "begin it with `%YAML 1.1` and `---`")
      return
    }
    do {
      guard let node = try root(of: separatingIncludes(text), file) else { return }
      guard case .mapping(let mapping) = node else {
        if case .scalar(let scalar) = node, scalar.string.isEmpty { return }
        report(.error, place(of: node, file), "the file holds no keys", "write `key: value` lines")
        return
      }
      load(mapping, into: &parent, file, depth)
    } catch {
      report(error, file)
    }
  }

  /// The tree of a text. Keys that stand twice in one mapping are told of; the later one counts.
  private mutating func root(of text: String, _ file: String) throws -> Node? {
    do {
      return try Parser(yaml: text, resolver: .basic).singleRoot()
    } catch YamlError.duplicatedKeysInMapping(let duplicates, let context) {
      let node = try Parser(yaml: RepeatedKeys.marked(text), resolver: .basic).singleRoot()
      let position = SourcePosition(file: file, line: context.mark.line, column: context.mark.column)
      let keys = duplicates.map { "\($0)" }.sorted().joined(separator: ", ")
      report(.warning, position, "keys stand twice: \(keys)", "keep one of each: the later one counts")
      return node
    }
  }

  /// `%YAML 1.1` and `---` have to stand at the top, as Suricata asks.
  private func hasHeader(_ text: String) -> Bool {
    let lines = text.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
    return lines.count > 1 && lines[0].hasPrefix("%YAML 1.1") && lines[1].hasPrefix("---")
  }

  /// `include` may stand several times in one mapping, which YAML does not allow: the repeated ones
  /// get a name of their own, of the same meaning and in the same line.
  private func separatingIncludes(_ text: String) -> String {
    var count = 0
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
      let indent = line.prefix { $0 == " " }.count
      guard line.dropFirst(indent).hasPrefix("include:") else { return String(line) }
      count += 1
      return count == 1
        ? String(line) : line.prefix(indent) + "include~\(count):" + line.dropFirst(indent + "include:".count)
    }
    return lines.joined(separator: "\n")
  }

  private mutating func load(
    _ mapping: Node.Mapping, into parent: inout ConfigurationNode, _ file: String, _ depth: Int
  ) {
    for (key, value) in mapping {
      guard let name = (key.scalar?.string).map(RepeatedKeys.name) else {
        report(.error, place(of: key, file), "a key is not a plain word", "write `key: value`")
        continue
      }
      if name == "include" {
        include(value, into: &parent, file, depth)
      } else if !name.isEmpty {
        load(value, into: &parent, named: mangled(name, in: parent), place(of: key, file), file, depth)
      }
    }
  }

  /// Underscores were allowed once: but for variables, they mean dashes.
  private func mangled(_ name: String, in parent: ConfigurationNode) -> String {
    guard name.contains("_"), parent.name != "address-groups", parent.name != "port-groups" else {
      return name
    }
    return name.replacing("_", with: "-")
  }

  private mutating func load(
    _ value: Node, into parent: inout ConfigurationNode, named name: String, _ position: SourcePosition,
    _ file: String, _ depth: Int
  ) {
    let index = parent.childIndex(name, position)
    if parent.children[index].isFinal, parent.children[index].children.isEmpty, value.scalar != nil { return }
    parent.children[index].prune()
    if !parent.children[index].isFinal { parent.children[index].position = position }
    switch value {
    case .scalar(let scalar):
      if value.tag.description == "!include" {
        include(value, into: &parent.children[index], file, depth)
      } else if !parent.children[index].isFinal {
        parent.children[index].value = text(of: scalar)
      }
    case .mapping(let inner): load(inner, into: &parent.children[index], file, depth)
    case .sequence(let items): load(items, into: &parent.children[index], file, depth)
    case .alias: report(.error, position, "an alias of YAML is not supported here", "write the value out")
    }
  }

  private mutating func load(
    _ items: Node.Sequence, into list: inout ConfigurationNode, _ file: String, _ depth: Int
  ) {
    list.isSequence = true
    for (number, item) in items.enumerated() {
      let position = place(of: item, file)
      let index = list.childIndex(String(number), position)
      if case .mapping(let inner) = item, let first = inner.first?.key.scalar?.string,
        !list.children[index].isFinal
      {
        list.children[index].value = mangled(first, in: list)
      }
      switch item {
      case .scalar(let scalar) where !list.children[index].isFinal:
        list.children[index].value = text(of: scalar)
      case .scalar, .alias: break
      case .mapping(let inner): load(inner, into: &list.children[index], file, depth)
      case .sequence(let inner): load(inner, into: &list.children[index], file, depth)
      }
    }
  }

  private mutating func include(
    _ value: Node, into parent: inout ConfigurationNode, _ file: String, _ depth: Int
  ) {
    let names: [Node] = value.sequence.map { Array($0) } ?? [value]
    for node in names {
      guard let name = node.scalar?.string, !name.isEmpty else {
        report(
          .error, place(of: node, file), "include names no file", "write `include: FILE` or a list of files")
        continue
      }
      let folder = (file as NSString).deletingLastPathComponent
      let path = name.hasPrefix("/") || folder.isEmpty ? name : folder + "/" + name
      load(path, into: &parent, depth: depth + 1, includedAt: place(of: node, file))
    }
  }

  /// Plain `null` words mean that there is no value.
  private func text(of scalar: Node.Scalar) -> String? {
    let isPlain = scalar.style == .plain || scalar.style == .any
    return isPlain && ["", "~", "null", "Null", "NULL"].contains(scalar.string) ? nil : scalar.string
  }

  private func place(of node: Node, _ file: String) -> SourcePosition {
    SourcePosition(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }

  private mutating func report(_ error: any Error, _ file: String) {
    switch error {
    case YamlError.scanner(_, let problem, let mark, let yaml),
      YamlError.parser(_, let problem, let mark, let yaml),
      YamlError.composer(_, let problem, let mark, let yaml):
      let line =
        yaml.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(mark.line - 1).first ?? ""
      let position = SourcePosition(file: file, line: mark.line, column: mark.column)
      if line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") {
        report(
          .error, position, "a tab stands in the indentation", "indent with spaces: YAML allows no tabs there"
        )
      } else {
        report(.error, position, "this is no YAML: \(problem)", "correct the line")
      }
    case YamlError.duplicatedKeysInMapping(let duplicates, let context):
      let position = SourcePosition(file: file, line: context.mark.line, column: context.mark.column)
      let keys = duplicates.map { "\($0)" }.sorted().joined(separator: ", ")
      report(.error, position, "keys stand twice: \(keys)", "keep one of each")
    default:
      let position = SourcePosition(file: file, line: 1, column: 1)
      report(.error, position, "this is no YAML: \(error)", "correct the file")
    }
  }

  private mutating func report(
    _ severity: ConfigurationProblem.Severity, _ position: SourcePosition, _ message: String, _ remedy: String
  ) {
    problems.append(ConfigurationProblem(severity, at: position, message, remedy: remedy))
  }
}
