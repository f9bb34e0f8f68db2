import Wire

/// Reads elements of DER (ITU-T X.690): tag, length, content. Long tags and indefinite lengths are refused.
struct DERReader: ~Escapable {
  /// Tags that certificates are made of.
  enum Tag {
    static let integer: UInt8 = 0x02
    static let objectIdentifier: UInt8 = 0x06
    static let utcTime: UInt8 = 0x17
    static let generalizedTime: UInt8 = 0x18
    static let bmpString: UInt8 = 0x1E
    static let octetString: UInt8 = 0x04
    static let boolean: UInt8 = 0x01
    static let sequence: UInt8 = 0x30
    static let set: UInt8 = 0x31
  }

  private var reader: ByteReader

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan) {
    reader = ByteReader(bytes)
  }

  var isAtEnd: Bool { reader.isAtEnd }

  /// Tag of the next element, or nil at the end.
  var nextTag: UInt8? { reader.isAtEnd ? nil : reader.bytes[reader.position] }

  /// Steps over the first byte of a tag whose number stands in the byte behind it (X.690 §8.1.2.4), so that
  /// this one is the next tag. False where another tag stands there.
  mutating func skipLongTag(_ first: UInt8) -> Bool {
    guard nextTag == first else { return false }
    return (try? reader.u8()) != nil
  }

  /// Content of the next element, whatever its tag. Throws `.limit` where its length is cut off, `.truncated`
  /// where its content is.
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  mutating func content() throws(ParseFailure) -> RawSpan {
    let start = reader.position
    let tag = try reader.u8()
    guard tag & 0x1F != 0x1F else { throw ParseFailure(.malformed, at: start) }
    let first = try reader.u8()
    var length = Int(first)
    if first >= 0x80 {
      guard first > 0x80, first <= 0x84 else { throw ParseFailure(.malformed, at: start) }
      // A length that is itself cut off is another fault than a content that is.
      guard reader.remaining >= Int(first & 0x7F) else { throw ParseFailure(.limit, at: start) }
      length = 0
      for _ in 0..<(first & 0x7F) { length = length << 8 | Int(try reader.u8()) }
    }
    return try reader.take(length)
  }

  /// Content of the next element, which must have this tag.
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  mutating func content(_ tag: UInt8) throws(ParseFailure) -> RawSpan {
    guard nextTag == tag else { throw ParseFailure(.malformed, at: reader.position) }
    return try content()
  }

  /// Shows each standard extension of a certificate (RFC 5280 §4.2): n of its identifier 2.5.29.n, and value.
  static func standardExtensions(
    _ bytes: RawSpan, _ body: (_ number: UInt8, _ value: RawSpan) throws(ParseFailure) -> Void
  ) throws(ParseFailure) {
    var outer = DERReader(bytes)
    var list = DERReader(try outer.content(Tag.sequence))
    while !list.isAtEnd {
      var entry = DERReader(try list.content(Tag.sequence))
      let identifier = try entry.content(Tag.objectIdentifier)
      if entry.nextTag == Tag.boolean { _ = try entry.content() }
      let value = try entry.content(Tag.octetString)
      guard identifier.byteCount == 3, identifier[0] == 0x55, identifier[1] == 0x1D else { continue }
      try body(identifier[2], value)
    }
  }

  /// An object identifier in dotted form; nil where it is not sound.
  static func dotted(_ bytes: RawSpan) -> String? {
    guard bytes.byteCount > 0, bytes.byteCount <= 64 else { return nil }
    var parts: [UInt64] = []
    var value: UInt64 = 0
    for index in 0..<bytes.byteCount {
      guard value < 1 << 56 else { return nil }
      value = value << 7 | UInt64(bytes[index] & 0x7F)
      if bytes[index] & 0x80 == 0 {
        parts.append(value)
        value = 0
      }
    }
    guard let first = parts.first else { return nil }
    let root = min(first / 40, 2)
    return ([root, first &- root &* 40] + parts.dropFirst()).map(String.init).joined(separator: ".")
  }
}
