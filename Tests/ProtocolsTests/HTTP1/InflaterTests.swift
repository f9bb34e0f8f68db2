import CZlib
import Testing
import Wire

@testable import Protocols

/// zlib alone is the measure: the fast way must give the same bytes and the same outcome with every piece of
/// input.
@Suite struct InflaterTests {
  @Test("whole streams unpack as with zlib, however they are cut", arguments: 1...60 as ClosedRange<UInt64>)
  func whole(seed: UInt64) {
    var random = SeededGenerator(state: seed)
    let stream = Stream(&random)
    #expect(difference(stream.packed, stream.format, &random) == nil, "seed \(seed)")
    let inflater = Inflater(stream.format)
    var output: [UInt8] = []
    let outcome = inflater.decode(stream.packed.rawSpan) { piece in
      output.append(piece)
      return true
    }
    #expect(outcome == .ended)
    #expect(output == stream.plain)
  }

  @Test("damaged streams fail where zlib fails", arguments: 1...150 as ClosedRange<UInt64>)
  func damaged(seed: UInt64) {
    var random = SeededGenerator(state: seed &+ 1_000_000)
    let stream = Stream(&random)
    for _ in 0..<10 {
      let bytes = Self.damage(stream.packed, &random)
      #expect(difference(bytes, stream.format, &random) == nil, "seed \(seed)")
    }
  }

  @Test("headers of all kinds are read as zlib reads them", arguments: 0...255 as ClosedRange<UInt8>)
  func headers(flags: UInt8) {
    var random = SeededGenerator(state: UInt64(flags) &+ 2_000_000)
    let plain = Self.text(3000, &random)
    let body = Self.pack(plain, .rawDeflate, level: 6, strategy: Z_DEFAULT_STRATEGY)
    let whole = Self.pack(plain, .gzip, level: 6, strategy: Z_DEFAULT_STRATEGY)
    var header: [UInt8] = [0x1F, 0x8B, 8, flags, 1, 2, 3, 4, 5, 6]
    if flags & 4 != 0 { header += [3, 0, 7, 0, 7] }
    if flags & 8 != 0 { header += Array("name.html".utf8) + [0] }
    if flags & 16 != 0 { header += Array("comment".utf8) + [0] }
    if flags & 2 != 0 {
      let sum = unsafe header.withUnsafeBufferPointer { unsafe crc32(0, $0.baseAddress, UInt32($0.count)) }
      header += [UInt8(truncatingIfNeeded: sum), UInt8(truncatingIfNeeded: sum >> 8)]
    }
    let packed = header + body + whole.suffix(8) + [1, 2, 3]
    #expect(difference(packed, .gzip, &random) == nil)
    header[Int(flags) % header.count] ^= 1 << (flags & 7)
    #expect(difference(header + body + whole.suffix(8), .gzip, &random) == nil)
    for second in 0...255 as ClosedRange<UInt8> {
      #expect(difference([flags, second] + body + [1, 2, 3, 4], .zlib, &random) == nil)
    }
  }

  @Test("where all fast states are in use zlib unpacks")
  func manyOpen() {
    var random = SeededGenerator(state: 3)
    let plain = Self.text(2000, &random)
    let packed = Self.pack(plain, .gzip, level: 6, strategy: Z_DEFAULT_STRATEGY)
    let inflaters = (0..<700).map { _ in Inflater(.gzip) }
    var outputs = [[UInt8]](repeating: [], count: inflaters.count)
    for part in [packed[..<100], packed[100...]] {
      for (index, inflater) in inflaters.enumerated() {
        _ = inflater.decode(Array(part).rawSpan) { piece in
          outputs[index].append(piece)
          return true
        }
      }
    }
    #expect(outputs.allSatisfy { $0 == plain })
  }

  /// What differs between the two ways, the input cut at random; nil where nothing does.
  private func difference(
    _ bytes: [UInt8], _ format: Inflater.Format, _ random: inout SeededGenerator
  ) -> String? {
    let (fast, slow) = (Inflater(format), Inflater(format, isFast: false))
    let pieceMax = [1, 3, 50, 700, 1460, 5000, 100_000].randomElement(using: &random) ?? 1
    var position = 0
    while position < bytes.count {
      let count = min(bytes.count - position, Int.random(in: 1...pieceMax, using: &random))
      let piece = Array(bytes[position..<(position + count)])
      var (first, second): ([UInt8], [UInt8]) = ([], [])
      let left = fast.decode(piece.rawSpan) { output in
        first.append(output)
        return output.byteCount <= 32 * 1024
      }
      let right = slow.decode(piece.rawSpan) { output in
        second.append(output)
        return true
      }
      if left != right || first != second {
        return "\(format) at \(position)+\(count): \(left), \(first.count) bytes; \(right), \(second.count)"
      }
      guard left == .needsInput else { return nil }
      position += count
    }
    return nil
  }

