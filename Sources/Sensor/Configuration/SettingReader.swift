import Detection

/// Reads typed settings out of the tree and collects what is wrong with them: the setting then keeps its
/// default.
struct SettingReader {
  let root: ConfigurationNode
  private(set) var problems: [ConfigurationProblem] = []

  init(_ root: ConfigurationNode) {
    self.root = root
  }

  mutating func report(
    _ severity: ConfigurationProblem.Severity = .error, at position: SourcePosition, _ message: String,
    remedy: String
  ) {
    problems.append(ConfigurationProblem(severity, at: position, message, remedy: remedy))
  }

  // MARK: Reading

  func text(_ path: String, in node: ConfigurationNode? = nil) -> String? { (node ?? root)[path]?.value }

  /// `yes`, `true`, `on`, `1` and their opposites, in any case.
  mutating func flag(_ path: String, in node: ConfigurationNode? = nil, _ target: inout Bool) {
    guard let found = (node ?? root)[path], let value = found.value else { return }
    if let flag = Self.flag(value) {
      target = flag
    } else {
      report(at: found.position, "\(path) is `\(value)`, neither yes nor no", remedy: "write `yes` or `no`")
    }
  }

  /// An integer within a range.
  mutating func integer<T: FixedWidthInteger>(
    _ path: String, in node: ConfigurationNode? = nil, _ range: ClosedRange<T>, _ target: inout T
  ) {
    guard let found = (node ?? root)[path], let value = found.value else { return }
    if let number = Int64(value), let exact = T(exactly: number), range.contains(exact) {
      target = exact
    } else {
      let remedy = "write a number from \(range.lowerBound) to \(range.upperBound)"
      report(at: found.position, "\(path) is `\(value)`, which is not allowed", remedy: remedy)
    }
  }

  /// A size such as `64mb`, `10 MiB`, `2560`; in bytes.
  mutating func bytes(_ path: String, in node: ConfigurationNode? = nil, _ target: inout Int) {
    guard let found = (node ?? root)[path], let value = found.value else { return }
    if let size = Self.bytes(value) {
      target = size
    } else {
      report(
        at: found.position, "\(path) has an invalid size argument, `\(value)`",
        remedy: "write a size like `64 MiB` or `2560`")
    }
  }

  /// One of some words.
  mutating func word<T>(
    _ path: String, in node: ConfigurationNode? = nil, _ words: [(String, T)], _ target: inout T
  ) {
    guard let found = (node ?? root)[path], let value = found.value else { return }
    if let match = words.first(where: { $0.0 == value.lowercased() }) {
      target = match.1
    } else {
      let remedy = "write one of \(words.map(\.0).joined(separator: ", "))"
      report(at: found.position, "\(path) is `\(value)`, which is not known", remedy: remedy)
    }
  }

  /// The values of a list's items, or a single value as a list.
  func list(_ path: String, in node: ConfigurationNode? = nil) -> [(text: String, position: SourcePosition)]?
  {
    guard let found = (node ?? root)[path] else { return nil }
    if found.isSequence || !found.children.isEmpty {
      return found.children.compactMap { child in child.value.map { ($0, child.position) } }
    }
    return found.value.map { [($0, found.position)] }
  }

  // MARK: Values

  static func flag(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "1", "yes", "true", "on": true
    case "0", "no", "false", "off": false
    default: nil
    }
  }

  /// A size in bytes: digits, perhaps with a fraction, and a unit of 1,024.
  static func bytes(_ text: String) -> Int? {
    let trimmed = text.lowercased().filter { $0 != " " }
    let digits = trimmed.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let number = Double(digits), number >= 0 else { return nil }
    let factor: Double
    switch trimmed.dropFirst(digits.count) {
    case "", "b": factor = 1
    case "k", "kb", "kib": factor = 1024
    case "m", "mb", "mib": factor = 1024 * 1024
    case "g", "gb", "gib": factor = 1024 * 1024 * 1024
    default: return nil
    }
    let size = number * factor
    return size < 9e15 ? Int(size) : nil
  }
}
