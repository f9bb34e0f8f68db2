import Wire

/// One side of a TCP session, as a sender: its sequence numbers, the window it may send into, its time
/// stamps.
struct TCPEnd {
  // Every session has two: what is large comes first, so that nothing is left free between.
  /// Offset in the stream of `next`, so that 32-bit numbers map to 64-bit offsets.
  var nextOffset: Int64 = 0
  /// Offset of its FIN.
  var finalOffset: Int64 = 0
  /// When its latest time stamp was seen, in seconds.
  var timestampSeconds: Int64 = 0
  var urgentBytes = 0
  /// Initial sequence number.
  var initial: UInt32 = 0
  /// Number after the last byte sent, SYN and FIN counted.
  var next: UInt32 = 0
  /// What the other side has acknowledged.
  var acknowledged: UInt32 = 0
  /// Window that the other side allows, scaled.
  var window: UInt32 = 0
  /// Highest number that was ever allowed: acknowledged plus window.
  var allowed: UInt32 = 0
  /// Its latest time-stamp value.
  var timestamp: UInt32 = 0
  /// The number that a reset must have as long as the FIN does not count.
  var resetBeforeFIN: UInt32 = 0
  /// Shift of the windows that the other side announces.
  var windowShift: UInt8 = 0
  var policy = HostPolicy.bsd
  /// It takes scaled windows.
  var offersShift = false
  var usesTimestamps = false
  var hasTimestamp = false
  /// A zero time stamp was seen in the handshake: it says nothing.
  var hasZeroTimestamp = false
  var allowsSACK = false
  var hasFIN = false
  /// The number of a reset counts its FIN: it was the first one, of a server, or acknowledged in time.
  var countsFIN = false
  /// It has sent a reset that the other side may not have believed: whether it goes on is watched.
  var hasRST = false
  var isKnown = false
  /// The last packet was a keep-alive.
  var isKeepingAlive = false

  /// The number that most systems ask of a reset: what the last data lead to, or a FIN that counts.
  @inline(__always)
  var numberOfReset: UInt32 { hasFIN && !countsFIN ? resetBeforeFIN : next }

  /// Offset in the stream of a sequence number near `next`.
  @inline(__always)
  func offset(of sequence: UInt32) -> Int64 { nextOffset &+ sequence.distance(from: next) }

  /// Moves `next` forward to a number, never back.
  @inline(__always)
  mutating func advance(to sequence: UInt32) {
    let distance = sequence.distance(from: next)
    guard distance > 0 else { return }
    next = sequence
    nextOffset &+= distance
  }
}
