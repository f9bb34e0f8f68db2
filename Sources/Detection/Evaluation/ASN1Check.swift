import Wire

/// What `asn1` looks for in BER-encoded data: encodings with which decoders were attacked.
///
/// Source: ITU-T X.690 §8.1 (tag, length, content), §8.5 (real), §8.6 (bit string).
package struct ASN1Check: Sendable, BitwiseCopyable {
  /// More unused bits are named than the bit string has.
  package var findsBitStringOverflow = false
  /// A real number in characters that is longer than a usual buffer for it.
  package var findsDoubleOverflow = false
  /// A length greater than this.
  package var lengthMax: Int64?
  /// Where the data begins: from the buffer's start, or from the match before it.
  package var offset: Int64 = 0
  package var isRelative = false

  package init() {}

  /// Elements that are looked at: data with more is not what the rules are about.
  private static let elementsMax = 256
  /// Longest real number in characters that is taken for a usual one.
  private static let realBytesMax = 256

  /// Whether one of the things looked for is in the data at a place. Elements that contain others are gone
  /// into; what is cut off ends the search.
  func holds(_ bytes: RawSpan, at start: Int) -> Bool {
    var place = start
    for _ in 0..<Self.elementsMax {
      guard place >= 0, place &+ 2 <= bytes.byteCount else { return false }
      let tag = bytes[place]
      place &+= 1
      if tag & 0x1f == 0x1f {
        // A tag of more than one byte: bit 8 says that another follows.
        while place < bytes.byteCount, bytes[place] & 0x80 != 0 { place &+= 1 }
        place &+= 1
      }
      guard let length = Self.length(bytes, &place) else { return false }
      if let length, let lengthMax, length > lengthMax { return true }
      let count = Int(clamping: length ?? 0)
      if tag & 0x20 != 0 || length == nil { continue }
      if findsBitStringOverflow, tag == 3, count > 0, place < bytes.byteCount,
        Int(bytes[place]) > (count &- 1) &* 8
      {
        return true
      }
      if findsDoubleOverflow, tag == 9, count > Self.realBytesMax, place < bytes.byteCount,
        bytes[place] & 0xc0 == 0
      {
        return true
      }
      guard count <= bytes.byteCount &- place else { return false }
      place &+= count
    }
    return false
  }

  /// A length: of one byte, of several, or (inner nil) left open. Outer nil: it is cut off or too long.
  private static func length(_ bytes: RawSpan, _ place: inout Int) -> Int64?? {
    guard place < bytes.byteCount else { return nil }
    let first = bytes[place]
    place &+= 1
    if first & 0x80 == 0 { return .some(Int64(first)) }
    let count = Int(first & 0x7f)
    if count == 0 { return .some(nil) }
    guard count <= 7, place &+ count <= bytes.byteCount else { return nil }
    var length: Int64 = 0
    for _ in 0..<count {
      length = length << 8 | Int64(bytes[place])
      place &+= 1
    }
    return .some(length)
  }
}
