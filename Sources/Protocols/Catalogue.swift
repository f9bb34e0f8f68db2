/// All protocols, sorted by name, and behind them what has the fields of others. A new protocol with a parser
/// is one line here.
package enum ProtocolCatalogue {
  package static let all: [ApplicationProtocol] =
    (parsed + Recognised.entries).sorted { $0.name < $1.name } + [DNSOverHTTP2.entry]

  /// Those with a parser.
  private static let parsed: [ApplicationProtocol] = [
    BitTorrent.entry,
    DCERPC.entry,
    DHCP.entry,
    DNP3.entry,
    DNS.entry,
    ENIP.entry,
    FTP.entry,
    FTPData.entry,
    HTTP.entry,
    HTTP2.entry,
    IKE.entry,
    Kerberos.entry,
    L2TP.entry,
    LDAP.entry,
    MDNS.entry,
    Modbus.entry,
    MQTT.entry,
    NFS.entry,
    NTP.entry,
    POP3.entry,
    PostgreSQL.entry,
    PPPoE.entry,
    QUIC.entry,
    RADIUS.entry,
    RDP.entry,
    RFB.entry,
    SIP.entry,
    SMB.entry,
    SMTP.entry,
    SNMP.entry,
    SSH.entry,
    TFTP.entry,
    TLS.entry,
    WebSocket.entry,
  ]

  /// Position in `all` of the protocol with this name or alias.
  package static func index(named name: String) -> Int? {
    all.firstIndex { $0.name == name || $0.aliases.contains(name) }
  }
}
