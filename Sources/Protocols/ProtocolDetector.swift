package import Wire

/// Recognises protocols by content and port. Immutable: built once from the configuration and shared by all
/// flows.
///
/// Protocols are asked in a fixed order: those that own one of the flow's ports first, then the others, then
/// the weaker port-bound probes. The first that does not say `no` decides, so that an early `yes` of a later
/// one cannot overtake a protocol that still waits for bytes: the answer is the same however the stream is
/// cut.
package final class ProtocolDetector: Sendable {
  /// What the bytes of one direction are.
  package enum Verdict: Sendable, Equatable {
    case found(Int, isReversed: Bool)
    /// More bytes may tell.
    case needsMore
    /// No protocol that is known here.
    case none
  }

  /// The configuration that it was built from.
  package let settings: ProtocolSettings
  private let streams: Candidates
  private let datagrams: Candidates
  /// Frames asked for, by the protocol's position in the catalogue.
  private let frameMasks: [UInt64]
  /// What makes the parsers of streams and of datagrams, likewise; nil where a protocol is only recognised.
  private let streamParsers: [Maker?]
  private let datagramParsers: [Maker?]

  // Closures stand in structures of their own: as elements of a list, or handed through `map`, each would be
  // wrapped, and the wrapping be asked with every flow.
  private struct Maker: Sendable {
    let make: @Sendable (ProtocolSettings) -> Session
  }

  /// What one protocol is asked.
  private struct Question: Sendable {
    let index: Int
    let probe: Probe
  }

  private struct ShortQuestion: Sendable {
    let index: Int
    let probe: ShortProbe
  }

  /// A protocol that may be the one.
  private struct Candidate: Sendable {
    let index: Int
    let recognise: Probe?
    let probe: Probe?
    let portProbe: ShortProbe?
    let answerProbe: ShortProbe?
  }

  private typealias Probe = @Sendable (RawSpan, Direction, ApplicationProtocol.Transport) -> Recognition
  private typealias ShortProbe = @Sendable (RawSpan) -> Recognition

  /// The protocols in the order in which they are asked, those that own a port of the flow first, and what
  /// each of them is asked, so that nobody is visited who has nothing to say.
  private final class Order: Sendable {
    let recognisers: [Question]
    /// Of owners alone.
    let portProbes: [ShortQuestion]
    let probes: [Question]
    /// Of all: for the protocol that the other direction has told.
    let answerProbes: [ShortQuestion]
    /// Of those that own no port.
    let otherProbes: [Question]

    init(_ all: [Candidate], _ ports: [Set<UInt16>], _ owns: (Set<UInt16>) -> Bool) {
      let owners = all.indices.filter { owns(ports[$0]) }.map { all[$0] }
      let others = all.indices.filter { !owns(ports[$0]) }.map { all[$0] }
      recognisers = (owners + others).compactMap { Self.question($0.index, $0.recognise) }
      portProbes = owners.compactMap { Self.question($0.index, $0.portProbe) }
      probes = owners.compactMap { Self.question($0.index, $0.probe) }
      answerProbes = (owners + others).compactMap { Self.question($0.index, $0.answerProbe) }
      otherProbes = others.compactMap { Self.question($0.index, $0.probe) }
    }

    private static func question(_ index: Int, _ probe: Probe?) -> Question? {
      if let probe { Question(index: index, probe: probe) } else { nil }
    }

    private static func question(_ index: Int, _ probe: ShortProbe?) -> ShortQuestion? {
      if let probe { ShortQuestion(index: index, probe: probe) } else { nil }
    }
  }

  /// The protocols of a transport, and the order in which they are asked at a port.
  private final class Candidates: Sendable {
    private let all: [Candidate]
    private let ports: [Set<UInt16>]
    /// Where nobody owns a port.
    private let unowned: Order
    /// Those of ports with an owner, and which of them is a port's, counted from 1; 0: nobody owns it.
    private let orders: [Order]
    private let byPort: [UInt16]

    init(_ all: [(candidate: Candidate, ports: Set<UInt16>)]) {
      let (candidates, ports) = (all.map(\.candidate), all.map(\.ports))
      var orders: [Order] = []
      var byPort = [UInt16](repeating: 0, count: 1 << 16)
      for port in Set(ports.joined()) {
        orders.append(Order(candidates, ports) { $0.contains(port) })
        byPort[Int(port)] = UInt16(clamping: orders.count)
      }
      self.orders = orders
      unowned = Order(candidates, ports) { _ in false }
      self.all = candidates
      self.ports = ports
      self.byPort = byPort
    }

    /// The order for a flow. A datagram's protocol is known by the port that the flow's first packet went to;
    /// a stream that was picked up in its midst may have begun the other way.
    func order(_ ports: Pair<UInt16>, _ transport: ApplicationProtocol.Transport) -> Order {
      let server = Int(byPort[Int(ports.toServer)])
      let client = transport == .tcp ? Int(byPort[Int(ports.toClient)]) : 0
      if client == 0 { return server == 0 ? unowned : orders[server &- 1] }
      if server == 0 { return orders[client &- 1] }
      return Order(all, self.ports) { $0.contains(ports.toServer) || $0.contains(ports.toClient) }
    }
  }

  package init(_ settings: ProtocolSettings) {
    self.settings = settings
    streams = Candidates(Self.candidates(.tcp, settings))
    datagrams = Candidates(Self.candidates(.udp, settings))
    streamParsers = Self.parsers(.tcp, settings)
    datagramParsers = Self.parsers(.udp, settings)
    frameMasks = ProtocolCatalogue.all.map { entry in
      if entry.frames.isEmpty { return 0 }
      return settings.announcesAllFrames ? .max : settings.frames[entry.name] ?? 0
    }
  }

  private static func candidates(
    _ transport: ApplicationProtocol.Transport, _ settings: ProtocolSettings
  ) -> [(candidate: Candidate, ports: Set<UInt16>)] {
    ProtocolCatalogue.all.enumerated().compactMap { index, entry in
      let names = names(entry, transport)
      guard entry.transports.contains(transport), settings.disabled.isDisjoint(with: names) else {
        return nil
      }
      let ports = settings.ports[names[0]] ?? settings.ports[names[1]] ?? entry.ports
      let candidate = Candidate(
        index: index, recognise: entry.recognise, probe: entry.probe, portProbe: entry.portProbe,
        answerProbe: entry.answerProbe)
      return (candidate, Set(ports))
    }
  }

  private static func parsers(
    _ transport: ApplicationProtocol.Transport, _ settings: ProtocolSettings
  ) -> [Maker?] {
    ProtocolCatalogue.all.map { entry in
      let names = names(entry, transport)
      guard entry.transports.contains(transport), settings.disabled.isDisjoint(with: names),
        settings.detectionOnly.isDisjoint(with: names)
      else { return nil }
      if transport == .udp, let make = entry.makeDatagramSession { return Maker(make: make) }
      return Maker(make: entry.makeSession)
    }
  }

  /// The names by which the configuration may call a protocol on a transport.
  private static func names(
    _ entry: ApplicationProtocol, _ transport: ApplicationProtocol.Transport
  ) -> [String] {
    [entry.name, entry.name + (transport == .tcp ? "/tcp" : "/udp")]
  }

  /// Says what protocol the first bytes of a direction are. What is only sound the other way round counts
  /// where `mayReverse` is true. The protocol that the other direction told is asked wherever it is.
  package func recognise(
    _ bytes: RawSpan, _ direction: Direction, _ transport: ApplicationProtocol.Transport, ports: Pair<UInt16>,
    mayReverse: Bool, beside other: Int? = nil
  ) -> Verdict {
    let order = transport == .tcp ? streams.order(ports, transport) : datagrams.order(ports, transport)
    if let other, let asked = order.answerProbes.first(where: { $0.index == other }),
      let verdict = verdict(asked.probe(bytes), other, mayReverse)
    {
      return verdict
    }
    for place in order.portProbes.indices {
      let answer = order.portProbes[place].probe(bytes)
      if let verdict = verdict(answer, order.portProbes[place].index, mayReverse) { return verdict }
    }
    for place in order.recognisers.indices {
      let answer = order.recognisers[place].probe(bytes, direction, transport)
      if answer == .no { continue }
      if let verdict = verdict(answer, order.recognisers[place].index, mayReverse) { return verdict }
    }
    for place in order.probes.indices {
      let answer = order.probes[place].probe(bytes, direction, transport)
      if let verdict = verdict(answer, order.probes[place].index, mayReverse) { return verdict }
    }
    if let other, let asked = order.otherProbes.first(where: { $0.index == other }),
      let verdict = verdict(asked.probe(bytes, direction, transport), other, mayReverse)
    {
      return verdict
    }
    return .none
  }

  /// The protocol that was recognised in a direction, or that of the other direction: a session of POP3
  /// begins with a command of FTP, and the server's greeting tells which it is.
  func settled(_ index: Int, _ direction: Direction, beside other: Int?) -> Int {
    guard direction == .toServer, let other, ProtocolCatalogue.all[other].name == "pop3",
      ProtocolCatalogue.all[index].name == "ftp"
    else { return index }
    return other
  }

  /// The parser for a flow of the protocol at `index`, or nil where it is only to be recognised.
  package func makeSession(_ index: Int, _ transport: ApplicationProtocol.Transport) -> Session? {
    guard let maker = (transport == .tcp ? streamParsers : datagramParsers)[index] else { return nil }
    let session = maker.make(settings)
    if frameMasks[index] != 0 { session.frames = FrameLog(wanted: frameMasks[index]) }
    return session
  }

  /// The protocol at `index` is switched on and not only to be recognised.
  func parses(_ index: Int, _ transport: ApplicationProtocol.Transport) -> Bool {
    (transport == .tcp ? streamParsers : datagramParsers)[index] != nil
  }

  private func verdict(_ answer: Recognition, _ index: Int, _ mayReverse: Bool) -> Verdict? {
    switch answer {
    case .no: nil
    case .yes: .found(index, isReversed: false)
    case .yesReversed: mayReverse ? .found(index, isReversed: true) : nil
    case .yesEitherWay: .found(index, isReversed: mayReverse)
    case .needsMore: .needsMore
    }
  }
}
