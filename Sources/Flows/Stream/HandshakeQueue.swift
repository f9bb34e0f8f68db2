/// What a SYN or SYN/ACK said, kept while it is open which one the other side takes up.
struct Handshake: BitwiseCopyable {
  var sequence: UInt32 = 0
  var window: UInt32 = 0
  var timestamp: UInt32 = 0
  var windowShift: UInt8 = 0
  var hasWindowShift = false
  var hasTimestamp = false
  var allowsSACK = false

  init() {}

  init(_ segment: TCPSegment) {
    sequence = segment.sequence
    window = segment.window
    timestamp = segment.timestamp
    windowShift = segment.windowShift
    hasWindowShift = segment.hasWindowShift
    hasTimestamp = segment.hasTimestamp
    allowsSACK = segment.allowsSACK
  }

  /// Says the same as another, so that it is a mere repetition.
  func isSame(as other: Handshake) -> Bool {
    sequence == other.sequence && window == other.window && windowShift == other.windowShift
      && hasTimestamp == other.hasTimestamp
  }
}

/// The differing SYNs and SYN/ACKs of a handshake that has not ended, each side's bounded by the settings.
struct HandshakeQueue {
  private(set) var syns: [Handshake] = []
  private(set) var synAcks: [Handshake] = []

  /// Keeps a SYN; false if there are too many, so that the oldest had to go.
  mutating func addSYN(_ syn: Handshake, max: Int) -> Bool {
    if syns.count >= max {
      if !syns.isEmpty { syns.removeFirst() }
      if max > 0 { syns.append(syn) }
      return false
    }
    if !syns.contains(where: { $0.isSame(as: syn) }) { syns.append(syn) }
    return true
  }

  /// Keeps a SYN/ACK; false if there are too many.
  mutating func addSYNACK(_ synAck: Handshake, max: Int) -> Bool {
    if synAcks.contains(where: { $0.isSame(as: synAck) }) { return true }
    guard synAcks.count < max else { return false }
    synAcks.append(synAck)
    return true
  }

  /// The kept SYN that a SYN/ACK answers.
  mutating func takeSYN(acknowledgedBy acknowledgement: UInt32) -> Handshake? {
    guard let syn = syns.last(where: { $0.sequence &+ 1 == acknowledgement }) else { return nil }
    syns = []
    return syn
  }

  /// The kept SYN/ACK that the client takes up.
  mutating func takeSYNACK(acknowledgedBy acknowledgement: UInt32) -> Handshake? {
    guard !synAcks.isEmpty else { return nil }
    let synAck = synAcks.last { $0.sequence &+ 1 == acknowledgement }
    synAcks = []
    return synAck
  }
}

extension TCPEnd {
  /// Begins anew as a kept SYN or SYN/ACK says.
  mutating func restart(_ handshake: Handshake) {
    initial = handshake.sequence
    next = handshake.sequence &+ 1
    nextOffset = 0
    acknowledged = handshake.sequence
    allowsSACK = handshake.allowsSACK
    timestamp = handshake.timestamp
    usesTimestamps = handshake.hasTimestamp
    hasTimestamp = handshake.hasTimestamp
    hasZeroTimestamp = handshake.hasTimestamp && handshake.timestamp == 0
    allowed = acknowledged &+ 1 &+ window
  }
}

extension TCPCore {
  /// The client's SYN as it stands.
  var synInHand: Handshake {
    var syn = Handshake()
    syn.sequence = client.initial
    syn.window = server.window
    syn.windowShift = server.windowShift
    syn.hasWindowShift = server.offersShift
    syn.timestamp = client.timestamp
    syn.hasTimestamp = client.hasTimestamp
    syn.allowsSACK = client.allowsSACK
    return syn
  }

  /// The server's SYN/ACK as it stands.
  var synAckInHand: Handshake {
    var synAck = Handshake()
    synAck.sequence = server.initial
    synAck.window = client.window
    synAck.windowShift = client.windowShift
    synAck.timestamp = server.timestamp
    synAck.hasTimestamp = server.hasTimestamp
    synAck.allowsSACK = server.allowsSACK
    return synAck
  }
}
