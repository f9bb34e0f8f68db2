package import Flows
import Protocols
package import Wire

extension EVEEncoder {
  /// Appends the record of a flow that has ended. Of the subject's packet nothing is shown.
  package func encodeFlow(_ subject: EventSubject, _ end: FlowEnd, into line: inout JSONWriter) {
    guard let flow = subject.flow else { return }
    beginFlowRecord("flow", subject, flow, into: &line)
    encodeAddresses(flow, .toServer, into: &line)
    line.member("ip_v", flow.client.isIPv6 ? 6 : 4)
    encodeProtocol(flow.ipProtocol, into: &line)
    if flow.ipProtocol == 1 || flow.ipProtocol == 58 {
      line.member("icmp_type", flow.clientPort)
      line.member("icmp_code", flow.serverPort)
      if let response = flow.icmpResponse {
        line.member("response_icmp_type", response.type)
        line.member("response_icmp_code", response.code)
      }
    }
    encodeApplicationProtocol(subject, into: &line)
    encode(flow, subject, end, into: &line)
    encodeFlowCommon(subject, flow, .toServer, into: &line)
    if flow.ipProtocol == 6 { encodeTCP(flow, into: &line) }
    endRecord(subject, into: &line)
  }

  /// Appends the record of one direction of a flow that has ended.
  package func encodeNetflow(
    _ subject: EventSubject, _ direction: Direction, into line: inout JSONWriter
  ) {
    guard let flow = subject.flow else { return }
    beginFlowRecord("netflow", subject, flow, into: &line)
    encodeAddresses(flow, direction, into: &line)
    encodeProtocol(flow.ipProtocol, into: &line)
    if flow.ipProtocol == 1 || flow.ipProtocol == 58 {
      let response = direction == .toClient ? flow.icmpResponse : nil
      line.member("icmp_type", response.map { UInt16($0.type) } ?? flow.clientPort)
      line.member("icmp_code", response.map { UInt16($0.code) } ?? flow.serverPort)
    }
    line.member("app_proto", subject.protocols.flow.name ?? "unknown")
    line.beginObject("netflow")
    line.member("pkts", flow.packets[direction])
    line.member("bytes", flow.bytes[direction])
    encodeTimes(flow.startNanoseconds, flow.lastNanoseconds, into: &line)
    line.member("min_ttl", flow.ttlMin[direction])
    line.member("max_ttl", flow.ttlMax[direction])
    encodeTransactionCount(of: flow, into: &line)
    line.endObject()
    if flow.ipProtocol == 6 {
      line.beginObject("tcp")
      let flags = flow.tcp == nil ? 0 : flow.tcpFlags[direction]
      encodeHexadecimal("tcp_flags", flags, into: &line)
      encodeFlags(flags, into: &line)
      line.endObject()
    }
    encodeFlowCommon(subject, flow, direction, into: &line)
    endRecord(subject, into: &line)
  }

  private func beginFlowRecord(
    _ type: StaticString, _ subject: EventSubject, _ flow: Flow, into line: inout JSONWriter
  ) {
    line.beginObject()
    line.member("timestamp", nanoseconds: flow.startNanoseconds)
    line.member("flow_id", flow.identifier)
    if let parent = subject.parentFlow { line.member("parent_id", parent) }
    if !settings.sensorName.isEmpty { line.member("host", settings.sensorName) }
    encodeInterface(of: subject, into: &line)
    line.member("event_type", literal: type)
    guard flow.vlanCount > 0 else { return }
    line.beginArray("vlan")
    line.element(flow.vlan0)
    if flow.vlanCount > 1 { line.element(flow.vlan1) }
    if flow.vlanCount > 2 { line.element(flow.vlan2) }
    line.endArray()
  }

  private func encodeAddresses(_ flow: Flow, _ direction: Direction, into line: inout JSONWriter) {
    let hasPorts = flow.ipProtocol == 6 || flow.ipProtocol == 17 || flow.ipProtocol == 132
    let isForward = direction == .toServer
    line.member("src_ip", isForward ? flow.client : flow.server)
    if hasPorts { line.member("src_port", isForward ? flow.clientPort : flow.serverPort) }
    line.member("dest_ip", isForward ? flow.server : flow.client)
    if hasPorts { line.member("dest_port", isForward ? flow.serverPort : flow.clientPort) }
  }

  private func encodeFlowCommon(
    _ subject: EventSubject, _ flow: Flow, _ direction: Direction, into line: inout JSONWriter
  ) {
    if settings.hasVersion { line.member("suricata_version", Self.version) }
    if settings.hasMetadata, let metadata = subject.metadata {
      encode(metadata, hasPacketVariables: false, into: &line)
    }
    if settings.hasEthernet, let hardware = flow.hardware as? FlowHardware {
      let sides = hardware.sides(of: flow, direction)
      line.beginObject("ether")
      line.member("dest_macs", hardware: sides.destination)
      line.member("src_macs", hardware: sides.source)
      line.endObject()
    }
    communityID?.encode(flow, into: &line)
  }

