import Wire

/// Undoes the encodings of mail bodies, line by line (RFC 2045 §6.7, §6.8).
struct MIMEDecoder {
  private var word: UInt32 = 0
  private var digits = 0
  private var wasPadded = false

  /// Appends what a line of Base64 stands for. Bytes that are no digits are left out, and a group may go on in
  /// the next line. False where padding stands at a wrong place: nothing of the line counts then.
  mutating func base64(_ line: RawSpan, to output: inout [UInt8]) -> Bool {
    let before = output.count
    for index in 0..<line.byteCount {
      let byte = line[index]
      if byte == UInt8(ascii: "=") {
        if digits == 0, wasPadded { continue }
        guard digits >= 2 else {
          output.removeLast(output.count &- before)
          (word, digits, wasPadded) = (0, 0, false)
          return false
        }
        word <<= digits == 2 ? 12 : 6
        output.append(UInt8(truncatingIfNeeded: word >> 16))
        if digits == 3 { output.append(UInt8(truncatingIfNeeded: word >> 8)) }
        (word, digits, wasPadded) = (0, 0, true)
        continue
      }
      guard let value = Base64.value(of: byte) else { continue }
      wasPadded = false
      word = word << 6 | UInt32(value)
      digits &+= 1
      guard digits == 4 else { continue }
      output.append(UInt8(truncatingIfNeeded: word >> 16))
      output.append(UInt8(truncatingIfNeeded: word >> 8))
      output.append(UInt8(truncatingIfNeeded: word))
      (word, digits) = (0, 0)
    }
    return true
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
