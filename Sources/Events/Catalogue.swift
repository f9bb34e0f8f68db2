import Protocols

/// How a protocol's transactions become EVE records, sorted by protocol. A new record is one line here.
///
/// A protocol without a line is shown through its fields that have an `eve` path.
package enum RecordCatalogue {
  package static let all: [TransactionRecord] = [
    bitTorrentRecord,
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
    ikeRecord,
    kerberosRecord,
    l2tpRecord,
    ldapRecord,
    mdnsRecord,
    modbusRecord,
    mqttRecord,
    nfsRecord,
    ntpRecord,
    postgreSQLRecord,
    pop3Record,
    pppoeRecord,
    quicRecord,
    radiusRecord,
    rdpRecord,
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

  /// The record of the protocol at a position has the ends of the packet that brought it to light.
  package static func followsPacket(at position: Int?) -> Bool {
    position.flatMap { record(at: $0) }?.followsPacket ?? false
  }

  /// The record of the protocol at a position of the catalogue of protocols.
  static func record(at position: Int) -> TransactionRecord? {
    byPosition.indices.contains(position) ? byPosition[position] : nil
  }
}
