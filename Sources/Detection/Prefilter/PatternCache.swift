import Wire

/// Keeps compiled automata from one run to the next, by name.
///
/// A name stands for the literals and the library's version; what comes back is checked before it is used.
package protocol PatternCache: Sendable {
  /// The bytes kept under a name, or nil.
  func bytes(named name: String) -> [UInt8]?
  /// Keeps bytes under a name, if that is possible.
  func keep(_ bytes: [UInt8], named name: String)
}

/// The form in which an automaton is kept: a mark, the SHA-256 of what follows, the automaton.
enum PatternCacheEntry {
  private static let mark = Array("fengsui patterns 1\n".utf8)
  private static let digestBytes = 32

  /// Puts an automaton into the form to be kept.
  static func wrap(_ automaton: [UInt8]) -> [UInt8]? {
    guard let digest = Digest.of(automaton.rawSpan, .sha256) else { return nil }
    return mark + digest + automaton
  }

  /// The automaton of an entry, or nil if anything about it is not as it was written.
  static func unwrap(_ bytes: [UInt8]) -> [UInt8]? {
    let start = mark.count + digestBytes
    guard bytes.count > start, bytes.starts(with: mark) else { return nil }
    let automaton = Array(bytes[start...])
    guard let digest = Digest.of(automaton.rawSpan, .sha256),
      digest.elementsEqual(bytes[mark.count..<start])
    else { return nil }
    return automaton
  }

  /// The name for some literals: the SHA-256 of all of them, their flags and the library's version.
  static func name(_ literals: [LiteralDatabase.Literal], version: String) -> String? {
    var text = Array(version.utf8)
    for literal in literals {
      let count = UInt16(clamping: literal.bytes.count)
      text += [literal.ignoresCase ? 1 : 0, UInt8(count >> 8), UInt8(count & 0xff)]
      text += literal.bytes
    }
    guard let digest = Digest.of(text.rawSpan, .sha256) else { return nil }
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
