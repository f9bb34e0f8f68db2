import Wire

/// What servers do not do by themselves: open connections to outside hosts on ports of their own choice, as
/// shells do that call back, and send much more out than they get, as stolen data does.
///
/// It needs no habit to be learned, as the site says what is a server. Alone it raises nothing; after
/// attempts on the server it shows that they have succeeded.
struct Outward: Codable, Sendable {
  private struct Pair: Codable, Hashable, Sendable {
    let client: IPAddress
    let server: IPAddress
  }

  private struct Sent: Codable, Sendable {
    var span: SpanSet<UInt16>
    var bytesSent: UInt64 = 0
    var bytesTaken: UInt64 = 0
  }

  private var calls = RecentTable<Pair, SpanSet<UInt16>>(max: 20_000)
  private var sent = RecentTable<Pair, Sent>(max: 20_000)
  private static let spanSeconds: Int64 = 3_600
  /// Names, time, web, mail, their encrypted forms: what servers use of others.
  private static let usualPorts: Set<UInt16> = [25, 53, 80, 123, 443, 465, 587, 853, 993, 995]
  private static let servers: Set<SiteModel.Asset.Role> = [.web, .mail, .database, .directory, .file]
  private static let sentBytesMin: UInt64 = 20_000_000
  private static let timesTaken: UInt64 = 10
  private static let call = PatternKind(
    name: "server-calls-out", text: Text("A server calls an outside host by itself", "服务器主动连接外部主机"),
    tactic: .commandAndControl, technique: "T1571")
  private static let much = PatternKind(
    name: "server-sends-out", text: Text("A server sends far more out than it gets", "服务器大量外发数据"),
    tactic: .exfiltration, technique: "T1048")

  mutating func observe(_ flow: FlowSighting, site: SiteModel) -> Finding? {
    guard flow.isEstablished, flow.evidence.endpoints.ipProtocol == 6, !site.isInside(flow.server),
      let asset = site.asset(at: flow.client), !asset.isHub,
      ([asset.role] + asset.roles).contains(where: { Self.servers.contains($0) })
    else { return nil }
    let time = flow.evidence.timeNanoseconds
    let pair = Pair(client: flow.client, server: flow.server)
    if let megabytes = send(flow, pair, time) {
      return Self.much.finding(
        flow.evidence, attacker: flow.server, victim: flow.client, detail: "\(megabytes) MB")
    }
    // A mail server's own protocol goes out by what it is, any other data connection of FTP by its control.
    guard !Self.usualPorts.contains(flow.serverPort), flow.applicationProtocol != "ftp-data" else {
      return nil
    }
    let isNew = calls.update(pair, at: time, initial: SpanSet(at: time)) { span -> Bool in
      span.add(flow.serverPort, at: time, seconds: Self.spanSeconds)
      guard !span.isTold else { return false }
      span.isTold = true
      return true
    }
    guard isNew else { return nil }
    return Self.call.finding(
      flow.evidence, attacker: flow.server, victim: flow.client, detail: ":\(flow.serverPort)")
  }

  /// Megabytes sent within the hour, once they are many.
  private mutating func send(_ flow: FlowSighting, _ pair: Pair, _ time: Int64) -> UInt64? {
    sent.update(pair, at: time, initial: Sent(span: SpanSet(at: time))) { sent -> UInt64? in
      let began = sent.span.beganNanoseconds
      sent.span.add(flow.serverPort, at: time, seconds: Self.spanSeconds)
      if sent.span.beganNanoseconds != began { (sent.bytesSent, sent.bytesTaken) = (0, 0) }
      sent.bytesSent = sent.bytesSent.addingReportingOverflow(flow.bytesToServer).partialValue
      sent.bytesTaken = sent.bytesTaken.addingReportingOverflow(flow.bytesToClient).partialValue
      guard !sent.span.isTold, sent.bytesSent >= Self.sentBytesMin,
        sent.bytesSent / Self.timesTaken >= sent.bytesTaken
      else { return nil }
      sent.span.isTold = true
      return sent.bytesSent / 1_000_000
    }
  }
}
