import Wire

/// L2TP over UDP (RFC 2661 §3.1). Each end numbers tunnel and session for what it receives: control messages
/// tell which numbers belong together. Sessions are known by those of the access concentrator.
extension SessionObserver {
  mutating func l2tp(_ packet: Packet, _ bytes: RawSpan) {
    var reader = ByteReader(bytes)
    guard let flags = try? reader.u16(), flags & 0x0F == 2 else { return }
    if flags & 0x4000 != 0 { _ = try? reader.u16() }
    guard let tunnel = try? reader.u16(), let session = try? reader.u16() else { return }
    if flags & 0x0800 != 0 { _ = try? reader.u32() }
    if flags & 0x0200 != 0, let padding = try? reader.u16() { _ = try? reader.skip(Int(padding)) }
    let peer = packet.source.low &+ packet.destination.low
    let key = SessionKey(peer: peer, number: UInt32(tunnel) << 16 | UInt32(session))
    var body = reader.rest()
    guard flags & 0x8000 == 0 else {
      control(body, key, packet.timeNanoseconds)
      return
    }
    if body.byteCount >= 2, body.u16(0) == 0xFF03 { body = body.part(2, body.byteCount) }
    let own = aliases[key]
    let name = own ?? key
    ppp(
      body, name, "l2tp \(name.number >> 16)/\(name.number & 0xFFFF)", .l2tp, isFromClient: own != nil,
      packet.timeNanoseconds)
  }

  /// A control message (RFC 2661 §4.1): flags and length (16), vendor (16), type (16), value; the first says
  /// what message it is.
  private mutating func control(_ bytes: RawSpan, _ key: SessionKey, _ time: Int64) {
    var reader = ByteReader(bytes)
    var message: UInt16 = 0, tunnel: UInt16 = 0, session: UInt16 = 0
    for _ in 0..<IdentityLimits.parts {
      guard let flags = try? reader.u16(), let vendor = try? reader.u16(), let type = try? reader.u16(),
        flags & 0x3FF >= 6, let value = try? reader.take(Int(flags & 0x3FF) &- 6)
      else { break }
      // Hidden values (RFC 2661 §4.3) cannot be read.
      guard vendor == 0, flags & 0x4000 == 0, value.byteCount >= 2 else { continue }
      switch type {
      case 0: message = value.u16(0)
      case 9: tunnel = value.u16(0)
      case 14: session = value.u16(0)
      default: break
      }
    }
    switch message {
    // SCCRP goes to the access concentrator and tells the other's tunnel.
    case 2:
      if tunnels.count >= IdentityLimits.sessions { tunnels.removeAll() }
      tunnels[SessionKey(peer: key.peer, number: key.number >> 16)] = tunnel
    // ICRP likewise tells the other's session.
    case 11:
      guard let other = tunnels[SessionKey(peer: key.peer, number: key.number >> 16)] else { return }
      if aliases.count >= IdentityLimits.sessions { aliases.removeAll() }
      aliases[SessionKey(peer: key.peer, number: UInt32(other) << 16 | UInt32(session))] = key
    // CDN: the call is over.
    case 14: finish(aliases[key] ?? key, time)
    default: break
    }
  }
}
