import Flows
import Wire

// What the worker does for the frame behind the one in hand.
extension Worker {
  /// Takes one packet, as `fills` does; meanwhile the place of the next frame's flow is brought near.
  @inline(__always)
  mutating func fills(_ packet: Packet, _ bytes: RawSpan, ahead: RawSpan) -> Bool {
    flows.foresee(ahead, linkType: packet.linkType)
    return fills(packet, bytes)
  }
}
