package import Wire

/// An alert (RFC 5246 §7.2, GB/T 38636-2020 §6.3.4): what one side says of the end of the session.
package struct TLSAlert: Sendable, Equatable {
  /// Who sent it: the client's go to the server.
  package let direction: Direction
  /// Version of its record.
  package let recordVersion: TLSVersion
  /// 1 warning, 2 fatal; nil where it is encrypted.
  package let level: UInt8?
  /// Number of its description; nil where it is encrypted.
  package let description: UInt8?

  /// Both are to be read.
  package var isEncrypted: Bool { level == nil }

  /// `warning`, `fatal`, or nil.
  package var levelName: String? {
    switch level {
    case 1: "warning"
    case 2: "fatal"
    case let number?: String(number)
    case nil: nil
    }
  }

  /// `bad_certificate`, or nil where it is encrypted.
  package var name: String? {
    description.map { number in Self.numbers.first { $0.value == Int64(number) }?.key ?? String(number) }
  }

  /// Descriptions by name (IANA, TLS Alerts; from 200 on GB/T 38636-2020 §6.3.4.3).
  static let numbers: [String: Int64] = [
    "close_notify": 0, "unexpected_message": 10, "bad_record_mac": 20, "decryption_failed": 21,
    "record_overflow": 22, "decompression_failure": 30, "handshake_failure": 40, "no_certificate": 41,
    "bad_certificate": 42, "unsupported_certificate": 43, "certificate_revoked": 44,
    "certificate_expired": 45, "certificate_unknown": 46, "illegal_parameter": 47, "unknown_ca": 48,
    "access_denied": 49, "decode_error": 50, "decrypt_error": 51, "export_restriction": 60,
    "protocol_version": 70, "insufficient_security": 71, "internal_error": 80, "inappropriate_fallback": 86,
    "user_canceled": 90, "no_renegotiation": 100, "missing_extension": 109, "unsupported_extension": 110,
    "certificate_unobtainable": 111, "unrecognized_name": 112, "bad_certificate_status_response": 113,
    "bad_certificate_hash_value": 114, "unknown_psk_identity": 115, "certificate_required": 116,
    "no_application_protocol": 120, "unsupported_site2site": 200, "no_area": 201,
    "unsupported_areatype": 202, "bad_ibcparam": 203, "unsupported_ibcparam": 204, "identity_need": 205,
  ]
}
