package import Detection
package import Wire

/// Something seen, as the stages after the packet path take it: complete in itself, without packets or flows.
package enum Event: Sendable {
  case alert(AlertEvent)
  case flow(FlowEvent)
  /// Any other EVE record: its type and the line are all that later stages need.
  case record(RecordEvent)
}

/// Where an event stands in the order of a run: the same at any number of workers.
///
/// Events are ordered by the packet at which they arose, then flow, then their sequence within the packet.
package struct EventOrder: Sendable, Comparable, Hashable {
  package let packet: UInt64
  package let flow: UInt64
  package let sequence: UInt32

  package init(packet: UInt64, flow: UInt64, sequence: UInt32) {
    self.packet = packet
    self.flow = flow
    self.sequence = sequence
  }

  package static func < (left: EventOrder, right: EventOrder) -> Bool {
    if left.packet != right.packet { return left.packet < right.packet }
    if left.flow != right.flow { return left.flow < right.flow }
    return left.sequence < right.sequence
  }
}

/// The two ends of an event, as the packet at hand goes.
package struct Endpoints: Sendable, Hashable {
  package var source: IPAddress
  package var destination: IPAddress
  package var sourcePort: UInt16
  package var destinationPort: UInt16
  package var ipProtocol: UInt8

  package init(
    source: IPAddress, destination: IPAddress, sourcePort: UInt16, destinationPort: UInt16, ipProtocol: UInt8
  ) {
    self.source = source
    self.destination = destination
    self.sourcePort = sourcePort
    self.destinationPort = destinationPort
    self.ipProtocol = ipProtocol
  }
}

/// A rule matched: all that correlation, store and console need of it.
package struct AlertEvent: Sendable {
  package var order: EventOrder
  /// Nanoseconds since 1970 (UTC), by the packets' clock.
  package var timeNanoseconds: Int64
  package var endpoints: Endpoints
  /// The packet went from the client to the server of its flow.
  package var isToServer: Bool
  package var vlans: [UInt16] = []
  package var pppoeSession: UInt16 = 0
  /// Name as EVE's `app_proto`, empty if unknown.
  package var applicationProtocol: String = ""
  package var transaction: UInt64?
  package var signature: SignatureIdentity
  package var action: RuleAction
  /// What the analyst recognises the request by: host and URL, server name, query name; in UTF-8,
  /// escaped, ≤ 256 bytes.
  package var subject: String = ""
  /// Name of the host that the request was for, or empty: what `subject` begins with, but for a method.
  package var host: String = ""
  /// What its flow showed besides, where its line tells.
  package var traces: [Trace] = []
  /// The EVE line, with its line feed.
  package var line: [UInt8]

  package init(
    order: EventOrder, timeNanoseconds: Int64, endpoints: Endpoints, isToServer: Bool,
    signature: SignatureIdentity,
    action: RuleAction, line: [UInt8]
  ) {
    self.order = order
    self.timeNanoseconds = timeNanoseconds
    self.endpoints = endpoints
    self.isToServer = isToServer
    self.signature = signature
    self.action = action
    self.line = line
  }
}

/// A flow came to its end.
package struct FlowEvent: Sendable {
  package var order: EventOrder
  package var startNanoseconds: Int64
  package var endNanoseconds: Int64
  /// Source is the client.
  package var endpoints: Endpoints
  package var vlans: [UInt16] = []
  package var pppoeSession: UInt16 = 0
  package var packetsToServer: UInt64
  package var packetsToClient: UInt64
  package var bytesToServer: UInt64
  package var bytesToClient: UInt64
  package var applicationProtocol: String
  /// `established`, `closed`, `new` … as EVE's `flow.state`.
  package var state: String
  package var hasAlerted: Bool
  package var line: [UInt8]

  package init(
    order: EventOrder, startNanoseconds: Int64, endNanoseconds: Int64, endpoints: Endpoints,
    packetsToServer: UInt64,
    packetsToClient: UInt64, bytesToServer: UInt64, bytesToClient: UInt64, applicationProtocol: String,
    state: String,
    hasAlerted: Bool, line: [UInt8]
  ) {
    self.order = order
    self.startNanoseconds = startNanoseconds
    self.endNanoseconds = endNanoseconds
    self.endpoints = endpoints
    self.packetsToServer = packetsToServer
    self.packetsToClient = packetsToClient
    self.bytesToServer = bytesToServer
    self.bytesToClient = bytesToClient
    self.applicationProtocol = applicationProtocol
    self.state = state
    self.hasAlerted = hasAlerted
    self.line = line
  }
}

/// Any other EVE record.
package struct RecordEvent: Sendable {
  package var order: EventOrder
  package var timeNanoseconds: Int64
  /// EVE's `event_type`: `http`, `dns`, `tls`, `fileinfo`, `anomaly`, `stats`.
  package var type: String
  /// The name that a `dns` record asks for or answers, where it is known beside the line.
  package var name: QueriedName?
  /// Both ends, source the client, but for files, where it is who sent them; nil where the record has none,
  /// or they were not read out of the line.
  package var endpoints: Endpoints?
  /// Name as EVE's `app_proto`, empty if unknown.
  package var applicationProtocol: String = ""
  /// What the record shows of certificates, files and accounts.
  package var traces: [Trace] = []
  package var line: [UInt8]

  package init(order: EventOrder, timeNanoseconds: Int64, type: String, line: [UInt8]) {
    self.order = order
    self.timeNanoseconds = timeNanoseconds
    self.type = type
    self.line = line
  }
}

/// Something in an event by which different flows are known to belong together.
package struct Trace: Sendable, Hashable, Codable {
  /// What kind of thing it is.
  package enum Kind: String, Sendable, Codable {
    /// Fingerprint of the server's certificate.
    case certificate
    /// Digest of a file; the event's source sent it.
    case file
    case account
  }

  package let kind: Kind
  /// Lower case.
  package let value: String

  package init(_ kind: Kind, _ value: String) {
    self.kind = kind
    self.value = value
  }
}

/// A name that a client asked for.
package struct QueriedName: Sendable {
  /// Source is the client.
  package let endpoints: Endpoints
  /// Lower case.
  package let name: String
  /// Type of the record: `A`, `TXT`.
  package let recordType: String
  /// The name does not exist (NXDOMAIN).
  package let isMissing: Bool
  package let isAnswer: Bool

  package init(
    endpoints: Endpoints, name: String, recordType: String, isMissing: Bool, isAnswer: Bool
  ) {
    self.endpoints = endpoints
    self.name = name
    self.recordType = recordType
    self.isMissing = isMissing
    self.isAnswer = isAnswer
  }
}

/// Where events go: EVE files, the store, the correlator. Called by one thread, in order.
package protocol Output: AnyObject {
  /// Takes events that come in order.
  func write(_ events: [Event]) throws
  /// Makes everything written so far durable.
  func flush() throws
  /// No more events will come.
  func close() throws
}
