package import Identity
package import Wire

/// What is defended: districts, units, access points and assets, as `site.yaml` says.
package struct SiteModel: Sendable {
  package struct District: Sendable, Equatable {
    package let identifier: String
    package let name: String
  }

  package struct Unit: Sendable, Equatable {
    package let identifier: String
    package let name: String
    package let district: String
  }

  package struct AccessPoint: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable { case leased, pppoe, cloud }

    package let identifier: String
    package let name: String
    package let unit: String
    package let kind: Kind
    package let ranges: [IPPrefix]
    package let vlan: UInt16?
    /// Number of the PPPoE session that it comes in by, where it is fixed.
    package var pppoeSession: UInt16?
    /// 1 to 5.
    package let importance: Int
    /// Whom to call, or empty.
    package var contact = ""
    /// Names that it logs in by, and circuits (lines, ports) that it comes in on.
    package var accounts: [String] = []
    package var circuits: [String] = []
  }

  /// What a service can be bound to speak.
  package enum Obligation: String, Sendable, CaseIterable { case tlcp }

  package struct Asset: Sendable, Equatable {
    package enum Role: String, Sendable, CaseIterable {
      case web, mail, dns, database, directory, file, proxy, client, other
      /// Further roles of our own: hosts that stand for many others.
      case nat, gateway
    }

    package let identifier: String
    package let name: String
    package let address: IPAddress
    package let role: Role
    /// 1 to 5.
    package let importance: Int
    /// Further things that it does beside its role.
    package var roles: [Role] = []
    /// It must speak TLCP, and nothing else will do.
    package var mustSpeakTLCP = false
    /// Ports that this is asked of; none: all.
    package var tlcpPorts: Set<UInt16> = []

    /// It stands for many others, so that what is common to it says little.
    package var isHub: Bool {
      ([role] + roles).contains { [.dns, .proxy, .nat, .gateway].contains($0) }
    }
  }

  package var centreName = ""
  package var districts: [District] = []
  package var units: [Unit] = []
  package var accessPoints: [AccessPoint] = []
  package var assets: [Asset] = []
  /// Addresses that may scan.
  package var scanners: Set<IPAddress> = []
  /// Ranges that may scan.
  package var scannerRanges: [IPPrefix] = []
  /// Who is behind addresses, as the traffic tells it; nil: nobody watches.
  package var identities: IdentityTable?
  private var index: SiteIndex?

  package init() {}

  /// Builds what makes lookups fast; lists must not be changed afterwards.
  mutating func prepare() {
    index = SiteIndex(self)
  }

  /// The access point with the narrowest range around an address.
  package func accessPoint(of address: IPAddress) -> AccessPoint? {
    accessPoint(of: address, vlans: [], pppoeSession: 0)
  }

  /// The same where the tags of its frame are known: they decide between access points that use the same
  /// range.
  package func accessPoint(of address: IPAddress, vlans: [UInt16], pppoeSession: UInt16) -> AccessPoint? {
    let candidates = index?.narrowest(address) ?? linear(address)
    if candidates.count > 1 {
      let tagged = candidates.first { position in
        let point = accessPoints[position]
        return (point.vlan.map { vlans.contains($0) } ?? false)
          || (pppoeSession != 0 && point.pppoeSession == pppoeSession)
      }
      if let tagged { return accessPoints[tagged] }
    }
    return candidates.first.map { accessPoints[$0] }
  }

  private func linear(_ address: IPAddress) -> [Int] {
    var best: [Int] = []
    var length = -1
    for (position, point) in accessPoints.enumerated() {
      for range in point.ranges where range.contains(address) {
        if Int(range.length) > length {
          best = [position]
          length = Int(range.length)
        } else if Int(range.length) == length, best.last != position {
          best.append(position)
        }
      }
    }
    return best
  }

  /// Where an address belongs.
  package func place(of address: IPAddress, vlans: [UInt16] = [], pppoeSession: UInt16 = 0) -> Place {
    guard let point = accessPoint(of: address, vlans: vlans, pppoeSession: pppoeSession) else {
      return Place()
    }
    return Place(
      accessPoint: point.identifier, unit: point.unit, district: unit(point.unit)?.district ?? "")
  }

  package func unit(_ identifier: String) -> Unit? {
    if let index { return index.units[identifier].map { units[$0] } }
    return units.first { $0.identifier == identifier }
  }

  package func district(_ identifier: String) -> District? { districts.first { $0.identifier == identifier } }

  /// The access point with this identifier.
  package func accessPoint(_ identifier: String) -> AccessPoint? {
    if let index { return index.points[identifier].map { accessPoints[$0] } }
    return accessPoints.first { $0.identifier == identifier }
  }

  /// The access point that logs in by this name.
  package func accessPoint(account: String) -> AccessPoint? {
    index?.accounts[account].map { accessPoints[$0] }
  }

  /// The access point on this line.
  package func accessPoint(circuit: String) -> AccessPoint? {
    index?.circuits[circuit].map { accessPoints[$0] }
  }

  /// Accounts or lines are named: it is worth watching who is behind addresses.
  package var hasLines: Bool { accessPoints.contains { !$0.accounts.isEmpty || !$0.circuits.isEmpty } }

  package func asset(at address: IPAddress) -> Asset? {
    if let index { return index.assets[address].map { assets[$0] } }
    return assets.first { $0.address == address }
  }

  /// Servers that must speak TLCP, with the ports that this is asked of; no ports: all.
  package var tlcpServers: [IPAddress: Set<UInt16>] {
    let bound = assets.filter(\.mustSpeakTLCP).map { ($0.address, $0.tlcpPorts) }
    return Dictionary(bound, uniquingKeysWith: { $0.isEmpty || $1.isEmpty ? [] : $0.union($1) })
  }

  /// It may scan: scanning is its task.
  package func mayScan(_ address: IPAddress) -> Bool {
    scanners.contains(address) || scannerRanges.contains { $0.contains(address) }
  }

  /// Belongs to an access point or an asset; without a site model, to a private or link-local range (RFC
  /// 1918, RFC 6598, RFC 4193, RFC 4291).
  package func isInside(_ address: IPAddress) -> Bool {
    if !accessPoints.isEmpty || !assets.isEmpty {
      return accessPoint(of: address) != nil || asset(at: address) != nil
    }
    if address.isIPv6 { return address.high >> 57 == 0xfc >> 1 || address.high >> 54 == 0xfe80 >> 6 }
    let value = UInt32(truncatingIfNeeded: address.low)
    return value >> 24 == 10 || value >> 20 == 0xac1 || value >> 16 == 0xc0a8 || value >> 22 == 0x6440 >> 6
      || value >> 16 == 0xa9fe
  }
}