  private func encode(
    _ flow: Flow, _ subject: EventSubject, _ end: FlowEnd, into line: inout JSONWriter
  ) {
    let counts = flow.counts
    line.beginObject("flow")
    line.member("pkts_toserver", counts.packets.toServer)
    line.member("pkts_toclient", counts.packets.toClient)
    line.member("bytes_toserver", counts.bytes.toServer)
    line.member("bytes_toclient", counts.bytes.toClient)
    encodeTimes(counts.startNanoseconds, counts.lastNanoseconds, into: &line)
    if flow.isEmergency { line.member("emergency", true) }
    if counts.state == .bypassed {
      line.beginObject("bypassed")
      line.member("pkts_toserver", flow.bypassedPackets.toServer)
      line.member("pkts_toclient", flow.bypassedPackets.toClient)
      line.member("bytes_toserver", flow.bypassedBytes.toServer)
      line.member("bytes_toclient", flow.bypassedBytes.toClient)
      line.endObject()
    }
    line.member("state", literal: counts.state.text)
    if counts.state == .bypassed { line.member("bypass", literal: "local") }
    line.member("reason", literal: end.text)
    line.member("alerted", flow.hasAlerted)
    if subject.flowAction != .none { line.member("action", subject.flowAction.name) }
    encodeExceptionPolicies(flow, into: &line)
    encodeTransactionCount(of: flow, into: &line)
    line.endObject()
  }

  /// What limits and failures did to the flow.
  private func encodeExceptionPolicies(_ flow: Flow, into line: inout JSONWriter) {
    guard !flow.exceptions.isEmpty else { return }
    line.beginArray("exception_policy")
    for target in ExceptionTarget.allCases {
      guard let policy = flow.exceptions[target] else { continue }
      line.beginObject()
      line.member("target", target.key)
      line.member("policy", policy.key)
      line.endObject()
    }
    line.endArray()
  }

  private func encodeTimes(_ start: Int64, _ end: Int64, into line: inout JSONWriter) {
    line.member("start", nanoseconds: start)
    line.member("end", nanoseconds: end)
    let age = floorDivide(end, 1_000_000_000) &- floorDivide(start, 1_000_000_000)
    line.member("age", max(age, 0))
  }

  private func encodeTransactionCount(of flow: Flow, into line: inout JSONWriter) {
    guard let session = (flow.application as? Conversation)?.session else { return }
    line.member("tx_cnt", session.transactionCount)
  }

  private func encodeTCP(_ flow: Flow, into line: inout JSONWriter) {
    let flags = flow.tcp == nil ? Pair<UInt8>(both: 0) : flow.tcpFlags
    line.beginObject("tcp")
    encodeHexadecimal("tcp_flags", flags.toServer | flags.toClient, into: &line)
    encodeHexadecimal("tcp_flags_ts", flags.toServer, into: &line)
    encodeHexadecimal("tcp_flags_tc", flags.toClient, into: &line)
    encodeFlags(flags.toServer | flags.toClient, into: &line)
    if let session = flow.tcp {
      line.member("state", session.state.name)
      if session.hasGap(.toClient) { line.member("tc_gap", true) }
      if session.hasGap(.toServer) { line.member("ts_gap", true) }
      line.member("ts_max_regions", session.regionsMax(.toServer))
      line.member("tc_max_regions", session.regionsMax(.toClient))
    }
    line.endObject()
  }

  private func encodeHexadecimal(_ key: StaticString, _ byte: UInt8, into line: inout JSONWriter) {
    line.key(key)
    line.bytes.append(UInt8(ascii: "\""))
    line.bytes.appendHexadecimal(byte)
    line.bytes.append(UInt8(ascii: "\""))
  }

  /// The flags that are set, by name.
  private func encodeFlags(_ flags: UInt8, into line: inout JSONWriter) {
    if flags & 0x02 != 0 { line.member("syn", true) }
    if flags & 0x01 != 0 { line.member("fin", true) }
    if flags & 0x04 != 0 { line.member("rst", true) }
    if flags & 0x08 != 0 { line.member("psh", true) }
    if flags & 0x10 != 0 { line.member("ack", true) }
    if flags & 0x20 != 0 { line.member("urg", true) }
    if flags & 0x40 != 0 { line.member("ecn", true) }
    if flags & 0x80 != 0 { line.member("cwr", true) }
  }
}

extension Flow.State {
  /// EVE's word as a literal.
  fileprivate var text: StaticString {
    switch self {
    case .new: "new"
    case .established: "established"
    case .closed: "closed"
    case .bypassed: "bypassed"
    }
  }
}

extension FlowEnd {
  /// EVE's word as a literal.
  fileprivate var text: StaticString {
    switch self {
    case .timeout: "timeout"
    case .forced: "forced"
    case .shutdown: "shutdown"
    case .reuse: "tcp_reuse"
    }
  }
}
