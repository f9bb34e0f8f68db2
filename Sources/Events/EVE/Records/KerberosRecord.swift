import Protocols
import Wire

/// `krb5`: one record for each message.
let kerberosRecord = TransactionRecord(
  protocolName: "krb5", type: .krb5, isClientFirst: false, followsPacket: true, hasProgress: false,
  encode: encodeKerberos)

@Sendable
private func encodeKerberos(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? KerberosTransaction else { return }
  line.beginObject("krb5")
  line.member("msg_type", messageNames[transaction.type] ?? "")
  if let code = transaction.errorCode {
    line.member("failed_request", transaction.request.flatMap { messageNames[$0] } ?? "UNKNOWN")
    line.member("error_code", errorNames[code] ?? "ErrorCode(\(code))")
  }
  line.member("cname", text: name(transaction.clientName))
  line.member("realm", text: transaction.realm ?? empty)
  line.member("sname", text: name(transaction.serverName))
  line.member("encryption", transaction.encryption.map(encryptionName) ?? "<none>")
  line.member("weak_encryption", transaction.encryption.map(KerberosEncryption.isWeak) ?? false)
  if let encryption = transaction.ticketEncryption {
    line.member("ticket_encryption", encryptionName(encryption))
    line.member("ticket_weak_encryption", KerberosEncryption.isWeak(encryption))
  }
  line.endObject()
}

private let empty = Array("<empty>".utf8)

private func name(_ parts: [[UInt8]]?) -> [UInt8] {
  guard let parts else { return empty }
  return Array(parts.joined(separator: [UInt8(ascii: "/")]))
}

private func encryptionName(_ number: Int32) -> String {
  KerberosEncryption.names[number] ?? "EncryptionType(\(number))"
}

/// Messages that are told of (RFC 4120 §5.10).
private let messageNames: [UInt8: String] = [
  10: "KRB_AS_REQ", 11: "KRB_AS_REP", 12: "KRB_TGS_REQ", 13: "KRB_TGS_REP", 14: "KRB_AP_REQ",
  30: "KRB_ERROR",
]

/// Codes of errors (RFC 4120 §7.5.9, RFC 4556 §3.1.3).
private let errorNames: [Int32: String] = [
  0: "KDC_ERR_NONE", 1: "KDC_ERR_NAME_EXP", 2: "KDC_ERR_SERVICE_EXP", 3: "KDC_ERR_BAD_PVNO",
  4: "KDC_ERR_C_OLD_MAST_KVNO", 5: "KDC_ERR_S_OLD_MAST_KVNO", 6: "KDC_ERR_C_PRINCIPAL_UNKNOWN",
  7: "KDC_ERR_S_PRINCIPAL_UNKNOWN", 8: "KDC_ERR_PRINCIPAL_NOT_UNIQUE", 9: "KDC_ERR_NULL_KEY",
  10: "KDC_ERR_CANNOT_POSTDATE", 11: "KDC_ERR_NEVER_VALID", 12: "KDC_ERR_POLICY", 13: "KDC_ERR_BADOPTION",
  14: "KDC_ERR_ETYPE_NOSUPP", 15: "KDC_ERR_SUMTYPE_NOSUPP", 16: "KDC_ERR_PADATA_TYPE_NOSUPP",
  17: "KDC_ERR_TRTYPE_NOSUPP", 18: "KDC_ERR_CLIENT_REVOKED", 19: "KDC_ERR_SERVICE_REVOKED",
  20: "KDC_ERR_TGT_REVOKED", 21: "KDC_ERR_CLIENT_NOTYET", 22: "KDC_ERR_SERVICE_NOTYET",
  23: "KDC_ERR_KEY_EXPIRED", 24: "KDC_ERR_PREAUTH_FAILED", 25: "KDC_ERR_PREAUTH_REQUIRED",
  26: "KDC_ERR_SERVER_NOMATCH", 27: "KDC_ERR_MUST_USE_USER2USER", 28: "KDC_ERR_PATH_NOT_ACCEPTED",
  29: "KDC_ERR_SVC_UNAVAILABLE", 31: "KRB_AP_ERR_BAD_INTEGRITY", 32: "KRB_AP_ERR_TKT_EXPIRED",
  33: "KRB_AP_ERR_TKT_NYV", 34: "KRB_AP_ERR_REPEAT", 35: "KRB_AP_ERR_NOT_US", 36: "KRB_AP_ERR_BADMATCH",
  37: "KRB_AP_ERR_SKEW", 38: "KRB_AP_ERR_BADADDR", 39: "KRB_AP_ERR_BADVERSION", 40: "KRB_AP_ERR_MSG_TYPE",
  41: "KRB_AP_ERR_MODIFIED", 42: "KRB_AP_ERR_BADORDER", 44: "KRB_AP_ERR_BADKEYVER", 45: "KRB_AP_ERR_NOKEY",
  46: "KRB_AP_ERR_MUT_FAIL", 47: "KRB_AP_ERR_BADDIRECTION", 48: "KRB_AP_ERR_METHOD",
  49: "KRB_AP_ERR_BADSEQ", 50: "KRB_AP_ERR_INAPP_CKSUM", 51: "KRB_AP_PATH_NOT_ACCEPTED",
  52: "KRB_ERR_RESPONSE_TOO_BIG", 60: "KRB_ERR_GENERIC", 61: "KRB_ERR_FIELD_TOOLONG",
  62: "KDC_ERROR_CLIENT_NOT_TRUSTED", 63: "KDC_ERROR_KDC_NOT_TRUSTED", 64: "KDC_ERROR_INVALID_SIG",
  65: "KDC_ERR_KEY_TOO_WEAK", 66: "KDC_ERR_CERTIFICATE_MISMATCH", 67: "KRB_AP_ERR_NO_TGT",
  68: "KDC_ERR_WRONG_REALM", 69: "KRB_AP_ERR_USER_TO_USER_REQUIRED",
  70: "KDC_ERR_CANT_VERIFY_CERTIFICATE", 71: "KDC_ERR_INVALID_CERTIFICATE",
  72: "KDC_ERR_REVOKED_CERTIFICATE", 73: "KDC_ERR_REVOCATION_STATUS_UNKNOWN",
  74: "KDC_ERR_REVOCATION_STATUS_UNAVAILABLE", 75: "KDC_ERR_CLIENT_NAME_MISMATCH",
  76: "KDC_ERR_KDC_NAME_MISMATCH",
]
