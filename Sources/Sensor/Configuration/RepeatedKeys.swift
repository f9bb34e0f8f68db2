/// Tells keys apart that stand twice in one mapping, which YAML does not allow: a repeated one gets a mark,
/// by which its name is found again. Line by line, as suricata.yaml is written; only asked where a file was
/// refused for its keys.
enum RepeatedKeys {
  /// The text with marks.
  static func marked(_ text: String) -> String {
    var mappings: [(indent: Int, keys: [String: Int])] = []
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
      var indent = line.prefix { $0 == " " }.count
      var rest = line.dropFirst(indent)
      while rest.hasPrefix("- ") {
        // Each item of a list is a mapping of its own.
        mappings.removeAll { $0.indent > indent }
        let blanks = rest.dropFirst().prefix { $0 == " " }.count
        indent += 1 + blanks
        rest = rest.dropFirst(1 + blanks)
      }
      guard let end = keyEnd(rest) else { return String(line) }
      let key = String(rest[..<end])
      mappings.removeAll { $0.indent > indent }
      if mappings.last?.indent != indent { mappings.append((indent, [:])) }
      let count = mappings[mappings.count - 1].keys[key, default: 0]
      mappings[mappings.count - 1].keys[key] = count + 1
      guard count > 0 else { return String(line) }
      return line.prefix(line.count - rest.count) + key + "~\(count)" + rest[end...]
    }
    return lines.joined(separator: "\n")
  }

  /// The name of a key without its mark.
  static func name(_ key: String) -> String {
    guard let mark = key.lastIndex(of: "~"), key[key.index(after: mark)...].allSatisfy(\.isNumber) else {
      return key
    }
    return String(key[..<mark])
  }

  /// Where a plain key ends: before a colon that a blank or the line's end follows.
  private static func keyEnd(_ text: Substring) -> Substring.Index? {
    guard let first = text.first, first.isLetter || first.isNumber,
      let colon = text.firstIndex(of: ":"), text[..<colon].allSatisfy({ !$0.isWhitespace && $0 != "#" })
    else { return nil }
    let next = text.index(after: colon)
    return next == text.endIndex || text[next] == " " ? colon : nil
  }
}
