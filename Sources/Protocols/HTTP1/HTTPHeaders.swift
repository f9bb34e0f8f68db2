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
  /// Some name holds a NUL byte.
  private var hasNUL = false

  /// Room made for the headers of a message at once: most have no more.
  private static let bytesExpected = 480
  private static let entriesExpected = 12

  package init() {}

  /// The value of the first header with this name (given in lower case), as a range of `bytes`.
  package func range(of name: String) -> Range<Int>? {
    let count = name.utf8.count
    var index = 0
    while index < entries.count {
      if entries[index].name.count == count, HTTPText.startsWith(bytes, entries[index].name, name) {
        return entries[index].value
      }
      index &+= 1
    }
    guard hasNUL else { return nil }
    // Servers and browsers pass over NUL bytes within names.
    for entry in entries where bytes[entry.name].contains(0) {
      let text = bytes[entry.name].filter { $0 != 0 }
      if HTTPText.equals(text, text.indices, name) { return entry.value }
    }
    return nil
  }

  /// The value of the header with this name (given in lower case).
  package func value(of name: String) -> [UInt8]? {
    range(of: name).map { Array(bytes[$0]) }
  }

  /// Text of the headers for which `keep` holds.
  func text(where keep: (Entry) -> Bool) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    for entry in entries where keep(entry) {
      text.append(contentsOf: bytes[entry.name.lowerBound..<min(entry.value.upperBound &+ 2, bytes.count)])
    }
    return text
  }

  /// Adds a header that the reader has finished with.
  mutating func append(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>) {
    if entries.isEmpty {
      bytes.reserveCapacity(Self.bytesExpected)
      entries.reserveCapacity(Self.entriesExpected)
    }
    let nameStart = bytes.count
    bytes.append(contentsOf: name)
    if name.contains(0) { hasNUL = true }
    let nameEnd = bytes.count
    bytes.append(0x3A)
    bytes.append(0x20)
    let valueStart = bytes.count
    bytes.append(contentsOf: value)
    entries.append(Entry(name: nameStart..<nameEnd, value: valueStart..<bytes.count))
    bytes.append(0x0D)
    bytes.append(0x0A)
  }

  /// Position of the header with the same name as `name`, in any case.
  func position(of name: ArraySlice<UInt8>) -> Int? {
    var index = 0
    while index < entries.count {
      let known = entries[index].name
      if known.count == name.count {
        var step = 0
        while step < known.count,
          HTTPText.lowercased(bytes[known.lowerBound &+ step])
            == HTTPText.lowercased(name[name.startIndex &+ step])
        { step &+= 1 }
        if step == known.count { return index }
      }
      index &+= 1
    }
    return nil
  }

  /// Appends ", " and `value` to a header's value; the headers after it move.
  mutating func join(_ position: Int, with value: ArraySlice<UInt8>) {
    let end = entries[position].value.upperBound
    bytes.insert(contentsOf: value, at: end)
    bytes.insert(contentsOf: [0x2C, 0x20], at: end)
    let grown = value.count &+ 2
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
