import Glibc
import Wire

/// Shannon entropy of bytes.
enum Entropy {
  /// In thousandths, rounded down: an integer, so that rules compare exactly.
  static func thousandths(_ bits: Double) -> Int64 { Int64(bits * 1000) }

  /// Bits per byte, 0 to 8.
  static func bitsPerByte(_ bytes: RawSpan) -> Double {
    let total = bytes.byteCount
    guard total > 0 else { return 0 }
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
