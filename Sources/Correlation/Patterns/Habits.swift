import Wire

/// What is unusual for a host against its own baseline: volume sent out, data gathered from several servers,
/// a new service, administration of hosts that it never administered.
struct Habits: Codable, Sendable {
  private(set) var baselines = RecentTable<IPAddress, Baseline>(max: 20_000)
  private static let uploadBytesMin: Int64 = 50_000_000
  private static let stagingBytesMin: Int64 = 200_000_000
  private static let timesUsual: Int64 = 8
  private static let stagingServersMin = 3
  private static let newPeersMin = 3
  /// SSH, Telnet, RPC, SMB, RDP, VNC, WinRM.
  private static let administrativePorts: Set<UInt16> = [22, 23, 135, 445, 3389, 5900, 5985, 5986]

  private static let upload = PatternKind(
    name: "upload", text: Text("Far more sent out than usual", "外发流量远超自身基线"), tactic: .exfiltration,
    technique: "T1048")
  private static let staging = PatternKind(
    name: "staging", text: Text("Data gathered from several servers", "从多台服务器汇集数据"),
    tactic: .collection, technique: "T1074")
  private static let service = PatternKind(
    name: "new-service", text: Text("A new service on a known host", "已知主机出现新服务"), tactic: .persistence,
    technique: "T1543")
  private static let lateral = PatternKind(
    name: "unusual-administration", text: Text("Administers hosts that it never did", "管理协议访问从未管理过的主机"),
    tactic: .lateralMovement, technique: "T1021")

  mutating func observe(_ flow: FlowSighting, site: SiteModel) -> [Finding] {
    guard flow.isEstablished else { return [] }
    let (isClientInside, isServerInside) = (site.isInside(flow.client), site.isInside(flow.server))
    var findings: [Finding] = []
    if isClientInside { findings += observeClient(flow, isServerInside: isServerInside) }
    if isServerInside, site.asset(at: flow.server) != nil, let found = observeService(flow) {
      findings.append(found)
    }
    return findings
  }

  private mutating func observeClient(_ flow: FlowSighting, isServerInside: Bool) -> [Finding] {
    let time = flow.evidence.timeNanoseconds
    let evidence = flow.evidence
    return baselines.update(flow.client, at: time, initial: Baseline()) { baseline in
      baseline.advance(to: time)
      guard isServerInside else {
        return Self.sendOut(flow, &baseline).map {
          [Self.upload.finding(evidence, attacker: flow.server, victim: flow.client, detail: $0)]
        } ?? []
      }
      var findings: [Finding] = []
      if let detail = Self.gather(flow, &baseline) {
        findings.append(
          Self.staging.finding(evidence, attacker: flow.client, victim: flow.server, detail: detail))
      }
      if Self.administers(flow, &baseline) {
        findings.append(Self.lateral.finding(evidence, attacker: flow.client, victim: flow.server))
      }
      return findings
    }
  }

  private static func sendOut(_ flow: FlowSighting, _ baseline: inout Baseline) -> String? {
    baseline.sent = baseline.sent.addingReportingOverflow(Int64(clamping: flow.bytesToServer)).partialValue
    guard baseline.isLearned, !baseline.isUploadTold, baseline.sent > uploadBytesMin,
      baseline.sent / timesUsual > baseline.sentPerHour
    else { return nil }
    baseline.isUploadTold = true
    return "\(baseline.sent / 1_000_000) MB/h, \(baseline.sentPerHour / 1_000_000) MB/h"
  }

  private static func gather(_ flow: FlowSighting, _ baseline: inout Baseline) -> String? {
    let taken = Int64(clamping: flow.bytesToClient)
    baseline.taken = baseline.taken.addingReportingOverflow(taken).partialValue
    if taken > 1_000_000, baseline.sources.count < 64 { baseline.sources.insert(flow.server) }
    guard baseline.isLearned, !baseline.isStagingTold, baseline.taken > stagingBytesMin,
      baseline.sources.count >= stagingServersMin, baseline.taken / timesUsual > baseline.takenPerHour
    else { return nil }
    baseline.isStagingTold = true
    return "\(baseline.taken / 1_000_000) MB, \(baseline.sources.count)"
  }

  private static func administers(_ flow: FlowSighting, _ baseline: inout Baseline) -> Bool {
    guard administrativePorts.contains(flow.serverPort), !baseline.administered.contains(flow.server) else {
      return false
    }
    guard baseline.newAdministered.count < 256, baseline.newAdministered.insert(flow.server).inserted else {
      return false
    }
    return baseline.isLearned && baseline.newAdministered.count >= newPeersMin
  }

  private mutating func observeService(_ flow: FlowSighting) -> Finding? {
    let time = flow.evidence.timeNanoseconds
    let isNew = baselines.update(flow.server, at: time, initial: Baseline()) { baseline in
      baseline.advance(to: time)
      return baseline.isNewService(flow.serverPort)
    }
    guard isNew else { return nil }
    return Self.service.finding(
      flow.evidence, attacker: flow.client, victim: flow.server, confidence: .low,
      detail: ":\(flow.serverPort)")
  }

  mutating func reset(_ host: IPAddress) { baselines.remove(host) }

  mutating func resetAll() { self = Habits() }
}
