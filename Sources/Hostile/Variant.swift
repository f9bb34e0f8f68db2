/// Numbers that look random and are the same for the same seed (splitmix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}

/// Damages a capture, each number of a variant in its own way, always the same for the same seed.
///
/// Three of four variants are cut at a random place, three of four have 200 bytes changed; three of four
/// spare the records' headers, so that the damage reaches decoding and parsing instead of ending the file.
struct Variant {
  static let changesMax = 200
  /// Bytes of a pcap file's header and of each record's.
  private static let fileHeaderBytes = 24
  private static let recordHeaderBytes = 16

  /// The damaged bytes.
  let bytes: [UInt8]

  init(of capture: [UInt8], number: Int, seed: UInt64) {
    var generator = SeededGenerator(seed: seed ^ Variant.hash(capture) ^ (UInt64(number) &* 0x9e37_79b9))
    var bytes = capture
    let frames = number % 4 == 0 ? [] : Variant.frames(of: capture)
    let count = number % 4 == 2 ? Int.random(in: 1...20, using: &generator) : Variant.changesMax
    for _ in 0..<count {
      guard let place = Variant.place(in: bytes.count, frames, &generator) else { break }
      bytes[place] = Variant.value(instead: bytes[place], &generator)
    }
    if number % 4 != 3, !bytes.isEmpty {
      bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
    }
    self.bytes = bytes
  }

  /// FNV-1a over a file: captures are known by their content, wherever they lie.
  static func hash(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// A place to change: in a frame where frames are given, else after the file's header or, rarely, in it.
  private static func place(
    in count: Int, _ frames: [Range<Int>], _ generator: inout SeededGenerator
  ) -> Int? {
    guard count > 0 else { return nil }
    if let frame = frames.randomElement(using: &generator) { return Int.random(in: frame, using: &generator) }
    let first = count > fileHeaderBytes && generator.next() % 16 != 0 ? fileHeaderBytes : 0
    return Int.random(in: first..<count, using: &generator)
  }

  /// Values that find mistakes: ends of ranges, neighbours, one bit, or anything.
  private static func value(instead old: UInt8, _ generator: inout SeededGenerator) -> UInt8 {
    switch generator.next() % 6 {
    case 0: 0
    case 1: 0xff
    case 2: old &+ 1
    case 3: old ^ (1 << UInt8(generator.next() % 8))
    default: UInt8(truncatingIfNeeded: generator.next())
    }
  }

  /// Where the frames of a pcap file lie; nothing for other files.
  static func frames(of file: [UInt8]) -> [Range<Int>] {
    guard file.count > fileHeaderBytes else { return [] }
    let isLittle = file[0] == 0xd4 || file[0] == 0x4d
    guard isLittle || file[0] == 0xa1 else { return [] }
    var frames: [Range<Int>] = []
    var position = fileHeaderBytes
    while position + recordHeaderBytes <= file.count {
      let field = file[(position + 8)..<(position + 12)]
      let length = (isLittle ? Array(field.reversed()) : Array(field)).reduce(0) { $0 << 8 | Int($1) }
      let start = position + recordHeaderBytes
      guard start + length <= file.count else { break }
      if length > 0 { frames.append(start..<(start + length)) }
      position = start + length
    }
    return frames
  }
}
