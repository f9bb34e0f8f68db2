import Detection
import Events
import Flows
import Protocols
import Wire

// What was seen becomes lines, one for each output that wants it, and structured events.
extension Worker {
  /// Writes an alert for every output that takes alerts.
  mutating func report(
    _ alert: Alert, _ subject: EventSubject, _ bytes: RawSpan, _ flow: Flow?, _ conversation: Conversation?,
    isFirst: Bool
  ) {
    guard let rules = inForce.rules else { return }
    var alert = alert
    if context.detection.guessesTransactions { guessTransaction(of: &alert, subject, conversation) }
    let signature = rules.signatures[alert.signature]
    counters.alerts &+= 1
    if alert.isDecided || signature.thresholds.isEmpty && signature.suppressions.isEmpty {
      flow?.hasAlerted = true
    }
    let subject = subject.copy()
    if let conversation { subject.protocols = conversation.protocols }
    if let number = alert.transaction {
      subject.transaction = conversation?.session?.openTransactions.first { $0.number == number }
    }
    complete(subject, bytes)
    if certificates != nil { storeCertificates(signature, subject) }
    let order = nextOrder(subject.flow)
    if scriptOutputs != nil { show(.alert, subject, bytes, signature: signature) }
    let match = keepMatch(alert, subject, order, isFirst)
    for (output, encoder) in encoders.enumerated() where encoder.wants(.alert) {
      encode(alert, signature.identity, subject, bytes, encoder, conversation)
      keepLine(order, output, match)
    }
    guard context.keepsStructured else { return }
    var event = AlertEvent(
      order: order, timeNanoseconds: subject.packet.timeNanoseconds, endpoints: subject.endpoints,
      isToServer: subject.direction == .toServer, signature: signature.identity, action: alert.action,
      line: lastLine(order))
    event.vlans = vlans(of: subject.packet)
    event.pppoeSession = subject.packet.pppoeSession
    event.applicationProtocol = subject.applicationProtocol
    event.transaction = alert.transaction
    if let transaction = subject.transaction, let index = subject.protocolIndex {
      event.subject = subjects.text(transaction, protocolIndex: index)
    }
    buffer.structured.append(EventBuffer.Structured(order: order, event: .alert(event), match: match))
  }

  /// Gives an alert on a packet or the stream the transaction that is open in its direction, where there is
  /// only one (`detect.guess-applayer-tx`).
  private func guessTransaction(
    of alert: inout Alert, _ subject: EventSubject, _ conversation: Conversation?
  ) {
    guard alert.transaction == nil, let open = conversation?.session?.openTransactions else { return }
    var only: Transaction?
    for transaction in open where transaction.onlyDirection ?? subject.direction == subject.direction {
      guard only == nil else { return }
      only = transaction
    }
    guard let only, only.guesses < context.detection.guessesMax else { return }
    only.guesses &+= 1
    alert.transaction = only.number
    alert.isGuessed = true
  }

  /// Encodes an alert with the packet's payload, or with the stream's data where it matched on more
  /// than the packet.
  private mutating func encode(
    _ alert: Alert, _ identity: SignatureIdentity, _ subject: EventSubject, _ bytes: RawSpan,
    _ encoder: EVEEncoder, _ conversation: Conversation?
  ) {
    let settings = encoder.settings.alert
    var frame: FrameDescription?
    if let matched = alert.frame, let conversation {
      frame = describe(matched, conversation, subject, bytes, bytesMax: settings.payloadBytesMax)
    }
    if settings.showsPayload, alert.isOnStream || alert.transaction != nil && !alert.isGuessed,
      let session = subject.flow?.tcp
    {
      payloadScratch.removeAll(keepingCapacity: true)
      var length = session.dump(
        subject.direction, bytesMax: settings.payloadBytesMax, into: &payloadScratch)
      if let keptStream {
        payloadScratch = Array(keptStream.bytes.prefix(settings.payloadBytesMax))
        length = keptStream.lengthBytes
      }
      if length > 0 {
        let data = payloadScratch
        encoder.encodeAlert(
          alert, identity, subject, frame: bytes,
          payload: AlertPayload(data.rawSpan, lengthBytes: length, isStream: true), verdict: verdict,
          protocolFrame: frame, into: &line)
        return
      }
    }
    let payload = subject.packet.payload(of: bytes)
    encoder.encodeAlert(
      alert, identity, subject, frame: bytes, payload: AlertPayload(payload, lengthBytes: payload.byteCount),
      verdict: verdict, protocolFrame: frame, into: &line)
  }

  /// Remembers what thresholds need, to be decided in the order of packets.
  private mutating func keepMatch(
    _ alert: Alert, _ subject: EventSubject, _ order: EventOrder, _ isFirst: Bool
  ) -> Int32 {
    subject.flow?.hasMatches = true
    buffer.matches.append(
      EventBuffer.Match(
        order: order, signature: alert.signature, source: subject.packet.source,
        destination: subject.packet.destination, flow: subject.flow?.identifier ?? 0,
        timeMicroseconds: subject.packet.timeMicroseconds, isDecided: alert.isDecided,
        beginsPacket: isFirst))
    return Int32(buffer.matches.count - 1)
  }

