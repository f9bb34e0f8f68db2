import Protocols

/// How a protocol's transactions become EVE records, sorted by protocol. A new record is one line here.
///
/// A protocol without a line is shown through its fields that have an `eve` path.
package enum RecordCatalogue {
  package static let all: [TransactionRecord] = [
    dcerpcRecord,
    dhcpRecord,
    dnp3Record,
    dnsRecord,
    dnsOverHTTP2Record,
    enipRecord,
    ftpRecord,
    ftpDataRecord,
    httpRecord,
    http2Record,
    l2tpRecord,
    ldapRecord,
    mdnsRecord,
    modbusRecord,
    mqttRecord,
    ntpRecord,
    postgreSQLRecord,
    pop3Record,
    pppoeRecord,
    quicRecord,
    radiusRecord,
    rfbRecord,
    sipRecord,
    smbRecord,
    smtpRecord,
    snmpRecord,
    sshRecord,
    tftpRecord,
    tlsRecord,
    webSocketRecord,
  ]

  /// The records by the positions of their protocols in the catalogue of protocols.
  private static let byPosition = ProtocolCatalogue.all.map { entry in
    all.first { $0.protocolName == entry.name }
  }

  /// The record of the protocol at a position of the catalogue of protocols.
  static func record(at position: Int) -> TransactionRecord? {
    byPosition.indices.contains(position) ? byPosition[position] : nil
  }
}
