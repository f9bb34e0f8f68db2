import Wire

/// What stands before a frame's payload (RFC 6455 §5.2).
///
///     FIN RSV1 RSV2 RSV3 opcode(4) | MASK length(7) | [length 16 or 64 bits] | [mask 32 bits]
package struct WebSocketHeader: Sendable {
  /// The four bits in front of the opcode, in their place.
  package let flags: UInt8
  package let opcode: UInt8
  package let mask: UInt32?
  /// Bytes of the payload as the header says.
  let payloadBytes: UInt64
  /// Bytes of the header itself.
  let byteCount: Int

  package var endsMessage: Bool { flags & 0x80 != 0 }
  var isCompressed: Bool { flags & 0x40 != 0 }
  /// Bits that no extension in use has.
  var hasReservedBits: Bool { flags & 0x30 != 0 }
  /// Control frames may stand between the frames of a message (§5.5).
  var isControl: Bool { opcode & 8 != 0 }

  init(_ bytes: RawSpan) throws(ParseFailure) {
    var reader = ByteReader(bytes)
    let first = try reader.u8()
    flags = first & 0xF0
    opcode = first & 0x0F
    let second = try reader.u8()
    payloadBytes =
      switch second & 0x7F {
      case 126: UInt64(try reader.u16())
      case 127: try reader.u64()
      case let short: UInt64(short)
      }
    mask = second & 0x80 != 0 ? try reader.u32() : nil
    byteCount = reader.position
  }

  /// A payload without its mask.
  func unmasked(_ bytes: RawSpan) -> [UInt8] {
    var payload = bytes.copied()
    guard let mask else { return payload }
    for index in payload.indices {
      payload[index] ^= UInt8(truncatingIfNeeded: mask >> (24 &- 8 &* UInt32(index & 3)))
    }
    return payload
  }
}