  /// A page and how it is packed.
  private struct Stream {
    let plain: [UInt8]
    let format: Inflater.Format
    let packed: [UInt8]

    init(_ random: inout SeededGenerator) {
      let sizes = [0, 10, 300, 3000, 30_000, 150_000]
      plain = InflaterTests.text(sizes.randomElement(using: &random) ?? 0, &random)
      format = [.gzip, .gzip, .zlib, .rawDeflate].randomElement(using: &random) ?? .gzip
      let strategies = [Z_DEFAULT_STRATEGY, Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE, Z_FILTERED]
      packed = InflaterTests.pack(
        plain, format, level: Int32.random(in: 0...9, using: &random),
        strategy: strategies.randomElement(using: &random) ?? Z_FIXED,
        flushEvery: [0, 0, 100, 4000].randomElement(using: &random) ?? 0)
    }
  }

  /// Text with what pages have: words, runs, and parts that cannot be packed.
  private static func text(_ count: Int, _ random: inout SeededGenerator) -> [UInt8] {
    let words = (0..<400).map { _ in
      (0..<Int.random(in: 1...12, using: &random)).map { _ in UInt8.random(in: 32...126, using: &random) }
    }
    var bytes: [UInt8] = []
    while bytes.count < count {
      switch Int.random(in: 0..<200, using: &random) {
      case 0: bytes += (0..<300).map { _ in UInt8.random(in: 0...255, using: &random) }
      case 1: bytes += [UInt8](repeating: 32, count: 2000)
      default:
        bytes +=
          words[
            min(399, Int(Double.random(in: 1...20, using: &random) * .random(in: 1...20, using: &random)))]
      }
    }
    return Array(bytes.prefix(count))
  }

  private static func damage(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    switch Int.random(in: 0..<8, using: &random) {
    case 0: bytes.removeLast(Int.random(in: 0...min(bytes.count, 20), using: &random))
    case 1: bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
    case 2: bytes += (0..<20).map { _ in UInt8.random(in: 0...255, using: &random) }
    case 3: bytes += bytes
    case 4:
      // The header of the first block, where the codes are.
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0..<min(bytes.count, 110), using: &random)
        bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
      }
    case 5:
      for _ in 0..<20 {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
    default:
      let place = Int.random(in: 0..<bytes.count, using: &random)
      bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
    }
    return bytes
  }

  private static func pack(
    _ plain: [UInt8], _ format: Inflater.Format, level: Int32, strategy: Int32, flushEvery: Int = 0
  ) -> [UInt8] {
    let windowBits: Int32 = format == .gzip ? 31 : format == .zlib ? 15 : -15
    var stream = unsafe z_stream()
    let size = unsafe Int32(MemoryLayout<z_stream>.size)
    guard
      unsafe deflateInit2_(&stream, level, Z_DEFLATED, windowBits, 8, strategy, ZLIB_VERSION, size) == Z_OK
    else { return [] }
    var room = [UInt8](repeating: 0, count: plain.count * 2 + 100_000)
    var plain = plain
    var produced = 0
    unsafe room.withUnsafeMutableBufferPointer { target in
      unsafe plain.withUnsafeMutableBufferPointer { source in
        unsafe stream.next_out = target.baseAddress
        unsafe stream.avail_out = UInt32(target.count)
        unsafe stream.next_in = source.baseAddress
        var rest = source.count
        while flushEvery > 0, rest > flushEvery {
          unsafe stream.avail_in = UInt32(flushEvery)
          _ = unsafe deflate(&stream, rest & 1 == 0 ? Z_SYNC_FLUSH : Z_FULL_FLUSH)
          rest -= flushEvery
        }
        unsafe stream.avail_in = UInt32(rest)
        _ = unsafe deflate(&stream, Z_FINISH)
        produced = unsafe target.count - Int(stream.avail_out)
      }
    }
    _ = unsafe deflateEnd(&stream)
    return Array(room[..<produced])
  }
}
