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

  private struct Candidate: Sendable {
    let index: Int
    let ports: [UInt16]
    let parses: Bool
    let recognise: @Sendable (RawSpan, Direction, ApplicationProtocol.Transport) -> Recognition
    let probe: (@Sendable (RawSpan, Direction, ApplicationProtocol.Transport) -> Recognition)?
  }

  /// The protocols of a transport, and the order in which they are asked at a port.
  private struct Candidates: Sendable {
    let all: [Candidate]
    /// Those that own a port before the others.
    private let byPort: [UInt16: (order: [Candidate], owners: Int)]

    init(_ all: [Candidate]) {
      self.all = all
      var byPort: [UInt16: (order: [Candidate], owners: Int)] = [:]
      for port in Set(all.flatMap(\.ports)) { byPort[port] = Self.order(all) { $0.ports.contains(port) } }
      self.byPort = byPort
    }

    /// Candidates in their order, and how many of them own a port of the flow. A datagram's protocol is known
    /// by the port that the flow's first packet went to; a stream that was picked up in its midst may have
    /// begun the other way.
    func order(_ ports: Pair<UInt16>, _ transport: ApplicationProtocol.Transport) -> (
      order: [Candidate], owners: Int
    ) {
      let server = byPort[ports.toServer]
      guard transport == .tcp, let client = byPort[ports.toClient] else { return server ?? (all, 0) }
      if server == nil { return client }
      return Self.order(all) { $0.ports.contains(ports.toServer) || $0.ports.contains(ports.toClient) }
    }

    private static func order(
      _ all: [Candidate], _ owns: (Candidate) -> Bool
    ) -> (order: [Candidate], owners: Int) {
      let owners = all.filter(owns)
      return (owners + all.filter { !owns($0) }, owners.count)
    }
  }

  package init(_ settings: ProtocolSettings) {
    self.settings = settings
    streams = Candidates(Self.candidates(.tcp, settings))
    datagrams = Candidates(Self.candidates(.udp, settings))
    frameMasks = ProtocolCatalogue.all.map { entry in
      if entry.frames.isEmpty { return 0 }
      return settings.announcesAllFrames ? .max : settings.frames[entry.name] ?? 0
    }
  }

  private static func candidates(
    _ transport: ApplicationProtocol.Transport, _ settings: ProtocolSettings
  ) -> [Candidate] {
    let suffix = transport == .tcp ? "/tcp" : "/udp"
    return ProtocolCatalogue.all.enumerated().compactMap { index, entry in
      let names = [entry.name, entry.name + suffix]
      guard entry.transports.contains(transport), settings.disabled.isDisjoint(with: names) else {
        return nil
      }
      return Candidate(
        index: index, ports: settings.ports[names[0]] ?? settings.ports[names[1]] ?? entry.ports,
        parses: settings.detectionOnly.isDisjoint(with: names), recognise: entry.recognise, probe: entry.probe
      )
    }
  }

  /// Says what protocol the first bytes of a direction are. What is only sound the other way round counts
  /// where `mayReverse` is true.
  package func recognise(
    _ bytes: RawSpan, _ direction: Direction, _ transport: ApplicationProtocol.Transport, ports: Pair<UInt16>,
    mayReverse: Bool
  ) -> Verdict {
    let (order, owners) = (transport == .tcp ? streams : datagrams).order(ports, transport)
    for candidate in order {
      let answer = candidate.recognise(bytes, direction, transport)
      if let verdict = verdict(answer, candidate, mayReverse) { return verdict }
    }
    for candidate in order.prefix(owners) {
      guard let probe = candidate.probe else { continue }
      if let verdict = verdict(probe(bytes, direction, transport), candidate, mayReverse) { return verdict }
    }
    return .none
  }

  /// The parser for a flow of the protocol at `index`, or nil where it is only to be recognised.
  package func makeSession(_ index: Int, _ transport: ApplicationProtocol.Transport) -> Session? {
    guard parses(index, transport) else { return nil }
    let entry = ProtocolCatalogue.all[index]
    let make = transport == .udp ? entry.makeDatagramSession ?? entry.makeSession : entry.makeSession
    let session = make(settings)
    if frameMasks[index] != 0 { session.frames = FrameLog(wanted: frameMasks[index]) }
    return session
  }

  /// The protocol at `index` is switched on and not only to be recognised.
  func parses(_ index: Int, _ transport: ApplicationProtocol.Transport) -> Bool {
    let candidates = (transport == .tcp ? streams : datagrams).all
    return candidates.contains { $0.index == index && $0.parses }
  }

  private func verdict(_ answer: Recognition, _ candidate: Candidate, _ mayReverse: Bool) -> Verdict? {
    switch answer {
    case .no: nil
    case .yes: .found(candidate.index, isReversed: false)
    case .yesReversed: mayReverse ? .found(candidate.index, isReversed: true) : nil
    case .needsMore: .needsMore
    }
  }
}
