import Wire

/// A TCP packet as the session needs it: header fields and the options that matter.
///
/// RFC 9293 §3.1; options: RFC 7323 (window scale 3, time stamps 8), RFC 2018 (SACK permitted 4),
/// RFC 7413 (fast open 34), RFC 2385 and RFC 5925 (signatures 19 and 29). An option whose length does not fit
/// ends the options.
struct TCPSegment {
  var sequence: UInt32
  var acknowledgement: UInt32
  var flags: UInt8
  var window: UInt32
  var payloadOffset: Int
  var payloadCount: UInt32
  var urgentPointer: UInt16 = 0
  var direction: Direction
  var seconds: Int64

  var hasTimestamp = false
  var timestamp: UInt32 = 0
  var timestampEcho: UInt32 = 0
  var hasWindowShift = false
  var windowShift: UInt8 = 0
  var allowsSACK = false
  /// A fast-open option with a cookie, or one that asks for it.
  var hasFastOpen = false
  /// The segment is signed with a key that its ends share.
  var isSigned = false

  /// Number after the payload.
  @inline(__always)
  var end: UInt32 { sequence &+ payloadCount }

  @inline(__always)
  func has(_ flag: UInt8) -> Bool { flags & flag != 0 }

  @inline(__always)
  init(_ packet: Packet, _ bytes: RawSpan, _ direction: Direction) {
    sequence = packet.tcpSequence
    acknowledgement = packet.tcpAcknowledgement
    flags = packet.tcpFlags
    window = UInt32(packet.tcpWindow)
    payloadOffset = Int(packet.payloadOffset)
    let available = max(min(Int(packet.payloadLength), bytes.byteCount &- payloadOffset), 0)
    payloadCount = UInt32(truncatingIfNeeded: available)
    self.direction = direction
    seconds = packet.timeSeconds
    let transport = Int(packet.transportOffset)
    let headerEnd = transport &+ Int(packet.transportHeaderLength)
    guard transport >= 0, headerEnd <= bytes.byteCount else { return }
    if flags & TCPFlag.urg != 0, transport &+ 20 <= headerEnd { urgentPointer = bytes.u16(transport &+ 18) }
    let options = transport &+ 20
    if headerEnd == options &+ 12, bytes.u32(options) == 0x0101_080a {
      // The usual layout of data packets: two fillers and the time stamps.
      hasTimestamp = true
      timestamp = bytes.u32(options &+ 4)
      timestampEcho = bytes.u32(options &+ 8)
    } else if headerEnd > options {
      readOptions(bytes, options, headerEnd)
    }
  }

  private mutating func readOptions(_ bytes: RawSpan, _ start: Int, _ end: Int) {
    var position = start
    while position < end {
      let kind = bytes[position]
      if kind == 0 { return }
      if kind == 1 {
        position &+= 1
        continue
      }
      guard position &+ 1 < end else { return }
      let length = Int(bytes[position &+ 1])
      guard length >= 2, position &+ length <= end else { return }
      switch (kind, length) {
      case (3, 3):
        hasWindowShift = true
        windowShift = min(bytes[position &+ 2], 14)
      case (4, 2):
        allowsSACK = true
      case (8, 10):
        hasTimestamp = true
        timestamp = bytes.u32(position &+ 2)
        timestampEcho = bytes.u32(position &+ 6)
      case (19, _), (29, _):
        isSigned = true
      case (34, _):
        hasFastOpen = true
      case (254, 4...):
        hasFastOpen = hasFastOpen || bytes.u16(position &+ 2) == 0xf989
      default:
        break
      }
      position &+= length
    }
  }
}
