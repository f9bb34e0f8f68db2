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

  /// Appends the last `width` decimal digits of a number, two with each division.
  mutating func append(digitsOf number: UInt64, width: Int) {
    reserve(width)
    var rest = number
    var place = width
    // Sound: there is room for `width` bytes, and `place` goes from there down to 0.
    while place >= 2 {
      let pair = rest % 100
      rest /= 100
      place &-= 2
      unsafe base[count &+ place] = UInt8(truncatingIfNeeded: 48 &+ pair / 10)
      unsafe base[count &+ place &+ 1] = UInt8(truncatingIfNeeded: 48 &+ pair % 10)
    }
    if place == 1 { unsafe base[count] = UInt8(truncatingIfNeeded: 48 &+ rest % 10) }
    count &+= max(width, 0)
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
  package mutating func append(contentsOf text: String) {
    for byte in text.utf8 { append(byte) }
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
