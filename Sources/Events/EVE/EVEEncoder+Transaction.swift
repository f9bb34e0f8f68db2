package import Protocols
import Wire

extension EVEEncoder {
  /// Appends the record of a transaction (`http`, `dns`, `tls`), as its protocol's line in the
  /// catalogue says.
  ///
  /// Returns false, and writes nothing, where the protocol has no record or its type is not wanted.
  package func encodeTransaction(
    _ subject: EventSubject, frame: RawSpan, into line: inout JSONWriter
  ) -> Bool {
    guard let own = subject.transaction, let index = subject.protocolIndex,
      let record = RecordCatalogue.record(at: index)
    else { return false }
    let context = RecordContext(own, subject.direction, .own, self)
    let type = record.type(of: context.transaction)
    guard wants(type), record.isWanted(context) else { return false }
    let forwarded = record.hasForwarded ? forwardedAddress(of: subject) : nil
    // What goes one way only is told of as it goes, whichever packet brought it to light.
    // The old form of DNS puts the client first in answers too.
    let isOldAnswer =
      settings.dns.version == 2 && (context.transaction as? DNSTransaction)?.isResponse == true
    let oneWay =
      isOldAnswer
      ? subject.clientEndpoints
      : subject.endpoints(of: context.transaction.onlyDirection ?? subject.direction)
    let endpoints =
      record.followsPacket ? subject.endpoints : record.isClientFirst ? subject.clientEndpoints : oneWay
    beginRecord(type.text, subject, endpoints: endpoints, into: &line)
    encodeCommon(subject, frame: frame, into: &line)
    if record.hasNumber { line.member("tx_id", context.transaction.number) }
    record.encode(context, &line)
    if let forwarded { line.member("xff", forwarded) }
    endRecord(subject, into: &line)
    return true
  }

  /// Appends the record of a file that has come to its end.
  package func encodeFile(
    _ file: TransferredFile, _ subject: EventSubject, frame: RawSpan, into line: inout JSONWriter
  ) {
    beginRecord("fileinfo", subject, endpoints: subject.endpoints(of: file.direction), into: &line)
    encodeCommon(subject, frame: frame, into: &line)
    if let transaction = subject.transaction, let index = subject.protocolIndex,
      let record = RecordCatalogue.record(at: index)
    {
      record.encode(RecordContext(transaction, file.direction, .file, self), &line)
    }
    if let name = subject.protocols.flow.name { line.member("app_proto", name) }
    line.beginObject("fileinfo")
    encode(file, transaction: subject.transaction?.number ?? 0, into: &line)
    line.endObject()
    if let forwarded = forwardedAddress(of: subject) { line.member("xff", forwarded) }
    endRecord(subject, into: &line)
  }

  /// `files` of an alert: those of the transaction that go in the packet's direction and have no record yet.
  func encodeFiles(of transaction: Transaction, _ direction: Direction, into line: inout JSONWriter) {
    func isShown(_ file: TransferredFile) -> Bool { file.direction == direction && !file.isLogged }
    guard transaction.files.contains(where: isShown) else { return }
    line.beginArray("files")
    for file in transaction.files where isShown(file) {
      line.beginObject()
      encode(file, transaction: transaction.number, into: &line)
      line.endObject()
    }
    line.endArray()
  }

  private func encode(_ file: TransferredFile, transaction: UInt64, into line: inout JSONWriter) {
    if !file.name.isEmpty { line.member("filename", text: file.name) }
    if !file.storingRules.isEmpty {
      line.beginArray("sid")
      for rule in file.storingRules { line.element(rule) }
      line.endArray()
    }
    if let magic = file.magic, !magic.isEmpty { line.member("magic", text: magic) }
    line.member("gaps", file.hasGaps)
    switch file.state {
    case .open: line.member("state", literal: "UNKNOWN")
    case .closed: line.member("state", literal: "CLOSED")
    case .truncated: line.member("state", literal: "TRUNCATED")
    case .error: line.member("state", literal: "ERROR")
    }
    if let digest = file.md5 { line.member("md5", hexadecimal: digest) }
    if let digest = file.sha1 { line.member("sha1", hexadecimal: digest) }
    if let digest = file.sha256 { line.member("sha256", hexadecimal: digest) }
    if let digest = file.sm3 { line.member("sm3", hexadecimal: digest) }
    line.member("stored", file.isStored)
    if file.isStored { line.member("file_id", file.identifier) }
    if file.isWanted, !file.isStored { line.member("storing", true) }
    line.member("size", file.size)
    if let range = file.range {
      line.member("start", range.start)
      line.member("end", range.end)
    }
    line.member("tx_id", transaction)
  }
}

extension EVEType {
  /// The type's `event_type` as a literal.
  var text: StaticString {
    switch self {
    case .alert: "alert"
    case .anomaly: "anomaly"
    case .arp: "arp"
    case .bitTorrent: "bittorrent_dht"
    case .dcerpc: "dcerpc"
    case .dhcp: "dhcp"
    case .dnp3: "dnp3"
    case .dns: "dns"
    case .drop: "drop"
    case .enip: "enip"
    case .fileinfo: "fileinfo"
    case .flow: "flow"
    case .frame: "frame"
    case .ftp: "ftp"
    case .ftpData: "ftp_data"
    case .http: "http"
    case .ike: "ike"
    case .krb5: "krb5"
    case .l2tp: "l2tp"
    case .ldap: "ldap"
    case .mdns: "mdns"
    case .metadata: "metadata"
    case .modbus: "modbus"
    case .mqtt: "mqtt"
    case .nfs: "nfs"
    case .netflow: "netflow"
    case .pop3: "pop3"
    case .ppp: "ppp"
    case .pppoe: "pppoe"
    case .quic: "quic"
    case .radius: "radius"
    case .ntp: "ntp"
    case .pgsql: "pgsql"
    case .rdp: "rdp"
    case .rfb: "rfb"
    case .sip: "sip"
    case .smb: "smb"
    case .http2: "http"
    case .smtp: "smtp"
    case .snmp: "snmp"
    case .ssh: "ssh"
    case .stats: "stats"
    case .tftp: "tftp"
    case .tls: "tls"
    case .websocket: "websocket"
    }
  }
}
