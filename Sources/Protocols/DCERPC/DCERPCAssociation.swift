import Wire

/// What client and server have agreed on: the interfaces by the numbers that requests use, and how packets
/// change the calls (C706 §12.6.4). One for a connection, one for each named pipe.
final class DCERPCAssociation {
  let budget: FlowBudget
  /// Over named pipes, results begin behind the response's own header.
  private let resultsStart: Int
  private var contexts: [DCERPCInterface] = []
  /// The interfaces of all named pipes of the flow; nil: a connection.
  private let offer: DCERPCOffer?

  /// Differs from the standard as Suricata does: over connections, the eight bytes of a response's own header
  /// count as results, and rules are written so.
  init(_ budget: FlowBudget, pipesOffer offer: DCERPCOffer? = nil) {
    self.budget = budget
    self.offer = offer
    resultsStart = offer != nil ? 24 : DCERPCHeader.byteCount
  }

  /// Takes a whole packet into its call.
  func take(_ header: DCERPCHeader, _ packet: RawSpan, _ call: DCERPCCall) {
    call.isLittleEndian = header.isLittleEndian
    call.minorVersion = header.minorVersion
    switch header.type {
    case .bind, .alterContext: bind(header, packet, call)
    case .bindAcknowledge, .alterContextResponse: acknowledge(header, packet, call)
    case .request: request(header, packet, call)
    case .response: response(header, packet, call)
    case .fault, .bindRefusal:
      call.response = header.type
      call.isAnswered = true
    default: break
    }
  }

  /// A negotiation (C706 §12.6.4.3): sizes and group (8 bytes), then the interfaces.
  ///
  ///     count (8) | reserved (24)
  ///     context (16) | transfer syntaxes (8) | reserved (8) | interface (128) | version (32) | syntaxes (160
  ///     each)
  private func bind(_ header: DCERPCHeader, _ packet: RawSpan, _ call: DCERPCCall) {
    call.request = header.type
    call.hasFirstFragment = header.isFirst
    call.isAsked = true
    guard packet.byteCount >= 28 else { return }
    var position = 28
    let little = header.isLittleEndian
    for _ in 0..<packet[24] {
      guard packet.byteCount &- position >= 24 else { return }
      let syntaxes = Int(packet[position &+ 2])
      var interface = DCERPCInterface(
        context: packet.u16(position, isLittleEndian: little),
        identifier: DCERPCIdentifier(packet, at: position &+ 4, isLittleEndian: little),
        majorVersion: packet.u16(position &+ (little ? 20 : 22), isLittleEndian: little),
        minorVersion: packet.u16(position &+ (little ? 22 : 20), isLittleEndian: little))
      interface.isFirst = header.isFirst
      call.interfaces.append(interface)
      if offer == nil { remember(interface) }
      position &+= 24 &+ syntaxes &* 20
    }
    if header.type == .bind { offer?.interfaces = call.interfaces }
  }

  private func remember(_ interface: DCERPCInterface) {
    if let place = contexts.firstIndex(where: { $0.context == interface.context }) {
      contexts[place] = interface
    } else if contexts.count < DCERPCLimits.contexts {
      contexts.append(interface)
    }
  }

  /// What the server says of each interface (C706 §12.6.4.4), after an address of variable length.
  private func acknowledge(_ header: DCERPCHeader, _ packet: RawSpan, _ call: DCERPCCall) {
    call.response = header.type
    call.isAnswered = true
    let little = header.isLittleEndian
    guard packet.byteCount >= 26 else { return }
    var position = (26 &+ Int(packet.u16(24, isLittleEndian: little)) &+ 3) & ~3
    guard position < packet.byteCount else { return }
    let count = Int(packet[position])
    position &+= 4
    for index in 0..<count where index < call.interfaces.count {
      guard packet.byteCount &- position >= 24 else { return }
      call.interfaces[index].result = packet.u16(position, isLittleEndian: little)
      call.interfaces[index].reason = packet.u16(position &+ 2, isLittleEndian: little)
      call.interfaces[index].isAnswered = true
      if let offer {
        if header.type == .bindAcknowledge { offer.answer(index, call.interfaces[index].result) }
      } else {
        remember(call.interfaces[index])
      }
      position &+= 24
    }
  }

  /// A fragment of a request (C706 §12.6.4.9): hint (32) | context (16) | operation (16) | object? (128) |
  /// arguments.
  private func request(_ header: DCERPCHeader, _ packet: RawSpan, _ call: DCERPCCall) {
    guard packet.byteCount >= 24 else { return }
    let little = header.isLittleEndian
    if call.request == nil {
      call.request = .request
      call.operation = packet.u16(22, isLittleEndian: little)
      let context = packet.u16(20, isLittleEndian: little)
      call.interfaces = (offer?.interfaces ?? contexts).filter { $0.context == context }
      call.accepted = offer?.accepted
    }
    // Over named pipes it is not asked whether the first was seen.
    if header.isFirst || offer != nil { call.hasFirstFragment = true }
    if header.isLast { call.isAsked = true }
    // As Suricata has it, the object's identifier counts as the first of the arguments.
    call.append(packet.part(24, packet.byteCount), .toServer)
  }

  /// A fragment of a response (C706 §12.6.4.10): hint (32) | context (16) | cancels (8) | reserved (8) |
  /// results.
  private func response(_ header: DCERPCHeader, _ packet: RawSpan, _ call: DCERPCCall) {
    guard packet.byteCount >= 24 else { return }
    call.response = .response
    if header.isLast { call.isAnswered = true }
    call.append(packet.part(resultsStart, packet.byteCount), .toClient)
  }
}

/// The interfaces of the last negotiation over any named pipe of a flow.
///
/// Differs from the standard as Suricata does: a negotiation over one pipe takes the place of those over all
/// others, and a call is taken for one of any interface that was accepted.
final class DCERPCOffer {
  fileprivate(set) var interfaces: [DCERPCInterface] = []

  var accepted: [DCERPCInterface] { interfaces.filter { $0.isAnswered && $0.result == 0 } }

  fileprivate func answer(_ index: Int, _ result: UInt16) {
    guard interfaces.indices.contains(index) else { return }
    interfaces[index].result = result
    interfaces[index].isAnswered = true
  }
}

extension DCERPCType {
  /// The client sends it and waits for an answer.
  var asks: Bool { self == .request || self == .bind || self == .alterContext }

  /// The request that it answers, if it is an answer.
  func answers(_ request: DCERPCType?) -> Bool {
    switch self {
    case .response: request == .request || request == nil
    case .fault: true
    case .bindAcknowledge, .bindRefusal: request == .bind
    case .alterContextResponse: request == .alterContext
    default: false
    }
  }

  /// It is the answer to something.
  var isAnswer: Bool {
    switch self {
    case .response, .fault, .bindAcknowledge, .bindRefusal, .alterContextResponse: true
    default: false
    }
  }
}