/// Tables that answer where an address belongs in a few lookups, however many access points there are.
struct SiteIndex: Sendable {
  /// Positions of access points by range; lengths that occur, longest first, for both families.
  private var ranges: [IPPrefix: [Int]] = [:]
  private var lengths4: [Int] = []
  private var lengths6: [Int] = []
  private(set) var points: [String: Int] = [:]
  private(set) var accounts: [String: Int] = [:]
  private(set) var circuits: [String: Int] = [:]
  private(set) var units: [String: Int] = [:]
  private(set) var assets: [IPAddress: Int] = [:]

  init(_ site: SiteModel) {
    var seen4: Set<Int> = [], seen6: Set<Int> = []
    for (position, point) in site.accessPoints.enumerated() {
      points[point.identifier] = points[point.identifier] ?? position
      for name in point.accounts where accounts[name] == nil { accounts[name] = position }
      for name in point.circuits where circuits[name] == nil { circuits[name] = position }
      for range in point.ranges {
        ranges[range, default: []].append(position)
        if range.address.isIPv6 { seen6.insert(Int(range.length)) } else { seen4.insert(Int(range.length)) }
      }
    }
    lengths4 = seen4.sorted(by: >)
    lengths6 = seen6.sorted(by: >)
    for (position, unit) in site.units.enumerated() where units[unit.identifier] == nil {
      units[unit.identifier] = position
    }
    for (position, asset) in site.assets.enumerated() where assets[asset.address] == nil {
      assets[asset.address] = position
    }
  }

  /// Access points whose range around the address is the narrowest; several where they share it.
  func narrowest(_ address: IPAddress) -> [Int] {
    for length in address.isIPv6 ? lengths6 : lengths4 {
      if let prefix = IPPrefix(address, length: length), let found = ranges[prefix] { return found }
    }
    return []
  }
}
