import Wire

/// Remote procedure calls (DCE 1.1 RPC: The Open Group C706) over connections and datagrams: the protocol's
/// entry in the catalogue.
package enum DCERPC {
  static let entry = ApplicationProtocol(
    name: "dcerpc", transports: [.tcp, .udp], ports: [135],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: [], fields: fields(of: DCERPCTransaction.self) { $0.call },
    frames: DCERPCFrame.names, recognise: RecognisedProbes.dcerpc,
    makeSession: { _ in DCERPCSession() }, makeDatagramSession: { _ in DCERPCDatagramSession() })

  /// The fields of calls, for this protocol and for those that carry it.
  static func fields<T: Transaction>(
    of type: T.Type, _ call: @escaping @Sendable (T) -> DCERPCCall?
  ) -> [Field] {
    [
      Field(
        eve: interfaceField, .multiBuffer, nil, progress: Pair(both: 0), source: "C706 §12.6.4.9",
        "The interface that a request calls.", of: type
      ) { transaction, _ in call(transaction)?.calledInterface ?? .none },
      Field(
        keyword: "dcerpc.opnum", aliases: ["dce_opnum"], eve: "req.opnum", .number, nil,
        progress: Pair(both: 0), source: "C706 §12.6.4.9",
        "The operation of the interface that a request calls: numbers and ranges.",
        example: "dcerpc.opnum:3,10-15;", of: type
      ) { transaction, _ in call(transaction)?.calledOperation ?? .none },
      Field(
        keyword: "dcerpc.stub_data", aliases: ["dce_stub_data"], .buffer, nil, progress: Pair(both: 1),
        source: "C706 §12.6.4.9", "The arguments of a request, or the results of a response.",
        example: "dcerpc.stub_data; content:\"|5c 00|\";", of: type
      ) { transaction, direction in call(transaction)?.stub(direction) ?? .none },
    ]
  }

  /// The field that `dcerpc.iface` compares, by its place in EVE.
  package static let interfaceField = "interfaces.uuid"

  /// An interface as rules compare it: identifier (16 bytes), major version (16 bits), and 1 where the
  /// request's first fragment was seen.
  static func pack(_ interface: DCERPCInterface, isFirst: Bool) -> [UInt8] {
    var bytes = interface.identifier.bytes
    bytes.append(UInt8(truncatingIfNeeded: interface.majorVersion >> 8))
    bytes.append(UInt8(truncatingIfNeeded: interface.majorVersion))
    bytes.append(isFirst && interface.isFirst ? 1 : 0)
    return bytes
  }
}

/// Frames of calls over connections (rules: `frame:dcerpc.pdu`).
enum DCERPCFrame: String, FrameKind {
  /// A packet; its header of sixteen bytes; the rest.
  case pdu
  case header = "hdr"
  case data
}
