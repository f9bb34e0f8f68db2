import Flows
import Wire

/// What can be told of a rule from a few numbers of the packet: its direction, whether its flow is
/// established, the least and the greatest of its ports and payload sizes, and its protocol above IP.
///
/// A pattern calls up the rules of all ports that its group holds; most of them end here, at eighteen bytes,
/// before anything else of theirs is read.
struct RuleGate: BitwiseCopyable, Sendable {
  private var destinationFirst: UInt16 = 0
  private var destinationSpan: UInt16 = .max
  private var sourceFirst: UInt16 = 0
  private var sourceSpan: UInt16 = .max
  private var sides = View.sideToServer | View.sideToClient | View.sideNone
  private var states = View.stateEstablished | View.stateOther
  private var acceptsNonIP = false
  private var sizeFirst: UInt16 = 0
  private var sizeSpan: UInt16 = .max
  /// Protocol above IP that alone is accepted (`ip_proto`), where `hasProtocol`.
  private var ipProtocol: UInt8 = 0
  private var hasProtocol = false
  /// The rule takes both ways: either port may be the one that the bounds of the destination are for.
  private var isBothWays = false

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
    let ipProtocol: UInt8
    /// Bytes of the packet's payload.
    let size: UInt16

    init(_ packet: Packet, _ direction: Direction, hasFlow: Bool, isEstablished: Bool) {
      destination = packet.destinationPort
      source = packet.sourcePort
      side = !hasFlow ? Self.sideNone : direction == .toServer ? Self.sideToServer : Self.sideToClient
      state = isEstablished ? Self.stateEstablished : Self.stateOther
      isIP = packet.ipVersion != 0
      ipProtocol = packet.ipProtocol
      size = UInt16(clamping: packet.payloadLength)
    }
  }

  init(_ signature: Signature) {
    let header = signature.header
    acceptsNonIP = header.acceptsNonIP
    if header.isBidirectional {
      isBothWays = true
      let ports = header.destinationPorts.isAny ? header.sourcePorts : header.destinationPorts
      (destinationFirst, destinationSpan) = Self.bounds(of: ports)
    } else {
      (destinationFirst, destinationSpan) = Self.bounds(of: header.destinationPorts)
      (sourceFirst, sourceSpan) = Self.bounds(of: header.sourcePorts)
    }
    for condition in signature.flowConditions {
      switch condition {
      // What belongs to no flow counts as sent to the server.
      case .direction(.toServer): sides &= View.sideToServer | View.sideNone
      case .direction(.toClient): sides &= View.sideToClient
      case .established: states &= View.stateEstablished
      case .notEstablished:
        states &= View.stateOther
        sides &= ~View.sideNone
      case .stateless, .onlyFragment, .noFragment: sides &= ~View.sideNone
      default: break
      }
    }
    for condition in signature.packetConditions {
      if case .ipProtocol(.equal(let number)) = condition, let number = UInt8(exactly: number) {
        (ipProtocol, hasProtocol) = (number, true)
      }
    }
    let sizes = Self.payloadSizes(of: signature)
    sizeFirst = UInt16(clamping: sizes.lowerBound)
    sizeSpan = UInt16(clamping: sizes.upperBound) &- sizeFirst
  }

  /// Sizes of payload, in bytes, of the packets that a rule's `dsize` accepts; those above 65,535 count as
  /// that.
  static func payloadSizes(of signature: Signature) -> ClosedRange<Int64> {
    let most = Int64(UInt16.max)
    var (least, greatest) = (Int64(0), most)
    for case .number(.payloadSize, let test) in signature.packetConditions {
      switch test {
      case .equal(let size): (least, greatest) = (max(least, size), min(greatest, size))
      case .less(let size): greatest = min(greatest, size &- 1)
      case .lessOrEqual(let size): greatest = min(greatest, size)
      case .greater(let size): least = max(least, size &+ 1)
      case .greaterOrEqual(let size): least = max(least, size)
      case .within(let low, let high): (least, greatest) = (max(least, low), min(greatest, high))
      default: break
      }
    }
    least = min(least, most)
    // A rule that contradicts itself keeps some size: its own conditions refuse every packet.
    return least...max(least, greatest)
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
    guard sides & view.side != 0, states & view.state != 0, view.size &- sizeFirst <= sizeSpan else {
      return false
    }
    if hasProtocol, view.ipProtocol != ipProtocol { return false }
    if !view.isIP { return acceptsNonIP }
    let isAtDestination = view.destination &- destinationFirst <= destinationSpan
    if isBothWays { return isAtDestination || view.source &- destinationFirst <= destinationSpan }
    return isAtDestination && view.source &- sourceFirst <= sourceSpan
  }
}
