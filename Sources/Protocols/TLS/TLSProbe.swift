import Wire

/// Tells TLS and TLCP by their first bytes, on any port.
enum TLSProbe {
  /// The head of a record of the handshake (from the server also an alert), or a client's hello in the form
  /// of SSL 2.0.
  static func recognise(_ bytes: RawSpan, _ direction: Direction) -> Recognition {
    guard bytes.byteCount > 0 else { return .needsMore }
    let first = bytes[0]
    if direction == .toServer, first & 0x80 != 0 { return sslv2(bytes) }
    guard first == 0x16 || direction == .toClient && (first == 0x15 || first == 0x17) else { return .no }
    guard bytes.byteCount >= 2 else { return .needsMore }
    if bytes[1] == 1 { return tlcp(bytes, direction) }
    guard bytes[1] == 3 else { return .no }
    guard bytes.byteCount >= 3 else { return .needsMore }
    return bytes[2] <= 4 ? .yes : .no
  }

  /// TLCP (GB/T 38636-2020 §6.3.3): a record of version 1.1 with the first byte of a hello, or with an alert.
  private static func tlcp(_ bytes: RawSpan, _ direction: Direction) -> Recognition {
    guard bytes[0] != 0x17 else { return .no }
    guard bytes.byteCount >= 6 else {
      return bytes.byteCount >= 3 && bytes[2] != 1 ? .no : .needsMore
    }
    guard bytes[2] == 1, 1...TLSLimits.recordBytes ~= Int(bytes.u16(3)) else { return .no }
    if bytes[0] == 0x15 { return bytes.u16(3) <= 2 ? .yes : .no }
    return bytes[5] == (direction == .toServer ? 1 : 2) ? .yes : .no
  }

  private static func sslv2(_ bytes: RawSpan) -> Recognition {
    if bytes.byteCount >= 3, bytes[2] != 1 { return .no }
    guard bytes.byteCount >= 11 else { return .needsMore }
    let version = bytes.u16(3)
    guard version == 0x0002 || 0x0300...0x0303 ~= version else { return .no }
    let length = Int(bytes.u16(0) & 0x7FFF)
    let parts = Int(bytes.u16(5)) &+ Int(bytes.u16(7)) &+ Int(bytes.u16(9))
    return length == 9 &+ parts && bytes.u16(5) % 3 == 0 ? .yes : .no
  }
}
