import Wire

/// Bytes being written: memory of its own that grows, without the checks that an array makes for each
/// byte because it might be shared.
@safe
package struct ByteBuffer: ~Copyable {
  // Sound: allocated in init and `grow`, released in deinit; `count` ≤ `capacity`, and bytes below `count`
  // are set.
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// How many bytes there are.
  package private(set) var count = 0

  package init(capacity: Int) {
    self.capacity = max(capacity, 64)
    unsafe base = UnsafeMutablePointer<UInt8>.allocate(capacity: self.capacity)
  }

  deinit {
    // Sound: allocated by this value and by nobody else.
    unsafe base.deallocate()
  }

  package var isEmpty: Bool { count == 0 }

  /// Forgets the bytes and keeps the memory.
  package mutating func removeAll() { count = 0 }

  @inline(__always)
  package mutating func append(_ byte: UInt8) {
    if count == capacity { grow(by: 1) }
    // Sound: there is room for one more byte.
    unsafe base[count] = byte
    count &+= 1
  }

  /// Appends the UTF-8 bytes of a literal.
  @inline(__always)
  mutating func append(_ text: StaticString) {
    let size = text.utf8CodeUnitCount
    reserve(size)
    // Sound: a literal's bytes live as long as the program; there is room for them.
    unsafe (base + count).update(from: text.utf8Start, count: size)
    count &+= size
  }

  /// Appends the bytes of a span.
  package mutating func append(_ bytes: RawSpan) {
    reserve(bytes.byteCount)
    // Sound: there is room for the span's bytes, which are only read.
    unsafe bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return }
      unsafe UnsafeMutableRawPointer(base + count).copyMemory(from: start, byteCount: source.count)
    }
    count &+= bytes.byteCount
  }

  /// Appends a member's key with its quotes and colon, behind a comma where one is due.
  @inline(__always)
  mutating func append(key: StaticString, needsComma: Bool) {
    let size = key.utf8CodeUnitCount
    reserve(size &+ 4)
    var place = count
    // Sound: there is room for the literal's bytes and four more.
    unsafe base[place] = UInt8(ascii: ",")
    if needsComma { place &+= 1 }
    unsafe base[place] = UInt8(ascii: "\"")
    put(key, at: place &+ 1)
    place &+= size
    unsafe base[place &+ 1] = UInt8(ascii: "\"")
    unsafe base[place &+ 2] = UInt8(ascii: ":")
    count = place &+ 3
  }

  /// Appends a literal in quotes.
  @inline(__always)
  mutating func append(quoted text: StaticString) {
    let size = text.utf8CodeUnitCount
    reserve(size &+ 2)
    // Sound: there is room for the literal's bytes and two more.
    unsafe base[count] = UInt8(ascii: "\"")
    put(text, at: count &+ 1)
    unsafe base[count &+ size &+ 1] = UInt8(ascii: "\"")
    count &+= size &+ 2
  }

  /// Copies a literal to where there is room for it. Most are short: two words that overlap hold all of it.
  @inline(__always)
  private func put(_ text: StaticString, at place: Int) {
    let size = text.utf8CodeUnitCount
    let source = unsafe UnsafeRawPointer(text.utf8Start)
    let target = unsafe UnsafeMutableRawPointer(base + place)
    // Sound: the literal has at least as many bytes as each of the words, which its end bounds.
    if size >= 8, size <= 16 {
      let (head, tail) = unsafe (
        source.loadUnaligned(as: UInt64.self),
        source.loadUnaligned(fromByteOffset: size &- 8, as: UInt64.self)
      )
      unsafe target.storeBytes(of: head, as: UInt64.self)
      unsafe target.storeBytes(of: tail, toByteOffset: size &- 8, as: UInt64.self)
    } else if size >= 4, size < 8 {
      let (head, tail) = unsafe (
        source.loadUnaligned(as: UInt32.self),
        source.loadUnaligned(fromByteOffset: size &- 4, as: UInt32.self)
      )
      unsafe target.storeBytes(of: head, as: UInt32.self)
      unsafe target.storeBytes(of: tail, toByteOffset: size &- 4, as: UInt32.self)
    } else if size >= 2, size < 4 {
      let (head, tail) = unsafe (
        source.loadUnaligned(as: UInt16.self),
        source.loadUnaligned(fromByteOffset: size &- 2, as: UInt16.self)
      )
      unsafe target.storeBytes(of: head, as: UInt16.self)
      unsafe target.storeBytes(of: tail, toByteOffset: size &- 2, as: UInt16.self)
    } else {
      unsafe target.copyMemory(from: source, byteCount: size)
    }
  }

  /// Appends the bytes of a span in quotes.
  mutating func append(quoted bytes: RawSpan) {
    let size = bytes.byteCount
    reserve(size &+ 2)
    // Sound: there is room for the span's bytes, which are only read, and two more.
    unsafe base[count] = UInt8(ascii: "\"")
    unsafe bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return }
      unsafe UnsafeMutableRawPointer(base + count + 1).copyMemory(from: start, byteCount: size)
    }
    unsafe base[count &+ size &+ 1] = UInt8(ascii: "\"")
    count &+= size &+ 2
  }

  /// Writes decimal digits over those at a place.
  mutating func replaceDigits(at place: Int, _ number: UInt64, width: Int) {
    precondition(place >= 0 && width >= 0 && place <= count &- width, "digits past the end of the bytes")
    let end = count
    count = place
    put(digitsOf: number, width: width)
    count = end
  }

  /// Appends the last `width` decimal digits of a number, two with each division.
  mutating func append(digitsOf number: UInt64, width: Int) {
    reserve(width)
    put(digitsOf: number, width: width)
  }

  /// Writes digits where there is room for them.
  @inline(__always)
  private mutating func put(digitsOf number: UInt64, width: Int) {
    var rest = number
    var place = width
    // Sound: there is room for `width` bytes, and `place` goes from there down to 0; the table has two
    // characters for each number below 100.
    while place >= 2 {
      let pair = Int(truncatingIfNeeded: rest % 100) &* 2
      rest /= 100
      place &-= 2
      unsafe base[count &+ place] = decimalPairs.utf8Start[pair]
      unsafe base[count &+ place &+ 1] = decimalPairs.utf8Start[pair &+ 1]
    }
    if place == 1 { unsafe base[count] = UInt8(truncatingIfNeeded: 48 &+ rest % 10) }
    count &+= max(width, 0)
  }

  /// Appends an IPv4 address with dots.
  mutating func append(octets address: UInt64) {
    reserve(15)
    // Sound: there is room for four numbers of three digits and the dots between them.
    for octet in 0..<4 as Range<UInt64> {
      if octet > 0 {
        unsafe base[count] = UInt8(ascii: ".")
        count &+= 1
      }
      let value = address >> (24 &- 8 &* octet) & 255
      put(digitsOf: value, width: value < 10 ? 1 : value < 100 ? 2 : 3)
    }
  }

  /// Appends two lower-case hexadecimal digits.
  @inline(__always)
  package mutating func appendHexadecimal(_ byte: UInt8) {
    reserve(2)
    let pair = Int(byte) &* 2
    // Sound: there is room for two bytes; the table has two characters for each byte.
    unsafe base[count] = hexadecimalPairs.utf8Start[pair]
    unsafe base[count &+ 1] = hexadecimalPairs.utf8Start[pair &+ 1]
    count &+= 2
  }

  /// Appends the bytes of an array.
  package mutating func append(contentsOf bytes: [UInt8]) { append(bytes.rawSpan) }

  /// Appends the bytes of another buffer.
  package mutating func append(contentsOf other: borrowing ByteBuffer) {
    reserve(other.count)
    // Sound: there is room for the other's bytes, which are set; the two memories are different ones.
    unsafe (base + count).update(from: other.base, count: other.count)
    count &+= other.count
  }

  /// Appends the UTF-8 bytes of text.
  package mutating func append(contentsOf text: String) { Self.withBytes(of: text) { append($0) } }

  /// Shows the UTF-8 bytes of text.
  static func withBytes(of text: String, _ body: (RawSpan) -> Void) {
    // Sound: the bytes are only read, and no longer than `body` runs.
    let isShown: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { bytes in
      unsafe body(UnsafeRawBufferPointer(bytes).bytes)
    }
    // Text of this platform always lies in one piece.
    if isShown == nil { body(Array(text.utf8).rawSpan) }
  }

  /// A copy of the bytes.
  package func copied() -> [UInt8] {
    // Sound: the bytes below `count` are set.
    unsafe [UInt8](UnsafeBufferPointer(start: base, count: count))
  }

  /// Appends a copy of the bytes to an array.
  package func append(to array: inout [UInt8]) {
    // Sound: the bytes below `count` are set.
    unsafe array.append(contentsOf: UnsafeBufferPointer(start: base, count: count))
  }

  /// Makes room for `size` more bytes.
  @inline(__always)
  private mutating func reserve(_ size: Int) {
    if size > capacity &- count { grow(by: size) }
  }

  @inline(never)
  private mutating func grow(by size: Int) {
    let enough = max(capacity &* 2, count &+ size)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: enough)
    // Sound: the new memory is larger than what is copied; the old is released once.
    unsafe larger.update(from: base, count: count)
    unsafe base.deallocate()
    unsafe base = larger
    capacity = enough
  }
}

/// `00` to `99`, one behind the other.
private let decimalPairs: StaticString = """
  00010203040506070809101112131415161718192021222324252627282930313233343536373839\
  40414243444546474849505152535455565758596061626364656667686970717273747576777879\
  8081828384858687888990919293949596979899
  """

/// `00` to `ff`, one behind the other.
private let hexadecimalPairs: StaticString = """
  000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627\
  28292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f\
  505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f7071727374757677\
  78797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f\
  a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7\
  c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeef\
  f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff
  """
