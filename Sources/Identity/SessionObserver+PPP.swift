import Wire

/// What is known of a PPP session.
struct PPPSession {
  var identity: LineIdentity
  /// Addresses that it has.
  var addresses: [IPAddress] = []
}

extension SessionObserver {
  /// PPPoE (RFC 2516 §4): discovery, or a frame of a session that has no IP in it.
  ///
  ///     | 1, 1 | code (8) | session (16) | length (16) | tags, or PPP protocol (16) and payload …
  mutating func pppoe(_ packet: Packet, _ bytes: RawSpan) {
    var offset = Int(packet.ethernetOffset) &+ 12
    // VLAN tags, as many as there may be.
    var tags = 0
    while tags < 3, offset &+ 4 <= bytes.byteCount, [0x8100, 0x88A8, 0x9100].contains(bytes.u16(offset)) {
      offset &+= 4
      tags &+= 1
    }
    guard bytes.byteCount &- offset >= 8 else { return }
    let isDiscovery = bytes.u16(offset) == 0x8863
    let code = bytes[offset &+ 3]
    let number = UInt32(bytes.u16(offset &+ 4))
    let body = bytes.part(offset &+ 8, Int(bytes.u16(offset &+ 6)))
    let ends = (
      Self.hardware(bytes, at: Int(packet.ethernetOffset)),
      Self.hardware(bytes, at: Int(packet.ethernetOffset) &+ 6)
    )
    let time = packet.timeNanoseconds
    guard isDiscovery else {
      // Either end may be the client: the session is there under one of them, or who logs in is the client.
      let forth = SessionKey(peer: ends.1, number: number), back = SessionKey(peer: ends.0, number: number)
      let isFromClient = sessions[back] == nil || Self.isLogIn(body)
      ppp(body, isFromClient ? forth : back, "pppoe \(number)", .pppoe, isFromClient: isFromClient, time)
      return
    }
    switch code {
    case 0x19: request(body, ends.1)
    case 0x65:
      var identity = sessions.removeValue(forKey: SessionKey(peer: ends.0, number: 0))?.identity
      identity?.session = "pppoe \(number)"
      if let identity { keep(SessionKey(peer: ends.0, number: number), PPPSession(identity: identity)) }
    case 0xA7:
      for peer in [ends.0, ends.1] { finish(SessionKey(peer: peer, number: number), time) }
    default: break
    }
  }

  /// PADR: the access node adds the circuit (Broadband Forum TR-101 §3.9.2), vendor 3561, option 1.
  private mutating func request(_ body: RawSpan, _ client: UInt64) {
    var identity = LineIdentity(source: .pppoe)
    var reader = ByteReader(body)
    for _ in 0..<IdentityLimits.parts {
      guard let type = try? reader.u16(), let length = try? reader.u16(),
        let value = try? reader.take(Int(length)), type != 0
      else { break }
      guard type == 0x0105, value.byteCount >= 6, value.u32(0) == 3561 else { continue }
      let count = Int(value[5])
      if value[4] == 1, value.byteCount >= 6 &+ count { identity.circuit = Self.label(value.part(6, count)) }
    }
    keep(SessionKey(peer: client, number: 0), PPPSession(identity: identity))
  }

  /// A frame by which a client says who it is: PAP's request, CHAP's response.
  private static func isLogIn(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount >= 3 else { return false }
    return bytes.u16(0) == 0xC023 && bytes[2] == 1 || bytes.u16(0) == 0xC223 && bytes[2] == 2
  }

  /// A PPP frame (RFC 1661 §2): protocol, code (8), identifier (8), length (16), data.
  mutating func ppp(
    _ bytes: RawSpan, _ key: SessionKey, _ name: String, _ source: LineIdentity.Source, isFromClient: Bool,
    _ time: Int64
  ) {
    var reader = ByteReader(bytes)
    guard let number = try? reader.u16(), let code = try? reader.u8(), (try? reader.u8()) != nil,
      let length = try? reader.u16(), length >= 4, let data = try? reader.take(Int(length) &- 4)
    else { return }
    var session = sessions[key] ?? PPPSession(identity: LineIdentity(source: source))
    session.identity.session = name
    if source == .pppoe { session.identity.hardware = Self.hardwareText(key.peer) }
    switch (number, code) {
    // PAP (RFC 1334 §2.2.1): the peer's name; the password behind it is not looked at.
    case (0xC023, 1):
      guard data.byteCount > 1, data.byteCount >= 1 &+ Int(data[0]) else { return }
      session.identity.account = Self.text(data.part(1, Int(data[0])))
    // CHAP (RFC 1994 §4.1): behind the response, which is not looked at, the name.
    case (0xC223, 2):
      guard data.byteCount > 1, data.byteCount > 1 &+ Int(data[0]) else { return }
      session.identity.account = Self.text(data.part(1 &+ Int(data[0]), data.byteCount))
    // EAP (RFC 3748 §5.1): a response of type 1 is an identity.
    case (0xC227, 2):
      guard data.byteCount > 1, data[0] == 1 else { return }
      session.identity.account = Self.text(data.part(1, data.byteCount))
    // IPCP (RFC 1332 §3.3): each end acknowledges the other's address; the client's is what the server does.
    case (0x8021, 2):
      if isFromClient { return }
      addresses(data, &session, time)
    // IPv6CP (RFC 5072 §4.1) likewise: the interface identifier, of which the line's local address is made.
    case (0x8057, 2):
      if isFromClient { return }
      interface(data, &session, time)
    // LCP and IPCP: terminated.
    case (0xC021, 5), (0xC021, 6), (0x8021, 5):
      finish(key, time)
      return
    default: return
    }
    keep(key, session)
  }

  private mutating func addresses(_ options: RawSpan, _ session: inout PPPSession, _ time: Int64) {
    var reader = ByteReader(options)
    for _ in 0..<IdentityLimits.parts {
      guard let type = try? reader.u8(), let length = try? reader.u8(), length >= 2,
        let value = try? reader.take(Int(length) &- 2)
      else { return }
      guard type == 3, value.byteCount == 4, value.u32(0) != 0 else { continue }
      let address = IPAddress(v4: value.u32(0))
      if !session.addresses.contains(address), session.addresses.count < 4 {
        session.addresses.append(address)
      }
      table.bind(address, to: session.identity, at: time)
    }
  }

  private mutating func interface(_ options: RawSpan, _ session: inout PPPSession, _ time: Int64) {
    var reader = ByteReader(options)
    for _ in 0..<IdentityLimits.parts {
      guard let type = try? reader.u8(), let length = try? reader.u8(), length >= 2,
        let value = try? reader.take(Int(length) &- 2)
      else { return }
      guard type == 1, value.byteCount == 8, value.u64(0) != 0 else { continue }
      let address = IPAddress(v6High: 0xFE80_0000_0000_0000, low: value.u64(0))
      if !session.addresses.contains(address), session.addresses.count < 4 {
        session.addresses.append(address)
      }
      table.bind(address, to: session.identity, at: time)
    }
  }

  private mutating func keep(_ key: SessionKey, _ session: PPPSession) {
    if sessions[key] == nil, sessions.count >= IdentityLimits.sessions { sessions.removeAll() }
    sessions[key] = session
  }

  mutating func finish(_ key: SessionKey, _ time: Int64) {
    guard let session = sessions.removeValue(forKey: key) else { return }
    for address in session.addresses { table.release(address, from: session.identity, at: time) }
  }
}
