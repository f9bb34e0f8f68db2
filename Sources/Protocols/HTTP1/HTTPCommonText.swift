import Wire

/// The texts that nearly all messages have: each is kept once and shared.
enum HTTPCommonText {
  private static let lineBreak: [UInt8] = [0x0D, 0x0A]
  private static let okay = Array("OK".utf8)
  private static let get = Array("GET".utf8)
  private static let post = Array("POST".utf8)
  private static let found = Array("200".utf8)
  private static let version10 = Array("HTTP/1.0".utf8)
  private static let version11 = Array("HTTP/1.1".utf8)

  /// A part of some bytes, without a copy where it is one of the texts.
  static func copy(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
    let part = bytes.rawSpan.part(range.lowerBound, range.count)
    let likely: [UInt8] =
      switch part.byteCount {
      case 0: []
      case 2: part[0] == 0x0D ? lineBreak : okay
      case 3: part[0] == 0x47 ? get : found
      case 4: post
      case 8: part[7] == 0x31 ? version11 : version10
      default: []
      }
    return likely.rawSpan.holdsSame(as: part) ? likely : part.copied()
  }
}
