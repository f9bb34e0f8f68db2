import Wire

/// One resource record of a message: where its parts stand, so that nothing is copied before it is asked for.
///
///     NAME | TYPE (16) | CLASS (16) | TTL (32) | RDLENGTH (16) | RDATA        (RFC 1035 §4.1.3)
package struct DNSRecord: Sendable {
  /// Offset of the name in the message.
  package var nameOffset: Int32
  package var type: UInt16
  package var recordClass: UInt16
  package var ttlSeconds: UInt32
  /// Offset of the data in the message; questions have none.
  package var dataOffset: Int32
  package var dataLength: UInt16
  /// What is odd about the name: `tooLong` and the others mean that it is cut (`rrname_truncated`).
  package var nameOddities: DNSName.Oddities
}

/// A message (RFC 1035 §4.1): the header's numbers and the places of the records in the bytes.
///
///     ID (16) | QR OPCODE(4) AA TC RD RA Z AD CD RCODE(4) | 4 counts | sections …
///
/// Questions and answers must be readable as far as the counts say; authorities and additionals that are not,
/// end the message there, with an event.
package struct DNSMessage: Sendable {
  /// The message's own bytes, without the length prefix of TCP.
  package private(set) var bytes: [UInt8]
  package private(set) var identifier: UInt16 = 0
  /// The 16 bits after the identifier, as EVE's `flags` prints them in hexadecimal.
  package private(set) var flags: UInt16 = 0
  /// Records of all sections, in order.
  package private(set) var records: [DNSRecord] = []
  private var recordCount = 0
  private var isKept = true
  package private(set) var questionCount = 0
  package private(set) var answerCount = 0
  package private(set) var authorityCount = 0
  /// What was odd about any name.
  package private(set) var oddities: DNSName.Oddities = []
  package private(set) var hasInvalidAuthorities = false
  package private(set) var hasInvalidAdditionals = false

  /// Bytes of the header.
  static let headerBytes = 12

  /// Reads a whole message. Throws `.truncated` where questions or answers end early, `.malformed` for bad
  /// names. Who only wants to know whether it can be read keeps neither its bytes nor its records.
  init(_ message: RawSpan, isKept: Bool = true) throws(ParseFailure) {
    guard message.byteCount >= Self.headerBytes else { throw ParseFailure(.truncated, at: message.byteCount) }
    identifier = message.u16(0)
    flags = message.u16(2)
    bytes = []
    let questions = Int(message.u16(4))
    let answers = Int(message.u16(6))
    let authorities = Int(message.u16(8))
    let additionals = Int(message.u16(10))
    // A question has at least 5 bytes: the count alone must not reserve memory.
    let expected = questions &+ answers &+ authorities &+ additionals
    if isKept { records.reserveCapacity(min(expected, message.byteCount / 5, DNSLimits.records)) }
    self.isKept = isKept
    var position = Self.headerBytes
    for _ in 0..<questions { try readQuestion(message, &position) }
    questionCount = recordCount
    for _ in 0..<answers { try readRecord(message, &position) }
    answerCount = recordCount &- questionCount
    hasInvalidAuthorities = !readRest(authorities, message, &position)
    authorityCount = recordCount &- questionCount &- answerCount
    if !hasInvalidAuthorities {
      hasInvalidAdditionals = !readRest(additionals, message, &position)
    }
    if isKept { bytes = message.copied() }
  }

  package var questions: ArraySlice<DNSRecord> { records.prefix(questionCount) }
  package var answers: ArraySlice<DNSRecord> { records.dropFirst(questionCount).prefix(answerCount) }
  package var authorities: ArraySlice<DNSRecord> {
    records.dropFirst(questionCount &+ answerCount).prefix(authorityCount)
  }
  package var additionals: ArraySlice<DNSRecord> {
    records.dropFirst(questionCount &+ answerCount &+ authorityCount)
  }

  /// QR: a response.
  package var isResponse: Bool { flags & 0x8000 != 0 }
  package var opcode: UInt8 { UInt8(flags >> 11 & 0xF) }
  package var isAuthoritative: Bool { flags & 0x0400 != 0 }
  package var isTruncated: Bool { flags & 0x0200 != 0 }
  package var wantsRecursion: Bool { flags & 0x0100 != 0 }
  package var offersRecursion: Bool { flags & 0x0080 != 0 }
  /// The bit that must be zero.
  package var hasReservedBit: Bool { flags & 0x0040 != 0 }
  package var responseCode: UInt16 { flags & 0xF }

  /// The record's name with dots, cut where it is too long.
  package func name(_ record: DNSRecord) -> [UInt8] {
    DNSName.text(bytes.rawSpan, at: Int(record.nameOffset))
  }

  /// Appends the same to text: no allocation where there is room.
  package func appendName(_ record: DNSRecord, to text: inout [UInt8]) {
    DNSName.appendText(bytes.rawSpan, at: Int(record.nameOffset), to: &text)
  }

  @inline(__always)
  private mutating func keep(_ record: DNSRecord) {
    recordCount &+= 1
    if isKept { records.append(record) }
  }

  private mutating func readQuestion(_ message: RawSpan, _ position: inout Int) throws(ParseFailure) {
    let name = try DNSName.skip(message, at: position)
    guard name.end &+ 4 <= message.byteCount else { throw ParseFailure(.truncated, at: name.end) }
    guard recordCount < DNSLimits.records else { throw ParseFailure(.limit, at: position) }
    keep(
      DNSRecord(
        nameOffset: Int32(truncatingIfNeeded: position), type: message.u16(name.end),
        recordClass: message.u16(name.end &+ 2), ttlSeconds: 0, dataOffset: 0, dataLength: 0,
        nameOddities: name.oddities))
    oddities.formUnion(name.oddities)
    position = name.end &+ 4
  }

  private mutating func readRecord(_ message: RawSpan, _ position: inout Int) throws(ParseFailure) {
    let name = try DNSName.skip(message, at: position)
    let head = name.end
    guard head &+ 10 <= message.byteCount else { throw ParseFailure(.truncated, at: head) }
    let length = message.u16(head &+ 8)
    guard head &+ 10 &+ Int(length) <= message.byteCount else { throw ParseFailure(.truncated, at: head) }
    guard recordCount < DNSLimits.records else { throw ParseFailure(.limit, at: position) }
    let record = DNSRecord(
      nameOffset: Int32(truncatingIfNeeded: position), type: message.u16(head),
      recordClass: message.u16(head &+ 2),
      ttlSeconds: message.u32(head &+ 4), dataOffset: Int32(truncatingIfNeeded: head &+ 10),
      dataLength: length,
      nameOddities: name.oddities)
    oddities.formUnion(name.oddities)
    oddities.formUnion(try DNSData.check(record, message))
    keep(record)
    position = head &+ 10 &+ Int(length)
  }

  private mutating func readRest(_ count: Int, _ message: RawSpan, _ position: inout Int) -> Bool {
    for _ in 0..<count {
      do throws(ParseFailure) { try readRecord(message, &position) } catch { return false }
    }
    return true
  }
}
