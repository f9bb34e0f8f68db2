import Wire

/// The text of a distinguished name (RFC 5280 §4.1.2.4): `C=US, O=Example, CN=example.org`.
enum CertificateName {
  /// Text of the content of a Name: its parts in order, several values of one part joined by ` + `.
  static func text(_ bytes: RawSpan) throws(ParseFailure) -> [UInt8] {
    var result: [UInt8] = []
    var parts = DERReader(bytes)
    var count = 0
    while !parts.isAtEnd, count < TLSLimits.nameParts {
      count &+= 1
      var values = DERReader(try parts.content(DERReader.Tag.set))
      var isFirst = true
      while !values.isAtEnd {
        if isFirst {
          if !result.isEmpty { result += ", ".utf8 }
        } else {
          result += " + ".utf8
        }
        isFirst = false
        var pair = DERReader(try values.content(DERReader.Tag.sequence))
        let type = try pair.content(DERReader.Tag.objectIdentifier)
        let tag = pair.nextTag
        let value = try pair.content()
        let dotted = DERReader.dotted(type) ?? "?"
        result += (abbreviations[dotted] ?? dotted).utf8
        result.append(0x3D)
        append(value, isBMP: tag == DERReader.Tag.bmpString, to: &result)
      }
    }
    return result
  }

  /// Appends a value: BMPString (UTF-16) as UTF-8, everything else as it stands.
  private static func append(_ value: RawSpan, isBMP: Bool, to result: inout [UInt8]) {
    guard isBMP else {
      result.append(value)
      return
    }
    let units = (0..<(value.byteCount / 2)).map { value.u16($0 &* 2) }
    result += String(decoding: units, as: UTF16.self).utf8
  }

  /// Short names of the attribute types that occur in names (RFC 4519, RFC 2985, X.520, CA/Browser Forum).
  private static let abbreviations: [String: String] = [
    "2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "serialNumber", "2.5.4.6": "C", "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "streetAddress", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.12": "title",
    "2.5.4.13": "description",
    "2.5.4.15": "businessCategory", "2.5.4.16": "postalAddress", "2.5.4.17": "postalCode",
    "2.5.4.18": "postOfficeBox", "2.5.4.20": "telephoneNumber", "2.5.4.41": "name", "2.5.4.42": "givenName",
    "2.5.4.43": "initials", "2.5.4.44": "generationQualifier", "2.5.4.45": "x500UniqueIdentifier",
    "2.5.4.46": "dnQualifier", "2.5.4.65": "pseudonym", "2.5.4.97": "organizationIdentifier",
    "2.5.29.17": "subjectAltName", "0.9.2342.19200300.100.1.1": "UID", "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "Email", "1.2.840.113549.1.9.2": "unstructuredName",
    "1.2.840.113549.1.9.8": "unstructuredAddress", "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL",
    "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST", "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
  ]
}
