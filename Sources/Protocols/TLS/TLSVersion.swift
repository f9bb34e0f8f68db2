/// Version numbers of SSL and TLS, with the values on the wire, and their names.
package struct TLSVersion: Sendable, Hashable {
  package let rawValue: UInt16

  package init(_ rawValue: UInt16) {
    self.rawValue = rawValue
  }

  package static let undetermined = TLSVersion(0)
  /// TLCP (GB/T 38636-2020, before it GM/T 0024-2014), with national algorithms and pairs of certificates.
  package static let tlcp = TLSVersion(0x0101)
  package static let ssl2 = TLSVersion(0x0002)
  package static let ssl3 = TLSVersion(0x0300)
  package static let tls10 = TLSVersion(0x0301)
  package static let tls11 = TLSVersion(0x0302)
  package static let tls12 = TLSVersion(0x0303)
  package static let tls13 = TLSVersion(0x0304)
  /// TLS 1.3 as drafts before the 16th negotiated it: in the old version field.
  package static let tls13EarlyDraft = TLSVersion(0x7F01)

  /// TLS 1.3 or one of its drafts.
  package var is13: Bool { rawValue == 0x0304 || rawValue >> 8 == 0x7F }

  /// A version that a record's header may have.
  var isPlausible: Bool {
    rawValue >= 0x0300 && rawValue <= 0x0304 || rawValue >> 8 == 0x7F || rawValue == 0x0101
  }

  /// Name as EVE's `tls.version` prints it.
  package var name: String {
    switch rawValue {
    case 0: "UNDETERMINED"
    case 0x0002: "SSLv2"
    case 0x0101: "TLCP 1.1"
    case 0x0300: "SSLv3"
    case 0x0301: "TLSv1"
    case 0x0302: "TLS 1.1"
    case 0x0303: "TLS 1.2"
    case 0x0304: "TLS 1.3"
    case 0x7F01: "TLS 1.3 draft-<16"
    case 0x7F02...0x7FFF: "TLS 1.3 draft-\(rawValue & 0xFF)"
    default: "0x" + String(rawValue, radix: 16)
    }
  }

  /// A reserved value that clients sprinkle in to keep servers tolerant (RFC 8701): both bytes equal, 0x?A.
  static func isGrease(_ value: UInt16) -> Bool {
    value & 0x0F0F == 0x0A0A && value >> 8 == value & 0xFF
  }
}
