import Wire

/// The payloads of a message of version 2 (RFC 7296 §3.2 to §3.14).
///
///     payload: kind of the next (8) | flags (8) | length (16) | content
///     association (33): proposals
///     proposal: last (8) | reserved (8) | length (16) | number (8) | protocol (8) | bytes of SPI (8)
///               | transforms (8) | SPI | transforms
///     transform: last (8) | reserved (8) | length (16) | kind (8) | reserved (8) | algorithm (16)
///                | attributes
///     notification (41): protocol (8) | bytes of SPI (8) | kind (16) | SPI | data
///
/// One payload that is cut, or too short for its kind, and nothing is known of any.
struct IKEPayloads {
  /// A proposal's protocol and algorithms.
  struct Proposal {
    let protocolNumber: UInt8
    var algorithms: [(kind: UInt8, number: UInt16)]
  }

  private(set) var kinds: [UInt8]
  private(set) var proposals: [Proposal] = []
  private(set) var notifications: [UInt16] = []

  init(_ bytes: RawSpan, first: UInt8) throws(ParseFailure) {
    kinds = [first]
    var reader = ByteReader(bytes)
    var kind = first
    while !reader.isAtEnd {
      let next = try reader.u8()
      try reader.skip(1)
      let length = Int(try reader.u16())
      try read(kind, try reader.take(length &- 4))
      kinds.append(next)
      kind = next
    }
  }

  private mutating func read(_ kind: UInt8, _ bytes: RawSpan) throws(ParseFailure) {
    switch kind {
    case 33: try readAssociation(bytes)
    case 41: try readNotification(bytes)
    case 44, 45: try Self.checkSelectors(bytes)
    default:
      guard bytes.byteCount >= Self.leastBytes[kind] ?? 0 else { throw ParseFailure(.truncated, at: 0) }
    }
  }

  /// Bytes that a payload has at least, where it is read no further.
  private static let leastBytes: [UInt8: Int] = [34: 4, 35: 4, 36: 4, 37: 1, 38: 1, 39: 4, 42: 8, 43: 8]

  private mutating func readAssociation(_ bytes: RawSpan) throws(ParseFailure) {
    var reader = ByteReader(bytes)
    proposals.append(try Self.proposal(&reader))
    // What cannot be read behind the first is passed over.
    while !reader.isAtEnd, let proposal = try? Self.proposal(&reader) { proposals.append(proposal) }
  }

  private static func proposal(_ reader: inout ByteReader) throws(ParseFailure) -> Proposal {
    try reader.skip(2)
    let length = Int(try reader.u16())
    try reader.skip(1)
    let protocolNumber = try reader.u8()
    let identifierBytes = Int(try reader.u8())
    let count = try reader.u8()
    try reader.skip(identifierBytes)
    var inner = ByteReader(try reader.take(length &- 8 &- identifierBytes))
    var proposal = Proposal(protocolNumber: protocolNumber, algorithms: [])
    for _ in 0..<count {
      try inner.skip(2)
      let transformBytes = Int(try inner.u16())
      let kind = try inner.u8()
      try inner.skip(1)
      proposal.algorithms.append((kind, try inner.u16()))
      if transformBytes > 8 { try inner.skip(transformBytes &- 8) }
    }
    return proposal
  }

  private mutating func readNotification(_ bytes: RawSpan) throws(ParseFailure) {
    var reader = ByteReader(bytes)
    try reader.skip(1)
    let identifierBytes = Int(try reader.u8())
    let kind = try reader.u16()
    try reader.skip(identifierBytes)
    notifications.append(kind)
  }

  /// Selectors of traffic (RFC 7296 §3.13): the first must be there.
  private static func checkSelectors(_ bytes: RawSpan) throws(ParseFailure) {
    var reader = ByteReader(bytes)
    try reader.skip(4)
    let kind = try reader.u8()
    guard kind == 7 || kind == 8 else { throw ParseFailure(.malformed, at: 4) }
    try reader.skip(7 &+ (kind == 7 ? 8 : 32))
  }
}
