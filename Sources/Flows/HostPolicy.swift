package import Wire

/// How a host's operating system treats overlapping data and odd resets: `host-os-policy` of suricata.yaml.
///
/// The same overlapping packets read differently on different systems; who inspects must read them as the
/// receiver does (Novak and Sturges, "Target-Based TCP Stream Reassembly", 2007).
package enum HostPolicy: UInt8, Sendable, CaseIterable {
  case bsd, bsdRight, oldLinux, linux, oldSolaris, solaris, hpux10, hpux11, irix, macOS, windows, vista,
    windows2003
  case first, last

  /// The name in suricata.yaml.
  package var name: String {
    switch self {
    case .bsd: "bsd"
    case .bsdRight: "bsd-right"
    case .oldLinux: "old-linux"
    case .linux: "linux"
    case .oldSolaris: "old-solaris"
    case .solaris: "solaris"
    case .hpux10: "hpux10"
    case .hpux11: "hpux11"
    case .irix: "irix"
    case .macOS: "macos"
    case .windows: "windows"
    case .vista: "vista"
    case .windows2003: "windows2k3"
    case .first: "first"
    case .last: "last"
    }
  }

  /// The policy of a name in suricata.yaml; nil if there is none.
  package init?(name: String) {
    guard let policy = HostPolicy.allCases.first(where: { $0.name == name }) else { return nil }
    self = policy
  }
}

/// Which policy holds for which address: the longest prefix wins, `bsd` where none fits.
package struct HostPolicies: Sendable {
  private struct Entry {
    let address: IPAddress
    let bits: Int
    let policy: HostPolicy
  }

  private var entries: [Entry] = []

  package init() {}

  /// Adds a prefix of `bits` bits; 0 to 32 or 128.
  package mutating func add(_ address: IPAddress, bits: Int, _ policy: HostPolicy) {
    entries.append(Entry(address: address, bits: min(max(bits, 0), address.bitCount), policy: policy))
    entries.sort { $0.bits > $1.bits }
  }

  /// The policy for a receiving host.
  package func policy(for address: IPAddress) -> HostPolicy {
    for entry in entries where HostPolicies.matches(entry.address, address, bits: entry.bits) {
      return entry.policy
    }
    return .bsd
  }

  static func matches(_ prefix: IPAddress, _ address: IPAddress, bits: Int) -> Bool {
    guard prefix.isIPv6 == address.isIPv6 else { return false }
    if !prefix.isIPv6 { return (prefix.low ^ address.low) >> UInt64(32 - min(bits, 32)) == 0 }
    if bits <= 64 { return bits == 0 || (prefix.high ^ address.high) >> UInt64(64 - bits) == 0 }
    return prefix.high == address.high && (prefix.low ^ address.low) >> UInt64(128 - min(bits, 128)) == 0
  }
}
