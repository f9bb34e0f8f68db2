import Wire

/// The head of a packet (RFC 9000 §17; for the versions of Google, their documents of wire layout).
///
///     1 | fixed 1 | type 2 | 4 bits | version (32) | to <0..255> | from <0..255>          long
///       Initial: token <varint> | length (varint)
///     0 | fixed 1 | …                                                                     short
///     0 0 | packet number length 2 | id 1 | nonce 1 | reset 1 | version 1 | [to (64)] …   of Google
///
/// Of the packets behind an Initial only its own length is read: others take all that is left.
package struct QUICHeader: Sendable {
  /// What a packet is for.
  package enum Kind: Sendable {
    case initial, zeroRTT, handshake, retry, versionNegotiation
    /// Encrypted, or of an old version without one in its head: nothing can be told of it.
    case short
  }

  package let kind: Kind
  package let version: QUICVersion
  /// The head has the version in the place of a long one.
  package let isLong: Bool
  /// Where the packet is sent to: what keys are made of.
  let destination: [UInt8]
  /// Bytes of the head, and of what it protects behind it.
  let headBytes: Int
  let bodyBytes: Int

  /// Reads the head at the front of some bytes. Throws where it is cut, or says more than there is.
  init(_ bytes: RawSpan) throws(ParseFailure) {
    var reader = ByteReader(bytes)
    let first = try reader.u8()
    isLong = first & 0x80 != 0
    guard isLong else {
      let isGoogle = first & 0x40 == 0
      let isInitial = isGoogle && first & 1 != 0
      destination = isGoogle ? try Self.identifier(first, &reader) : []
      version = isInitial ? QUICVersion(try reader.u32()) : .negotiation
      kind = isInitial ? .initial : .short
      if isGoogle {
        try reader.skip(1 &+ Int(first >> 4 & 3))
        if first & 8 != 0 { try reader.skip(12) }
      }
      headBytes = reader.position
      bodyBytes = reader.remaining
      return
    }
    version = QUICVersion(try reader.u32())
    kind = try Self.kind(first, version, at: reader.position)
    if version.isGoogle {
      let lengths = try reader.u8()
      destination = try reader.take(Self.length(lengths >> 4)).copied()
      try reader.skip(Self.length(lengths & 0xF))
    } else {
      destination = try reader.take(Int(try reader.u8())).copied()
      try reader.skip(Int(try reader.u8()))
    }
    guard kind == .initial else {
      headBytes = reader.position
      bodyBytes = reader.remaining
      return
    }
    if version.isGoogle {
      // Packet number, and a hash in the place of a signature.
      try reader.skip(16)
      headBytes = reader.position
      bodyBytes = reader.remaining
    } else {
      try reader.skip(Int(clamping: try reader.variableInteger()))
      bodyBytes = Int(clamping: try reader.variableInteger())
      headBytes = reader.position
    }
    guard bodyBytes <= reader.remaining, bodyBytes <= Int(UInt16.max) else {
      throw ParseFailure(.malformed, at: reader.position)
    }
  }

  /// Where a packet of Google's oldest head is sent to, with a nonce behind it that some have instead.
  private static func identifier(_ first: UInt8, _ reader: inout ByteReader) throws(ParseFailure) -> [UInt8] {
    if first & 8 != 0 { return try reader.take(8).copied() }
    if first & 4 != 0 { try reader.skip(32) }
    return []
  }

  private static func kind(
    _ first: UInt8, _ version: QUICVersion, at position: Int
  ) throws(ParseFailure) -> Kind {
    if version == .negotiation { return .versionNegotiation }
    // Q046 is the first of them with the heads that were agreed on later.
    if version.isGoogle, version.rawValue & 0xFF != 0x36 {
      switch first & 0x7F {
      case 0x7F: return .initial
      case 0x7E: return .retry
      case 0x7D: return .handshake
      case 0x7C: return .zeroRTT
      default: throw ParseFailure(.malformed, at: position)
      }
    }
    let kinds: [Kind] =
      version == .v2 ? [.retry, .initial, .zeroRTT, .handshake] : [.initial, .zeroRTT, .handshake, .retry]
    return kinds[Int(first >> 4 & 3)]
  }

  /// Lengths of identifiers of Google's versions: 0, or three more than is written.
  private static func length(_ bits: UInt8) -> Int { bits == 0 ? 0 : Int(bits) &+ 3 }
}

extension ByteReader {
  /// A number of 1, 2, 4 or 8 bytes, as its first two bits say (RFC 9000 §16).
  mutating func variableInteger() throws(ParseFailure) -> UInt64 {
    let first = try u8()
    var number = UInt64(first & 0x3F)
    for _ in 1..<(1 << Int(first >> 6)) { number = number << 8 | UInt64(try u8()) }
    return number
  }
}
