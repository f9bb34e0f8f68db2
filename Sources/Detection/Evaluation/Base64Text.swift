import Wire

/// Base64 as rules decode it (RFC 4648 §4, RFC 2045 §6.8).
enum Base64Text {
  /// Appends the decoded bytes, as Suricata's modes have it.
  ///
  /// RFC 2045 passes over whatever is not in the alphabet, and drops a last group that is not whole. RFC 4648
  /// ends at such a byte and keeps what stands before; a last group of one digit, which stands for nothing,
  /// spoils the whole. `strict` takes all or nothing.
  static func decode(_ text: RawSpan, _ mode: Base64Mode, into decoded: inout [UInt8]) {
    let before = decoded.count
    var group: UInt32 = 0
    var digits = 0
    var padding = 0
    var index = 0
    var isMalformed = false
    while index < text.byteCount {
      let byte = text[index]
      index &+= 1
      if byte == 61 {
        padding &+= 1
        if digits &+ padding == 4 { break }
        continue
      }
      let digit = value(byte)
      guard digit < 64, padding == 0 else {
        if mode == .rfc2045 && digit >= 64 { continue }
        isMalformed = true
        break
      }
      group = group << 6 | UInt32(digit)
      digits &+= 1
      if digits == 4 {
        decoded.append(UInt8(truncatingIfNeeded: group >> 16))
        decoded.append(UInt8(truncatingIfNeeded: group >> 8))
        decoded.append(UInt8(truncatingIfNeeded: group))
        group = 0
        digits = 0
      }
    }
    let isWhole = digits == 0 || digits &+ padding == 4
    switch mode {
    case .strict where isMalformed || !isWhole, .rfc4648 where !isMalformed && digits == 1:
      decoded.removeLast(decoded.count - before)
      return
    case .rfc2045 where !isWhole: return
    case .strict, .rfc2045, .rfc4648: break
    }
    if digits >= 2 { decoded.append(UInt8(truncatingIfNeeded: group >> UInt32(6 &* digits &- 8))) }
    if digits == 3 { decoded.append(UInt8(truncatingIfNeeded: group >> 2)) }
  }

  @inline(__always)
  private static func value(_ byte: UInt8) -> UInt8 {
    switch byte {
    case 65...90: return byte &- 65
    case 97...122: return byte &- 71
    case 48...57: return byte &+ 4
    case 43: return 62
    case 47: return 63
    default: return 255
    }
  }
}
