import Wire

/// RADIUS over UDP (RFC 2865, RFC 2866, RFC 5176): the protocol's entry in the catalogue.
enum RADIUS {
  static let entry = ApplicationProtocol(
    name: "radius", transports: [.udp], ports: [1812, 1813, 1645, 1646, 3799], progress: Field.wholeSteps,
    events: [], fields: numbers + names + places, probe: probe,
    makeSession: { _ in RADIUSSession() })

  /// A message that is whole, in the direction that its code says.
  private static let probe: Recognised.Probe = { bytes, direction, _ in
    guard let code = RADIUSMessage.wholeCode(bytes) else { return .no }
    return RADIUSMessage.requests.contains(code) == (direction == .toServer) ? .yes : .yesReversed
  }

  private static let numbers: [Field] = [
    number("radius.code", RADIUSMessage.codes, "RFC 2865 §3", "Kind of the message.", "access_reject") {
      $0.code
    },
    number("radius.id", [:], "RFC 2865 §3", "Number that ties a response to its request.", "17") {
      $0.identifier
    },
    number(
      "radius.status_type", RADIUSMessage.statusTypes, "RFC 2866 §5.1", "What accounting tells of.", "start"
    ) { $0.status },
    number("radius.service_type", [:], "RFC 2865 §5.6", "Service asked for.", "2") { $0.serviceType },
    number("radius.nas_port", [:], "RFC 2865 §5.5", "Port of the access server.", "7") { $0.port },
    number("radius.nas_port_type", [:], "RFC 2865 §5.41", "Kind of the port.", "15") { $0.portType },
    number("radius.session_time", [:], "RFC 2866 §5.7", "Length of the session in seconds.", "<60") {
      $0.sessionSeconds
    },
    number("radius.input_octets", [:], "RFC 2866 §5.3", "Bytes from the line.", ">1000000") { $0.input },
    number("radius.output_octets", [:], "RFC 2866 §5.4", "Bytes to the line.", ">1000000") { $0.output },
    number("radius.terminate_cause", [:], "RFC 2866 §5.10", "Why the session ended.", "1") { $0.cause },
  ]

  private static let names: [Field] = [
    text("radius.username", "RFC 2865 §5.1", "Name that is logged in.", "gz-301") { $0.account },
    text("radius.session_id", "RFC 2866 §5.5", "Name of the session for accounting.", "00000064") {
      $0.session
    },
    text("radius.calling_station", "RFC 2865 §5.31", "Where the line comes from.", "olt-3") { $0.calling },
    text("radius.called_station", "RFC 2865 §5.30", "What is called.", "bras") { $0.called },
    text("radius.nas_identifier", "RFC 2865 §5.32", "Name of the access server.", "bras-1") { $0.server },
    text("radius.nas_port_id", "RFC 2869 §5.17", "Name of the access server's port.", "eth 0/1") {
      $0.portName
    },
    text("radius.circuit_id", "RFC 4679 §3.3.1", "The line, as the access node tells it.", "olt-3 1/1/7") {
      $0.circuit
    },
    text("radius.remote_id", "RFC 4679 §3.3.2", "The subscriber, as the access node tells it.", "line 7") {
      $0.remote
    },
  ]

  private static let places: [Field] = [
    text("radius.nas_ip", "RFC 2865 §5.4", "Address of the access server, as text.", "10.40.0.1") {
      $0.serverAddress.map { Array($0.description.utf8) } ?? []
    },
    .texts(
      "radius.framed_ip", "RFC 2865 §5.8, RFC 6911 §3.1", "Addresses that the line is given, as text.",
      example: "10.40.7.", of: RADIUSTransaction.self
    ) { $0.message.addresses.map { Array($0.description.utf8) } },
    .texts(
      "radius.framed_prefix", "RFC 3162 §2.3, RFC 4818 §3",
      "Prefixes of IPv6 that the line is given, as text.",
      example: "2001:0db8:", of: RADIUSTransaction.self
    ) { $0.message.prefixes.map { Array("\($0.address)/\($0.length)".utf8) } },
  ]

  private static func number(
    _ keyword: String, _ names: [String: Int64], _ source: String, _ summary: String, _ example: String,
    _ read: @escaping @Sendable (RADIUSMessage) -> (any FixedWidthInteger)?
  ) -> Field {
    .number(keyword, names: names, source, summary, example: example, of: RADIUSTransaction.self) {
      read($0.message)
    }
  }

  private static func text(
    _ keyword: String, _ source: String, _ summary: String, _ example: String,
    _ read: @escaping @Sendable (RADIUSMessage) -> [UInt8]
  ) -> Field {
    .text(keyword, source, summary, example: example, of: RADIUSTransaction.self) { read($0.message) }
  }
}

/// One message: requests and responses are transactions of their own.
package final class RADIUSTransaction: AccessTransaction {
  package let message: RADIUSMessage

  init(_ message: RADIUSMessage, number: UInt64, _ direction: Direction, _ clock: PacketClock) {
    self.message = message
    super.init(number: number, direction, clock)
  }
}

/// Parser of datagrams; what is no message is passed over.
final class RADIUSSession: Session {
  override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption {
    if RADIUSMessage.wholeCode(bytes) != nil {
      transactions.append(
        RADIUSTransaction(RADIUSMessage(bytes), number: transactionCount, direction, clock))
      transactionCount &+= 1
    }
    return Consumption(bytes: bytes.byteCount)
  }
}
