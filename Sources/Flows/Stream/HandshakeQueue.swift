/// What a SYN or SYN/ACK said, kept while it is open which one the other side takes up.
struct Handshake: BitwiseCopyable {
  var sequence: UInt32 = 0
  var acknowledgement: UInt32 = 0
  var window: UInt32 = 0
  var timestamp: UInt32 = 0
  var windowShift: UInt8 = 0
  var hasWindowShift = false
  var hasTimestamp = false
  var allowsSACK = false
  var dataBytes: UInt32 = 0

  /// Says the same as another, so that it is a mere repetition.
  func isSame(as other: Handshake) -> Bool {
    sequence == other.sequence && acknowledgement == other.acknowledgement && window == other.window
      && windowShift == other.windowShift && hasTimestamp == other.hasTimestamp && timestamp == other.timestamp
  }
}

/// The differing SYNs and SYN/ACKs of a handshake that has not ended.
struct HandshakeQueue {
  var syns: [Handshake] = []
  var synAcks: [Handshake] = []
}
