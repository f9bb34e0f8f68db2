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
/// end the message there, with an event. A transaction has its message; nobody else takes a copy.
package struct DNSMessage: ~Copyable, Sendable {
  /// The message's own bytes, without the length prefix of TCP.
  package let bytes: [UInt8]
  private let contents: DNSContents

  /// Bytes of the header.
  static let headerBytes = 12

  /// Reads a whole message. Throws `.truncated` where questions or answers end early, `.malformed` for bad
  /// names.
  init(_ message: RawSpan) throws(ParseFailure) {
    contents = try DNSContents(message)
    bytes = message.copied()
  }

  package var identifier: UInt16 { contents.identifier }
  /// The 16 bits after the identifier, as EVE's `flags` prints them in hexadecimal.
  package var flags: UInt16 { contents.flags }
  /// Records of all sections, in order.
  package var records: [DNSRecord] { _read { yield contents.records } }
  /// One of them, by its position.
  package func record(at place: Int) -> DNSRecord { contents.records[place] }
  package var questionCount: Int { contents.questionCount }
  package var answerCount: Int { contents.answerCount }
  package var authorityCount: Int { contents.authorityCount }
  /// What was odd about any name.
  package var oddities: DNSName.Oddities { contents.oddities }
  package var hasInvalidAuthorities: Bool { contents.hasInvalidAuthorities }
  package var hasInvalidAdditionals: Bool { contents.hasInvalidAdditionals }

  package var questions: ArraySlice<DNSRecord> { records[places(.questions)] }
  package var answers: ArraySlice<DNSRecord> { records[places(.answers)] }
  package var authorities: ArraySlice<DNSRecord> { records[places(.authorities)] }
  package var additionals: ArraySlice<DNSRecord> { records[places(.additionals)] }

  /// The parts of a message that hold records, in order.
  package enum Section: Sendable {
    case questions, answers, authorities, additionals
  }

  /// Positions in `records` of a section's.
  package func places(_ section: Section) -> Range<Int> {
    let answers = questionCount
    let authorities = answers &+ answerCount
    let additionals = authorities &+ authorityCount
    return switch section {
    case .questions: 0..<answers
    case .answers: answers..<authorities
    case .authorities: authorities..<additionals
    case .additionals: additionals..<max(records.count, additionals)
    }
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
  /// Nothing in it makes an event.
  var isOrdinary: Bool {
    oddities.isEmpty && !hasInvalidAdditionals && !hasInvalidAuthorities && !hasReservedBit && opcode < 7
  }

  /// The record's name with dots, cut where it is too long.
  package func name(_ record: DNSRecord) -> [UInt8] {
    DNSName.text(bytes.rawSpan, at: Int(record.nameOffset))
  }

  /// Appends the same to text: no allocation where there is room.
  package func appendName(_ record: DNSRecord, to text: inout [UInt8]) {
    DNSName.appendText(bytes.rawSpan, at: Int(record.nameOffset), to: &text)
  }

  /// Where the labels of the record's name lie in `bytes`, each behind its length; nil for names that are odd
  /// or in pieces.
  package func labels(of record: DNSRecord) -> Range<Int>? {
    DNSName.labels(bytes.rawSpan, at: Int(record.nameOffset))
  }
}

/// What a message's header says, and where its records stand in the bytes.
struct DNSContents: Sendable {
  private(set) var identifier: UInt16 = 0
  private(set) var flags: UInt16 = 0
  private(set) var records: [DNSRecord] = []
  private var recordCount = 0
  private let isKept: Bool
  private(set) var questionCount = 0
  private(set) var answerCount = 0
  private(set) var authorityCount = 0
  private(set) var oddities: DNSName.Oddities = []
  private(set) var hasInvalidAuthorities = false
  private(set) var hasInvalidAdditionals = false

  /// A response.
  var isResponse: Bool { flags & 0x8000 != 0 }

  /// Reads a whole message. Who only wants to know whether it can be read keeps none of its records.
  init(_ message: RawSpan, isKept: Bool = true) throws(ParseFailure) {
    self.isKept = isKept
    guard message.byteCount >= DNSMessage.headerBytes else {
      throw ParseFailure(.truncated, at: message.byteCount)
    }
    identifier = message.u16(0)
    flags = message.u16(2)
    let questions = Int(message.u16(4))
    let answers = Int(message.u16(6))
    let authorities = Int(message.u16(8))
    let additionals = Int(message.u16(10))
    // A question has at least 5 bytes: the count alone must not reserve memory.
    let expected = questions &+ answers &+ authorities &+ additionals
    if isKept { records.reserveCapacity(min(expected, message.byteCount / 5, DNSLimits.records)) }
    var position = DNSMessage.headerBytes
    for _ in 0..<questions { try readQuestion(message, &position) }
    questionCount = recordCount
    for _ in 0..<answers { try readRecord(message, &position) }
    answerCount = recordCount &- questionCount
    hasInvalidAuthorities = !readRest(authorities, message, &position)
    authorityCount = recordCount &- questionCount &- answerCount
    if !hasInvalidAuthorities {
      hasInvalidAdditionals = !readRest(additionals, message, &position)
    }
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
