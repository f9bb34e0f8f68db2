/// Where a value stands in the reference's tables: the order of its files (`save`, `state`) with
/// `--no-random` is that of the rows.
///
/// Bob Jenkins's lookup3 (public domain, 2006): three words are mixed with each twelve bytes.
enum RowHash {
  /// The hash of bytes, with the seed 0.
  static func of(_ bytes: [UInt8]) -> UInt32 {
    let start = 0xdead_beef &+ UInt32(truncatingIfNeeded: bytes.count)
    var (a, b, c) = (start, start, start)
    var offset = 0
    while bytes.count - offset > 12 {
      add(bytes, offset, &a, &b, &c)
      mix(&a, &b, &c)
      offset += 12
    }
    guard offset < bytes.count else { return c }
    add(bytes, offset, &a, &b, &c)
    finish(&a, &b, &c)
    return c
  }

  private static func add(
    _ bytes: [UInt8], _ offset: Int, _ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32
  ) {
    a &+= word(bytes, offset)
    b &+= word(bytes, offset + 4)
    c &+= word(bytes, offset + 8)
  }

  /// Four bytes, the lowest first; what lies behind the end is 0.
  private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
    var word: UInt32 = 0
    for index in 0..<4 where offset + index < bytes.count {
      word |= UInt32(bytes[offset + index]) << UInt32(8 * index)
    }
    return word
  }

  private static func mix(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
    func step(_ x: inout UInt32, _ y: inout UInt32, _ z: UInt32, _ bits: UInt32) {
      x = (x &- y) ^ turn(y, bits)
      y &+= z
    }
    step(&a, &c, b, 4)
    step(&b, &a, c, 6)
    step(&c, &b, a, 8)
    step(&a, &c, b, 16)
    step(&b, &a, c, 19)
    step(&c, &b, a, 4)
  }

  private static func finish(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
    func step(_ x: inout UInt32, _ y: UInt32, _ bits: UInt32) { x = (x ^ y) &- turn(y, bits) }
    step(&c, b, 14)
    step(&a, c, 11)
    step(&b, a, 25)
    step(&c, b, 16)
    step(&a, c, 4)
    step(&b, a, 14)
    step(&c, b, 24)
  }

  private static func turn(_ word: UInt32, _ bits: UInt32) -> UInt32 { word << bits | word >> (32 - bits) }
}
