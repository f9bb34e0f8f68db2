import Wire

/// What the frames of a packet in the clear bring (RFC 9000 §19; for STREAM, Google's layout).
struct QUICFrames {
  /// A part of the handshake, and where it stands in it.
  struct Part {
    let offset: UInt64
    let bytes: [UInt8]
  }

  private(set) var parts: [Part] = []
  /// Messages of Google's handshake: their tags in order, with their values.
  private(set) var messages: [[QUICTag]] = []

  /// Reads all frames. Throws where one of them is cut; an unknown one takes all that is left.
  init(_ bytes: RawSpan) throws(ParseFailure) {
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
      let type = try reader.u8()
      switch type {
      case 0x80...0xFF: try stream(type, &reader)
      case 0x00: while !reader.isAtEnd, bytes[reader.position] == 0 { reader.position &+= 1 }
      case 0x01: break
      case 0x02, 0x03: try Self.acknowledgement(hasCounts: type == 3, &reader)
      case 0x06:
        let offset = try reader.variableInteger()
        let data = try reader.take(Int(clamping: try reader.variableInteger()))
        if parts.count < QUICLimits.parts { parts.append(Part(offset: offset, bytes: data.copied())) }
      case 0x08:
        _ = try reader.variableInteger()
        message(try reader.take(Int(clamping: try reader.variableInteger())))
      default: return
      }
    }
  }

  private static func acknowledgement(
    hasCounts: Bool, _ reader: inout ByteReader
  ) throws(ParseFailure) {
    _ = try reader.variableInteger()
    _ = try reader.variableInteger()
    var ranges = try reader.variableInteger()
    _ = try reader.variableInteger()
    while ranges > 0 {
      _ = try reader.variableInteger()
      _ = try reader.variableInteger()
      ranges &-= 1
    }
    guard hasCounts else { return }
    for _ in 0..<3 { _ = try reader.variableInteger() }
  }

  /// `1 | fin | has length | offset length (3) | stream length (2)`.
  private mutating func stream(_ type: UInt8, _ reader: inout ByteReader) throws(ParseFailure) {
    try reader.skip(Int(type & 3) &+ 1)
    let offsetBits = Int(type >> 2 & 7)
    try reader.skip(offsetBits == 0 ? 0 : offsetBits &+ 1)
    if type & 0x20 != 0 {
      message(try reader.take(Int(try reader.u16())))
    } else {
      message(reader.rest())
    }
  }

  /// Takes a message of Google's handshake, if it is one as a whole.
  private mutating func message(_ bytes: RawSpan) {
    guard messages.count < QUICLimits.messages, let tags = try? QUICTag.list(bytes) else { return }
    messages.append(tags)
  }
}

/// A tag of Google's handshake with its value.
struct QUICTag {
  /// Up to four letters; shorter ones end in zeros.
  let name: UInt32
  let value: [UInt8]

  static let serverName = number("SNI")
  static let userAgent = number("UAID")

  /// The tags that messages are known to have; with another one, a stream is taken for none.
  private static let known = Set(
    [
      "AEAD", "CCRT", "CCS", "CETV", "CFCW", "CHLO", "COPT", "CSCT", "CTIM", "ICSL", "IRTT", "KEXS", "MIDS",
      "MSPC", "NONC", "NONP", "PAD", "PDMD", "PUBS", "SCID", "SCLS", "SFCW", "SMHL", "SNI", "SNO", "STK",
      "TCID",
      "UAID", "VER", "XLCT",
    ].map(number))

  /// The tag as fingerprints name it.
  var text: [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: name >> $0) }.filter { $0 != 0 }
  }

  private static func number(_ text: String) -> UInt32 {
    let bytes = Array(text.utf8) + [UInt8](repeating: 0, count: 4 &- text.utf8.count)
    return bytes.reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Reads a message.
  ///
  ///     tag (32) | count (16) | 0 (16) | count × (tag (32) | end of its value (32)) | values
  ///
  /// Counts and ends are little-endian.
  static func list(_ bytes: RawSpan) throws(ParseFailure) -> [QUICTag] {
    var reader = ByteReader(bytes)
    guard known.contains(try reader.u32()) else { throw ParseFailure(.malformed, at: 0) }
    let count = Int(try reader.u16().byteSwapped)
    try reader.skip(2)
    guard count <= QUICLimits.tags else { throw ParseFailure(.limit, at: reader.position) }
    var values = ByteReader(bytes, at: reader.position &+ count &* 8)
    var (tags, end) = ([QUICTag](), 0)
    for _ in 0..<count {
      let name = try reader.u32()
      let next = Int(try reader.u32().byteSwapped)
      guard known.contains(name), next >= end else { throw ParseFailure(.malformed, at: reader.position) }
      tags.append(QUICTag(name: name, value: try values.take(next &- end).copied()))
      end = next
    }
    guard values.isAtEnd else { throw ParseFailure(.malformed, at: values.position) }
    return tags
  }
}

/// Bounds of what a flow of QUIC may make the parser keep.
enum QUICLimits {
  /// Packets of one datagram that are looked at: more than a few is none that anybody sends.
  static let packets = 32
  /// Parts of a handshake in one packet, and the bytes of a handshake that is put together.
  static let parts = 256
  static let handshakeBytes = 65_535
  /// Messages in one packet, and tags in a message.
  static let messages = 16
  static let tags = 256
}
