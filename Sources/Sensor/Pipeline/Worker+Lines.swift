import Detection
import Events
import Protocols
import Wire

// Frames that begin, keep and end access lines, outside IP.
extension Worker {
  /// Takes a PPPoE frame without data through parser, rules and records; false where it is none to be read.
  @inline(never)
  mutating func inspectLine(_ packet: Packet, _ bytes: RawSpan) -> Bool {
    // Logins by EAP are a wrong type to the decoder, as to the reference, and are read all the same.
    guard packet.payloadOffset >= 6 else { return false }
    if lines == nil { lines = Conversation(flowless: "pppoe", detector: detector) }
    guard let lines else { return false }
    let header = Int(packet.payloadOffset) &- 6
    lines.message(
      bytes.part(header, Int(packet.payloadLength) &+ 6), PacketClock(nanoseconds: packet.timeNanoseconds))
    guard lines.session?.openTransactions.isEmpty == false else { return false }
    runRules(packet, bytes, nil, nil, lines, .toServer, nil)
    settle(packet, bytes, .toServer, nil)
    finishTransactions(lines, bytes, .toServer, isEnd: false) { $0.subject(packet, .toServer, nil) }
    return true
  }
}
