import Wire

/// An attribute of a proposal of version 1 (RFC 2409 appendix A).
///
///     1 | kind (15) | value (16)                0 | kind (15) | length (16) | value
package struct IKEAttribute: Sendable {
  package let kind: UInt16
  /// The value, or the length where one is sent: the reference names the algorithm by either.
  package let word: UInt16
  package let number: UInt32?
  /// A value of another length than four bytes.
  package let value: [UInt8]?

  /// Name in rules and records.
  package var name: String { Self.names.indices.contains(Int(kind)) ? Self.names[Int(kind)] : Self.names[0] }

  /// Names by kind; the first is that of all others.
  private static let names = [
    "unknown", "alg_enc", "alg_hash", "alg_auth", "alg_dh", "sa_group_type", "sa_group_prime",
    "sa_group_generator_one", "sa_group_generator_two", "sa_group_curve_a", "sa_group_curve_b",
    "sa_life_type", "sa_life_duration", "alg_prf", "sa_key_length", "sa_field_size", "sa_group_order",
  ]

  /// The names that rules compare.
  package static let compared: Set<String> = [
    "alg_enc", "alg_hash", "alg_auth", "alg_dh", "sa_group_type", "sa_life_type", "sa_life_duration",
    "alg_prf", "sa_key_length", "sa_field_size",
  ]

  /// The field that `ike.chosen_sa_attribute` compares, by its place in EVE.
  package static let field = "ike.chosen_sa_attribute"

  /// A name and a number in one, with their end.
  package static func bytes(_ name: String, _ value: UInt32) -> [UInt8] {
    Array("\(name)=\(value);".utf8)
  }
}

/// What a message of version 1 says in the clear (RFC 2408 §3).
///
///     payload: kind of the next (8) | reserved (8) | length (16) | content
///     association (1): domain (32) | situation (32) | proposals, as payloads
///     proposal (2): number (8) | protocol (8) | bytes of SPI (8) | transforms (8) | SPI
///                   | transforms, as payloads
///     transform (3): number (8) | kind (8) | reserved (16) | attributes
///
/// A payload that is cut ends the list. An association or proposal that is cut makes the message unreadable.
package struct IKEContent: Sendable {
  static let association: UInt8 = 1

  package private(set) var domain: UInt32?
  package private(set) var keyExchange: [UInt8] = []
  package private(set) var nonce: [UInt8] = []
  package private(set) var vendors: [[UInt8]] = []
  package private(set) var proposals: [[IKEAttribute]] = []
  /// Kinds of payloads that came up.
  package private(set) var payloads: Set<UInt8> = []
  /// Bytes are left behind the last payload.
  private(set) var hasRest = false

  init() {}

  init(_ bytes: RawSpan, first: UInt8) throws(ParseFailure) {
    payloads = [first]
    var kind = first
    var reader = ByteReader(bytes)
    while let payload = Self.payload(&reader) {
      try read(kind, payload.content)
      kind = payload.next
    }
    hasRest = !reader.isAtEnd
  }

  /// Kinds of payloads, where nothing else can be read.
  init(encrypted first: UInt8) { payloads = [first] }

  /// One payload.
  private struct Payload: ~Escapable {
    let next: UInt8
    let content: RawSpan

    @_lifetime(copy content)
    init(next: UInt8, content: RawSpan) {
      self.next = next
      self.content = content
    }
  }

  /// The next payload; nil where no whole one is left.
  @_lifetime(copy reader)
  @_lifetime(reader: copy reader)
  private static func payload(_ reader: inout ByteReader) -> Payload? {
    guard reader.remaining >= 4 else { return nil }
    let length = Int(reader.bytes.u16(reader.position &+ 2))
    guard length <= reader.remaining else { return nil }
    let next = reader.bytes[reader.position]
    let content = reader.bytes.part(reader.position &+ 4, length &- 4)
    reader.position &+= max(length, 4)
    return Payload(next: next, content: content)
  }

  private mutating func read(_ kind: UInt8, _ bytes: RawSpan) throws(ParseFailure) {
    payloads.insert(kind)
    switch kind {
    case Self.association: try readAssociation(bytes)
    case 2: try readProposal(bytes)
    case 3: readTransform(bytes)
    case 4: keyExchange = bytes.copied()
    case 10: nonce = bytes.copied()
    case 13: vendors.append(bytes.copied())
    default: break
    }
  }

  private mutating func readAssociation(_ bytes: RawSpan) throws(ParseFailure) {
    var reader = ByteReader(bytes)
    let domain = try reader.u32()
    guard domain == 1 else {
      self.domain = domain
      return
    }
    try reader.skip(4)
    self.domain = domain
    while let payload = Self.payload(&reader) {
      payloads.insert(2)
      try readProposal(payload.content)
      if payload.next != 2 { return }
    }
  }

  private mutating func readProposal(_ bytes: RawSpan) throws(ParseFailure) {
    var reader = ByteReader(bytes)
    try reader.skip(2)
    let count = Int(try reader.u8())
    try reader.skip(1)
    try reader.skip(count)
    while let payload = Self.payload(&reader) {
      payloads.insert(3)
      readTransform(payload.content)
      if payload.next != 3 { return }
    }
  }

  /// Of each kind of attribute the first counts, and the first with a number: that many are kept.
  private mutating func readTransform(_ bytes: RawSpan) {
    guard bytes.byteCount >= 4 else { return }
    var attributes: [IKEAttribute] = []
    var reader = ByteReader(bytes, at: 4)
    while reader.remaining >= 4 {
      let head = bytes.u16(reader.position)
      let word = bytes.u16(reader.position &+ 2)
      let isShort = head & 0x8000 != 0
      let length = isShort ? 0 : Int(word)
      guard length <= reader.remaining &- 4 else { break }
      let value = bytes.part(reader.position &+ 4, length)
      reader.position &+= 4 &+ length
      let number = isShort ? UInt32(word) : length == 4 ? value.u32(0) : nil
      let attribute = IKEAttribute(
        kind: head & 0x7FFF, word: word, number: number, value: number == nil ? value.copied() : nil)
      let name = attribute.name
      let isNews = !attributes.contains { $0.name == name && ($0.number != nil || number == nil) }
      if isNews { attributes.append(attribute) }
    }
    proposals.append(attributes)
  }
}
