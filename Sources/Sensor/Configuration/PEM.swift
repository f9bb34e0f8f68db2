import Wire

/// Certificates out of text (RFC 7468): between `-----BEGIN CERTIFICATE-----` and its END, in Base64.
enum PEM {
  /// A list of roots holds some hundreds at most.
  private static let certificatesMax = 4096

  /// The certificates in DER, in order; what is damaged is left out.
  static func certificates(_ text: [UInt8]) -> [[UInt8]] {
    var found: [[UInt8]] = []
    var body: [UInt8]?
    for line in text.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      let words = String(decoding: line, as: UTF8.self)
      if words.hasPrefix("-----BEGIN CERTIFICATE-----") {
        body = []
      } else if words.hasPrefix("-----END CERTIFICATE-----") {
        var der: [UInt8] = []
        if let body, found.count < certificatesMax, Base64.append(decoding: body.rawSpan, .lenient, to: &der),
          !der.isEmpty
        {
          found.append(der)
        }
        body = nil
      } else {
        body?.append(contentsOf: line)
      }
    }
    return found
  }
}
