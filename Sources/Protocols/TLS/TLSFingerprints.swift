import Wire

/// Fingerprints of hellos: JA3 and JA3S (salesforce/ja3) and JA4 (FoxIO, technical details of the TLS client
/// part).
enum TLSFingerprints {
  /// `version,ciphers,extensions,groups,point formats`, numbers in decimal joined by `-`, GREASE left out.
  static func ja3(_ hello: TLSClientHello) -> [UInt8] {
    var result = decimal(hello.version.rawValue)
    appendList(hello.cipherSuites, to: &result)
    appendList(hello.extensions, to: &result)
    appendList(hello.groups, to: &result)
    appendList(hello.pointFormats.map(UInt16.init), to: &result)
    return result
  }

  /// `version,cipher,extensions`.
  static func ja3s(_ hello: TLSServerHello) -> [UInt8] {
    var result = decimal(hello.legacyVersion.rawValue)
    appendList([hello.cipherSuite], to: &result)
    appendList(hello.extensions, to: &result)
    return result
  }

  /// MD5 of a JA3 string in hexadecimal.
  static func hash(_ text: [UInt8]) -> [UInt8] {
    Digest.hexadecimal(Digest.compute(.md5, text.rawSpan))
  }

  /// `t13d1516h2_8daaf6152771_e5627efa2ab1`; `q` in front over QUIC.
  static func ja4(_ hello: TLSClientHello, transport: String = "t") -> [UInt8] {
    let ciphers = hello.cipherSuites
    let extensions = hello.extensions
    var result = Array(transport.utf8)
    result += (hello.isSSL2 ? "00" : versionCode(hello.highestVersion)).utf8
    result.append(extensions.contains(TLSExtension.serverName) ? 0x64 : 0x69)
    result += twoDigits(ciphers.count)
    result += twoDigits(extensions.count)
    result += alpnCode(hello.applicationProtocols.first)
    result.append(0x5F)
    result += shortHash(hexadecimalList(ciphers.sorted()))
    result.append(0x5F)
    let hashed = extensions.filter {
      $0 != TLSExtension.serverName && $0 != TLSExtension.applicationProtocols
    }
    var tail = hexadecimalList(hashed.sorted())
    tail.append(0x5F)
    tail += hexadecimalList(hello.signatureAlgorithms)
    result += shortHash(tail)
    return result
  }

  private static func versionCode(_ version: TLSVersion) -> String {
    switch version {
    case .tls13: "13"
    case .tls12: "12"
    case .tls11: "11"
    case .tls10: "10"
    case .ssl3: "s3"
    case .ssl2: "s2"
    // JA4 knows no TLCP: a code of its own keeps its fingerprints apart from those of TLS.
    case .tlcp: "c1"
    default: "00"
    }
  }

  /// First and last character of the first protocol, or of its hexadecimal form where they are no letters or
  /// digits.
  private static func alpnCode(_ name: [UInt8]?) -> [UInt8] {
    guard let first = name?.first, let last = name?.last else { return [0x30, 0x30] }
    if isAlphanumeric(first), isAlphanumeric(last) { return [first, last] }
    return [Digest.digit(first >> 4, false), Digest.digit(last & 0xF, false)]
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    0x30...0x39 ~= byte || 0x41...0x5A ~= byte || 0x61...0x7A ~= byte
  }

  private static func twoDigits(_ count: Int) -> [UInt8] {
    let value = UInt8(clamping: min(count, 99))
    return [0x30 &+ value / 10, 0x30 &+ value % 10]
  }

  private static func hexadecimalList(_ numbers: [UInt16]) -> [UInt8] {
    var result: [UInt8] = []
    for number in numbers {
      if !result.isEmpty { result.append(0x2C) }
      result += Digest.hexadecimal([UInt8(number >> 8), UInt8(truncatingIfNeeded: number)])
    }
    return result
  }

  private static func shortHash(_ text: [UInt8]) -> [UInt8] {
    Array(Digest.hexadecimal(Digest.compute(.sha256, text.rawSpan)).prefix(12))
  }

  private static func decimal(_ number: UInt16) -> [UInt8] { Array(String(number).utf8) }

  private static func appendList(_ numbers: [UInt16], to result: inout [UInt8]) {
    result.append(0x2C)
    var isFirst = true
    for number in numbers {
      if !isFirst { result.append(0x2D) }
      isFirst = false
      result += decimal(number)
    }
  }
}
