/// Who is behind an address for a while: the account and the line of a session.
///
/// Passwords, challenges and responses are never read, so that they cannot be kept.
package struct LineIdentity: Sendable, Equatable, Codable {
  /// What the binding was learned from.
  package enum Source: String, Sendable, Codable { case pppoe, l2tp, radius, dhcp, imported }

  /// Name that was given at log-in, or empty.
  package var account = ""
  /// The line: circuit of the access node, NAS port or calling station, or empty.
  package var circuit = ""
  /// The session: `pppoe 17`, `l2tp 3/9`, or RADIUS's own name for it.
  package var session = ""
  /// PPPoE: hardware address of who dialled in, as `02:00:00:00:03:01`.
  package var hardware: String?
  package var source: Source

  package init(source: Source) {
    self.source = source
  }

  /// What stays while addresses change: the account, or the line where there is none.
  package var name: String { account.isEmpty ? circuit : account }

  /// Takes from another what it does not know itself.
  mutating func complete(with other: LineIdentity) {
    if account.isEmpty { account = other.account }
    if circuit.isEmpty { circuit = other.circuit }
    if hardware == nil { hardware = other.hardware }
  }

  /// Whether both can be the same session's: nothing that both know differs.
  func agrees(with other: LineIdentity) -> Bool {
    if let hardware, let others = other.hardware, hardware != others { return false }
    // One source gives a session one name: another name is another session, whoever dialled in again.
    if source == other.source {
      if !session.isEmpty, !other.session.isEmpty, session != other.session { return false }
      if !circuit.isEmpty, !other.circuit.isEmpty, circuit != other.circuit { return false }
    }
    if !account.isEmpty, !other.account.isEmpty { return account == other.account }
    return circuit.isEmpty || other.circuit.isEmpty || circuit == other.circuit
  }
}

/// Bounds of what sessions may make the sensor keep.
enum IdentityLimits {
  /// Addresses in the table, and sessions that are being set up: a city's access lines are some thousands.
  static let addresses = 65_536
  static let sessions = 65_536
  /// Bindings of one address that are kept: an address changes hands a few times a day.
  static let bindings = 32
  /// A binding that ended is kept for late events: one day. One that nobody ended is taken for over: a week.
  static let endedNanoseconds: Int64 = 86_400_000_000_000
  static let openNanoseconds: Int64 = 604_800_000_000_000
  /// Bytes of a name: RADIUS has 253 at most (RFC 2865 §5).
  static let nameBytes = 253
  /// Attributes, tags or options that are looked at in one message.
  static let parts = 256
}
