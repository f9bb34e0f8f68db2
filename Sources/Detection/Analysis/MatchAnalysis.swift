/// The conditions on one buffer as `rules.json` tells them.
struct MatchAnalysis {
  private let inspection: Inspection
  private let rule: RuleAnalysis

  init(_ inspection: Inspection, in rule: RuleAnalysis) {
    self.inspection = inspection
    self.rule = rule
  }

  /// One entry for each condition, in the order written.
  var values: [AnalysisValue] {
    inspection.conditions.indices.compactMap { place in
      if isEndMark(place) { return nil }
      return .pairs([("name", .text(name(of: place)))] + details(of: place))
    }
  }

  private func name(of place: Int) -> String {
    switch inspection.conditions[place] {
    case .content: return "content"
    case .pattern: return "pcre"
    case .byteTest: return "byte_test"
    case .byteJump: return "byte_jump"
    case .byteExtract: return "byte_extract"
    case .byteMath: return "byte_math"
    case .isDataAt: return "isdataat"
    case .absent: return "absent"
    case .entropy: return "entropy"
    case .asn1: return "asn1"
    case .base64Decode: return "base64_decode"
    case .number: return inspection.buffer.keyword
    case .dataset(let condition):
      if case .reputation = condition.command { return "datarep" }
      return "dataset"
    case .fileSize: return "filesize"
    case .fileDigest(let list, _): return "file\(list.kind)"
    case .fileStored: return "filestore"
    case .size: return rule.options.contains { $0.name == "urilen" } ? "urilen" : "bsize"
    }
  }

  private func details(of place: Int) -> [(String, AnalysisValue)] {
    switch inspection.conditions[place] {
    case .content: [("content", .pairs(content(place)))]
    case .pattern(let pattern):
      [
        (
          "pcre",
          .pairs([
            ("relative", .flag(pattern.isRelative)), ("relative_next", .flag(isFollowed(place))),
            ("nocase", .flag(pattern.options & PatternOption.caseless != 0)),
            ("negated", .flag(pattern.isNegated)),
          ])
        )
      ]
    case .byteTest(let test):
      [
        (
          "byte_test",
          .pairs([
            ("nbytes", .number(test.bytes.constant ?? 0)), ("offset", .number(test.offset.constant ?? 0)),
            ("base", .text(base(test.format))),
            ("flags", .texts(flags(test.format, isRelative: test.isRelative))),
          ])
        )
      ]
    case .byteJump(let jump):
      [
        (
          "byte_jump",
          .pairs([
            ("nbytes", .number(jump.bytes.constant ?? 0)), ("offset", .number(jump.offset.constant ?? 0)),
            ("multiplier", .number(jump.multiplier)),
            ("post_offset", .number(jump.postOffset.constant ?? 0)), ("base", .text(base(jump.format))),
            ("flags", .texts(flags(jump.format, isRelative: jump.isRelative))),
          ])
        )
      ]
    default: []
    }
  }

  /// What is told of a content.
  func content(_ place: Int) -> [(String, AnalysisValue)] {
    guard case .content(let content) = inspection.conditions[place] else { return [] }
    let isChosen =
      rule.choice.map {
        $0.condition == place && rule.signature.inspections[$0.inspection].buffer == inspection.buffer
      } ?? false
    let isFollowed = isFollowed(place)
    let endsWith = content.endsWith || place + 1 < inspection.conditions.count && isEndMark(place + 1)
    var (offset, depth) = (content.offset?.constant, content.depth?.constant)
    var (distance, within) = (content.distance?.constant, content.within?.constant)
    let isFirst = !inspection.conditions[..<place].contains { $0.movesCursor }
    if isFirst, content.isRelative {
      if let distance { offset = distance }
      if let within { depth = within + (distance ?? 0) }
      (distance, within) = (nil, nil)
    } else if let start = offset, let length = depth {
      depth = start + length
    }
    if content.startsWith { depth = Int64(content.pattern.count) }
    let isSimple =
      offset == nil && depth == nil && !content.isRelative && !content.isNegated && !isFollowed
      && content.fastPatternChop == nil && isChosen
    var pairs: [(String, AnalysisValue)] = [
      ("pattern", .text(Self.text(content.pattern))), ("length", .number(Int64(content.pattern.count))),
      ("nocase", .flag(content.ignoresCase)), ("negated", .flag(content.isNegated)),
      ("starts_with", .flag(content.startsWith)), ("ends_with", .flag(endsWith)), ("is_mpm", .flag(isChosen)),
      ("no_double_inspect", .flag(isSimple)),
    ]
    if let offset, offset != 0 { pairs.append(("offset", .number(offset))) }
    if let depth { pairs.append(("depth", .number(depth))) }
    if let distance { pairs.append(("distance", .number(distance))) }
    if let within { pairs.append(("within", .number(within))) }
    pairs += [
      ("fast_pattern", .flag(content.isFastPattern)), ("relative_next", .flag(isFollowed)),
    ]
    return pairs
  }

  /// The next condition counts from the end of this one.
  private func isFollowed(_ place: Int) -> Bool {
    guard place + 1 < inspection.conditions.count, !isEndMark(place + 1) else { return false }
    switch inspection.conditions[place + 1] {
    case .content(let content): return content.isRelative
    case .pattern(let pattern): return pattern.isRelative
    case .base64Decode(_, _, let isRelative): return isRelative
    case let condition: return condition.followsMatch
    }
  }

  /// `isdataat:!1,relative` behind a content says that it ends the buffer.
  private func isEndMark(_ place: Int) -> Bool {
    guard place > 0, case .content = inspection.conditions[place - 1],
      case .isDataAt(let offset, let isRelative, let isNegated) = inspection.conditions[place]
    else { return false }
    return isRelative && isNegated && offset == .constant(1)
  }

  private func base(_ format: NumberFormat) -> String {
    switch format.text {
    case nil: "unset"
    case .hexadecimal?: "hex"
    case .decimal?: "dec"
    case .octal?: "oct"
    }
  }

  private func flags(_ format: NumberFormat, isRelative: Bool) -> [String] {
    var words: [String] = []
    if format.isLittleEndian { words.append("little_endian") }
    if format.text != nil { words.append("string") }
    if isRelative { words.append("relative") }
    if format.usesDCE { words.append("dce") }
    return words
  }

  /// A pattern as rules write it: what is no plain character stands between bars.
  static func text(_ bytes: [UInt8]) -> String {
    var text = ""
    var isHexadecimal = false
    for byte in bytes {
      if isPlain(byte) {
        if isHexadecimal { text += "|" }
        isHexadecimal = false
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += isHexadecimal ? " " : "|"
        isHexadecimal = true
        let digits = String(byte, radix: 16, uppercase: true)
        text += digits.count < 2 ? "0" + digits : digits
      }
    }
    return isHexadecimal ? text + "|" : text
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    guard byte > 0x20, byte < 0x7f else { return false }
    return ![0x22, 0x27, 0x2f, 0x3a, 0x3b, 0x5c, 0x60, 0x7c].contains(byte)
  }
}
