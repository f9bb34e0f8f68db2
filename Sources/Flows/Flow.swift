package import Wire

/// One conversation between two endpoints: its key, counters, state and what the upper layers hang on to it.
///
/// Confined to its worker. The client is who sent the first packet, unless the stream shows otherwise.
package final class Flow {
  package enum State: UInt8, Sendable {
    case new, established, closed, bypassed
  }

  /// Unique within a run, and the same at any number of workers: EVE's `flow_id`.
  package let identifier: UInt64
  package let client: IPAddress
  package let server: IPAddress
  package let clientPort: UInt16
  package let serverPort: UInt16
  package let ipProtocol: UInt8

  package var state = State.new
  package var startNanoseconds: Int64 = 0
  package var lastNanoseconds: Int64 = 0
  /// Number of the packet that began the flow.
  package var firstPacket: UInt64 = 0
  package var packets = Pair<UInt64>(both: 0)
  package var bytes = Pair<UInt64>(both: 0)
  /// TCP only.
  package var tcp: TCPSession?
  /// The application layer (`Conversation`), held for the sensor.
  package var application: AnyObject?
  /// Detection's state of the flow.
  package var detection: AnyObject?
  /// Some alert was raised for it.
  package var hasAlerted = false

  package init(
    identifier: UInt64, client: IPAddress, server: IPAddress, clientPort: UInt16, serverPort: UInt16, ipProtocol: UInt8
  ) {
    self.identifier = identifier
    self.client = client
    self.server = server
    self.clientPort = clientPort
    self.serverPort = serverPort
    self.ipProtocol = ipProtocol
  }
}
