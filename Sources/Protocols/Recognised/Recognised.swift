import Wire

/// Protocols that are told by name and not parsed: their flows carry the name, and rules can ask for it.
///
/// Patterns count on any port, probes only on the protocol's own.
enum Recognised {
  /// Bytes at an offset, for one direction or both.
  struct Pattern: Sendable {
    let direction: Direction?
    let offset: Int
    let bytes: [UInt8]
    let ignoresCase: Bool

    init(_ direction: Direction?, _ text: String, at offset: Int = 0, ignoresCase: Bool = false) {
      self.init(direction, Array(text.utf8), at: offset, ignoresCase: ignoresCase)
    }

    init(_ direction: Direction?, _ bytes: [UInt8], at offset: Int = 0, ignoresCase: Bool = false) {
      self.direction = direction
      self.offset = offset
      self.bytes = bytes
      self.ignoresCase = ignoresCase
    }

    /// Whether the bytes seen so far are, may become, or are not this pattern.
    func compare(_ data: RawSpan, _ direction: Direction) -> Recognition {
      if let wanted = self.direction, wanted != direction { return .no }
      for (index, byte) in bytes.enumerated() {
        let place = offset &+ index
        guard place < data.byteCount else { return .needsMore }
        let seen = ignoresCase ? Self.upper(data[place]) : data[place]
        guard seen == byte else { return .no }
      }
      return .yes
    }

    private static func upper(_ byte: UInt8) -> UInt8 {
      0x61...0x7A ~= byte ? byte &- 0x20 : byte
    }
  }

  /// Begins parsing that reads nothing: both directions are done with once they are told.
  private final class Reader: Session {
    init() { super.init(readsNothing: true) }

    override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption {
      Consumption(bytes: bytes.byteCount, .finished)
    }

    override func skipGap(_ count: Int, _ direction: Direction, _ clock: PacketClock) -> Consumption.Outcome {
      .finished
    }
  }

  typealias Probe = @Sendable (RawSpan, Direction, ApplicationProtocol.Transport) -> Recognition

  static let entries: [ApplicationProtocol] = textEntries + binaryEntries

  /// Protocols of lines of text.
  private static let textEntries: [ApplicationProtocol] = [
    entry(
      "imap", [.tcp], [143], [Pattern(.toClient, "* OK"), Pattern(.toClient, "* PREAUTH")],
      own: RecognisedProbes.taggedCommand)
  ]

  /// Protocols of binary messages over TCP.
  private static let binaryEntries: [ApplicationProtocol] = [
    entry("telnet", [.tcp], [23], own: RecognisedProbes.telnet)
  ]

  /// An entry of the catalogue without fields and events.
  private static func entry(
    _ name: String, _ transports: [ApplicationProtocol.Transport], _ ports: [UInt16],
    _ patterns: [Pattern] = [], own: Probe? = nil
  ) -> ApplicationProtocol {
    ApplicationProtocol(
      name: name, transports: transports, ports: ports,
      progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
      events: [],
      fields: [],
      recognise: { bytes, direction, transport in
        var result = Recognition.no
        for pattern in patterns {
          switch pattern.compare(bytes, direction) {
          case .yes: return .yes
          case .needsMore: result = .needsMore
          default: break
          }
        }
        return result
      },
      probe: own, makeSession: { _ in Reader() })
  }
}
