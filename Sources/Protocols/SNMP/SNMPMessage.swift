import Wire

/// A message of SNMP in BER (RFC 1157 §4, RFC 3416 §3, RFC 3412 §6).
///
///     SEQUENCE: version | community | PDU                                              versions 1 and 2
///     SEQUENCE: version | SEQUENCE: number, size, flags, model | security | PDU        version 3
///       PDU of version 3: SEQUENCE: engine, context, PDU; or OCTET STRING, if it is encrypted
///     PDU: number | error | place of the error | SEQUENCE of (SEQUENCE: object, value)
///     Trap of version 1: enterprise | address | generic trap | specific trap | time | objects
///
/// What stands behind a message is passed over.
package struct SNMPMessage: Sendable {
  /// 1, 2 or 3.
  package let version: UInt32
  package private(set) var community: [UInt8]?
  /// Name of the user (RFC 3414 §2.4); nil under another security model.
  package private(set) var user: [UInt8]?
  package private(set) var isEncrypted = false
  private(set) var hasUnknownSecurity = false
  package private(set) var unit: Unit?

  /// What is asked for, or answered.
  package struct Unit: Sendable {
    /// Number of its tag: 0 GetRequest … 8 Report.
    package let kind: UInt8
    package internal(set) var error: Int64 = 0
    package internal(set) var trap: Trap?
    /// Identifiers of the objects that it is about.
    package internal(set) var objects: [String] = []
  }

  /// A trap of version 1.
  package struct Trap: Sendable {
    package let enterprise: String
    package let address: [UInt8]
    package let generic: Int64
  }

  private typealias Tag = DERReader.Tag
  private static let trapKind: UInt8 = 4

  /// The version of a message that is there as a whole; nil where the bytes are none.
  static func version(_ bytes: RawSpan) -> UInt32? {
    var outer = DERReader(bytes)
    guard let body = try? outer.content(Tag.sequence) else { return nil }
    var reader = DERReader(body)
    return try? version(&reader)
  }

  private static func version(_ reader: inout DERReader) throws(ParseFailure) -> UInt32 {
    switch try number(&reader) {
    case 0: return 1
    case 1: return 2
    case 3: return 3
    default: throw ParseFailure(.malformed, at: 0)
    }
  }

  init(_ bytes: RawSpan) throws(ParseFailure) {
    var outer = DERReader(bytes)
    var reader = DERReader(try outer.content(Tag.sequence))
    version = try Self.version(&reader)
    if version < 3 {
      community = try Self.text(try reader.content(Tag.octetString))
      unit = try Self.unit(&reader)
    } else {
      try readVersion3(&reader)
    }
  }

  private mutating func readVersion3(_ reader: inout DERReader) throws(ParseFailure) {
    var head = DERReader(try reader.content(Tag.sequence))
    _ = try Self.number(&head)
    _ = try Self.number(&head)
    let flags = try head.content(Tag.octetString)
    guard flags.byteCount == 1 else { throw ParseFailure(.malformed, at: 0) }
    let model = try Self.number(&head)
    let security = try reader.content(Tag.octetString)
    if model == 3 {
      var outer = DERReader(security)
      var parameters = DERReader(try outer.content(Tag.sequence))
      _ = try parameters.content(Tag.octetString)
      _ = try Self.number(&parameters)
      _ = try Self.number(&parameters)
      user = try Self.text(try parameters.content(Tag.octetString))
    } else {
      hasUnknownSecurity = true
    }
    if flags[0] & 2 != 0 {
      _ = try reader.content(Tag.octetString)
      isEncrypted = true
    } else {
      var scoped = DERReader(try reader.content(Tag.sequence))
      _ = try scoped.content(Tag.octetString)
      _ = try scoped.content(Tag.octetString)
      unit = try Self.unit(&scoped)
    }
  }

  private static func unit(_ reader: inout DERReader) throws(ParseFailure) -> Unit {
    // A sender may write the number in a byte of its own, though it would fit the tag's first.
    let base: UInt8 = reader.skipLongTag(0xBF) ? 0 : 0xA0
    guard let tag = reader.nextTag, base...base + 8 ~= tag else { throw ParseFailure(.malformed, at: 0) }
    var content = DERReader(try reader.content())
    var unit = Unit(kind: tag &- base)
    if unit.kind == trapKind {
      let enterprise = try identifier(&content)
      let address = try content.content(0x40)
      guard address.byteCount == 4 else { throw ParseFailure(.malformed, at: 0) }
      unit.trap = Trap(enterprise: enterprise, address: address.copied(), generic: try number(&content))
      _ = try number(&content)
      _ = try content.content(0x43)
    } else {
      _ = try number(&content)
      let error = try number(&content)
      _ = try number(&content)
      // GetBulkRequest has two counts in the place of an error.
      if unit.kind != 5 { unit.error = error }
    }
    var list = DERReader(try content.content(Tag.sequence))
    while !list.isAtEnd {
      var entry = DERReader(try list.content(Tag.sequence))
      let object = try identifier(&entry)
      _ = try entry.content()
      if unit.objects.count < SNMPLimits.objects { unit.objects.append(object) }
    }
    return unit
  }

  private static func identifier(_ reader: inout DERReader) throws(ParseFailure) -> String {
    guard let text = DERReader.dotted(try reader.content(Tag.objectIdentifier)) else {
      throw ParseFailure(.malformed, at: 0)
    }
    return text
  }

  private static func number(_ reader: inout DERReader) throws(ParseFailure) -> Int64 {
    let bytes = try reader.content(Tag.integer)
    guard 1...8 ~= bytes.byteCount else { throw ParseFailure(.malformed, at: 0) }
    var number: Int64 = bytes[0] & 0x80 != 0 ? -1 : 0
    for place in 0..<bytes.byteCount { number = number << 8 | Int64(bytes[place]) }
    return number
  }

  /// Names are UTF-8, or the message is none.
  private static func text(_ bytes: RawSpan) throws(ParseFailure) -> [UInt8] {
    let copy = bytes.copied()
    guard String(validating: copy, as: UTF8.self) != nil else { throw ParseFailure(.malformed, at: 0) }
    return copy
  }
}

/// Bounds of what a message may make the parser keep.
enum SNMPLimits {
  /// Objects of a message that are told of.
  static let objects = 1024
}
