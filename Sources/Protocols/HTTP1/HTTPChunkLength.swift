/// The line before a chunk (RFC 9112 §7.1): `1A2B ;name=value`.
struct HTTPChunkLength {
  /// The chunk's length; nil where there is no number, or one that nobody means.
  private(set) var length: UInt64?
  private(set) var hasExtension = false
  /// Nothing but white space stands in the line.
  private(set) var isBlank = true
  /// The bytes so far may be the beginning of a chunk's line.
  private(set) var mayBegin = true
  /// A number, and far more than anybody sends.
  private(set) var isTooLarge = false

  /// Reads a line without its terminator. White space and control bytes before the number are passed over.
  init(_ line: [UInt8], _ range: Range<Int>) {
    var position = range.lowerBound
    while position < range.upperBound, HTTPText.isSpace(line[position]) || line[position] == 0 {
      position &+= 1
    }
    guard position < range.upperBound else { return }
    isBlank = false
    let start = position
    var value: UInt64 = 0
    while position < range.upperBound, let digit = HTTPText.hexValue(line[position]) {
      guard value < 1 << 58 else {
        mayBegin = false
        isTooLarge = true
        return
      }
      value = value << 4 | UInt64(digit)
      position &+= 1
    }
    guard position > start else {
      mayBegin = false
      return
    }
    hasExtension = line[position..<range.upperBound].contains(0x3B)
    isTooLarge = value > UInt64(Int32.max)
    length = isTooLarge ? nil : value
  }
}
