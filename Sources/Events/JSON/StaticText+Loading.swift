extension [UInt8] {
  /// Appends the UTF-8 bytes of a literal without making a `String` of it.
  @inlinable @inline(__always)
  mutating func append(_ text: StaticString) {
    // Sound: a literal with a pointer representation lives as long as the program, and is only read here.
    unsafe append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
}
