import Flows
import Wire

/// What can be told of a rule from a few numbers of the packet: its direction, whether its flow is
/// established, and the least and the greatest of its ports.
///
/// A pattern calls up the rules of all ports that its group holds; most of them end here, at eleven bytes,
/// before anything else of theirs is read.
struct RuleGate: BitwiseCopyable, Sendable {
  private var destinationFirst: UInt16 = 0
  private var destinationSpan: UInt16 = .max
  private var sourceFirst: UInt16 = 0
  private var sourceSpan: UInt16 = .max
  private var sides = View.sideToServer | View.sideToClient | View.sideNone
  private var states = View.stateEstablished | View.stateOther
  private var acceptsNonIP = false

  /// The numbers of a packet that gates ask for.
  struct View: BitwiseCopyable {
    static let sideToServer: UInt8 = 1
    static let sideToClient: UInt8 = 2
    static let sideNone: UInt8 = 4
    static let stateEstablished: UInt8 = 1
    static let stateOther: UInt8 = 2

    let destination: UInt16
    let source: UInt16
    let side: UInt8
    let state: UInt8
    let isIP: Bool

    init(_ packet: Packet, _ direction: Direction, hasFlow: Bool, isEstablished: Bool) {
      destination = packet.destinationPort
      source = packet.sourcePort
      side = !hasFlow ? Self.sideNone : direction == .toServer ? Self.sideToServer : Self.sideToClient
      state = isEstablished ? Self.stateEstablished : Self.stateOther
      isIP = packet.ipVersion != 0
    }
  }

  init(_ signature: Signature) {
    let header = signature.header
    acceptsNonIP = header.acceptsNonIP
    if !header.isBidirectional {
      (destinationFirst, destinationSpan) = Self.bounds(of: header.destinationPorts)
      (sourceFirst, sourceSpan) = Self.bounds(of: header.sourcePorts)
    }
    for condition in signature.flowConditions {
      switch condition {
      case .direction(let direction):
        sides &= direction == .toServer ? View.sideToServer : View.sideToClient
      case .established: states &= View.stateEstablished
      case .notEstablished: states &= View.stateOther
      default: break
      }
    }
  }

  private static func bounds(of ports: PortSet) -> (first: UInt16, span: UInt16) {
    guard !ports.isAny, let first = ports.ranges.first, let last = ports.ranges.last else { return (0, .max) }
    return (first.lowerBound, last.upperBound &- first.lowerBound)
  }

  /// Whether the gate says all that the condition asks.
  static func covers(_ condition: FlowCondition) -> Bool {
    switch condition {
    case .direction, .established, .notEstablished, .stateless, .onlyStream, .noStream: true
    default: false
    }
  }

  /// False: the rule cannot match the packet.
  @inline(__always)
  func admits(_ view: View) -> Bool {
    guard sides & view.side != 0, states & view.state != 0 else { return false }
    if !view.isIP { return acceptsNonIP }
    return view.destination &- destinationFirst <= destinationSpan && view.source &- sourceFirst <= sourceSpan
  }
}
