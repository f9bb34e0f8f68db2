import Wire

/// Multicast DNS (RFC 6762): messages of DNS that go to a group, answers too, so that all of a flow go one
/// way.
enum MDNS {
  static let entry = ApplicationProtocol(
    name: "mdns", transports: [.udp], ports: [5353],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: DNSSession.Event.allCases.map(\.name), fields: fields,
    frames: DNS.DNSFrame.names,
    probe: { bytes, _, _ in DNSProbe.isReadable(bytes) ? .yes : .no },
    makeSession: { _ in DNSSession(isStream: false, isMulticast: true) })

  private static let fields: [Field] =
    DNS.sectionFields("mdns") + [
      Field(
        keyword: "mdns.response.rrname", .multiBuffer, nil, progress: DNS.complete, source: "RFC 6762 §6",
        "All names of a response: of its records, and those in their data.",
        example: "mdns.response.rrname; content:\"_tcp.local\";", of: DNSTransaction.self
      ) { transaction, direction in
        transaction.direction == direction ? transaction.responseNames() : .none
      }
    ]
}
