import Wire

/// RDP (MS-RDPBCGR): the protocol's entry in the catalogue.
enum RDP {
  static let entry = ApplicationProtocol(
    name: "rdp", transports: [.tcp], ports: [3389],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: [], fields: [],
    // A byte says little: the port must be the one of RDP.
    probe: { bytes, _, _ in bytes.byteCount == 0 ? .needsMore : bytes[0] == 3 ? .yes : .no },
    makeSession: { _ in RDPSession() })
}
