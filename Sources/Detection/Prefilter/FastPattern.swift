import Protocols
import Wire

/// The content that stands for a rule in the prefilter: bytes without which the rule cannot match.
struct FastPattern {
  /// Position of the inspection and its buffer.
  var inspection: Int
  var buffer: BufferReference
  var literal: LiteralDatabase.Literal
  /// The literal ends within this many bytes of the buffer's start; nil: anywhere.
  var endMax: Int?
  /// How much the content that it is a part of tells.
  private var strength = 0

  /// Patterns shorter than this do not go to Vectorscan, whose scan they make twice as dear, but to tables of
  /// bytes and pairs of bytes.
  static let bytesMin = 4
  /// Those of one byte are of use in short buffers alone: elsewhere they are found everywhere.
  static let shortMin = 2
  /// Longer patterns are cut: the bytes beyond tell little more and cost the scan memory.
  static let bytesMax = 32
  /// The last bytes of a literal that Vectorscan looks for at every place.
  private static let endBytes = 8
  /// A part of this rarity calls up its rule by mistake so seldom that a rarer one is no better.
  private static let rareEnough = 850

  /// How much a pattern tells, best last: its rule is called up the less often.
  private enum Rank: Int, Comparable {
    case everywhere, shortAnywhere, single, commonText, short, markedShort, long, markedLong

    static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
  }

  /// Chooses the pattern of a rule, or nil where no content can stand for it.
  ///
  /// `fast_pattern` is honoured where it can be; otherwise the longest and most varied content is best, and
  /// one on a transaction's buffer better than one on the payload, as that buffer is scanned for others
  /// anyway. Texts that stand in nearly every message are chosen only where there is nothing else.
  static func choose(
    _ signature: Signature, _ protocols: [ApplicationProtocol] = ProtocolCatalogue.all
  ) -> FastPattern? {
    var best: (pattern: FastPattern, rank: Rank, strength: Int)?
    let isDatagram = signature.header.ipProtocols == [17]
    let side = side(of: signature, protocols)
    for (index, inspection) in signature.inspections.enumerated() where isScannable(inspection) {
      if let side, side != isOnTransaction(inspection.buffer) { continue }
      let isShort = isShort(inspection.buffer, protocols)
      for (place, condition) in asked(inspection, signature).enumerated() {
        guard case .content(let content) = condition, !content.isNegated,
          let pattern = pattern(
            content, index, inspection.buffer, isFirst: place == 0, isShort ? 1 : shortMin)
        else { continue }
        let rank =
          isDatagram && pattern.isOfEveryQuery
          ? Rank.everywhere : rank(of: pattern, isMarked: content.isFastPattern, isInShort: isShort)
        let strength = pattern.strength
        if let best, (best.rank, best.strength) >= (rank, strength) { continue }
        best = (pattern, rank, strength)
      }
    }
    return best?.pattern
  }

  /// For a rule that asks for buffers of transactions and for the payload: whether a buffer calls it up, as
  /// in the documented choice. That says when it is asked, and how often it alerts. Beside a body the payload
  /// does, where it can: by the time that the body ends, its place in the stream may have been left behind.
  private static func side(of signature: Signature, _ protocols: [ApplicationProtocol]) -> Bool? {
    let payloads = signature.inspections.filter { $0.buffer.source == .payload }
    guard !payloads.isEmpty, let choice = PatternChoice(signature) else { return nil }
    let buffer = signature.inspections[choice.inspection].buffer
    guard isOnTransaction(buffer) else {
      return signature.inspections.contains { isOnTransaction($0.buffer) } ? false : nil
    }
    guard isBody(buffer, protocols) else { return true }
    return !payloads.contains { inspection in
      inspection.conditions.contains { condition in
        guard case .content(let content) = condition else { return false }
        return !content.isNegated && pattern(content, 0, inspection.buffer, isFirst: false, shortMin) != nil
      }
    }
  }

  /// Whether a buffer grows while its transaction goes on.
  static func isBody(_ buffer: BufferReference, _ protocols: [ApplicationProtocol]) -> Bool {
    switch buffer.source {
    case .field: !isShort(buffer, protocols)
    case .fileData: true
    case .payload, .header, .base64Data, .fileName, .fileMagic, .file, .frame: false
    }
  }

  /// The bytes of a content that can be scanned for.
  static func literal(of content: ContentCondition) -> LiteralDatabase.Literal? {
    pattern(content, 0, BufferReference(.payload), isFirst: true, 1)?.literal
  }

