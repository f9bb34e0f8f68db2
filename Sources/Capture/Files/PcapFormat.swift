import Wire

/// What a parser made of the bytes it was given.
struct ScanResult {
  /// How many bytes were used up: the first incomplete record begins behind them.
  var consumed = 0
  /// How many bytes behind them are of no interest.
  var skip: UInt64 = 0
  /// How many bytes from `consumed` are needed to go on.
  var needed = 0
  /// What is wrong at `consumed`; nothing behind it can be read.
  var damage: String?
}

/// The classic format. Source: draft-ietf-opsawg-pcap.
///
///     0        4               8       12       16       20
///     | magic  | version 2+2   | zone  | digits | length | link type |
///     | seconds | fraction | captured | length |   bytes …             one per frame
///
/// The magic number tells the byte order and whether fractions are micro- or nanoseconds.
struct PcapFormat {
  /// Length of the file's header in bytes.
  static let headerBytes = 24

  private let isSwapped: Bool
  private let nanosecondsPerUnit: Int64
  private let recordHeaderBytes: Int
  private let linkType: Int32

  /// A format out of the first 24 bytes; nil where they are not those of a pcap file.
  init?(header: RawSpan) {
    guard header.byteCount >= Self.headerBytes else { return nil }
    let magic = header.u32(0)
    switch magic {
    case 0xa1b2_c3d4, 0xa1b2_3c4d, 0xa1b2_cd34: isSwapped = false
    case 0xd4c3_b2a1, 0x4d3c_b2a1, 0x34cd_b2a1: isSwapped = true
    default: return nil
    }
    let natural = isSwapped ? magic.byteSwapped : magic
    nanosecondsPerUnit = natural == 0xa1b2_3c4d ? 1 : 1000
    // Kuznetzov's patched tcpdump adds interface, protocol and packet type to each record.
    recordHeaderBytes = natural == 0xa1b2_cd34 ? 24 : 16
    let type = header.u32(20)
    // The upper bits tell the length of the frame check sequence.
    linkType = Int32(truncatingIfNeeded: (isSwapped ? type.byteSwapped : type) & 0xffff)
  }

  /// Whether bytes begin as a pcap or pcapng file does, however short they are cut.
  static func isMagic(_ head: [UInt8]) -> Bool {
    guard head.count >= 4 else { return false }
    switch head.rawSpan.u32(0) {
    case 0xa1b2_c3d4, 0xa1b2_3c4d, 0xa1b2_cd34, 0xd4c3_b2a1, 0x4d3c_b2a1, 0x34cd_b2a1, 0x0a0d_0d0a:
      return true
    default: return false
    }
  }

  /// Lists the frames that lie whole in the bytes from `start` to `end`.
  func scan(_ bytes: RawSpan, from start: Int, to end: Int, file: Int32, _ frames: inout [CapturedFrame])
    -> ScanResult
  {
    var result = ScanResult()
    var position = start
    while true {
      result.consumed = position
      guard end &- position >= recordHeaderBytes else {
        result.needed = recordHeaderBytes
        return result
      }
      let captured = Int(word(bytes, position &+ 8))
      guard captured <= CaptureLimits.frameBytesMax else {
        result.damage =
          "a record claims \(captured) bytes, and no frame has more than \(CaptureLimits.frameBytesMax)"
        return result
      }
      let next = position &+ recordHeaderBytes &+ captured
      guard next <= end else {
        result.needed = recordHeaderBytes &+ captured
        return result
      }
      let seconds = Int64(word(bytes, position))
      let fraction = Int64(word(bytes, position &+ 4))
      frames.append(
        CapturedFrame(
          timeNanoseconds: seconds &* 1_000_000_000 &+ fraction &* nanosecondsPerUnit,
          offset: Int32(truncatingIfNeeded: position &+ recordHeaderBytes),
          length: Int32(truncatingIfNeeded: captured),
          wireLength: Int32(clamping: word(bytes, position &+ 12)), linkType: linkType, file: file))
      position = next
    }
  }

  @inline(__always)
  private func word(_ bytes: RawSpan, _ offset: Int) -> UInt32 {
    let value = bytes.u32(offset)
    return isSwapped ? value.byteSwapped : value
  }
}
