package import Detection
import Flows
import Protocols
import Wire

/// The stream data under an alert, where it matched on more than its packet.
package struct AlertPayload: ~Escapable {
  /// The bytes to show, already cut to `payload-buffer-size`.
  package let bytes: RawSpan
  /// How many there are in all, with gaps.
  package let lengthBytes: Int
  /// They are the stream's, not the packet's.
  package let isStream: Bool

  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan, lengthBytes: Int, isStream: Bool = false) {
    self.bytes = bytes
    self.lengthBytes = lengthBytes
    self.isStream = isStream
  }
}

extension EVEEncoder {
  /// Appends an alert.
  ///
  /// - Parameters:
  ///   - frame: the bytes over which the packet's offsets count.
  ///   - payload: the packet's payload, or the stream data under an alert on the stream.
  ///   - protocolFrame: the frame of a protocol that the rule matched on.
  package func encodeAlert(
    _ alert: Alert, _ identity: SignatureIdentity, _ subject: EventSubject, frame: RawSpan,
    payload: AlertPayload, verdict: PacketVerdict, protocolFrame: FrameDescription? = nil,
    into line: inout JSONWriter
  ) {
    if settings.format == .fast { return encodeFast(alert, identity, subject, into: &line) }
    let forwarded = forwardedAddress(of: subject)
    var endpoints = subject.endpoints
    if let forwarded, settings.xff?.overwrites == true {
      endpoints = endpoints.replacingClient(forwarded, subject)
    }
    beginRecord("alert", subject, endpoints: endpoints, into: &line)
    encodeCommon(subject, frame: frame, into: &line)
    if let transaction = alert.transaction { line.member("tx_id", transaction) }
    if alert.isGuessed { line.member("tx_guessed", true) }
    line.beginObject("alert")
    encodeRule(
      alert.isBlocked, isFirewall: alert.firewall != nil, identity, subject.endpoints, hasDetails: true,
      into: &line)
    if let forwarded, settings.xff?.overwrites == false { line.member("xff", forwarded) }
    encodeContext(alert, into: &line)
    line.endObject()
    if let firewall = alert.firewall {
      line.beginObject("firewall")
      line.member("hook", firewall.hook)
      line.member("policy", firewall.policy)
      line.endObject()
    }
    if let tunnel = subject.tunnel { encode(tunnel, into: &line) }
    if settings.alert.hasApplicationLayer { encodeTransaction(alert, subject, into: &line) }
    encodeApplicationProtocol(subject, into: &line)
    if let flow = subject.flow {
      line.member("direction", literal: subject.direction == .toServer ? "to_server" : "to_client")
      if settings.alert.hasFlow { encodeState(of: flow, into: &line) }
    }
    if let protocolFrame { encode(protocolFrame, into: &line) }
    encodePayload(subject, frame: frame, payload: payload, into: &line)
    if settings.alert.hasVerdict { encode(verdict, isTCP: subject.packet.isTCP, into: &line) }
    endRecord(subject, into: &line)
  }

  /// What lists say of the values that matched: objects of their own, as the lists have them.
  private func encodeContext(_ alert: Alert, into line: inout JSONWriter) {
    guard !alert.context.isEmpty else { return }
    line.beginObject("context")
    for entry in alert.context {
      line.key(text: entry.key)
      line.value(encoded: entry.json)
    }
    line.endObject()
  }

  /// The members of `alert`; the drop record has the same without details.
  func encodeRule(
    _ isBlocked: Bool, isFirewall: Bool = false, _ identity: SignatureIdentity, _ endpoints: Endpoints,
    hasDetails: Bool,
    into line: inout JSONWriter
  ) {
    line.member("action", literal: isBlocked ? "blocked" : "allowed")
    if isFirewall { line.member("engine", literal: "fw") }
    let text = signatureTexts.text(of: identity)
    line.members(encoded: text.head)
    if let target = identity.target {
      let seen = endpoints
      encode("source", target == .source ? seen.reversed : seen, into: &line)
      encode("target", target == .source ? seen : seen.reversed, into: &line)
    }
    if hasDetails { line.members(encoded: text.tail) }
  }

  /// Address and port of the source of `endpoints`.
  private func encode(_ key: StaticString, _ endpoints: Endpoints, into line: inout JSONWriter) {
    line.beginObject(key)
    line.member("ip", endpoints.source)
    if endpoints.hasPorts { line.member("port", endpoints.sourcePort) }
    line.endObject()
  }

  private func encode(_ tunnel: TunnelParent, into line: inout JSONWriter) {
    line.beginObject("tunnel")
    line.member("src_ip", tunnel.endpoints.source)
    line.member("src_port", tunnel.endpoints.hasPorts ? tunnel.endpoints.sourcePort : 0)
    line.member("dest_ip", tunnel.endpoints.destination)
    line.member("dest_port", tunnel.endpoints.hasPorts ? tunnel.endpoints.destinationPort : 0)
    encodeProtocol(tunnel.endpoints.ipProtocol, into: &line)
    line.member("depth", tunnel.depth)
    line.member("pcap_cnt", tunnel.packetNumber)
    line.member("pkt_src", literal: tunnel.origin.text)
    line.endObject()
  }

  /// The transaction's progress, record and files.
  private func encodeTransaction(
    _ alert: Alert, _ subject: EventSubject, into line: inout JSONWriter
  ) {
    guard let transaction = subject.transaction, let index = subject.protocolIndex,
      ProtocolCatalogue.all.indices.contains(index)
    else { return }
    let applicationProtocol = ProtocolCatalogue.all[index]
    let record = RecordCatalogue.record(at: index)
    if alert.transaction != nil, record?.hasProgress != false {
      encodeProgress("ts_progress", .toServer, transaction, applicationProtocol, into: &line)
      encodeProgress("tc_progress", .toClient, transaction, applicationProtocol, into: &line)
    }
    if let record {
      record.encode(RecordContext(transaction, subject.direction, .alert, self), &line)
    }
    encodeFiles(of: transaction, subject.direction, into: &line)
  }

