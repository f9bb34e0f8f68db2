import Wire

/// A message of CIP, the Common Industrial Protocol (CIP Networks Library volume 1, §2-4).
package struct CIPMessage: Sendable {
  /// A logical segment of a path.
  package struct Segment: Sendable, BitwiseCopyable {
    /// What kind of segment it is, and of what size, in one byte.
    package let type: UInt8
    package let value: UInt32

    /// 8: a class, 9: an instance, 12: an attribute.
    package var kind: UInt8 { type >> 2 }
  }

  /// A message within this one, and where it lies.
  struct Part: Sendable {
    let message: CIPMessage
    let start: Int
    let byteCount: Int
  }

  /// Without the bit of a response.
  package let service: UInt8
  package let isResponse: Bool
  package private(set) var path: [Segment] = []
  /// Attributes of a list that are read; of those that are written only the first, as their data stands
  /// between them.
  private(set) var attributes: [UInt16] = []
  package private(set) var status: UInt8 = 0
  package private(set) var extendedStatus: [UInt8] = []
  /// What several services in one message ask for or answer.
  private(set) var parts: [Part] = []

  package var messages: [CIPMessage] { parts.map(\.message) }

  static let severalServices: UInt8 = 10

  /// Reads a message and leaves what it does not know of it. Messages within messages have none.
  init(_ reader: inout LittleReader, isPart: Bool = false) throws(ParseFailure) {
    let start = reader.position
    let first = try reader.u8()
    service = first & 0x7F
    isResponse = first & 0x80 != 0
    if isResponse {
      try reader.skip(1)
      status = try reader.u8()
      extendedStatus = try reader.take(Int(try reader.u8())).copied()
    } else {
      try readPath(&reader)
      switch service {
      case 3:
        let count = try reader.u16()
        for _ in 0..<count { attributes.append(try reader.u16()) }
      case 4: if try reader.u16() > 0 { attributes.append(try reader.u16()) }
      default: break
      }
    }
    if service == Self.severalServices, !isPart { try readParts(&reader, from: start) }
  }

  private mutating func readPath(_ reader: inout LittleReader) throws(ParseFailure) {
    let end = reader.position &+ 1 &+ 2 &* Int(try reader.u8())
    guard end <= reader.bytes.byteCount else { throw ParseFailure(.truncated, at: reader.position) }
    while reader.position < end {
      let type = try reader.u8()
      guard type >> 5 == 1 else { throw ParseFailure(.malformed, at: reader.position) }
      let value: UInt32
      switch type & 3 {
      case 0: value = UInt32(try reader.u8())
      case 1:
        try reader.skip(1)
        value = UInt32(try reader.u16())
      case 2:
        try reader.skip(1)
        value = try reader.u32()
      default: throw ParseFailure(.malformed, at: reader.position)
      }
      guard reader.position <= end else { throw ParseFailure(.truncated, at: reader.position) }
      path.append(Segment(type: type, value: value))
    }
  }

  /// Messages at offsets, which only go up: nothing is read twice.
  private mutating func readParts(_ reader: inout LittleReader, from start: Int) throws(ParseFailure) {
    let base = reader.position
    let count = try reader.u16()
    var offsets: [Int] = []
    for _ in 0..<count { offsets.append(Int(try reader.u16())) }
    for offset in offsets {
      let place = base &+ offset
      guard place >= reader.position, place < reader.bytes.byteCount else {
        throw ParseFailure(.malformed, at: reader.position)
      }
      reader.position = place
      let message = try CIPMessage(&reader, isPart: true)
      parts.append(Part(message: message, start: place &- start, byteCount: reader.position &- place))
    }
  }
}

extension CIPMessage {
  /// It and the messages within it.
  var all: [CIPMessage] { [self] + messages }

  /// Values of the segments of a kind.
  func values(_ kind: UInt8) -> [Int64] {
    path.compactMap { $0.kind == kind ? Int64($0.value) : nil }
  }

  /// Attributes of the path and of lists.
  var allAttributes: [Int64] { values(12) + attributes.map(Int64.init) }

  /// Service, classes and attributes, for `cip_service`: `14;c1;a5;`.
  var summary: [UInt8] {
    var text = "\(service);"
    if !isResponse {
      for value in values(8) { text += "c\(value);" }
      for value in allAttributes { text += "a\(value);" }
    }
    return Array(text.utf8)
  }
}

/// Reads little-endian numbers in order; never beyond the end.
struct LittleReader: ~Escapable {
  let bytes: RawSpan
  var position: Int

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  private mutating func number(_ count: Int) throws(ParseFailure) -> UInt64 {
    guard count <= bytes.byteCount &- position else { throw ParseFailure(.truncated, at: position) }
    defer { position &+= count }
    return bytes.littleEndian(position, count)
  }

  mutating func u8() throws(ParseFailure) -> UInt8 { UInt8(truncatingIfNeeded: try number(1)) }
  mutating func u16() throws(ParseFailure) -> UInt16 { UInt16(truncatingIfNeeded: try number(2)) }
  mutating func u32() throws(ParseFailure) -> UInt32 { UInt32(truncatingIfNeeded: try number(4)) }

  mutating func skip(_ count: Int) throws(ParseFailure) {
    guard count <= bytes.byteCount &- position else { throw ParseFailure(.truncated, at: position) }
    position &+= count
  }

  @_lifetime(copy self)
  mutating func take(_ count: Int) throws(ParseFailure) -> RawSpan {
    guard count <= bytes.byteCount &- position else { throw ParseFailure(.truncated, at: position) }
    defer { position &+= count }
    return bytes.part(position, count)
  }
}
