import Wire

/// The words behind a field's name: `field|contains|all` (Sigma specification, modifiers).
struct SigmaModifiers {
  static let names =
    "contains, startswith, endswith, all, cased, neq, re, i, m, s, cidr, lt, lte, gt, gte, exists, fieldref, "
    + "base64, base64offset, wide, utf16le, utf16be, utf16, windash, minute, hour, day, week, month, year"

  private(set) var needsAll = false
  private var anchor = SigmaPattern.Anchor.whole
  private var isCased = false
  private var isRegular = false
  private var ignoresCase = false
  private var isPrefix = false
  private var exists = false
  private var isField = false
  private(set) var isNegated = false
  private var wide: Wide?
  private var timePart: SigmaTimePart?
  private var dash = false
  private var base64: [Int]?
  private var comparison: SigmaValue.Comparison?

  /// The values are keywords: they are looked for within any text.
  mutating func isForKeywords() { if anchor == .whole { anchor = .contains } }

  private enum Wide { case little, big, marked }

  /// Takes a modifier; false: there is none of that name.
  mutating func take(_ word: String) -> Bool {
    switch word {
    case "contains": anchor = .contains
    case "startswith": anchor = .startsWith
    case "endswith": anchor = .endsWith
    case "all": needsAll = true
    case "cased": isCased = true
    case "re": isRegular = true
    case "i": ignoresCase = true
    case "m", "s": break
    case "cidr": isPrefix = true
    case "exists": exists = true
    case "fieldref": isField = true
    case "wide", "utf16le": wide = .little
    case "utf16be": wide = .big
    case "utf16": wide = .marked
    case "neq": isNegated = true
    case "windash": dash = true
    case "base64": base64 = [0]
    case "base64offset": base64 = [0, 1, 2]
    case "lt", "lte", "gt", "gte": comparison = SigmaValue.Comparison(rawValue: word)
    default:
      timePart = SigmaTimePart(rawValue: word)
      return timePart != nil
    }
    return true
  }

  private func bytes(_ text: String) -> [UInt8] {
    switch wide {
    case nil: Array(text.utf8)
    case .little: text.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
    case .big: text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
    case .marked: [0xff, 0xfe] + text.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
    }
  }

  /// What a written value stands for; nil: it does not fit.
  func values(_ text: String, isPlain: Bool) -> [SigmaValue]? {
    if let timePart { return Int(text).map { [.timePart(timePart, $0)] } }
    if let comparison { return Double(text).map { [.compare(comparison, $0)] } }
    if exists { return text == "true" || text == "false" ? [.exists(text == "true")] : nil }
    if isPrefix { return IPPrefix(text).map { _ in [.prefix(text)] } }
    if isField { return [.field(text, anchor)] }
    if isRegular {
      return SigmaRegularExpression(text, ignoresCase: ignoresCase).map { [.regular($0)] }
    }
    if let base64 {
      let bytes = bytes(text)
      return base64.map {
        .pattern(SigmaPattern(Self.encoded(bytes, offset: $0), anchor: anchor, isCased: true))
      }
    }
    if isPlain, anchor == .whole {
      if text == "null" || text == "~" || text.isEmpty { return [.null] }
      if text == "true" || text == "false" { return [.flag(text == "true")] }
      if let number = Double(text), number.isFinite { return [.number(number)] }
    }
    var texts = [text]
    if dash, let mark = text.firstIndex(where: { "-/–—―".contains($0) }) {
      texts = ["-", "/", "–", "—", "―"].map { text.replacingCharacters(at: mark, with: $0) }
    }
    return texts.map { .pattern(SigmaPattern($0, anchor: anchor, isCased: isCased)) }
  }

  /// Base64 of some bytes as they stand behind `offset` others: without the letters that depend on those.
  private static func encoded(_ bytes: [UInt8], offset: Int) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let padded = Array(repeating: UInt8(0), count: offset) + bytes
    var letters: [UInt8] = [], held: UInt32 = 0, count: UInt32 = 0
    for byte in padded {
      held = (held << 8 | UInt32(byte)) & 0xffffff
      count += 8
      while count >= 6 {
        count -= 6
        letters.append(alphabet[Int(held >> count & 63)])
      }
    }
    let kept = letters.dropFirst([0, 2, 3][offset])
    return String(decoding: kept, as: UTF8.self)
  }
}

extension String {
  /// The text with one character exchanged.
  fileprivate func replacingCharacters(at index: Index, with text: String) -> String {
    String(self[..<index]) + text + String(self[self.index(after: index)...])
  }
}
