import Wire

/// Scans: one client, many hosts at one port (sweep), or many ports of one host. Only what was not answered
/// counts, as a scanner meets mostly what is not there.
struct Scans: Codable, Sendable {
  private struct Sweep: Codable, Hashable, Sendable {
    let client: IPAddress
    let port: UInt16
  }

  private struct Pair: Codable, Hashable, Sendable {
    let client: IPAddress
    let server: IPAddress
  }

  private var sweeps = RecentTable<Sweep, SpanSet<IPAddress>>(max: 20_000)
  private var ports = RecentTable<Pair, SpanSet<UInt16>>(max: 20_000)
  private static let spanSeconds: Int64 = 300
  private static let hostsMin = 24
  private static let portsMin = 20

  mutating func observe(_ flow: FlowSighting, site: SiteModel) -> Finding? {
    guard !flow.isEstablished else { return nil }
    let time = flow.evidence.timeNanoseconds
    let isInside = site.isInside(flow.client)
    let hosts = sweeps.update(
      Sweep(client: flow.client, port: flow.serverPort), at: time, initial: SpanSet(at: time)
    ) { span -> Int? in
      span.add(flow.server, at: time, seconds: Self.spanSeconds)
      guard !span.isTold, span.elements.count >= Self.hostsMin else { return nil }
      span.isTold = true
      return span.elements.count
    }
    if let hosts {
      return Self.kind(isInside, isSweep: true).finding(
        flow.evidence, attacker: flow.client, victim: flow.server,
        detail: "\(hosts) × :\(flow.serverPort)")
    }
    let count = ports.update(
      Pair(client: flow.client, server: flow.server), at: time, initial: SpanSet(at: time)
    ) { span -> Int? in
      span.add(flow.serverPort, at: time, seconds: Self.spanSeconds)
      guard !span.isTold, span.elements.count >= Self.portsMin else { return nil }
      span.isTold = true
      return span.elements.count
    }
    guard let count else { return nil }
    return Self.kind(isInside, isSweep: false).finding(
      flow.evidence, attacker: flow.client, victim: flow.server, detail: "\(count)")
  }

  private static func kind(_ isInside: Bool, isSweep: Bool) -> PatternKind {
    PatternKind(
      name: isSweep ? "sweep" : "port-scan",
      text: isSweep
        ? Text("Sweep: one port at many hosts, unanswered", "横向扫描：同一端口、多台主机、无应答")
        : Text("Scan: many ports of one host, unanswered", "纵向扫描：同一主机、多个端口、无应答"),
      tactic: isInside ? .discovery : .reconnaissance, technique: isInside ? "T1046" : "T1595.001")
  }
}
