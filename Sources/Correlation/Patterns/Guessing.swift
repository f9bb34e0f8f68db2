import Wire

/// Passwords guessed or sprayed: many short conversations with services that ask for one.
struct Guessing: Codable, Sendable {
  private struct Target: Codable, Hashable, Sendable {
    let client: IPAddress
    let server: IPAddress
    let port: UInt16
  }

  private struct Spray: Codable, Hashable, Sendable {
    let client: IPAddress
    let port: UInt16
  }

  private var guesses = RecentTable<Target, SpanSet<UInt16>>(max: 20_000)
  private var sprays = RecentTable<Spray, SpanSet<IPAddress>>(max: 20_000)
  /// Services that ask for passwords: SSH, Telnet, FTP, SMB, RDP, VNC, databases, directories, mail boxes.
  private static let ports: Set<UInt16> = [
    21, 22, 23, 110, 143, 389, 445, 1433, 1521, 3306, 3389, 5432, 5900,
  ]
  /// The same by what is spoken, on whatever port.
  private static let protocols: Set<String> = [
    "ssh", "ftp", "telnet", "smb", "rdp", "rfb", "ldap", "pgsql", "mysql", "pop3", "imap",
  ]
  private static let bytesMax: UInt64 = 8_192
  private static let guessesMin = 24
  private static let hostsMin = 10
  private static let guessing = PatternKind(
    name: "password-guessing", text: Text("Passwords guessed at one service", "对同一服务猜测口令"),
    tactic: .credentialAccess, technique: "T1110.001")
  private static let spraying = PatternKind(
    name: "password-spraying", text: Text("Passwords sprayed over many hosts", "对多台主机喷洒口令"),
    tactic: .credentialAccess, technique: "T1110.003")

  mutating func observe(_ flow: FlowSighting) -> Finding? {
    guard flow.isEstablished,
      Self.ports.contains(flow.serverPort) || Self.protocols.contains(flow.applicationProtocol),
      flow.bytesToServer &+ flow.bytesToClient < Self.bytesMax
    else { return nil }
    let time = flow.evidence.timeNanoseconds
    let hosts = sprays.update(
      Spray(client: flow.client, port: flow.serverPort), at: time, initial: SpanSet(at: time)
    ) { span -> Int? in
      span.add(flow.server, at: time, seconds: 600)
      guard !span.isTold, span.elements.count >= Self.hostsMin else { return nil }
      span.isTold = true
      return span.elements.count
    }
    if let hosts {
      return Self.spraying.finding(
        flow.evidence, attacker: flow.client, victim: flow.server, detail: "\(hosts) × :\(flow.serverPort)")
    }
    let target = Target(client: flow.client, server: flow.server, port: flow.serverPort)
    let count = guesses.update(target, at: time, initial: SpanSet(at: time)) { span -> Int? in
      span.add(flow.evidence.endpoints.sourcePort, at: time, seconds: 300)
      guard !span.isTold, span.count >= Self.guessesMin else { return nil }
      span.isTold = true
      return span.count
    }
    guard let count else { return nil }
    return Self.guessing.finding(
      flow.evidence, attacker: flow.client, victim: flow.server, detail: "\(count) × :\(flow.serverPort)")
  }
}
