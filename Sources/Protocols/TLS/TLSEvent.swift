/// Events of TLS, by their names in rules, in the order of their numbers.
package enum TLSEvent: UInt8, Sendable, CaseIterable {
  case invalidSSLv2Header, invalidTLSHeader, invalidRecordVersion, invalidRecordType, invalidHandshakeMessage
  case heartbeatMessage, invalidHeartbeatMessage, overflowHeartbeatMessage, dataleakHeartbeatMismatch
  case handshakeInvalidLength, multipleSNIExtensions, invalidSNIType, invalidSNILength, tooManyRecordsInPacket
  case invalidAlertMessage, invalidCertificate, certificateInvalidLength, certificateInvalidVersion
  case certificateInvalidSerial, certificateInvalidAlgorithmIdentifier, certificateInvalidName
  case certificateInvalidDate, certificateInvalidExtensions, certificateInvalidDER, certificateInvalidSubject
  case certificateInvalidIssuer, certificateInvalidValidity, errorMessageEncountered, invalidSSLRecord
  case invalidRecordLength, tooManySubjectAlternativeNames
  /// What is wrong with the certificates of TLCP, or with what an asset speaks: see `TLCPFinding`.
  case tlcpOneCertificateTwice, tlcpEncryptionCertificateMissing, tlcpCertificatesSwapped, tlcpWrongKeyUsage
  case tlcpCertificateExpired, tlcpCertificateNotYetValid, tlcpNamesDiffer, tlcpForeignIssuer
  case tlcpWeakCertificate, tlcpBadSignature, tlcpRequired, tlcpBadKeyExchange

  var name: String {
    switch self {
    case .invalidSSLv2Header: "invalid_sslv2_header"
    case .invalidTLSHeader: "invalid_tls_header"
    case .invalidRecordVersion: "invalid_record_version"
    case .invalidRecordType: "invalid_record_type"
    case .invalidHandshakeMessage: "invalid_handshake_message"
    case .heartbeatMessage: "heartbeat_message"
    case .invalidHeartbeatMessage: "invalid_heartbeat_message"
    case .overflowHeartbeatMessage: "overflow_heartbeat_message"
    case .dataleakHeartbeatMismatch: "dataleak_heartbeat_mismatch"
    case .handshakeInvalidLength: "handshake_invalid_length"
    case .multipleSNIExtensions: "multiple_sni_extensions"
    case .invalidSNIType: "invalid_sni_type"
    case .invalidSNILength: "invalid_sni_length"
    case .tooManyRecordsInPacket: "too_many_records_in_packet"
    case .invalidAlertMessage: "invalid_alert_message"
    case .invalidCertificate: "invalid_certificate"
    case .certificateInvalidLength: "certificate_invalid_length"
    case .certificateInvalidVersion: "certificate_invalid_version"
    case .certificateInvalidSerial: "certificate_invalid_serial"
    case .certificateInvalidAlgorithmIdentifier: "certificate_invalid_algorithmidentifier"
    case .certificateInvalidName: "certificate_invalid_x509name"
    case .certificateInvalidDate: "certificate_invalid_date"
    case .certificateInvalidExtensions: "certificate_invalid_extensions"
    case .certificateInvalidDER: "certificate_invalid_der"
    case .certificateInvalidSubject: "certificate_invalid_subject"
    case .certificateInvalidIssuer: "certificate_invalid_issuer"
    case .certificateInvalidValidity: "certificate_invalid_validity"
    case .errorMessageEncountered: "error_message_encountered"
    case .invalidSSLRecord: "invalid_ssl_record"
    case .invalidRecordLength: "invalid_record_length"
    case .tooManySubjectAlternativeNames: "too_many_subject_alternative_names"
    case .tlcpOneCertificateTwice: "tlcp_one_certificate_twice"
    case .tlcpEncryptionCertificateMissing: "tlcp_encryption_certificate_missing"
    case .tlcpCertificatesSwapped: "tlcp_certificates_swapped"
    case .tlcpWrongKeyUsage: "tlcp_wrong_key_usage"
    case .tlcpCertificateExpired: "tlcp_certificate_expired"
    case .tlcpCertificateNotYetValid: "tlcp_certificate_not_yet_valid"
    case .tlcpNamesDiffer: "tlcp_names_differ"
    case .tlcpForeignIssuer: "tlcp_foreign_issuer"
    case .tlcpWeakCertificate: "tlcp_weak_certificate"
    case .tlcpBadSignature: "tlcp_bad_signature"
    case .tlcpRequired: "tlcp_required"
    case .tlcpBadKeyExchange: "tlcp_bad_key_exchange"
    }
  }
}
