package import Wire

/// `app-layer.protocols.tls` of the configuration.
package struct TLSSettings: Sendable {
  /// Whether fingerprints are made: always, never, or where a rule uses them.
  package enum Fingerprinting: Sendable {
    case automatic, always, never
  }

  /// What happens once the session is encrypted (`encryption-handling`).
  package enum EncryptionHandling: Sendable {
    /// The stream is not reassembled further.
    case trackOnly
    /// The same, and the flow can be bypassed.
    case bypass
    /// Everything goes on: unmodified content rules see the encrypted bytes.
    case full
  }

  package var ja3 = Fingerprinting.automatic
  package var ja4 = Fingerprinting.automatic
  package var encryptionHandling = EncryptionHandling.trackOnly
  /// Set by whoever loads the rules: a rule uses `ja3.*`, `ja4.*`.
  package var rulesUseJA3 = false
  package var rulesUseJA4 = false

  /// Set by whoever loads the rules: rules of the firewall stand at hooks, and see encrypted data go by.
  package var followsEncrypted = false

  /// Records show handshakes in full: they wait until the handshake is through.
  package var showsHandshakes = false
  /// Certificates that chains of TLCP must end at; empty: any may.
  package var trustedRoots: [TrustedRoot] = []
  /// Servers that must speak TLCP, by the site, with the ports that this is asked of; none: all ports.
  package var tlcpServers: [IPAddress: Set<UInt16>] = [:]

  /// Whether events show JA3 and JA3S.
  package var showsJA3: Bool { ja3 == .always || ja3 == .automatic && rulesUseJA3 }
  /// Whether events show JA4.
  package var showsJA4: Bool { ja4 == .always || ja4 == .automatic && rulesUseJA4 }

  package init() {}

  /// The site asks for TLCP here.
  func requiresTLCP(_ server: IPAddress, port: UInt16) -> Bool {
    guard let ports = tlcpServers[server] else { return false }
    return ports.isEmpty || ports.contains(port)
  }
}

/// Bounds of what a TLS flow may make the parser keep.
enum TLSLimits {
  /// Bytes of a record's payload: 2^14 and what ciphers may add, as much as Suricata takes.
  static let recordBytes = 16384 + 1024
  /// Bytes of one handshake message: certificate chains are the largest, a few ten KiB in practice.
  static let handshakeBytes = 256 * 1024
  /// Entries of a hello's lists that are kept: registries hold a few hundred.
  static let listEntries = 1024
  /// Certificates of one chain that are kept.
  static let certificates = 32
  /// Alerts that are kept: a session ends with two.
  static let alerts = 8
  /// Signatures of a chain that are verified, and steps up a chain: each costs some 0.2 ms.
  static let signatures = 6
  /// Bytes of a ServerKeyExchange of TLCP that is verified: 514 with RSA of 4096 bits.
  static let keyExchangeBytes = 4096
  /// Bytes of a handshake record or less after ChangeCipherSpec that cannot be encrypted: an alert with its
  /// code is 26 bytes at least.
  static let plainAlertBytes = 4
  /// Time that the record of a TLCP session waits for the alerts that end it, from its first packet.
  static let alertWaitNanoseconds: Int64 = 10_000_000_000
  /// Nesting and number of parts of a name or extension that are read.
  static let nameParts = 256
}
