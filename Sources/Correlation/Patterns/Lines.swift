import Identity
import Wire

/// Access lines: an account at two lines at once, a line with a foreign hardware address, and an address that
/// is used in another's session. It looks at flows of clients whose session was seen.
struct Lines: Codable, Sendable {
  /// A line at which an account was seen, and with which address.
  private struct Place: Codable, Sendable {
    let circuit: String
    var address: IPAddress
    /// Lines with which it was told of.
    var told: Set<String> = []
  }

  /// Hardware addresses of a line.
  private struct Hardware: Codable, Sendable {
    let first: String
    var told: Set<String> = []
  }

  private struct Intrusion: Codable, Hashable, Sendable {
    let address: IPAddress
    let session: UInt16
  }

  private var accounts = RecentTable<String, [Place]>(max: 20_000)
  private var lines = RecentTable<String, Hardware>(max: 20_000)
  private var intrusions = RecentTable<Intrusion, Bool>(max: 5_000)
  /// Lines of one account, and foreign addresses of one line, that are kept: more tell nothing new.
  private static let placesMax = 8
  private static let toldMax = 16

  private static let twice = PatternKind(
    name: "account-at-two-lines", text: Text("One account at two lines at once", "同一账号同时在两条线路上线"),
    tactic: .initialAccess, technique: "T1078")
  private static let foreign = PatternKind(
    name: "foreign-hardware", text: Text("A line with a foreign hardware address", "线路出现陌生 MAC 地址"),
    tactic: .initialAccess, technique: "T1200")
  private static let hijack = PatternKind(
    name: "session-hijack", text: Text("An address used in another's session", "会话劫持：地址出现在他人会话中"),
    tactic: .initialAccess, technique: "T1557")

  mutating func observe(_ flow: FlowSighting, site: SiteModel) -> [Finding] {
    let time = flow.startNanoseconds
    guard let identity = site.identity(of: flow.client, at: time) else { return [] }
    let found = [
      observeSession(flow, identity), observeHardware(flow, identity),
      observeAccount(flow, identity, site, time),
    ]
    return found.compactMap(\.self)
  }

  /// Both bindings must hold at this moment: an account that moved has left its former line. Lines of one
  /// access point may share an account.
  private mutating func observeAccount(
    _ flow: FlowSighting, _ identity: LineIdentity, _ site: SiteModel, _ time: Int64
  ) -> Finding? {
    guard !identity.account.isEmpty, !identity.circuit.isEmpty else { return nil }
    let own = identity.circuit
    return accounts.update(identity.account, at: time, initial: []) { places -> Finding? in
      let known = places.firstIndex { $0.circuit == own }
      if let known {
        places[known].address = flow.client
      } else {
        if places.count >= Self.placesMax { places.removeFirst() }
        places.append(Place(circuit: own, address: flow.client))
      }
      let point = site.accessPoint(circuit: own)?.identifier
      let other = places.firstIndex { place in
        guard place.circuit != own, !place.told.contains(own),
          let held = site.identity(of: place.address, at: time)
        else { return false }
        let isShared = point != nil && site.accessPoint(circuit: place.circuit)?.identifier == point
        // Names of lines of one source alone can be compared.
        return held.account == identity.account && held.circuit == place.circuit
          && held.source == identity.source && !isShared
      }
      guard let other, let mine = places.firstIndex(where: { $0.circuit == own }) else { return nil }
      places[other].told.insert(own)
      places[mine].told.insert(places[other].circuit)
      // Who came later is taken for the one who has no right to it.
      let (later, earlier) = mine > other ? (places[mine], places[other]) : (places[other], places[mine])
      return Self.twice.finding(
        flow.evidence, attacker: later.address, victim: earlier.address,
        detail: "\(identity.account): \(earlier.circuit), \(later.circuit)")
    }
  }

  /// The first hardware address of a line is its own.
  private mutating func observeHardware(_ flow: FlowSighting, _ identity: LineIdentity) -> Finding? {
    guard let hardware = identity.hardware, !identity.circuit.isEmpty else { return nil }
    let initial = Hardware(first: hardware)
    let first = lines.update(
      identity.circuit, at: flow.startNanoseconds, initial: initial
    ) { line -> String? in
      guard line.first != hardware, line.told.count < Self.toldMax, line.told.insert(hardware).inserted
      else { return nil }
      return line.first
    }
    guard let first else { return nil }
    return Self.foreign.finding(
      flow.evidence, attacker: flow.client, victim: flow.server,
      detail: "\(identity.circuit): \(hardware), \(first)")
  }

  /// The session that was given the address is another one than the one that it is used in.
  private mutating func observeSession(_ flow: FlowSighting, _ identity: LineIdentity) -> Finding? {
    guard let session = flow.pppoeSession, identity.source == .pppoe,
      identity.session.hasPrefix("pppoe "), identity.session != "pppoe \(session)"
    else { return nil }
    let key = Intrusion(address: flow.client, session: session)
    let isFresh = intrusions.update(key, at: flow.startNanoseconds, initial: false) { told -> Bool in
      defer { told = true }
      return !told
    }
    guard isFresh else { return nil }
    var finding = Self.hijack.finding(
      flow.evidence, attacker: flow.client, victim: flow.client, confidence: .high,
      detail: "\(identity.session), pppoe \(session)")
    finding.outcome = .success
    return finding
  }
}