  /// Writes what decoding found odd about a packet.
  mutating func reportAnomalies(of packet: Packet, _ bytes: RawSpan, _ flow: Flow?, _ direction: Direction) {
    guard !packet.events.isEmpty else { return }
    counters.anomalies &+= 1
    guard recordsAnomalies else { return }
    let subject = EventSubject(packet: packet, direction: direction, flow: flow, source: source)
    subject.origin = packet.isReassembled ? .defragmented : .wire
    packet.events.forEach { event in report(.decode("decoder." + event.name), subject, bytes) }
  }

  /// Writes an ARP packet, where that is wanted.
  mutating func reportARP(_ packet: Packet, _ bytes: RawSpan) {
    guard recordsARP, packet.etherType == 0x0806, !packet.isInvalid else { return }
    let subject = EventSubject(packet: packet, direction: .toServer, source: source)
    complete(subject, bytes)
    for (output, encoder) in encoders.enumerated() where encoder.wants(.arp) {
      if encoder.encodeARP(packet.payload(of: bytes), subject, frame: bytes, into: &line) {
        keepLine(nextOrder(nil), output, -1)
      }
    }
  }

  mutating func reportStreamEvents(
    _ events: StreamEventSet, _ packet: Packet, _ bytes: RawSpan, _ flow: Flow, _ direction: Direction
  ) {
    counters.anomalies &+= 1
    guard recordsAnomalies else { return }
    let subject = EventSubject(packet: packet, direction: direction, flow: flow, source: source)
    for event in StreamEvent.allCases where events.contains(event) {
      report(.stream("stream." + event.name), subject, bytes)
    }
  }

  mutating func reportConversationEvents(
    _ conversation: Conversation, _ subject: EventSubject, _ bytes: RawSpan
  ) {
    while conversation.eventsReported < conversation.events.count {
      let event = conversation.events[conversation.eventsReported]
      conversation.eventsReported += 1
      counters.anomalies &+= 1
      let subject = subject.copy()
      subject.protocols = conversation.protocols
      report(.detection(event: event.rawValue.uppercased()), subject, bytes)
    }
  }

  mutating func reportTransactionEvents(_ transaction: Transaction, _ subject: EventSubject, _ bytes: RawSpan)
  {
    guard transaction.state.hasUnreportedEvents, let index = subject.protocolIndex else { return }
    let names = ProtocolCatalogue.all[index].events
    while transaction.eventsReported < transaction.events.count {
      let event = Int(transaction.events[transaction.eventsReported])
      transaction.eventsReported += 1
      counters.anomalies &+= 1
      guard names.indices.contains(event) else { continue }
      let subject = subject.copy()
      subject.transaction = transaction
      report(.parser(event: names[event], transaction: transaction.number), subject, bytes)
    }
  }

  private mutating func report(_ anomaly: Anomaly, _ subject: EventSubject, _ bytes: RawSpan) {
    let subject = subject.copy()
    complete(subject, bytes)
    for (output, encoder) in encoders.enumerated() where encoder.wants(anomaly) {
      encoder.encodeAnomaly(anomaly, subject, frame: bytes, into: &line)
      keepLine(nextOrder(subject.flow), output, -1)
    }
  }

  mutating func reportTransaction(_ transaction: Transaction, _ subject: EventSubject, _ bytes: RawSpan) {
    if let index = subject.protocolIndex {
      counters.transactions[index] &+= 1
      if subject.flow?.ipProtocol == 17 { counters.datagrams.transactions[index] &+= 1 }
    }
    subject.transaction = transaction
    if scriptOutputs != nil { show(transaction, subject, bytes) }
    complete(subject, bytes)
    let order = nextOrder(subject.flow)
    for (output, encoder) in encoders.enumerated() {
      if encoder.encodeTransaction(subject, frame: bytes, into: &line) {
        keepLine(order, output, -1)
        if context.kept.keeps(subject.protocolIndex) { keepRecord(order, output, subject) }
      }
    }
  }

  /// Whether a file has ended that was not told of yet.
  func hasFileToReport(_ transaction: Transaction, _ direction: Direction, _ end: FilesEnd) -> Bool {
    guard transaction.state.hasFiles else { return false }
    for file in transaction.files where isDue(file, direction, end) { return true }
    return false
  }

  /// A file is told of with the first packet in its own direction after its end, or with the one that brings
  /// the whole connection to its end.
  private func isDue(_ file: TransferredFile, _ direction: Direction, _ end: FilesEnd) -> Bool {
    if file.isLogged { return false }
    return end == .flow || file.state != .open && (end == .connection || file.direction == direction)
  }

