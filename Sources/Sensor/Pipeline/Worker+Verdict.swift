import Detection
import Events
import Flows
import Protocols
import Wire

// What becomes of packets: counted, and written where they are dropped.
extension Worker {
  /// A packet of a flow that was condemned before: it is neither reassembled nor inspected.
  mutating func takeDropped(_ packet: Packet, _ bytes: RawSpan, _ flow: Flow, _ direction: Direction) {
    if (flow.detection as? FlowDetection)?.isDroppedByFirewall == true {
      verdict = .drop(.firewallFlow)
      verdict.isByFirewall = true
      return settle(packet, bytes, direction, flow)
    }
    verdict = .drop(flow.exceptions.dropsFlow ? .exceptionPolicyFlow : .flowDrop)
    settle(packet, bytes, direction, flow)
  }

  /// Asks the firewall before the flow of a packet is looked up. False where the packet goes no further.
  @inline(never)
  mutating func passesBeforeFlow(_ packet: Packet, _ bytes: RawSpan) -> Bool {
    if inspector?.passesBeforeFlow(packet, bytes, into: &alerts) == false {
      endEarly(packet, bytes, .toServer, nil)
      return false
    }
    guard inspector?.isUntracked == true else { return true }
    reportAnomalies(of: packet, bytes, nil, .toServer)
    inspectWithoutFlow(packet, bytes)
    return false
  }

  /// Asks the firewall before a packet's stream takes it in. False where the packet goes no further.
  @inline(never)
  mutating func passesBeforeStream(_ packet: Packet, _ bytes: RawSpan, _ flow: Flow, _ direction: Direction)
    -> Bool
  {
    let wasDropped = flow.action == .drop
    let passes = inspector?.passesBeforeStream(packet, bytes, direction, flow: flow, into: &alerts) ?? true
    if passes { return true }
    // A flow that was dropped before tells of that.
    if wasDropped { return true }
    endEarly(packet, bytes, direction, flow)
    return false
  }

  /// The firewall has dropped a packet before it was inspected.
  private mutating func endEarly(_ packet: Packet, _ bytes: RawSpan, _ direction: Direction, _ flow: Flow?) {
    if let decided = inspector?.lastVerdict() { verdict = decided }
    if !alerts.isEmpty { reportAlerts(subject(packet, direction, flow), bytes, flow, nil) }
    settle(packet, bytes, direction, flow)
  }

  /// Counts the packet by its verdict, and writes it if it is dropped.
  @inline(__always)
  mutating func settle(_ packet: Packet, _ bytes: RawSpan, _ direction: Direction, _ flow: Flow?) {
    if packetLog != nil { logPacket(packet, bytes, flow) }
    guard context.isInline else { return }
    if !alerts.isEmpty {
      // Of the tables before the stream, where nothing else was inspected.
      reportAlerts(subject(packet, direction, flow), bytes, flow, flow?.application as? Conversation)
    }
    if packet.depth == 0, !packet.isReassembled { counters.verdicts.note(verdict) }
    if verdict.action == .drop, recordsDrops { reportDrop(subject(packet, direction, flow), bytes) }
  }

  private mutating func reportDrop(_ subject: EventSubject, _ bytes: RawSpan) {
    let flow = subject.flow
    var isFirst = true
    if let flow, flow.action == .drop {
      isFirst = !flow.hasLoggedDrop[subject.direction]
      flow.hasLoggedDrop[subject.direction] = true
    }
    let subject = subject.copy()
    complete(subject, bytes)
    let identity =
      verdict.signature < 0 ? nil : inForce.rules?.signatures[Int(verdict.signature)].identity
    for (output, encoder) in encoders.enumerated()
    where encoder.wants(.drop) && (isFirst || encoder.settings.drop.hasAllPackets) {
      encoder.encodeDrop(
        subject, frame: bytes, reason: verdict.reason.text, verdict: verdict, rule: identity, into: &line)
      keepLine(nextOrder(flow), output, -1)
    }
  }

  /// Writes a packet that a tag keeps.
  mutating func reportTagged(_ subject: EventSubject, _ bytes: RawSpan) {
    let subject = subject.copy()
    complete(subject, bytes)
    for (output, encoder) in encoders.enumerated()
    where encoder.wants(.alert) && encoder.settings.alert.hasTaggedPackets && encoder.settings.format == .eve
    {
      encoder.encodeTaggedPacket(subject, frame: bytes, into: &line)
      keepLine(nextOrder(subject.flow), output, -1)
    }
  }
}
