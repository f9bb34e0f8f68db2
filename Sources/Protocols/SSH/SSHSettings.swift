/// `app-layer.protocols.ssh` of the configuration.
package struct SSHSettings: Sendable {
  /// Whether fingerprints are made: always, never, or where a rule uses them.
  package enum Fingerprinting: Sendable {
    case automatic, always, never
  }

  /// What happens once the session is encrypted (`encryption-handling`).
  package enum EncryptionHandling: Sendable {
    /// The stream is not reassembled further.
    case trackOnly
    /// The same, and the flow is bypassed.
    case bypass
    /// Everything goes on: content rules see the encrypted bytes.
    case full
  }

  package var hassh = Fingerprinting.automatic
  package var encryptionHandling = EncryptionHandling.trackOnly
  /// Set by whoever loads the rules: a rule uses `ssh.hassh…`.
  package var rulesUseHASSH = false

  /// Whether fingerprints are made.
  package var makesFingerprints: Bool { hassh == .always || hassh == .automatic && rulesUseHASSH }

  package init() {}
}

/// Bounds of what an SSH flow may make the parser keep.
enum SSHLimits {
  /// Bytes of a first line, its line feed left out: RFC 4253 §4.2 allows 255 with it.
  static let bannerBytes = 256
  /// Bytes of a key exchange offer that is read: RFC 4253 §6.1 has every program take packets of 35,000.
  static let offerBytes = 35_000
}
