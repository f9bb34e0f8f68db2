/// The content that stands for a rule by the rule language's documented determination.
///
/// `fast_pattern` decides; otherwise contents that are not negated come before those that are, buffers of
/// transactions before others, long contents before short ones, varied ones before plain ones, earlier ones
/// before later ones. The prefilter of this engine may take another (`FastPattern`): rule authors tune by
/// this.
struct PatternChoice {
  var inspection: Int
  var condition: Int
  var content: ContentCondition

  init?(_ signature: Signature) {
    var best: (choice: PatternChoice, rank: [Int])?
    for (index, inspection) in signature.inspections.enumerated() {
      guard Self.isSearchable(inspection) else { continue }
      let priority = Self.priority(of: inspection.buffer)
      for (place, condition) in inspection.conditions.enumerated() {
        guard case .content(let content) = condition else { continue }
        let bytes = Self.searched(content)
        let rank = [
          content.isFastPattern ? 1 : 0, content.isNegated ? 0 : 1, priority, bytes.count,
          Self.strength(bytes),
        ]
        if let best, !best.rank.lexicographicallyPrecedes(rank) { continue }
        best = (PatternChoice(index, place, content), rank)
      }
    }
    guard let best else { return nil }
    self = best.choice
  }

  private init(_ inspection: Int, _ condition: Int, _ content: ContentCondition) {
    self.inspection = inspection
    self.condition = condition
    self.content = content
  }

  private static func isSearchable(_ inspection: Inspection) -> Bool {
    if case .base64Data = inspection.buffer.source { return false }
    return !inspection.conditions.contains { if case .absent = $0 { true } else { false } }
  }

  /// Buffers whose few, short values tell little come with the payload.
  private static func priority(of buffer: BufferReference) -> Int {
    switch buffer.source {
    case .payload, .header, .base64Data, .frame: 0
    case .field, .fileData, .fileName, .fileMagic, .file:
      ["http.method", "http.stat_code", "http.stat_msg", "http.protocol"].contains(buffer.keyword) ? 0 : 1
    }
  }

  /// The part of a content that is searched: `fast_pattern:2,4` names it.
  static func searched(_ content: ContentCondition) -> [UInt8] {
    guard let chop = content.fastPatternChop else { return content.pattern }
    return Array(content.pattern.dropFirst(max(0, chop.offset)).prefix(max(0, chop.length)))
  }

  /// Rare bytes count more than frequent ones, repeated ones little.
  private static func strength(_ bytes: [UInt8]) -> Int {
    var seen: Set<UInt8> = []
    return bytes.reduce(0) { sum, byte in
      guard seen.insert(byte).inserted else { return sum + 1 }
      switch byte {
      case 65...90, 97...122: return sum + 3
      case 0, 1, 0xff, 0x20...0x7e: return sum + 4
      default: return sum + 6
      }
    }
  }
}
