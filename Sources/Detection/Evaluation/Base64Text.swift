import Wire

/// Base64 as rules decode it (RFC 4648 §4, RFC 2045 §6.8).
enum Base64Text {
  /// Appends the decoded bytes, as Suricata's modes have it; nothing where the text is malformed.
  ///
  /// Padding may end any group of four, not only the last. RFC 2045 passes over whatever is not in the
  /// alphabet, and drops a last group that is not whole. RFC 4648 ends at such a byte and keeps what stands
  /// before, the whole bytes of a group that it cut among it. `strict` takes all or nothing: groups are
  /// whole, only the last is padded, and the bits that padding leaves over are zero.
  static func decode(_ text: RawSpan, _ mode: Base64Mode, into decoded: inout [UInt8]) {
    let before = decoded.count
    if !append(text, mode, &decoded) { decoded.removeLast(decoded.count - before) }
  }

  /// A group of four while it is being gathered.
  private struct Group {
    var bits: UInt32 = 0
    var digits = 0
    var symbols = 0
    var isPadded: Bool { symbols > digits }

    /// Appends the bytes that are whole, and begins the next group.
    mutating func flush(into decoded: inout [UInt8]) {
      let value = bits << UInt32(6 &* (4 &- digits))
      if digits >= 2 { decoded.append(UInt8(truncatingIfNeeded: value >> 16)) }
      if digits >= 3 { decoded.append(UInt8(truncatingIfNeeded: value >> 8)) }
      if digits == 4 { decoded.append(UInt8(truncatingIfNeeded: value)) }
      self = Group()
    }

    /// Bits that belong to no whole byte.
    var hasRest: Bool {
      switch digits {
      case 2: bits & 0x0f != 0
      case 3: bits & 0x03 != 0
      default: false
      }
    }
  }

  /// False where the text is malformed.
  private static func append(_ text: RawSpan, _ mode: Base64Mode, _ decoded: inout [UInt8]) -> Bool {
    var group = Group()
    var index = 0
    while index < text.byteCount {
      let byte = text[index]
      index &+= 1
      if byte == 0x3d {
        if group.digits < 2, mode != .rfc2045 { return false }
        group.symbols &+= 1
      } else {
        let digit = value(byte)
        if digit >= 64 {
          if mode == .rfc2045 { continue }
          if mode == .strict { return false }
          break
        }
        if group.isPadded {
          if mode != .rfc2045 { return false }
        } else {
          group.bits = group.bits << 6 | UInt32(digit)
          group.digits &+= 1
        }
        group.symbols &+= 1
      }
      guard group.symbols == 4 else { continue }
      if group.digits < 2 { return false }
      if mode == .strict, group.isPadded, group.hasRest || index < text.byteCount { return false }
      group.flush(into: &decoded)
    }
    if group.symbols == 0 || mode == .rfc2045 { return true }
    if mode == .strict || group.digits == 1 { return false }
    group.flush(into: &decoded)
    return true
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
