package import Wire

/// A side's HASSH: what it offers in the key exchange, and the MD5 of that.
package struct SSHFingerprint: Sendable {
  /// The offered algorithms for keys, encryption, authentication and compression, joined by `;`.
  package let text: [UInt8]
  /// MD5 of `text` in hexadecimal.
  package let hash: [UInt8]

  /// Reads the payload of SSH_MSG_KEXINIT behind its number (RFC 4253 §7.1).
  ///
  ///     cookie (16 bytes) | 10 lists of names, each after its length (32) | follows (8) | 0 (32)
  ///
  /// Throws where a list is cut.
  package init(_ payload: RawSpan, _ direction: Direction) throws(ParseFailure) {
    var reader = ByteReader(payload)
    try reader.skip(16)
    var lists = [Range<Int>](repeating: 0..<0, count: 8)
    for index in lists.indices {
      let length = Int(try reader.u32())
      lists[index] = reader.position..<(reader.position &+ length)
      try reader.skip(length)
    }
    // Both directions have lists of their own; a side is known by those of what it sends.
    let side = direction == .toServer ? 0 : 1
    var text: [UInt8] = []
    for index in [0, 2 + side, 4 + side, 6 + side] {
      if index > 0 { text.append(UInt8(ascii: ";")) }
      text.append(payload.part(lists[index].lowerBound, lists[index].count))
    }
    self.text = text
    hash = Digest.hexadecimal(Digest.compute(.md5, text.rawSpan))
  }
}
