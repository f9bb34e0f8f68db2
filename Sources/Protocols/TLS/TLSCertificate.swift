import Wire

/// What is read of an X.509 certificate (RFC 5280 §4.1): who it names, by whom, for when.
///
///     SEQUENCE { tbsCertificate SEQUENCE { [0] version, serial, algorithm, issuer, validity, subject, key,
///                                          [1] [2] unique ids, [3] extensions }, algorithm, signature }
///
/// Nothing is verified. It is read here and not by OpenSSL: only a few fields are wanted, damaged
/// certificates are normal input, and the text of names must be Suricata's.
package struct TLSCertificate: Sendable {
  /// The certificate as it came.
  package let der: [UInt8]
  /// `C=US, O=Example, CN=example.org`, in the order of the certificate.
  package private(set) var subject: [UInt8] = []
  package private(set) var issuer: [UInt8] = []
  /// `00:97:E6`, all bytes as they stand in the certificate.
  package private(set) var serial: [UInt8] = []
  package private(set) var notBefore = CertificateTime()
  package private(set) var notAfter = CertificateTime()
  /// Names, mail addresses, URIs and IP addresses of the extension, in order.
  package private(set) var alternativeNames: [[UInt8]] = []

  /// Reads a certificate; where it throws, `stage` is the event for the part that could not be read.
  init(_ bytes: RawSpan, stage: inout TLSEvent) throws(ParseFailure) {
    der = bytes.copied()
    stage = .certificateInvalidDER
    var outer = DERReader(bytes)
    var whole = DERReader(try outer.content(DERReader.Tag.sequence))
    var fields = DERReader(try whole.content(DERReader.Tag.sequence))
    stage = .certificateInvalidVersion
    if fields.nextTag == 0xA0 { _ = try fields.content() }
    stage = .certificateInvalidSerial
    serial = Digest.hexadecimal(
      try fields.content(DERReader.Tag.integer).part(0, TLSLimits.nameParts).copied(), separator: 0x3A,
      uppercase: true)
    stage = .certificateInvalidAlgorithmIdentifier
    _ = try fields.content(DERReader.Tag.sequence)
    stage = .certificateInvalidIssuer
    issuer = try CertificateName.text(try fields.content(DERReader.Tag.sequence))
    stage = .certificateInvalidValidity
    var validity = DERReader(try fields.content(DERReader.Tag.sequence))
    stage = .certificateInvalidDate
    notBefore = try CertificateTime(&validity)
    notAfter = try CertificateTime(&validity)
    stage = .certificateInvalidSubject
    subject = try CertificateName.text(try fields.content(DERReader.Tag.sequence))
    stage = .certificateInvalidDER
    _ = try fields.content(DERReader.Tag.sequence)
    stage = .certificateInvalidExtensions
    while let tag = fields.nextTag {
      let content = try fields.content()
      if tag == 0xA3 { try readExtensions(content) }
    }
  }

  /// SHA-1 of the certificate as `aa:bb:…`.
  package var fingerprint: [UInt8] {
    Digest.hexadecimal(Digest.compute(.sha1, der.rawSpan), separator: 0x3A)
  }

  private mutating func readExtensions(_ bytes: RawSpan) throws(ParseFailure) {
    try DERReader.standardExtensions(bytes) { (number, value) throws(ParseFailure) in
      // subjectAltName.
      if number == 17 { try readAlternativeNames(value) }
    }
  }

  private mutating func readAlternativeNames(_ bytes: RawSpan) throws(ParseFailure) {
    var outer = DERReader(bytes)
    var names = DERReader(try outer.content(DERReader.Tag.sequence))
    while let tag = names.nextTag, alternativeNames.count < TLSLimits.listEntries {
      let value = try names.content()
      switch tag {
      case 0x81, 0x82, 0x86: alternativeNames.append(value.copied())
      case 0x87: alternativeNames.append(Self.address(value))
      default: break
      }
    }
  }

  /// An IP address as text: dotted for 4 bytes, eight groups for 16, hexadecimal for anything else.
  private static func address(_ bytes: RawSpan) -> [UInt8] {
    switch bytes.byteCount {
    case 4: return Array((0..<4).map { String(bytes[$0]) }.joined(separator: ".").utf8)
    case 16:
      let groups = (0..<8).map { Digest.hexadecimal([bytes[$0 &* 2], bytes[$0 &* 2 &+ 1]]) }
      return Array(groups.joined(separator: [0x3A]))
    default: return Digest.hexadecimal(bytes.copied(), separator: 0x3A)
    }
  }
}

/// A moment of a certificate's validity: UTCTime or GeneralizedTime (RFC 5280 §4.1.2.5).
package struct CertificateTime: Sendable, Equatable {
  /// Seconds since 1970 (UTC); earlier ones are negative.
  package private(set) var seconds: Int64 = 0
  /// `2015-02-12T18:07:27`.
  package private(set) var text: [UInt8] = []

  init() {}

  /// Reads the next element. Throws `.malformed` where it is no time to the second.
  init(_ reader: inout DERReader) throws(ParseFailure) {
    let tag = reader.nextTag
    let bytes = try reader.content()
    let yearDigits = tag == DERReader.Tag.utcTime ? 2 : 4
    guard tag == DERReader.Tag.utcTime || tag == DERReader.Tag.generalizedTime,
      bytes.byteCount >= yearDigits &+ 10
    else { throw ParseFailure(.malformed, at: 0) }
    var year = try Self.number(bytes, 0, yearDigits)
    if yearDigits == 2 { year &+= year >= 50 ? 1900 : 2000 }
    var parts: [Int64] = []
    for index in 0..<5 { parts.append(try Self.number(bytes, yearDigits &+ index &* 2, 2)) }
    guard 1...12 ~= parts[0], 1...31 ~= parts[1], parts[2] < 24, parts[3] < 60, parts[4] < 61 else {
      throw ParseFailure(.malformed, at: 0)
    }
    let days = Self.days(year: year, month: parts[0], day: parts[1])
    seconds = days &* 86400 &+ parts[2] &* 3600 &+ parts[3] &* 60 &+ parts[4]
    text = Self.format(year, parts)
  }

  private static func number(_ bytes: RawSpan, _ offset: Int, _ digits: Int) throws(ParseFailure) -> Int64 {
    var value: Int64 = 0
    for index in offset..<(offset &+ digits) {
      guard 0x30...0x39 ~= bytes[index] else { throw ParseFailure(.malformed, at: index) }
      value = value &* 10 &+ Int64(bytes[index] &- 0x30)
    }
    return value
  }

  /// Days from 1970-01-01 in the Gregorian calendar, by counting years from March.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year &- 1 : year
    let monthFromMarch = (month &+ 9) % 12
    let dayOfYear = (monthFromMarch &* 153 &+ 2) / 5 &+ day &- 1
    return shifted &* 365 &+ shifted / 4 &- shifted / 100 &+ shifted / 400 &+ dayOfYear &- 719_468
  }

  private static func format(_ year: Int64, _ parts: [Int64]) -> [UInt8] {
    func padded(_ value: Int64, _ width: Int) -> [UInt8] {
      let digits = Array(String(value).utf8)
      return [UInt8](repeating: 0x30, count: max(width &- digits.count, 0)) + digits
    }
    var result = padded(year, 4)
    for (separator, value) in zip("--T::".utf8, parts) {
      result.append(separator)
      result += padded(value, 2)
    }
    return result
  }
}