  mutating func reportFiles(
    of transaction: Transaction, _ subject: EventSubject, _ bytes: RawSpan, _ end: FilesEnd
  ) {
    guard hasFileToReport(transaction, subject.direction, end) else { return }
    let subject = subject.copy()
    subject.transaction = transaction
    complete(subject, bytes)
    for file in transaction.files where isDue(file, subject.direction, end) {
      if file.state == .open { file.close(.truncated) }
      settle(file, subject)
      if context.showsMagic, file.magic == nil {
        let data = file.data.bytes
        if !data.isEmpty { file.magic = magic.text(of: data.rawSpan) }
      }
      file.isLogged = true
      counters.files &+= 1
      for (output, encoder) in encoders.enumerated() where encoder.wants(.fileinfo) {
        encoder.encodeFile(file, subject, frame: bytes, into: &line)
        let order = nextOrder(subject.flow)
        keepLine(order, output, -1)
        if context.kept.keepsFiles { keepRecord(order, output, subject) }
      }
      if file.isStored { writeRecord(of: file, subject, bytes) }
      if scriptOutputs != nil { show(.file, subject, bytes, transaction: transaction, file: file) }
    }
  }

  mutating func reportFlow(_ flow: Flow, _ conversation: Conversation?, _ reason: FlowEnd) {
    var packet = Packet()
    packet.number = flow.lastPacket
    packet.timeNanoseconds = flow.lastNanoseconds
    let subject = EventSubject(packet: packet, direction: .toServer, flow: flow, source: source)
    if let conversation { subject.protocols = conversation.protocols }
    addMetadata(to: subject, flow)
    subject.flowAction = flow.action
    if scriptOutputs != nil {
      let none: [UInt8] = []
      show(.flow, subject, none.rawSpan)
    }
    let order = nextOrder(flow)
    var flowLine: [UInt8] = []
    for (output, encoder) in encoders.enumerated() {
      if encoder.wants(.flow) {
        encoder.encodeFlow(subject, reason, into: &line)
        keepLine(order, output, -1, isFlow: flow.hasMatches)
        if flowLine.isEmpty, context.kept.keepsFlowLines, encoder.settings.format == .eve {
          flowLine = lastLine(order)
        }
      }
      if encoder.wants(.netflow) {
        for direction in Direction.allCases where flow.packets[direction] > 0 {
          encoder.encodeNetflow(subject, direction, into: &line)
          keepLine(order, output, -1)
        }
      }
    }
    guard context.keepsStructured else { return }
    var event = FlowEvent(
      order: order, startNanoseconds: flow.startNanoseconds, endNanoseconds: flow.lastNanoseconds,
      endpoints: Endpoints(
        source: flow.client, destination: flow.server, sourcePort: flow.clientPort,
        destinationPort: flow.serverPort, ipProtocol: flow.ipProtocol),
      packetsToServer: flow.packets.toServer, packetsToClient: flow.packets.toClient,
      bytesToServer: flow.bytes.toServer, bytesToClient: flow.bytes.toClient,
      applicationProtocol: subject.applicationProtocol, state: flow.state.name, hasAlerted: flow.hasAlerted,
      line: flowLine)
    event.pppoeSession = flow.pppoeSession
    event.vlans = Array([flow.vlan0, flow.vlan1, flow.vlan2].prefix(Int(flow.vlanCount)))
    buffer.structured.append(EventBuffer.Structured(order: order, event: .flow(event), match: -1))
  }

  /// The next place in the order: events of one flow at one packet count from 1.
  mutating func nextOrder(_ flow: Flow?) -> EventOrder {
    let identifier = flow?.identifier ?? 0
    if identifier != sequenceFlow {
      sequenceFlow = identifier
      sequence = 0
    }
    sequence &+= 1
    return EventOrder(packet: packetNumber, flow: identifier, sequence: sequence)
  }

  /// Moves the line just encoded to the buffer.
  mutating func keepLine(_ order: EventOrder, _ output: Int, _ match: Int32, isFlow: Bool = false) {
    let start = buffer.bytes.count
    line.bytes.append(0x0a)
    line.bytes.append(to: &buffer.bytes)
    line.clear()
    buffer.entries.append(
      EventBuffer.Entry(
        order: order, output: UInt8(truncatingIfNeeded: output), start: start, end: buffer.bytes.count,
        match: match,
        isFlow: isFlow))
  }

  /// The latest line of EVE, if it belongs to this event.
  private func lastLine(_ order: EventOrder) -> [UInt8] {
    let encoders = encoders
    let ours = buffer.entries.suffix(encoders.count).filter { $0.order == order }
    let entry = ours.first { encoders[Int($0.output)].settings.format == .eve } ?? ours.last
    return entry.map { Array(buffer.bytes[$0.start..<$0.end]) } ?? []
  }

  private func vlans(of packet: Packet) -> [UInt16] {
    Array([packet.vlan0, packet.vlan1, packet.vlan2].prefix(Int(packet.vlanCount)))
  }
}

/// What has come to its end, of that which brings files to theirs.
enum FilesEnd {
  case none
  /// Both sides have closed the connection.
  case connection
  /// Nothing more will come at all.
  case flow
}
