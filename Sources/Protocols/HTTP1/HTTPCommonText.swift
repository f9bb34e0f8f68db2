import Wire

/// The texts that nearly all messages have: each is kept once and shared. They are written as bytes: arrays
/// that are constants are not counted when they are shared.
enum HTTPCommonText {
  private static let lineBreak: [UInt8] = [0x0D, 0x0A]
  /// `OK`, `GET`, `POST`, `200`, `HTTP/1.0` and `HTTP/1.1`.
  private static let okay: [UInt8] = [0x4F, 0x4B]
  private static let get: [UInt8] = [0x47, 0x45, 0x54]
  private static let post: [UInt8] = [0x50, 0x4F, 0x53, 0x54]
  private static let found: [UInt8] = [0x32, 0x30, 0x30]
  private static let version10: [UInt8] = [0x48, 0x54, 0x54, 0x50, 0x2F, 0x31, 0x2E, 0x30]
  private static let version11: [UInt8] = [0x48, 0x54, 0x54, 0x50, 0x2F, 0x31, 0x2E, 0x31]

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
