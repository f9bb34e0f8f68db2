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

  /// Forgets the bytes from a place on.
  mutating func removeAll(from place: Int) { count = min(max(place, 0), count) }

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

  /// Appends a domain name in quotes: labels, each behind its length, become text with dots between them.
  /// False, and nothing is appended, where something in it has to be escaped.
  mutating func append(quotedLabels labels: RawSpan) -> Bool {
    let size = labels.byteCount &- 1
    reserve(max(size, 0) &+ 2)
    unsafe base[count] = UInt8(ascii: "\"")
    let start = count &+ 1
    if size > 0 {
      // Sound: there is room for the labels without the first length, which are only read, and two more.
      unsafe labels.part(1, size).withUnsafeBytes { source in
        guard let first = source.baseAddress else { return }
        unsafe UnsafeMutableRawPointer(base + start).copyMemory(from: first, byteCount: size)
      }
      var position = Int(labels[0])
      while position < size {
        let length = unsafe Int(base[start &+ position])
        unsafe base[start &+ position] = UInt8(ascii: ".")
        position &+= 1 &+ length
      }
      guard unsafe isPlain(UnsafeRawBufferPointer(start: base + start, count: size).bytes) else {
        return false
      }
    }
    unsafe base[start &+ max(size, 0)] = UInt8(ascii: "\"")
    count = start &+ max(size, 0) &+ 1
    return true
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

  /// Appends a number in decimal, eight digits at a time.
  mutating func append(decimal number: UInt64) {
    reserve(24)
    if number < 10 {
      // Sound: there is room for three words.
      unsafe base[count] = UInt8(truncatingIfNeeded: 48 &+ number)
      count &+= 1
    } else if number < 100_000_000 {
      put(leading: number)
    } else {
      let high = number / 100_000_000
      if high < 100_000_000 {
        put(leading: high)
      } else {
        put(leading: high / 100_000_000)
        put(eightDigits(high % 100_000_000) | asciiZeros, count: 8)
      }
      put(eightDigits(number % 100_000_000) | asciiZeros, count: 8)
    }
  }

  /// Writes a number from 1 to 99,999,999 without leading zeros where there is room for a word.
  @inline(__always)
  private mutating func put(leading number: UInt64) {
    let digits = eightDigits(number)
    let zeros = digits.trailingZeroBitCount & ~7
    put((digits | asciiZeros) >> UInt64(truncatingIfNeeded: zeros), count: 8 &- zeros >> 3)
  }

  /// Writes a word's lowest bytes, lowest first, where there is room for all of it.
  @inline(__always)
  private mutating func put(_ word: UInt64, count size: Int) {
    // Sound: there is room for eight bytes behind `count`.
    unsafe UnsafeMutableRawPointer(base + count).storeBytes(of: word.littleEndian, as: UInt64.self)
    count &+= size
  }

  /// Appends an IPv4 address with dots.
  mutating func append(octets address: UInt64) {
    reserve(16)
    // Sound: there is room for four numbers of three digits with a dot behind each; the table has four
    // characters for each byte.
    for octet in 0..<4 as Range<UInt64> {
      let value = Int(truncatingIfNeeded: address >> (24 &- 8 &* octet) & 255)
      let text = unsafe UnsafeRawPointer(octetTexts.utf8Start).loadUnaligned(
        fromByteOffset: value &* 4, as: UInt32.self)
      unsafe UnsafeMutableRawPointer(base + count).storeBytes(of: text, as: UInt32.self)
      count &+= 2 &+ (value > 9 ? 1 : 0) &+ (value > 99 ? 1 : 0)
    }
    count &-= 1
  }

  /// Appends an IPv6 address, all of its digits, a colon between each four.
  mutating func append(groups high: UInt64, _ low: UInt64) {
    reserve(40)
    for group in 0..<8 as Range<UInt64> {
      let word = group < 4 ? high : low
      put(hexadecimalWord(UInt16(truncatingIfNeeded: word >> (48 &- 16 &* (group & 3)))))
      // Sound: there is room for eight groups with a colon behind each.
      unsafe base[count] = UInt8(ascii: ":")
      count &+= 1
    }
    count &-= 1
  }

  /// Appends an integer in lower-case hexadecimal, without leading zeros.
  mutating func append(hexadecimalOf number: UInt16) {
    reserve(4)
    let zeros = min(number.leadingZeroBitCount / 4, 3)
    put(hexadecimalWord(number) >> UInt32(truncatingIfNeeded: zeros &* 8))
    count &-= zeros
  }

  /// Writes four bytes, lowest first, where there is room for them.
  @inline(__always)
  private mutating func put(_ word: UInt32) {
    // Sound: there is room for four bytes behind `count`.
    unsafe UnsafeMutableRawPointer(base + count).storeBytes(of: word.littleEndian, as: UInt32.self)
    count &+= 4
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

/// The four digits of a number in lower-case hexadecimal, the first in the lowest byte.
@inline(__always)
private func hexadecimalWord(_ number: UInt16) -> UInt32 {
  // Sound: the table has two characters for each byte.
  let table = unsafe UnsafeRawPointer(hexadecimalPairs.utf8Start)
  let high = unsafe table.loadUnaligned(fromByteOffset: Int(number >> 8) &* 2, as: UInt16.self)
  let low = unsafe table.loadUnaligned(fromByteOffset: Int(number & 255) &* 2, as: UInt16.self)
  return UInt32(UInt16(littleEndian: high)) | UInt32(UInt16(littleEndian: low)) << 16
}
