import Protocols
import Wire

/// `nfs`: one record for each call with its reply, or each file; not for questions about attributes.
let nfsRecord = TransactionRecord(
  protocolName: "nfs", type: .nfs, isClientFirst: false, followsPacket: true, hasProgress: false,
  isWanted: { context in
    guard let transaction = context.transaction as? NFSTransaction else { return false }
    return transaction.connectionVersion > 3 || transaction.procedure != 1
  },
  encode: encodeNFS)

@Sendable
private func encodeNFS(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? NFSTransaction else { return }
  line.beginObject("rpc")
  line.member("xid", transaction.identifier)
  line.member("status", named(transaction.replyState, ["ACCEPTED", "DENIED"]))
  line.member(
    "auth_type", named(transaction.credentialKind, ["NULL", "UNIX", "SHORT", "DH", "KERB", "RSA", "GSS"]))
  if transaction.credentialKind == 1 {
    line.beginObject("creds")
    line.member("machine_name", text: transaction.machine)
    line.member("uid", transaction.user)
    line.member("gid", transaction.group)
    line.endObject()
  }
  line.endObject()
  let version = transaction.connectionVersion
  line.beginObject("nfs")
  line.member("version", version)
  line.member("procedure", procedureName(transaction.procedure, version))
  line.member("filename", text: transaction.name)
  if !transaction.handle.isEmpty {
    line.member("hhash", String(checksum(transaction.handle), radix: 16))
  }
  line.member("id", transaction.number + 1)
  line.member("file_tx", transaction.transfer != nil)
  line.member("type", literal: "response")
  line.member("status", statusNames[transaction.status] ?? String(transaction.status))
  encodeDetail(transaction, version, into: &line)
  line.endObject()
}

private func encodeDetail(_ transaction: NFSTransaction, _ version: UInt32, into line: inout JSONWriter) {
  switch (version, transaction.procedure) {
  case (2, 6), (3, 6), (4, 25):
    line.beginObject("read")
    encodeTransfer(transaction, into: &line)
    line.endObject()
  case (2, 8), (3, 7), (4, 38):
    line.beginObject("write")
    encodeTransfer(transaction, into: &line)
    line.endObject()
  case (2, 11), (3, 14), (4, 29):
    line.beginObject("rename")
    line.member("from", text: transaction.name)
    line.member("to", text: transaction.newName)
    line.endObject()
  default: break
  }
}

private func encodeTransfer(_ transaction: NFSTransaction, into line: inout JSONWriter) {
  line.member("first", transaction.isFirst)
  line.member("last", transaction.isLast)
  if let transfer = transaction.transfer {
    line.member("last_xid", transfer.lastIdentifier)
    line.member("chunks", transfer.chunks)
  }
}

private func named(_ number: UInt32, _ names: [String]) -> String {
  number < names.count ? names[Int(number)] : String(number)
}

/// CRC-32 (ISO 3309).
private func checksum(_ bytes: [UInt8]) -> UInt32 {
  var sum: UInt32 = .max
  for byte in bytes {
    sum ^= UInt32(byte)
    for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
  }
  return ~sum
}

private func procedureName(_ number: UInt32, _ version: UInt32) -> String {
  switch version {
  case 0...2: named(number, procedures2)
  case 3: named(number, procedures3)
  default: operations4[number] ?? String(number)
  }
}

private let procedures2 = [
  "NULL", "GETATTR", "SETATTR", "ROOT", "LOOKUP", "READLINK", "READ", "WRITECACHE", "WRITE", "CREATE",
  "REMOVE", "RENAME", "LINK", "SYMLINK", "MKDIR", "RMDIR", "READDIR", "STATFS",
]

private let procedures3 = [
  "NULL", "GETATTR", "SETATTR", "LOOKUP", "ACCESS", "READLINK", "READ", "WRITE", "CREATE", "MKDIR",
  "SYMLINK", "MKNOD", "REMOVE", "RMDIR", "RENAME", "LINK", "READDIR", "READDIRPLUS", "FSSTAT", "FSINFO",
  "PATHCONF", "COMMIT",
]

private let operations4: [UInt32: String] = [
  0: "NULL", 1: "COMPOUND", 3: "ACCESS", 4: "CLOSE", 5: "COMMIT", 6: "CREATE", 7: "DELEGPURGE",
  8: "DELEGRETURN", 9: "GETATTR", 10: "GETFH", 11: "LINK", 12: "LOCK", 13: "LOCKT", 14: "LOCKU",
  15: "LOOKUP", 16: "LOOKUPP", 17: "NVERIFY", 18: "OPEN", 19: "OPENATTR", 20: "OPEN_CONFIRM",
  21: "OPEN_DOWNGRADE", 22: "PUTFH", 23: "PUTPUBFH", 24: "PUTROOTFH", 25: "READ", 26: "READDIR",
  27: "READLINK", 28: "REMOVE", 29: "RENAME", 30: "RENEW", 31: "RESTOREFH", 32: "SAVEFH", 33: "SECINFO",
  34: "SETATTR", 35: "SETCLIENTID", 36: "SETCLIENTID_CONFIRM", 37: "VERIFY", 38: "WRITE",
  39: "RELEASE_LOCKOWNER", 10044: "ILLEGAL",
]

/// RFC 1813 §2.6.
private let statusNames: [UInt32: String] = [
  0: "OK", 1: "ERR_PERM", 2: "ERR_NOENT", 5: "ERR_IO", 6: "ERR_NXIO", 13: "ERR_ACCES", 17: "ERR_EXIST",
  18: "ERR_XDEV", 19: "ERR_NODEV", 20: "ERR_NOTDIR", 21: "ERR_ISDIR", 22: "ERR_INVAL", 27: "ERR_FBIG",
  28: "ERR_NOSPC", 30: "ERR_ROFS", 31: "ERR_MLINK", 63: "ERR_NAMETOOLONG", 66: "ERR_NOTEMPTY",
  69: "ERR_DQUOT", 70: "ERR_STALE", 71: "ERR_REMOTE", 10001: "ERR_BADHANDLE", 10002: "ERR_NOT_SYNC",
  10003: "ERR_BAD_COOKIE", 10004: "ERR_NOTSUPP", 10005: "ERR_TOOSMALL", 10006: "ERR_SERVERFAULT",
  10007: "ERR_BADTYPE", 10008: "ERR_JUKEBOX",
]
