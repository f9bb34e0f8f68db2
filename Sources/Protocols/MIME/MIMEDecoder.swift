import Wire

/// Undoes the encodings of mail bodies, line by line (RFC 2045 §6.7, §6.8).
struct MIMEDecoder {
  private var word: UInt32 = 0
  private var count = 0
  /// Digits of the group before its padding; nil while there is none.
  private var padded: Int?
  private var hasFailed = false

  /// Appends what a line of Base64 stands for. Bytes that are neither digits nor padding are left out, and a
  /// group may go on in the next line. False where padding stood in the first half of a group: nothing counts
  /// from there on.
  mutating func base64(_ line: RawSpan, to output: inout [UInt8]) -> Bool {
    var index = count == 0 && padded == nil && !hasFailed ? wholeGroups(line, &output) : 0
    while index < line.byteCount {
      defer { index &+= 1 }
      if hasFailed { return false }
      let byte = line[index]
      if byte == UInt8(ascii: "=") {
        padded = padded ?? count
        word <<= 6
      } else if let value = Base64.value(of: byte) {
        word = word << 6 | UInt32(value)
      } else {
        continue
      }
      count &+= 1
      if count == 4 { finishGroup(&output) }
    }
    return !hasFailed
  }

  /// Decodes groups of four digits as long as there is nothing else, from a group's beginning; gives the
  /// place to go on from.
  private func wholeGroups(_ line: RawSpan, _ output: inout [UInt8]) -> Int {
    var index = 0
    while index &+ 4 <= line.byteCount {
      let digits = line.load(index, as: UInt32.self).littleEndian
      if digits & 0x8080_8080 != 0 { return index }
      var word: UInt32 = 0
      var all: UInt8 = 0
      for place: UInt32 in 0..<4 {
        let value = Self.values[Int(digits &>> (place &* 8) & 0x7f)]
        word = word &<< 6 | UInt32(value & 63)
        all |= value
      }
      if all > 63 { return index }
      output.append(UInt8(truncatingIfNeeded: word &>> 16))
      output.append(UInt8(truncatingIfNeeded: word &>> 8))
      output.append(UInt8(truncatingIfNeeded: word))
      index &+= 4
    }
    return index
  }

  /// Values of the bytes of ASCII as digits of Base64; 255: it is none.
  private static let values: InlineArray<128, UInt8> = [
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 62, 255, 255, 255, 63, 52, 53, 54, 55, 56, 57, 58, 59, 60,
    61, 255, 255, 255, 255, 255, 255, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 255, 255, 255, 255,
    255, 255, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42,
    43, 44, 45, 46, 47, 48, 49, 50, 51, 255, 255, 255, 255, 255,
  ]

  private mutating func finishGroup(_ output: inout [UInt8]) {
    let digits = padded ?? 4
    hasFailed = digits < 2
    if !hasFailed {
      output.append(UInt8(truncatingIfNeeded: word >> 16))
      if digits > 2 { output.append(UInt8(truncatingIfNeeded: word >> 8)) }
      if digits > 3 { output.append(UInt8(truncatingIfNeeded: word)) }
    }
    (word, count, padded) = (0, 0, nil)
  }

  /// Appends the whole bytes of a group of Base64 that is not complete.
  mutating func finish(_ output: inout [UInt8]) {
    guard count >= 2, !hasFailed, padded ?? count >= 2 else { return }
    padded = padded ?? count
    while count < 4 {
      word <<= 6
      count &+= 1
    }
    finishGroup(&output)
  }

  /// Appends what a line of quoted-printable stands for, without its end. `isSoft`: the line goes on in the
  /// next. False where something behind an equals sign is no number: it is left out.
  static func quotedPrintable(_ line: RawSpan, to output: inout [UInt8], isSoft: inout Bool) -> Bool {
    var isGood = true
    var index = 0
    isSoft = false
    while index < line.byteCount {
      let byte = line[index]
      guard byte == UInt8(ascii: "=") else {
        output.append(byte)
        index &+= 1
        continue
      }
      if index &+ 1 == line.byteCount {
        isSoft = true
        break
      }
      if index &+ 2 < line.byteCount, let high = digit(line[index &+ 1]), let low = digit(line[index &+ 2]) {
        output.append(high << 4 | low)
      } else {
        isGood = false
      }
      index &+= 3
    }
    return isGood
  }

  /// Digits in small letters are not of the encoding.
  private static func digit(_ byte: UInt8) -> UInt8? {
    0x61...0x66 ~= byte ? nil : ASCII.hexDigit(byte)
  }
}
