import Wire

/// The headers of one message after reading: folded lines joined, repeated ones merged, white space trimmed.
///
/// All text stands in one array as `Name: value` CR LF after each other, which is the buffer of `http.header`
/// but for the cookies; entries are ranges over it.
package struct HTTPHeaders {
  /// One header.
  package struct Entry {
    /// Where the name and the value stand in `bytes`.
    package var name: Range<Int>
    package var value: Range<Int>
    /// Which of the known headers it is.
    let known: HTTPHeaderName?
    /// Seen more than once.
    package var isRepeated = false
  }

  /// All headers as text.
  package private(set) var bytes: [UInt8] = []
  package private(set) var entries: [Entry] = []
  /// Events met while reading, in order.
  package var faults: [HTTPHeaderFault] = []
  /// More headers came than the limit allows.
  package var hasTooMany = false
  /// A second Content-Length differs from the first.
  package var hasAmbiguousContentLength = false
  /// The known headers that there may be; all of them where some name holds a NUL byte.
  private(set) var present: UInt32 = 0
  /// Some name holds a NUL byte.
  private var hasNUL: Bool { present == .max }

  /// Room made for the headers of a message at once: most have no more.
  private static let bytesExpected = 480
  private static let entriesExpected = 12

  package init() {}

  /// The value of the first header with this name, as a range of `bytes`.
  @inline(__always)
  func range(of name: HTTPHeaderName) -> Range<Int>? {
    guard present & name.bit != 0 else { return nil }
    var index = 0
    while index < entries.count {
      if entries[index].known == name { return entries[index].value }
      index &+= 1
    }
    return hasNUL ? rangeBesideNUL(of: name.text) : nil
  }

  /// The same with a name in lower case.
  private func range(of name: String) -> Range<Int>? {
    let count = name.utf8.count
    for entry in entries where entry.name.count == count && HTTPText.startsWith(bytes, entry.name, name) {
      return entry.value
    }
    return hasNUL ? rangeBesideNUL(of: name) : nil
  }

  /// Servers and browsers pass over NUL bytes within names.
  @inline(never)
  private func rangeBesideNUL(of name: String) -> Range<Int>? {
    for entry in entries where bytes[entry.name].contains(0) {
      let text = bytes[entry.name].filter { $0 != 0 }
      if HTTPText.equals(text, text.indices, name) { return entry.value }
    }
    return nil
  }

  /// The value of a header.
  @inline(__always)
  func value(of name: HTTPHeaderName) -> [UInt8]? {
    guard let range = range(of: name) else { return nil }
    return bytes.rawSpan.part(range.lowerBound, range.count).copied()
  }

  /// The value of the header with this name (given in lower case).
  package func value(of name: String) -> [UInt8]? {
    range(of: name).map { Array(bytes[$0]) }
  }

  /// Where the value of each known header stands: its length above its first byte; 0 where there is none, or
  /// it is too long or too far behind, as hardly any is.
  typealias Places = InlineArray<20, UInt32>

  @inline(__always)
  static func start(_ place: UInt32) -> Int { Int(place & 0xFFFF) }
  @inline(__always)
  static func count(_ place: UInt32) -> Int { Int(place >> 16) }

  /// The places of the known headers.
  var places: Places {
    var places = Places(repeating: 0)
    for entry in entries {
      guard let known = entry.known, entry.value.upperBound <= 0xFFFF else { continue }
      let place = UInt32(entry.value.count) << 16 | UInt32(entry.value.lowerBound)
      if places[Int(known.rawValue)] == 0 { places[Int(known.rawValue)] = place }
    }
    return places
  }

  /// Text of all headers but one.
  func text(without left: HTTPHeaderName) -> [UInt8] {
    guard present & left.bit != 0 else { return bytes }
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    for entry in entries where entry.known != left {
      let end = min(entry.value.upperBound &+ 2, bytes.count)
      text.append(bytes.rawSpan.part(entry.name.lowerBound, end &- entry.name.lowerBound))
    }
    return text
  }

  /// The names between CR LF pairs, ended by two of them; nothing where there are none.
  var names: [UInt8] {
    guard !entries.isEmpty else { return [] }
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    text.append(0x0D)
    text.append(0x0A)
    for entry in entries {
      text.append(bytes.rawSpan.part(entry.name.lowerBound, entry.name.count))
      text.append(0x0D)
      text.append(0x0A)
    }
    text.append(0x0D)
    text.append(0x0A)
    return text
  }

  /// Adds a header that the reader has finished with.
  /// `known`: what its name is known as.
  mutating func append(name: RawSpan, _ known: HTTPHeaderName?, value: RawSpan) {
    makeRoom()
    note(name, known)
    let nameStart = bytes.count
    bytes.append(name)
    let nameEnd = bytes.count
    bytes.append(0x3A)
    bytes.append(0x20)
    let valueStart = bytes.count
    bytes.append(value)
    entries.append(Entry(name: nameStart..<nameEnd, value: valueStart..<bytes.count, known: known))
    bytes.append(0x0D)
    bytes.append(0x0A)
  }

  /// Adds a header that stands as `Name: value` CR LF already.
  mutating func append(line: RawSpan, nameCount: Int, _ known: HTTPHeaderName?) {
    makeRoom()
    note(line.part(0, nameCount), known)
    let start = bytes.count
    bytes.append(line)
    let valueStart = start &+ nameCount &+ 2
    entries.append(
      Entry(name: start..<(start &+ nameCount), value: valueStart..<(bytes.count &- 2), known: known))
  }

  private mutating func makeRoom() {
    guard entries.isEmpty else { return }
    bytes.reserveCapacity(Self.bytesExpected)
    entries.reserveCapacity(Self.entriesExpected)
  }

  private mutating func note(_ name: RawSpan, _ known: HTTPHeaderName?) {
    if let known {
      present |= known.bit
    } else if name.firstIndex(of: 0, from: 0) != nil {
      present = .max
    }
  }

  /// Position of the header with the same name as `name`, in any case.
  func position(of name: RawSpan, _ wanted: HTTPHeaderName?) -> Int? {
    if let wanted, present & wanted.bit == 0 { return nil }
    let bytes = bytes.rawSpan
    var index = 0
    while index < entries.count {
      let entry = entries[index].name
      if entries[index].known == wanted, entry.count == name.byteCount,
        wanted != nil || ASCII.equalsIgnoringCase(bytes.part(entry.lowerBound, entry.count), name)
      {
        return index
      }
      index &+= 1
    }
    return nil
  }

  /// Appends ", " and `value` to a header's value; the headers after it move.
  mutating func join(_ position: Int, with value: RawSpan) {
    let end = entries[position].value.upperBound
    bytes.insert(contentsOf: [0x2C, 0x20] + value.copied(), at: end)
    let grown = value.byteCount &+ 2
    entries[position].value = entries[position].value.lowerBound..<(end &+ grown)
    entries[position].isRepeated = true
    for index in entries.indices.dropFirst(position &+ 1) {
      let entry = entries[index]
      entries[index].name = (entry.name.lowerBound &+ grown)..<(entry.name.upperBound &+ grown)
      entries[index].value = (entry.value.lowerBound &+ grown)..<(entry.value.upperBound &+ grown)
    }
  }

  /// Marks a header as repeated without taking the second value.
  mutating func markRepeated(_ position: Int) { entries[position].isRepeated = true }
}

/// What was wrong with a header line.
package enum HTTPHeaderFault: UInt8, Sendable {
  case missingColon, invalid, emptyName, spaceAfterName, invalidFolding, repetition, tooMany
}
