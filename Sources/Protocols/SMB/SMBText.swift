import Wire

/// Text, times and identifiers as SMB has them.
package enum SMBText {
  /// UTF-16 in little-endian order ([MS-SMB2] §2.1) as UTF-8; half pairs become U+FFFD, NULs are left out.
  static func utf8(_ bytes: RawSpan) -> [UInt8] {
    var result: [UInt8] = []
    let end = min(bytes.byteCount, SMBLimits.nameBytes) & ~1
    result.reserveCapacity(end / 2)
    var position = 0
    while position < end {
      var scalar = UInt32(bytes.u16(position, isLittleEndian: true))
      position &+= 2
      if scalar & 0xFC00 == 0xD800, position < end {
        let low = UInt32(bytes.u16(position, isLittleEndian: true))
        if low & 0xFC00 == 0xDC00 {
          scalar = 0x10000 &+ (scalar & 0x3FF) << 10 &+ low & 0x3FF
          position &+= 2
        }
      }
      append(scalar, to: &result)
    }
    return result
  }

  private static func append(_ scalar: UInt32, to text: inout [UInt8]) {
    func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: scalar >> shift & 0x3F) }
    switch scalar {
    case 0: break
    case 1..<0x80: text.append(UInt8(truncatingIfNeeded: scalar))
    case 0x80..<0x800: text += [0xC0 | UInt8(truncatingIfNeeded: scalar >> 6), tail(0)]
    case 0xD800..<0xE000: text += [0xEF, 0xBF, 0xBD]
    case 0x800..<0x10000: text += [0xE0 | UInt8(truncatingIfNeeded: scalar >> 12), tail(6), tail(0)]
    default: text += [0xF0 | UInt8(truncatingIfNeeded: scalar >> 18 & 7), tail(12), tail(6), tail(0)]
    }
  }

  /// Text in either form from an offset up to its NUL, and the offset behind it.
  static func terminated(_ bytes: RawSpan, at start: Int, isUnicode: Bool) -> (text: [UInt8], end: Int) {
    let step = isUnicode ? 2 : 1
    var end = start
    while end &+ step <= bytes.byteCount {
      if bytes[end] == 0, !isUnicode || bytes[end &+ 1] == 0 {
        return (text(bytes.part(start, end &- start), isUnicode: isUnicode), end &+ step)
      }
      end &+= step
    }
    return (text(bytes.part(start, end &- start), isUnicode: isUnicode), bytes.byteCount)
  }

  /// Text in either form, without NULs.
  static func text(_ bytes: RawSpan, isUnicode: Bool) -> [UInt8] {
    if isUnicode { return utf8(bytes) }
    var result = bytes.part(0, SMBLimits.nameBytes).copied()
    result.removeAll { $0 == 0 }
    return result
  }

  /// Seconds since 1970 of a time in tenths of microseconds since 1601 ([MS-DTYP] §2.3.3); 0 before that.
  package static func seconds(_ time: UInt64) -> UInt64 {
    let seconds = time / 10_000_000
    return seconds >= 11_644_473_600 ? seconds &- 11_644_473_600 : 0
  }

  /// Sixteen bytes as identifiers are written, each part in the machine's order as Suricata has it.
  static func identifier(_ bytes: RawSpan) -> [UInt8] {
    guard bytes.byteCount >= 16 else { return [] }
    var result: [UInt8] = []
    result.reserveCapacity(36)
    for place in [3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 9, 8, -1, 11, 10, 15, 14, 13, 12] {
      if place < 0 {
        result.append(UInt8(ascii: "-"))
      } else {
        result.append(ASCII.lowercaseHexDigit(bytes[place] >> 4))
        result.append(ASCII.lowercaseHexDigit(bytes[place] & 15))
      }
    }
    return result
  }
}

/// What a server calls an open file by: sixteen bytes in SMB 2, two in SMB 1.
package struct SMBHandle: Sendable, Hashable {
  private enum Kind: UInt8 { case short, long, related }

  private let kind: Kind
  private let persistent: UInt64
  private let volatile: UInt64

  /// Reads the handle of SMB 2. Traps if it is not there.
  init(_ bytes: RawSpan, at offset: Int) {
    kind = .long
    persistent = bytes.u64(offset)
    volatile = bytes.u64(offset &+ 8)
  }

  /// Reads the handle of SMB 1. Traps if it is not there.
  init(short bytes: RawSpan, at offset: Int) {
    kind = .short
    persistent = UInt64(bytes.u16(offset, isLittleEndian: true))
    volatile = 0
  }

  /// The file that another command of the same message opens, whose handle is not known yet.
  init(openedBy message: UInt64) {
    kind = .related
    persistent = message
    volatile = 0
  }

  /// Stands for the file that the command before in the same message opened.
  var isRelated: Bool { kind == .related || kind == .long && persistent == .max && volatile == .max }

  /// As events show it.
  package var text: [UInt8] {
    if kind == .short {
      let bytes = [UInt8(truncatingIfNeeded: persistent >> 8), UInt8(truncatingIfNeeded: persistent)]
      var text: [UInt8] = []
      ASCII.append(hex: bytes.rawSpan, to: &text)
      return text
    }
    var bytes: [UInt8] = []
    for part in kind == .related ? [UInt64.max, .max] : [persistent, volatile] {
      for shift in stride(from: 56 as UInt64, through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: part >> shift))
      }
    }
    return SMBText.identifier(bytes.rawSpan)
  }
}
