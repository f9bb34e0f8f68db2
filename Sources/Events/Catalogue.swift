/// How a protocol's transactions become EVE records, sorted by protocol. A new record is one line here.
///
/// A protocol without a line is shown through its fields that have an `eve` path.
package enum RecordCatalogue {
  package static let all: [TransactionRecord] = [
    dcerpcRecord,
    dnsRecord,
    dnsOverHTTP2Record,
    ftpRecord,
    ftpDataRecord,
    httpRecord,
    http2Record,
    l2tpRecord,
    mdnsRecord,
    pop3Record,
    pppoeRecord,
    radiusRecord,
    smbRecord,
    smtpRecord,
    sshRecord,
    tftpRecord,
    tlsRecord,
  ]

  /// The record of a protocol, by the protocol's name.
  package static func record(of protocolName: String) -> TransactionRecord? {
    all.first { $0.protocolName == protocolName }
  }
}
