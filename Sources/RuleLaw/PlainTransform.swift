/// Transformations of a buffer, written as their documentation says.
enum PlainTransform: String, CaseIterable {
  case stripWhitespace = "strip_whitespace"
  case compressWhitespace = "compress_whitespace"
  case toLowercase = "to_lowercase"
  case toUppercase = "to_uppercase"
  case dotPrefix = "dotprefix"
  case urlDecode = "url_decode"
  case xor = "xor:\"5a01\""

  /// The buffer that rules see.
  func apply(_ bytes: [UInt8]) -> [UInt8] {
    switch self {
    case .stripWhitespace: bytes.filter { !Self.isSpace($0) }
    case .compressWhitespace:
      bytes.indices.filter { !Self.isSpace(bytes[$0]) || $0 == 0 || !Self.isSpace(bytes[$0 - 1]) }
        .map { bytes[$0] }
    case .toLowercase: bytes.map { (0x41...0x5a).contains($0) ? $0 + 32 : $0 }
    case .toUppercase: bytes.map { (0x61...0x7a).contains($0) ? $0 - 32 : $0 }
    case .dotPrefix: [0x2e] + bytes
    case .urlDecode: Self.decoded(bytes)
    case .xor: bytes.enumerated().map { $1 ^ ($0 % 2 == 0 ? 0x5a : 0x01) }
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

  private static func decoded(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == 0x25, index + 2 < bytes.count,
        let high = Character(UnicodeScalar(bytes[index + 1])).hexDigitValue,
        let low = Character(UnicodeScalar(bytes[index + 2])).hexDigitValue
      {
        out.append(UInt8(high << 4 | low))
        index += 3
      } else {
        out.append(bytes[index] == 0x2b ? 0x20 : bytes[index])
        index += 1
      }
    }
    return out
  }
}
