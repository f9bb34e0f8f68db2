package import Wire

/// What is known of a flow's protocol, as a whole or for one direction. Each flow has several: it is small.
package struct ProtocolState: Sendable, Equatable, BitwiseCopyable {
  private let number: Int16

  private init(_ number: Int) { self.number = Int16(truncatingIfNeeded: number) }

  /// Nothing told yet: EVE leaves it out.
  package static let unknown = ProtocolState(-1)
  /// No protocol was recognised: EVE says `failed`.
  package static let failed = ProtocolState(-2)
  /// Position in `ProtocolCatalogue.all`.
  package static func known(_ index: Int) -> ProtocolState { ProtocolState(index) }

  /// Position in the catalogue, where known.
  package var index: Int? { number >= 0 ? Int(number) : nil }

  /// Name as EVE's `app_proto` and rules have it; nil while unknown.
  package var name: String? {
    if let index { return ProtocolCatalogue.all[index].name }
    return self == .failed ? "failed" : nil
  }
}

/// What is known of a flow's protocol, as events tell it.
package struct KnownProtocols: Sendable, Equatable, BitwiseCopyable {
  /// Of the flow: `app_proto`.
  package var flow = ProtocolState.unknown
  /// As recognised in each direction: `app_proto_ts` and `app_proto_tc`, where they say something else.
  package var sides = Pair<ProtocolState>(both: .unknown)
  /// Before a change (STARTTLS, CONNECT, Upgrade): `app_proto_orig`.
  package var original = ProtocolState.unknown
  /// What a change announced, where another protocol came: `app_proto_expected`.
  package var expected = ProtocolState.unknown

  package init() {}
}
