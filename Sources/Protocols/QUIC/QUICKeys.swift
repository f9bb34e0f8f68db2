import Wire

/// The keys of a connection's first packets, which anybody can make: they follow from the version and from
/// where the client's first packet is sent to (RFC 9001 §5).
struct QUICKeys {
  private let sides: Pair<Side>

  /// Keys for what goes in a direction.
  private struct Side {
    let key: [UInt8]
    let vector: [UInt8]
    let head: [UInt8]
  }

  /// Nil where the version has no such keys: its first packets are in the clear, or it is not known.
  init?(_ version: QUICVersion, destination: [UInt8]) {
    guard let salt = version.salt else { return nil }
    let secret = Self.hmac(key: salt, destination)
    let prefix = version == .v2 ? "quicv2 " : "quic "
    func side(_ label: String) -> Side {
      let own = Self.expanded(secret, label, bytes: 32)
      return Side(
        key: Self.expanded(own, prefix + "key", bytes: QUICCipher.keyBytes),
        vector: Self.expanded(own, prefix + "iv", bytes: QUICCipher.nonceBytes),
        head: Self.expanded(own, prefix + "hp", bytes: QUICCipher.keyBytes))
    }
    sides = Pair(side("client in"), side("server in"))
  }

  /// What a packet protects, in the clear; nil where it was not protected with these keys.
  ///
  /// The packet's number stands behind its head, as long as two masked bits of the first byte say; it is not
  /// completed from those before it, as first packets have small ones.
  func open(_ packet: RawSpan, _ header: QUICHeader, _ direction: Direction) -> [UInt8]? {
    let side = sides[direction]
    guard header.bodyBytes >= 4 &+ QUICCipher.keyBytes else { return nil }
    let sample = packet.part(header.headBytes &+ 4, QUICCipher.keyBytes).copied()
    guard let mask = QUICCipher.block(side.head, sample) else { return nil }
    var head = packet.part(0, header.headBytes &+ 4).copied()
    head[0] ^= mask[0] & (header.isLong ? 0x0F : 0x1F)
    let numberBytes = Int(head[0] & 3) &+ 1
    var nonce = side.vector
    for place in 0..<numberBytes {
      let byte = head[header.headBytes &+ place] ^ mask[1 &+ place]
      head[header.headBytes &+ place] = byte
      nonce[nonce.count &- numberBytes &+ place] ^= byte
    }
    head.removeLast(4 &- numberBytes)
    let sealed = packet.part(head.count, header.headBytes &+ header.bodyBytes &- head.count).copied()
    return QUICCipher.open(sealed, side.key, nonce: nonce, associated: head)
  }

  /// HKDF-Expand-Label with an empty context, for what one block of SHA-256 gives (RFC 8446 §7.1, RFC 5869).
  private static func expanded(_ secret: [UInt8], _ label: String, bytes count: Int) -> [UInt8] {
    let name = Array("tls13 ".utf8) + Array(label.utf8)
    let info = [0, UInt8(count), UInt8(name.count)] + name + [0, 1]
    return Array(hmac(key: secret, info).prefix(count))
  }

  /// HMAC with SHA-256 (RFC 2104); keys are at most a block long.
  private static func hmac(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    let padded = key + [UInt8](repeating: 0, count: 64 &- min(key.count, 64))
    let inner = padded.map { $0 ^ 0x36 } + message
    let outer = padded.map { $0 ^ 0x5C } + Digest.compute(.sha256, inner.rawSpan)
    return Digest.compute(.sha256, outer.rawSpan)
  }
}