  /// Whether the literal is a part of what nearly every query for a name has, or every answer: the rest of
  /// the header, the end of the question (RFC 1035, section 4.1).
  private var isOfEveryQuery: Bool {
    let bytes = literal.bytes
    return Self.partsOfQueries.contains { part in
      bytes.count <= part.count
        && ContentSearch.first(
          of: bytes, 0, bytes.count, ignoresCase: false, in: part.rawSpan, from: 0, to: part.count) >= 0
    }
  }

  private static let partsOfQueries: [[UInt8]] = [
    [1, 0, 0, 1, 0, 0, 0, 0, 0, 0], [0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0], [0, 0, 1, 0, 1],
    [0, 0, 0x1c, 0, 1],
  ]

  private static func rank(of pattern: FastPattern, isMarked: Bool, isInShort: Bool) -> Rank {
    let bytes = pattern.literal.bytes
    if isCommon(bytes) { return .commonText }
    if bytes.count >= bytesMin { return isMarked ? .markedLong : .long }
    if bytes.count == 1 { return .single }
    let isAnchored = pattern.endMax.map { $0 <= nearBytes(pattern.buffer) } ?? false
    if !isInShort && !isAnchored { return .shortAnywhere }
    return isMarked ? .markedShort : .short
  }

  /// Patterns that end within so many bytes of a buffer's start are searched for there alone.
  private static func nearBytes(_ buffer: BufferReference) -> Int {
    buffer.source == .payload ? PacketGroup.nearBytes : PacketGroup.prefixBytes
  }

  /// Whether a buffer is a value of a transaction, which is short, rather than data that grows.
  private static func isShort(_ buffer: BufferReference, _ protocols: [ApplicationProtocol]) -> Bool {
    guard case .field(let references) = buffer.source else { return false }
    return references.allSatisfy { reference in
      guard protocols.indices.contains(reference.protocolIndex),
        protocols[reference.protocolIndex].fields.indices.contains(reference.fieldIndex)
      else { return false }
      return protocols[reference.protocolIndex].fields[reference.fieldIndex].kind != .body
    }
  }

  /// The conditions that must hold on the buffer itself: decoded data, once it matches, ends a chain.
  private static func asked(_ inspection: Inspection, _ signature: Signature) -> ArraySlice<BufferCondition> {
    let hasData = signature.inspections.contains { $0.buffer.source == .base64Data }
    let decoding = inspection.conditions.firstIndex {
      if case .base64Decode = $0 { true } else { false }
    }
    guard hasData, let decoding else { return inspection.conditions[...] }
    return inspection.conditions[..<decoding]
  }

  private static func isScannable(_ inspection: Inspection) -> Bool {
    switch inspection.buffer.source {
    case .payload, .frame: true
    case .field, .fileData:
      !inspection.conditions.contains { if case .absent = $0 { true } else { false } }
    case .header, .base64Data, .fileName, .fileMagic, .file: false
    }
  }

  private static func isOnTransaction(_ buffer: BufferReference) -> Bool {
    switch buffer.source {
    case .field, .fileData, .fileName, .fileMagic, .file: true
    case .payload, .header, .base64Data, .frame: false
    }
  }

  private static func pattern(
    _ content: ContentCondition, _ inspection: Int, _ buffer: BufferReference, isFirst: Bool, _ bytesMin: Int
  ) -> FastPattern? {
    var bytes = content.pattern[...]
    var skipped = 0
    if let chop = content.fastPatternChop {
      let start = min(max(0, chop.offset), bytes.count)
      bytes = bytes.dropFirst(start).prefix(max(0, chop.length))
      skipped = start
    }
    let part = RunFolder.longestPart(bytes, ignoresCase: content.ignoresCase)
    skipped += part.startIndex - bytes.startIndex
    bytes = part
    // Literals that begin with NUL are dear to compile; what follows the NULs is as necessary, if it is long.
    let withoutNUL = bytes.drop { $0 == 0 }
    if withoutNUL.count >= min(bytes.count, Self.bytesMin) {
      skipped += bytes.count - withoutNUL.count
      bytes = withoutNUL
    }
    let whole = bytes
    let anchor = isFirst || !content.isRelative ? end(of: content) : nil
    // Near the start little is scanned: the whole of a literal calls up its rule the least.
    bytes = anchor.map { $0 <= nearBytes(buffer) } == true ? bytes.prefix(bytesMax) : rarest(bytes)
    skipped += bytes.startIndex - whole.startIndex
    guard bytes.count >= bytesMin else { return nil }
    var pattern = FastPattern(
      inspection: inspection, buffer: buffer,
      literal: LiteralDatabase.Literal(Array(bytes), ignoresCase: content.ignoresCase))
    pattern.strength = strength(of: whole, buffer)
    if let anchor { pattern.endMax = anchor - content.pattern.count + skipped + bytes.count }
    return pattern
  }

