import Wire

extension SessionObserver {
  /// RADIUS accounting (RFC 2866 §3): code (8), identifier (8), length (16), authenticator (16 bytes), then
  /// attributes: type (8), length (8), value. Only those that say who and where are looked at.
  mutating func radius(_ bytes: RawSpan, _ time: Int64) {
    guard bytes.byteCount >= 20, bytes[0] == 4 else { return }
    var identity = LineIdentity(source: .radius)
    var given: [IPPrefix] = []
    var status: UInt32 = 0
    var port = ""
    var reader = ByteReader(bytes.part(20, Int(bytes.u16(2)) &- 20))
    for _ in 0..<IdentityLimits.parts {
      guard let type = try? reader.u8(), let length = try? reader.u8(), length >= 2,
        let value = try? reader.take(Int(length) &- 2)
      else { break }
      switch type {
      case 1: identity.account = Self.text(value)
      case 8 where value.byteCount == 4:
        given += IPPrefix(IPAddress(v4: value.u32(0)), length: 32).map { [$0] } ?? []
      case 31: identity.circuit = Self.label(value)
      case 40 where value.byteCount == 4: status = value.u32(0)
      case 44: identity.session = Self.label(value)
      case 87: port = Self.label(value)
      // Framed-IPv6-Prefix (RFC 3162 §2.3), Delegated-IPv6-Prefix (RFC 4818 §3).
      case 97, 123: given += Self.prefix(value).map { [$0] } ?? []
      // Framed-IPv6-Address (RFC 6911 §3.1).
      case 168 where value.byteCount == 16:
        given += IPPrefix(IPAddress(v6High: value.u64(0), low: value.u64(8)), length: 128).map { [$0] } ?? []
      default: break
      }
    }
    if identity.circuit.isEmpty { identity.circuit = port }
    for prefix in given.prefix(8) {
      switch status {
      case 1, 3: table.bind(prefix, to: identity, at: time)
      case 2: table.release(prefix, from: identity, at: time)
      default: break
      }
    }
  }

  /// A prefix (RFC 3162 §2.3): reserved (8), length (8), as many bytes as are not zero. Shorter ones than 32
  /// bits are nobody's line.
  private static func prefix(_ value: RawSpan) -> IPPrefix? {
    guard 2...18 ~= value.byteCount, 32...128 ~= value[1] else { return nil }
    var bytes = value.part(2, 16).copied()
    bytes += [UInt8](repeating: 0, count: 16 - bytes.count)
    return IPPrefix(
      IPAddress(v6High: bytes.rawSpan.u64(0), low: bytes.rawSpan.u64(8)), length: Int(value[1]))
  }

  /// DHCP (RFC 2131 §2) with relay agent information (RFC 3046): an acknowledgement binds, a release ends.
  mutating func dhcp(_ bytes: RawSpan, _ time: Int64) {
    guard bytes.byteCount >= 244, bytes.u32(236) == 0x6382_5363 else { return }
    var kind: UInt8 = 0
    var circuit = ""
    var reader = ByteReader(bytes, at: 240)
    for _ in 0..<IdentityLimits.parts {
      guard let type = try? reader.u8(), type != 255 else { break }
      if type == 0 { continue }
      guard let length = try? reader.u8(), let value = try? reader.take(Int(length)) else { break }
      if type == 53, value.byteCount == 1 { kind = value[0] }
      if type == 82 { circuit = Self.circuit(value) }
    }
    let key = DHCPKey(hardware: Self.hardware(bytes, at: 28), transaction: bytes.u32(4))
    if !circuit.isEmpty, transactions.count < IdentityLimits.sessions {
      var identity = LineIdentity(source: .dhcp)
      identity.circuit = circuit
      transactions[key] = identity
    }
    switch kind {
    case 5:
      let address = IPAddress(v4: bytes.u32(16))
      if let identity = transactions.removeValue(forKey: key), address.low != 0 {
        table.bind(address, to: identity, at: time)
      }
    case 7:
      let address = IPAddress(v4: bytes.u32(12))
      if let identity = table.identity(of: address, at: time), identity.source == .dhcp {
        table.release(address, from: identity, at: time)
      }
    default: break
    }
  }

  /// Agent circuit id: sub-option 1 (RFC 3046 §3.1).
  private static func circuit(_ options: RawSpan) -> String {
    var reader = ByteReader(options)
    for _ in 0..<IdentityLimits.parts {
      guard let type = try? reader.u8(), let length = try? reader.u8(),
        let value = try? reader.take(Int(length))
      else { return "" }
      if type == 1 { return label(value) }
    }
    return ""
  }
}
