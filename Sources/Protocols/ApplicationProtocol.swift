package import Wire

/// What a look at the first bytes of a direction says about one protocol.
package enum Recognition: Sendable {
  case yes
  case no
  /// Cannot be told yet.
  case needsMore
  /// The bytes are this protocol's, and they go the other way: the flow's direction was taken wrongly.
  case yesReversed
  /// The same, where that can be; else they are this protocol's as they go.
  case yesEitherWay
}

/// A protocol as everything else sees it: names, how to recognise it, its fields, events and parser.
package struct ApplicationProtocol: Sendable {
  package enum Transport: UInt8, Sendable {
    case tcp, udp
  }

  /// Name in rules (`alert http …`, `app-layer-protocol:http`) and in EVE's `app_proto`.
  package let name: String
  /// Other names that rules may use (`http1`).
  package let aliases: [String]
  package let transports: [Transport]
  /// Ports on which the bytes are probed for it first (`app-layer.protocols.<name>.detection-ports`).
  package let ports: [UInt16]
  /// Steps of a transaction for each direction, by the names of rule hooks, in order: position = progress
  /// value.
  package let progress: Pair<[String]>
  /// Names of its `app-layer-event`s without the protocol's prefix; `Transaction.events` points into it.
  package let events: [String]
  package let fields: [Field]
  /// Names of the frames that its parser announces (`FrameKind.names`), without the stream itself.
  package let frames: [String]
  /// Name of the protocol in front of a frame's (`http1` in `frame:http1.request`).
  package let frameName: String
  /// Rules at a hook without a buffer are met again with all that is read while the step lasts, and once
  /// after it.
  package let hasLastingSteps: Bool
  /// Who speaks first, where the protocol knows only one way: data that begins the other way is none of its.
  package let firstDirection: Direction?
  /// It is known by the protocol before it, which agreed on it: its bytes are not looked at.
  package let isAnnounced: Bool
  /// Says whether the first bytes of a direction are this protocol's, whatever the ports; nil where they
  /// never tell.
  ///
  /// Must be monotone: what is `yes` or `no` for some bytes stays so for more of them, so that the answer
  /// does not depend on how a stream is cut.
  package let recognise: (@Sendable (RawSpan, Direction, ApplicationProtocol.Transport) -> Recognition)?
  /// A weaker look, taken only where one of the flow's ports is among the protocol's. Monotone like
  /// `recognise`.
  package let probe: (@Sendable (RawSpan, Direction, ApplicationProtocol.Transport) -> Recognition)?
  /// A look that goes before all other protocols' where one of the flow's ports is among its own, and tells
  /// from a few bytes what others would wait for more of. Monotone, too.
  package let portProbe: (@Sendable (RawSpan) -> Recognition)?
  /// A look at what answers the protocol's own first message: it goes before all other protocols', and tells
  /// from a few bytes what others would wait for more of.
  package let answerProbe: (@Sendable (RawSpan) -> Recognition)?
  /// Begins parsing a flow (of datagrams, where the next is given: of a TCP stream).
  package let makeSession: @Sendable (ProtocolSettings) -> Session
  /// Begins parsing a flow of datagrams, where that is another thing than a stream.
  package let makeDatagramSession: (@Sendable (ProtocolSettings) -> Session)?

  package init(
    name: String, aliases: [String] = [], transports: [Transport], ports: [UInt16], progress: Pair<[String]>,
    events: [String], fields: [Field], frames: [String] = [], frameName: String? = nil,
    hasLastingSteps: Bool = false, firstDirection: Direction? = nil, isAnnounced: Bool = false,
    recognise: (@Sendable (RawSpan, Direction, ApplicationProtocol.Transport) -> Recognition)? = nil,
    probe: (@Sendable (RawSpan, Direction, ApplicationProtocol.Transport) -> Recognition)? = nil,
    portProbe: (@Sendable (RawSpan) -> Recognition)? = nil,
    answerProbe: (@Sendable (RawSpan) -> Recognition)? = nil,
    makeSession: @escaping @Sendable (ProtocolSettings) -> Session,
    makeDatagramSession: (@Sendable (ProtocolSettings) -> Session)? = nil
  ) {
    self.name = name
    self.aliases = aliases
    self.transports = transports
    self.ports = ports
    self.progress = progress
    self.events = events
    self.fields = fields
    self.frames = frames
    self.frameName = frameName ?? name
    self.hasLastingSteps = hasLastingSteps
    self.firstDirection = firstDirection
    self.isAnnounced = isAnnounced
    self.recognise = recognise
    self.probe = probe
    self.portProbe = portProbe
    self.answerProbe = answerProbe
    self.makeSession = makeSession
    self.makeDatagramSession = makeDatagramSession
  }
}
