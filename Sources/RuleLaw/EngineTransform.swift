/// Transformations that engines alone can judge: what they make of a buffer is worked out where it is easy,
/// so that the conditions behind are about something.
enum EngineTransform: CaseIterable {
  case toMD5, toSHA1, toSHA256, headerLowercase, stripPseudoHeaders, pcrexform, domain, tld, fromBase64
  case gunzip, zlibDeflate, xorLong

  /// The keyword with its argument.
  func text(_ draw: inout Draw) -> String {
    switch self {
    case .toMD5: return "to_md5"
    case .toSHA1: return "to_sha1"
    case .toSHA256: return "to_sha256"
    case .headerLowercase: return "header_lowercase"
    case .stripPseudoHeaders: return "strip_pseudo_headers"
    case .pcrexform: return draw.one(of: Self.expressions, else: "domain")
    case .domain: return "domain"
    case .tld: return "tld"
    case .fromBase64:
      let modes = ["from_base64", "from_base64:mode strict", "from_base64:bytes 8", "from_base64:offset 1"]
      return draw.one(of: modes, else: "from_base64")
    case .gunzip: return "gunzip"
    case .zlibDeflate:
      return draw.one(of: ["zlib_deflate", "zlib_deflate:max-size 64"], else: "zlib_deflate")
    case .xorLong: return "xor:\"0d0ac8ff\""
    }
  }

  private static let expressions = [
    "pcrexform:\"^(.{3})\"", "pcrexform:\"(.+)\"", "pcrexform:\"^.{2}(.*)$\"",
  ]

  /// What rules see, nearly: lengths are right, bytes where they are no digest.
  func apply(_ bytes: [UInt8]) -> [UInt8] {
    switch self {
    case .toMD5: return [UInt8](repeating: 0x61, count: 16)
    case .toSHA1: return [UInt8](repeating: 0x61, count: 20)
    case .toSHA256: return [UInt8](repeating: 0x61, count: 32)
    case .headerLowercase, .stripPseudoHeaders, .gunzip, .zlibDeflate: return bytes
    case .pcrexform: return Array(bytes.prefix(3))
    case .domain: return Self.labels(bytes, 2)
    case .tld: return Self.labels(bytes, 1)
    case .fromBase64: return Self.decoded(bytes)
    case .xorLong:
      let key: [UInt8] = [0x0d, 0x0a, 0xc8, 0xff]
      return bytes.enumerated().map { $1 ^ key[$0 % 4] }
    }
  }

  private static func labels(_ bytes: [UInt8], _ count: Int) -> [UInt8] {
    Array(bytes.split(separator: 0x2e).suffix(count).joined(separator: [0x2e]))
  }

  private static func decoded(_ bytes: [UInt8]) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let digits = bytes.compactMap { alphabet.firstIndex(of: $0) }
    var out: [UInt8] = []
    for start in stride(from: 0, to: digits.count - 3, by: 4) {
      let number = digits[start..<start + 4].reduce(0) { $0 << 6 | $1 }
      out += [UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255)]
    }
    return out
  }
}
