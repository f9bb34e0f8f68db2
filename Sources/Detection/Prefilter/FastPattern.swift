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

  /// Patterns shorter than this are left to evaluation: they are found everywhere, and double the cost of a
  /// scan.
  static let bytesMin = 4
  /// Longer patterns are cut: the bytes beyond tell little more and cost the scan memory.
  static let bytesMax = 32

  /// Chooses the pattern of a rule, or nil where no content can stand for it.
  ///
  /// `fast_pattern` is honoured where it can be; otherwise the longest and most varied content is best, and
  /// one on a
  /// transaction's buffer better than one on the payload, as that buffer is scanned for others anyway.
  static func choose(_ signature: Signature) -> FastPattern? {
    let isTransactional = signature.inspections.contains { Self.isOnTransaction($0.buffer) }
    var best: (pattern: FastPattern, score: Int)?
    for (index, inspection) in signature.inspections.enumerated() {
      guard isScannable(inspection, isTransactional: isTransactional) else { continue }
      for case .content(let content) in inspection.conditions where !content.isNegated {
        guard let pattern = pattern(content, index, inspection.buffer) else { continue }
        let score = content.isFastPattern ? Int.max : strength(of: pattern)
        if score > (best?.score ?? 0) { best = (pattern, score) }
      }
    }
    return best?.pattern
  }

  /// A rule on a transaction is called up by the transaction's buffers only; its payload conditions come
  /// after.
  private static func isScannable(_ inspection: Inspection, isTransactional: Bool) -> Bool {
    switch inspection.buffer.source {
    case .payload: !isTransactional
    case .field, .fileData: !inspection.conditions.contains { if case .absent = $0 { true } else { false } }
    case .header, .base64Data, .fileName: false
    }
  }

  private static func isOnTransaction(_ buffer: BufferReference) -> Bool {
    switch buffer.source {
    case .field, .fileData, .fileName: true
    case .payload, .header, .base64Data: false
    }
  }

  private static func pattern(
    _ content: ContentCondition, _ inspection: Int, _ buffer: BufferReference
  ) -> FastPattern? {
    var bytes = content.pattern[...]
    var skipped = 0
    if let chop = content.fastPatternChop {
      let start = min(max(0, chop.offset), bytes.count)
      bytes = bytes.dropFirst(start).prefix(max(0, chop.length))
      skipped = start
    }
    // Vectorscan takes no literal that begins with NUL; what follows the NULs is as necessary.
    let withoutNUL = bytes.drop { $0 == 0 }
    if withoutNUL.count >= bytesMin {
      skipped += bytes.count - withoutNUL.count
      bytes = withoutNUL
    }
    if bytes.count > bytesMax {
      bytes = bytes.prefix(bytesMax)
    }
    guard bytes.count >= bytesMin else { return nil }
    var pattern = FastPattern(
      inspection: inspection, buffer: buffer,
      literal: LiteralDatabase.Literal(Array(bytes), ignoresCase: content.ignoresCase))
    if !content.isRelative, let end = end(of: content) {
      pattern.endMax = end - content.pattern.count + skipped + bytes.count
    }
    return pattern
  }

  /// Where the content ends at the latest, from the start of the buffer.
  private static func end(of content: ContentCondition) -> Int? {
    if content.startsWith { return content.pattern.count }
    guard case .constant(let depth)? = content.depth else { return nil }
    switch content.offset {
    case nil: return Int(clamping: depth.clamped)
    case .constant(let offset)?: return Int(clamping: (max(0, offset) + depth).clamped)
    case .variable?: return nil
    }
  }

  /// Grows with length and variety; bytes that are frequent in all traffic count little.
  private static func strength(of pattern: FastPattern) -> Int {
    var score = 0
    var seen: Set<UInt8> = []
    for byte in pattern.literal.bytes.prefix(16) {
      if !seen.insert(byte).inserted {
        score += 1
        continue
      }
      switch byte {
      case 0, 1, 0x20, 0xff, 0x0d, 0x0a: score += 3
      case 48...57, 65...90, 97...122: score += 4
      default: score += 5
      }
    }
    if Self.common.contains(where: { isPart(pattern.literal.bytes, of: $0) }) { score = max(1, score / 4) }
    if Self.isOnTransaction(pattern.buffer) { score += 8 }
    return score
  }

  private static func isPart(_ bytes: [UInt8], of text: [UInt8]) -> Bool {
    guard bytes.count <= text.count else { return false }
    let folded = bytes.map(\.lowercased)
    return (0...(text.count - bytes.count)).contains { text[$0..<($0 + bytes.count)].elementsEqual(folded) }
  }

  /// Texts that stand in nearly every message of their kind: a part of one calls up its rule all the time.
  private static let common: [[UInt8]] = [
    "http/1.1\r\nhost: www.", "user-agent: mozilla/5.0 (compatible; msie 10.0; windows nt 6.1; wow64; ",
    "content-type: application/x-www-form-urlencoded\r\n", "content-type: text/html; charset=utf-8\r\n",
    "accept: */*\r\n", "accept-encoding: gzip, deflate\r\n", "accept-language: en-us\r\n",
    "connection: keep-alive\r\n", "connection: close\r\n", "content-length: ", "cache-control: no-cache\r\n",
    "http/1.1 200 ok\r\n", "cookie: ", "referer: http://", "server: apache\r\n",
    "<html><head><title></title></head><body>",
    "<script type=\"text/javascript\">", "document.", "function(", "https://www.",
  ].map { Array($0.utf8) }
}
