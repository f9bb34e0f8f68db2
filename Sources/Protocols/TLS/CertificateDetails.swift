import Wire

/// What a certificate says of its use and its strength (RFC 5280 §4.1.1.2, §4.1.2.7, §4.2.1): read only
/// where somebody asks, as most sessions need no more than names and times.
package struct CertificateDetails: Sendable, Equatable {
  /// Bits of keyUsage (RFC 5280 §4.2.1.3), bit 0 is digitalSignature; nil: the certificate has none.
  package private(set) var keyUsage: UInt16?
  /// basicConstraints says that it may sign others.
  package private(set) var isAuthority = false
  /// `SM2`, `RSA`, `prime256v1`, or the dotted identifier.
  package private(set) var keyName = ""
  /// Bits of the key, where it is RSA; else 0.
  package private(set) var keyBits = 0
  /// `SM2-with-SM3`, `sha256WithRSAEncryption`, or the dotted identifier.
  package private(set) var signatureName = ""
  /// The subject's common name, the last where there are several.
  package private(set) var commonName: [UInt8]?
  /// Names as they stand, to compare whom a certificate names with who issued another.
  private(set) var subjectDER: [UInt8] = []
  private(set) var issuerDER: [UInt8] = []
  /// The public key as it stands (SubjectPublicKeyInfo).
  private(set) var keyDER: [UInt8] = []

  /// It may sign data, or says nothing of it.
  var maySign: Bool { keyUsage.map { $0 & 0b11 != 0 } ?? true }
  /// Keys or data may be encrypted to it, or it says nothing of it.
  var mayEncrypt: Bool { keyUsage.map { $0 & 0b11100 != 0 } ?? true }
  /// It is an authority's: says so, or may sign nothing but certificates and lists.
  var isAuthorityLike: Bool {
    isAuthority || keyUsage.map { $0 & 0b11111 == 0 && $0 & 0b110_0000 != 0 } ?? false
  }
  /// Names of the uses, in the order of their bits.
  package var keyUsageNames: [String] {
    Self.usages.enumerated().compactMap { bit, name in (keyUsage ?? 0) & 1 << bit != 0 ? name : nil }
  }
  /// Its signature can be forged, or its key is short (GB/T 39786 and GM/T 0054 ask for more).
  var isWeak: Bool {
    keyName == "RSA" && keyBits < 2048 || Self.weakSignatures.contains(signatureName)
  }
  /// It names itself as its issuer: a root, the signature of which says nothing.
  var isSelfIssued: Bool { subjectDER == issuerDER }

  /// Reads a certificate; what cannot be read stays empty, as damaged ones are normal input.
  package init(_ der: [UInt8]) {
    try? read(der.rawSpan)
  }

  private mutating func read(_ bytes: RawSpan) throws(ParseFailure) {
    var outer = DERReader(bytes)
    var whole = DERReader(try outer.content(DERReader.Tag.sequence))
    var fields = DERReader(try whole.content(DERReader.Tag.sequence))
    if fields.nextTag == 0xA0 { _ = try fields.content() }
    _ = try fields.content(DERReader.Tag.integer)
    var algorithm = DERReader(try fields.content(DERReader.Tag.sequence))
    signatureName = Self.name(try algorithm.content(DERReader.Tag.objectIdentifier))
    issuerDER = try fields.content(DERReader.Tag.sequence).copied()
    _ = try fields.content(DERReader.Tag.sequence)
    let subject = try fields.content(DERReader.Tag.sequence)
    subjectDER = subject.copied()
    commonName = try? Self.commonName(subject)
    let key = try fields.content(DERReader.Tag.sequence)
    keyDER = key.copied()
    try? readKey(key)
    while let tag = fields.nextTag {
      let content = try fields.content()
      if tag == 0xA3 { try readExtensions(content) }
    }
  }

  private mutating func readKey(_ bytes: RawSpan) throws(ParseFailure) {
    var reader = DERReader(bytes)
    var algorithm = DERReader(try reader.content(DERReader.Tag.sequence))
    keyName = Self.name(try algorithm.content(DERReader.Tag.objectIdentifier))
    if keyName == "EC", algorithm.nextTag == DERReader.Tag.objectIdentifier {
      keyName = Self.name(try algorithm.content(DERReader.Tag.objectIdentifier))
    }
    guard keyName == "RSA" else { return }
    // BIT STRING: a byte that counts unused bits, then SEQUENCE { modulus, exponent }.
    let string = try reader.content(0x03)
    var parts = DERReader(string.part(1, string.byteCount &- 1))
    var numbers = DERReader(try parts.content(DERReader.Tag.sequence))
    let modulus = try numbers.content(DERReader.Tag.integer)
    var first = 0
    while first < modulus.byteCount, modulus[first] == 0 { first &+= 1 }
    guard first < modulus.byteCount else { return }
    keyBits = (modulus.byteCount &- first) &* 8 &- modulus[first].leadingZeroBitCount
  }

  private mutating func readExtensions(_ bytes: RawSpan) throws(ParseFailure) {
    try DERReader.standardExtensions(bytes) { (number, value) throws(ParseFailure) in
      var content = DERReader(value)
      switch number {
      case 15: keyUsage = Self.bits(try content.content(0x03))
      case 19:
        var constraints = DERReader(try content.content(DERReader.Tag.sequence))
        guard constraints.nextTag == DERReader.Tag.boolean else { return }
        let flag = try constraints.content()
        isAuthority = flag.byteCount == 1 && flag[0] != 0
      default: break
      }
    }
  }

  /// The first nine bits of a BIT STRING, the first as bit 0.
  private static func bits(_ string: RawSpan) -> UInt16 {
    var result: UInt16 = 0
    for bit in 0..<9 where 1 &+ bit / 8 < string.byteCount {
      if string[1 &+ bit / 8] & 0x80 >> UInt8(bit % 8) != 0 { result |= 1 << UInt16(bit) }
    }
    return result
  }

  private static func commonName(_ subject: RawSpan) throws(ParseFailure) -> [UInt8]? {
    var parts = DERReader(subject)
    var found: [UInt8]?
    var count = 0
    while !parts.isAtEnd, count < TLSLimits.nameParts {
      count &+= 1
      var values = DERReader(try parts.content(DERReader.Tag.set))
      while !values.isAtEnd {
        var pair = DERReader(try values.content(DERReader.Tag.sequence))
        let type = try pair.content(DERReader.Tag.objectIdentifier)
        let value = try pair.content()
        if type.byteCount == 3, type.u16(0) == 0x5504, type[2] == 3 { found = value.copied() }
      }
    }
    return found
  }

  private static func name(_ identifier: RawSpan) -> String {
    let dotted = DERReader.dotted(identifier) ?? "?"
    return algorithms[dotted] ?? dotted
  }

  private static let usages = [
    "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
    "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly",
  ]

  private static let weakSignatures: Set<String> = [
    "md2WithRSAEncryption", "md5WithRSAEncryption", "sha1WithRSAEncryption", "ecdsa-with-SHA1",
    "dsa-with-SHA1",
  ]

  /// Algorithms and curves (RFC 3279, 5480, 5758, 8410; GM/T 0006-2012 for 1.2.156.10197).
  private static let algorithms: [String: String] = [
    "1.2.840.10045.2.1": "EC", "1.2.156.10197.1.301": "SM2", "1.2.840.10045.3.1.7": "prime256v1",
    "1.3.132.0.34": "secp384r1", "1.3.132.0.35": "secp521r1", "1.2.840.113549.1.1.1": "RSA",
    "1.3.101.112": "ED25519", "1.2.156.10197.1.501": "SM2-with-SM3", "1.2.156.10197.1.504": "RSA-with-SM3",
    "1.2.840.113549.1.1.2": "md2WithRSAEncryption", "1.2.840.113549.1.1.4": "md5WithRSAEncryption",
    "1.2.840.113549.1.1.5": "sha1WithRSAEncryption", "1.2.840.113549.1.1.10": "rsassaPss",
    "1.2.840.113549.1.1.11": "sha256WithRSAEncryption", "1.2.840.113549.1.1.12": "sha384WithRSAEncryption",
    "1.2.840.113549.1.1.13": "sha512WithRSAEncryption", "1.2.840.10040.4.3": "dsa-with-SHA1",
    "1.2.840.10045.4.1": "ecdsa-with-SHA1", "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
    "1.2.840.10045.4.3.3": "ecdsa-with-SHA384", "1.2.840.10045.4.3.4": "ecdsa-with-SHA512",
  ]
}
