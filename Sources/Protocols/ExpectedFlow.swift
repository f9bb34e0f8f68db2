package import Wire

/// A flow that another one announced: its protocol is known before its first byte.
package struct ExpectedFlow: Sendable {
  package let protocolName: String
  /// Who will open it, and to whom.
  package let client: IPAddress
  package let server: IPAddress
  package let serverPort: UInt16
  /// Time of packets after which nobody waits for it any more.
  package let untilNanoseconds: Int64
  /// Identifier of the flow that announced it.
  package var parent: UInt64?
  /// Begins its parser.
  package let makeSession: @Sendable (ProtocolSettings) -> Session

  init(
    protocolName: String, client: IPAddress, server: IPAddress, serverPort: UInt16, untilNanoseconds: Int64,
    _ makeSession: @escaping @Sendable (ProtocolSettings) -> Session
  ) {
    self.protocolName = protocolName
    self.client = client
    self.server = server
    self.serverPort = serverPort
    self.untilNanoseconds = untilNanoseconds
    self.makeSession = makeSession
  }

  /// How long an announced flow is waited for: data connections come within seconds.
  static let waitNanoseconds: Int64 = 30_000_000_000
}

/// The flows that are expected, bounded: the oldest goes when there are too many.
package struct ExpectedFlows {
  private var flows: [ExpectedFlow] = []

  /// Flows waited for at a time; each control connection brings one.
  private static let flowsMax = 512

  package init() {}

  package var isEmpty: Bool { flows.isEmpty }

  /// Waits for a flow.
  package mutating func add(_ flow: ExpectedFlow) {
    if flows.count >= Self.flowsMax { flows.removeFirst() }
    flows.append(flow)
  }

  /// The expected flow with these ends, which is not waited for any longer then.
  package mutating func take(
    client: IPAddress, server: IPAddress, serverPort: UInt16, _ clock: PacketClock
  ) -> ExpectedFlow? {
    flows.removeAll { $0.untilNanoseconds < clock.nanoseconds }
    let place = flows.firstIndex {
      $0.serverPort == serverPort && $0.client == client && $0.server == server
    }
    return place.map { flows.remove(at: $0) }
  }
}
