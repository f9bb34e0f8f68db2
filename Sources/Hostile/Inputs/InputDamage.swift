/// Damages text: bytes, lines, numbers and words, several times over, always the same for the same draws.
struct InputDamage {
  /// Longest input: enough for deep nesting and long lines, small enough for thousands of inputs a second.
  static let bytesMax = 20_000

  private static let marks = Array("\";:,|\\!<>-()$[]{}/ \n\t#=&^%?*+.09aZ\u{0}\u{ff}".utf8)
  private static let numbers = [
    "0", "-1", "255", "256", "65535", "65536", "2147483648", "4294967295", "4294967296",
    "18446744073709551616",
    "9223372036854775807", "-9223372036854775808", "0xffffffffffffffffff", "1e9", "",
  ]

  /// A damaged copy of one input; `other` is where foreign parts come from.
  static func damaged(
    _ input: [UInt8], with other: [UInt8], _ generator: inout SeededGenerator
  ) -> [UInt8] {
    var bytes = input
    for _ in 0..<Int.random(in: 1...5, using: &generator) {
      change(&bytes, other, &generator)
      if bytes.count > bytesMax { bytes.removeLast(bytes.count - bytesMax) }
    }
    return bytes
  }

  private static func change(_ bytes: inout [UInt8], _ other: [UInt8], _ generator: inout SeededGenerator) {
    let place = Int.random(in: 0...bytes.count, using: &generator)
    switch generator.next() % 10 {
    case 0 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
    case 1 where place < bytes.count: bytes[place] ^= 1 << UInt8(generator.next() % 8)
    case 2: bytes.insert(marks.randomElement(using: &generator) ?? 0, at: place)
    case 3: bytes.removeSubrange(part(of: bytes, from: place, &generator))
    case 4: bytes.insert(contentsOf: Array(bytes[part(of: bytes, from: place, &generator)]), at: place)
    case 5:
      let start = Int.random(in: 0...other.count, using: &generator)
      bytes.insert(contentsOf: Array(other[part(of: other, from: start, &generator)]), at: place)
    case 6:
      let mark = marks.randomElement(using: &generator) ?? 0
      let count = Int.random(in: 2...(generator.next() % 8 == 0 ? 3000 : 40), using: &generator)
      bytes.insert(contentsOf: [UInt8](repeating: mark, count: count), at: place)
    case 7, 8: replaceNumber(&bytes, from: place, &generator)
    default: bytes.removeLast(bytes.count - place)
    }
  }

  private static func part(
    of bytes: [UInt8], from place: Int, _ generator: inout SeededGenerator
  ) -> Range<Int> {
    let longest = min(bytes.count - place, generator.next() % 6 == 0 ? 400 : 24)
    return place..<(place + Int.random(in: 0...longest, using: &generator))
  }

  /// Puts a number from the ends of ranges where the next number stands.
  private static func replaceNumber(
    _ bytes: inout [UInt8], from place: Int, _ generator: inout SeededGenerator
  ) {
    func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    guard let first = bytes[place...].firstIndex(where: isDigit) else { return }
    let end = bytes[first...].firstIndex { !isDigit($0) } ?? bytes.count
    bytes.replaceSubrange(first..<end, with: Array((numbers.randomElement(using: &generator) ?? "0").utf8))
  }
}