  private func encodeProgress(
    _ key: StaticString, _ direction: Direction, _ transaction: Transaction,
    _ applicationProtocol: ApplicationProtocol, into line: inout JSONWriter
  ) {
    let names = applicationProtocol.progress[direction]
    guard !names.isEmpty else { return }
    line.member(key, names[min(Int(transaction.progress[direction]), names.count - 1)])
  }

  /// `app_proto` and what differs from it in one direction or before a change.
  func encodeApplicationProtocol(_ subject: EventSubject, into line: inout JSONWriter) {
    let protocols = subject.protocols
    if let name = protocols.flow.name { line.member("app_proto", name) }
    if protocols.sides.toServer != protocols.flow, let name = protocols.sides.toServer.name {
      line.member("app_proto_ts", name)
    }
    if protocols.sides.toClient != protocols.flow, let name = protocols.sides.toClient.name {
      line.member("app_proto_tc", name)
    }
    if protocols.original != protocols.flow, let name = protocols.original.name {
      line.member("app_proto_orig", name)
    }
    if let name = protocols.expected.name { line.member("app_proto_expected", name) }
  }

  /// The flow as it stands when an alert is raised.
  private func encodeState(of flow: Flow, into line: inout JSONWriter) {
    // The flow itself is turned round at its end, where its parser found client and server to be the others.
    let client: Direction =
      (flow.application as? Conversation)?.isReversed == true ? .toClient : .toServer
    line.beginObject("flow")
    line.member("pkts_toserver", flow.packets[client])
    line.member("pkts_toclient", flow.packets[client.opposite])
    line.member("bytes_toserver", flow.bytes[client])
    line.member("bytes_toclient", flow.bytes[client.opposite])
    line.member("start", nanoseconds: flow.startNanoseconds)
    line.member("src_ip", client == .toServer ? flow.client : flow.server)
    line.member("dest_ip", client == .toServer ? flow.server : flow.client)
    if flow.ipProtocol == 6 || flow.ipProtocol == 17 || flow.ipProtocol == 132 {
      line.member("src_port", client == .toServer ? flow.clientPort : flow.serverPort)
      line.member("dest_port", client == .toServer ? flow.serverPort : flow.clientPort)
    }
    line.endObject()
  }

  private func encodePayload(
    _ subject: EventSubject, frame: RawSpan, payload: AlertPayload, into line: inout JSONWriter
  ) {
    let alertSettings = settings.alert
    if alertSettings.hasPayload, payload.bytes.byteCount > 0 { line.member("payload", base64: payload.bytes) }
    if alertSettings.hasPayloadLength { line.member("payload_length", payload.lengthBytes) }
    if alertSettings.hasPrintablePayload, payload.bytes.byteCount > 0 {
      line.member("payload_printable", printable: payload.bytes)
    }
    if alertSettings.hasPayload || alertSettings.hasPrintablePayload || alertSettings.hasPayloadLength {
      line.member("stream", payload.isStream ? 1 : 0)
    }
    if alertSettings.hasPacket { encodePacket(subject.packet, frame: frame, into: &line) }
  }

  /// The packet in base64, with the link type by which its bytes are read.
  func encodePacket(_ packet: Packet, frame: RawSpan, bytesMax: Int = .max, into line: inout JSONWriter) {
    let isRaw = packet.depth > 0
    let inner = packet.ethernetOffset >= 0 ? packet.startOffset : packet.networkOffset
    let start = isRaw ? max(Int(inner), 0) : 0
    line.member("packet", base64: frame.part(start, min(max(frame.byteCount &- start, 0), bytesMax)))
    let type = isRaw ? LinkName.raw : packet.linkType
    line.beginObject("packet_info")
    line.member("linktype", LinkName.number(of: type))
    if let name = LinkName.name(of: type) { line.member("linktype_name", name) }
    line.endObject()
  }

  func encode(_ verdict: PacketVerdict, isTCP: Bool, into line: inout JSONWriter) {
    line.beginObject("verdict")
    switch verdict.action {
    case .alert: line.member("action", literal: "alert")
    case .pass: line.member("action", literal: "pass")
    case .drop: line.member("action", literal: "drop")
    case .accept: line.member("action", literal: "accept")
    }
    if let reject = verdict.reject {
      switch reject {
      case .client: line.member("reject-target", literal: "to_client")
      case .server: line.member("reject-target", literal: "to_server")
      case .both: line.member("reject-target", literal: "both")
      }
      line.beginArray("reject")
      line.element(isTCP ? "tcp-reset" : "icmp-prohib")
      line.endArray()
    }
    line.endObject()
  }
}

/// Link types as EVE shows them: libpcap's `DLT_` numbers and names.
enum LinkName {
  static let raw: Int32 = 101

  /// The number that libpcap gives on Linux, which differs from the file's for raw IP.
  static func number(of linkType: Int32) -> Int32 { linkType == raw ? 12 : linkType }

  static func name(of linkType: Int32) -> String? {
    switch linkType {
    case 0: "NULL"
    case 1: "EN10MB"
    case 9: "PPP"
    case 12, 101: "RAW"
    case 51: "PPP_ETHER"
    case 108: "LOOP"
    case 113: "LINUX_SLL"
    case 228: "IPv4"
    case 229: "IPv6"
    case 276: "LINUX_SLL2"
    default: nil
    }
  }
}
