import Wire

/// What was odd about a packet, a stream or a protocol.
package enum Anomaly: Sendable {
  /// A decoder event by its name with prefix: `decoder.ipv4.trunc_pkt`.
  case decode(String)
  /// A stream event by its name with prefix: `stream.pkt_invalid_ack`.
  case stream(String)
  /// A parser's event, by the protocol's name for it; the transaction's number.
  case parser(event: String, transaction: UInt64?)
  /// An event of the recognition of protocols: `APPLAYER_DETECT_PROTOCOL_ONLY_ONE_DIRECTION`.
  case detection(event: String)
}

extension EVEEncoder {
  /// Whether anomalies of this kind are wanted.
  package func wants(_ anomaly: Anomaly) -> Bool {
    guard wants(.anomaly) else { return false }
    switch anomaly {
    case .decode: return settings.anomaly.hasDecode
    case .stream: return settings.anomaly.hasStream
    case .parser, .detection: return settings.anomaly.hasApplication
    }
  }

  /// Appends an anomaly.
  package func encodeAnomaly(
    _ anomaly: Anomaly, _ subject: EventSubject, frame: RawSpan, into line: inout JSONWriter
  ) {
    beginRecord("anomaly", subject, endpoints: subject.endpoints, into: &line)
    encodeCommon(subject, frame: frame, into: &line)
    if case .parser(_, let transaction?) = anomaly { line.member("tx_id", transaction) }
    line.beginObject("anomaly")
    switch anomaly {
    case .decode(let name):
      line.member("type", literal: "decode")
      line.member("event", name)
    case .stream(let name):
      line.member("type", literal: "stream")
      line.member("event", name)
    case .parser(let event, _):
      let record = subject.protocolIndex.flatMap { RecordCatalogue.record(at: $0) }
      let name = record?.hasUppercaseEvents == true ? event.uppercased() : event
      encodeApplication(name, "proto_parser", subject, into: &line)
    case .detection(let event): encodeApplication(event, "proto_detect", subject, into: &line)
    }
    line.endObject()
    switch anomaly {
    case .decode, .stream:
      if settings.anomaly.hasPacketHeader {
        encodePacket(subject.packet, frame: frame, bytesMax: Self.packetHeaderBytesMax, into: &line)
      }
    case .parser, .detection: break
    }
    endRecord(subject, into: &line)
  }

  /// What `packethdr` shows of a packet: as much as Suricata does.
  private static let packetHeaderBytesMax = 32

  private func encodeApplication(
    _ event: String, _ layer: StaticString, _ subject: EventSubject, into line: inout JSONWriter
  ) {
    if subject.protocolIndex != nil { line.member("app_proto", subject.applicationProtocol) }
    line.member("type", literal: "applayer")
    line.member("event", event)
    line.member("layer", literal: layer)
  }
}
