import Glibc
import Wire

/// Shannon entropy of bytes.
enum Entropy {
  /// Bits per byte in thousandths, rounded down: an integer, so that rules compare exactly.
  static func thousandths(of bytes: RawSpan) -> Int64 {
    let total = bytes.byteCount
    guard total > 0 else { return 0 }
    let entropy = bitsPerByte(bytes, total)
    return Int64(entropy * 1000)
  }

  private static func bitsPerByte(_ bytes: RawSpan, _ total: Int) -> Double {
    var counts: InlineArray<256, Int32> = .init(repeating: 0)
    for index in 0..<total { counts[Int(bytes[index])] &+= 1 }
    var sum = 0.0
    for index in 0..<256 where counts[index] > 0 {
      let share = Double(counts[index]) / Double(total)
      sum -= share * log2(share)
    }
    return sum
  }
}
