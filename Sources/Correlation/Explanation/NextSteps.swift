import Wire

/// What is likely to come next: by how far the intrusion went, and by what the hosts within reach offer.
struct NextSteps {
  let chain: Chain
  let score: ChainScore
  let site: SiteModel
  private static let hostsMax = 8

  init(_ chain: Chain, score: ChainScore, site: SiteModel) {
    self.chain = chain
    self.score = score
    self.site = site
  }

  var steps: [NextStep] {
    let seen = Set(score.steps.map(\.tactic))
    let furthest = seen.max() ?? .reconnaissance
    var steps: [NextStep] = []
    let fallen = fallenHosts
    for row in Self.table where row.after.contains(furthest) || !row.after.isDisjoint(with: seen) {
      guard !seen.contains(row.tactic) || row.tactic == .lateralMovement else { continue }
      let hosts = row.roles.isEmpty ? Array(fallen.prefix(Self.hostsMax)) : reachable(row.roles, fallen)
      if !row.roles.isEmpty, hosts.isEmpty { continue }
      steps.append(
        NextStep(tactic: row.tactic, hosts: hosts, expectation: row.expectation, check: row.check))
      if steps.count == 4 { break }
    }
    return steps
  }

  /// Victims of successes; where none was seen, victims of what went beyond looking.
  private var fallenHosts: [IPAddress] {
    let sure = chain.aggregates.filter { $0.outcome == .success && $0.tactic >= .initialAccess }
    let tried = sure.isEmpty ? chain.aggregates.filter { $0.tactic >= .initialAccess } : sure
    var seen: Set<IPAddress> = []
    return tried.map(\.key.victim).filter { site.isInside($0) && seen.insert($0).inserted }
  }

  /// Assets of these roles that are no part of it yet, in the same access points first.
  private func reachable(_ roles: Set<SiteModel.Asset.Role>, _ fallen: [IPAddress]) -> [IPAddress] {
    let points = Set(score.accessPoints)
    let offered = site.assets.filter {
      !roles.isDisjoint(with: [$0.role] + $0.roles) && !chain.victims.contains($0.address)
    }
    let ranked = offered.map { asset in
      let isNear = points.contains(site.accessPoint(of: asset.address)?.identifier ?? "")
      return (rank: (isNear ? 0 : 1, -asset.importance, asset.identifier), address: asset.address)
    }
    return ranked.sorted { $0.rank < $1.rank }.prefix(Self.hostsMax).map(\.address)
  }

  private struct Row: Sendable {
    let after: Set<Tactic>
    let tactic: Tactic
    let roles: Set<SiteModel.Asset.Role>
    let expectation: Text
    let check: Text
  }

  private static let table: [Row] = [
    Row(
      after: [.reconnaissance, .resourceDevelopment], tactic: .initialAccess, roles: [.web, .mail],
      expectation: Text("exploits against what was found open", "针对已探明服务的漏洞利用"),
      check: Text("patch level and access logs of the services", "核查这些服务的补丁与访问日志")),
    Row(
      after: [.initialAccess, .execution], tactic: .persistence, roles: [],
      expectation: Text("a web shell, an account or a task that stays", "植入 WebShell、账号或计划任务"),
      check: Text("new files under the web root, new accounts, tasks", "核查网站目录新文件、新增账号与计划任务")),
    Row(
      after: [.initialAccess, .execution, .persistence], tactic: .commandAndControl, roles: [],
      expectation: Text("connections outwards from the host", "主机对外建立控制连接"),
      check: Text("connections of the host since the attack", "核查攻击后该主机的对外连接")),
    Row(
      after: [
        .execution, .persistence, .privilegeEscalation, .credentialAccess, .discovery, .commandAndControl,
      ],
      tactic: .lateralMovement, roles: [.directory, .database, .file],
      expectation: Text("log-ins and copies to servers within reach", "向可达的服务器登录或投放文件"),
      check: Text("log-ins on these servers from the fallen hosts", "核查失陷主机对这些服务器的登录记录")),
    Row(
      after: [.execution, .discovery, .lateralMovement, .persistence], tactic: .credentialAccess,
      roles: [.directory, .mail],
      expectation: Text("theft of passwords and tickets", "窃取口令与票据"),
      check: Text("failed and unusual log-ins; change of passwords", "核查异常登录，必要时更换口令")),
    Row(
      after: [.lateralMovement, .collection, .credentialAccess], tactic: .exfiltration,
      roles: [.file, .database],
      expectation: Text("data gathered and sent out", "汇集并外传数据"),
      check: Text("volume sent outwards by these hosts", "核查这些主机的外发流量")),
    Row(
      after: [.lateralMovement, .commandAndControl, .exfiltration], tactic: .impact,
      roles: [.file, .database, .directory],
      expectation: Text("encryption or destruction", "加密勒索或破坏"),
      check: Text("backups apart from the network; isolate the hosts", "确认离线备份，隔离失陷主机")),
  ]
}