  /// Where the content ends at the latest, from the start of the buffer. The first content of a chain may be
  /// relative: it counts from the start.
  private static func end(of content: ContentCondition) -> Int? {
    if content.startsWith { return content.pattern.count }
    if content.isRelative {
      guard case .constant(let within)? = content.within else { return nil }
      switch content.distance {
      case nil: return Int(clamping: within.clamped)
      case .constant(let distance)?: return Int(clamping: (distance + within).clamped)
      case .variable?: return nil
      }
    }
    guard case .constant(let depth)? = content.depth else { return nil }
    switch content.offset {
    case nil: return Int(clamping: depth.clamped)
    case .constant(let offset)?: return Int(clamping: (max(0, offset) + depth).clamped)
    case .variable?: return nil
    }
  }

  /// The part of at most `bytesMax` bytes whose end is rarest; not beginning with NUL, if possible. Where a
  /// literal ends decides how often Vectorscan has to look closer, all of it how often its rule is called up.
  private static func rarest(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard bytes.count > endBytes else { return bytes }
    let rarity = TextRarity(bytes)
    var best = (part: bytes, score: -1)
    for end in (bytes.startIndex + endBytes)...bytes.endIndex {
      let start = max(bytes.startIndex, end - bytesMax)
      let score =
        bytes[start] == 0
        ? 0 : rarity.of((end - endBytes)..<end) + min(rarity.of(start..<end), rareEnough) / 3
      if score > best.score { best = (bytes[start..<end], score) }
    }
    return best.part
  }

  /// Grows with length and variety; bytes that are frequent in all traffic count little.
  private static func strength(of bytes: ArraySlice<UInt8>, _ buffer: BufferReference) -> Int {
    var score = 0
    var seen: (low: UInt128, high: UInt128) = (0, 0)
    for byte in bytes.prefix(16) {
      let bit = UInt128(1) << UInt128(byte & 127)
      let isNew = (byte < 128 ? seen.low : seen.high) & bit == 0
      if byte < 128 { seen.low |= bit } else { seen.high |= bit }
      score += isNew ? weight(of: byte) : 1
    }
    if isOnTransaction(buffer) { score += 8 }
    return score
  }

  private static func weight(of byte: UInt8) -> Int {
    switch byte {
    case 0, 1, 0x20, 0xff, 0x0d, 0x0a: 3
    case 48...57, 65...90, 97...122: 4
    default: 5
    }
  }

  /// Whether the bytes are a part of one of the common texts, whatever their case.
  static func isCommon(_ bytes: [UInt8]) -> Bool {
    let folded = bytes.map(\.lowercased)
    for text in common where bytes.count <= text.count {
      let found = ContentSearch.first(
        of: folded, 0, folded.count, ignoresCase: false, in: text.rawSpan, from: 0, to: text.count)
      if found >= 0 { return true }
    }
    return false
  }

  /// Texts that stand in nearly every message of their kind: a part of one calls up its rule all the time.
  private static let common: [[UInt8]] = [
    "get ", "post ",
    "http/1.1\r\nhost: www.", "user-agent: mozilla/5.0 (compatible; msie 10.0; windows nt 6.1; wow64; ",
    "content-type: application/x-www-form-urlencoded\r\n", "content-type: text/html; charset=utf-8\r\n",
    "accept: */*\r\n", "accept-encoding: gzip, deflate\r\n", "accept-language: en-us\r\n",
    "connection: keep-alive\r\n", "connection: close\r\n", "content-length: ", "cache-control: no-cache\r\n",
    "http/1.1 200 ok\r\n", "cookie: ", "referer: http://", "server: apache\r\n",
    "<html><head><title></title></head><body>",
    "<script type=\"text/javascript\">", "document.", "function(", "https://www.",
  ].map { Array($0.utf8) }
}
