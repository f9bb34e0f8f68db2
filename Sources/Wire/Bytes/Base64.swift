/// Base64, appended to bytes. Source: RFC 4648 §4.
package enum Base64 {
  /// What a decoder does with a byte that is not of the alphabet.
  package enum Strictness: Sendable {
    /// It ends the decoding, and so does anything behind the padding (RFC 4648).
    case strict
    /// It is left out, as mail does (RFC 2045 §6.8).
    case lenient
  }

  /// Appends the encoding of the bytes, padded.
  package static func append(encoding bytes: RawSpan, to text: inout [UInt8]) {
    text.reserveCapacity(text.count + (bytes.byteCount + 2) / 3 * 4)
    var position = 0
    while position < bytes.byteCount {
      let count = min(3, bytes.byteCount - position)
      var word = UInt32(bytes[position]) << 16
      if count > 1 { word |= UInt32(bytes[position + 1]) << 8 }
      if count > 2 { word |= UInt32(bytes[position + 2]) }
      text.append(digit(word >> 18))
      text.append(digit(word >> 12))
      text.append(count > 1 ? digit(word >> 6) : UInt8(ascii: "="))
      text.append(count > 2 ? digit(word) : UInt8(ascii: "="))
      position += 3
    }
  }

  /// Appends what the text stands for, and tells whether all of it was Base64.
  ///
  /// Where it was not, what stands before is appended all the same: encodings are cut and spoilt on purpose.
  @discardableResult
  package static func append(
    decoding text: RawSpan, _ strictness: Strictness = .strict, to bytes: inout [UInt8]
  ) -> Bool {
    var word: UInt32 = 0
    var bits = 0
    var digits = 0
    var position = 0
    var isGood = true
    while position < text.byteCount {
      let byte = text[position]
      position += 1
      if byte == UInt8(ascii: "=") { break }
      guard let value = value(of: byte) else {
        isGood = false
        if strictness == .strict { return false }
        continue
      }
      word = word << 6 | UInt32(value)
      bits += 6
      digits += 1
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
      }
    }
    while position < text.byteCount, text[position] == UInt8(ascii: "=") { position += 1 }
    return isGood && position == text.byteCount && digits % 4 != 1
  }

  private static func digit(_ value: UInt32) -> UInt8 {
    let value = UInt8(truncatingIfNeeded: value & 63)
    switch value {
    case 0..<26: return 0x41 + value
    case 26..<52: return 0x61 + value - 26
    case 52..<62: return 0x30 + value - 52
    case 62: return UInt8(ascii: "+")
    default: return UInt8(ascii: "/")
    }
  }

  /// Value of a digit of the alphabet, nil for another byte.
  @inlinable
  package static func value(of byte: UInt8) -> UInt8? {
    switch byte {
    case 0x41...0x5a: byte &- 0x41
    case 0x61...0x7a: byte &- 0x61 &+ 26
    case 0x30...0x39: byte &- 0x30 &+ 52
    case 0x2b: 62
    case 0x2f: 63
    default: nil
    }
  }
}
