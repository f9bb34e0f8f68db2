package import Detection
import Wire

extension EVEEncoder {
  /// Appends the record of a packet that was dropped.
  ///
  /// - Parameters:
  ///   - reason: why, in Suricata's words (`rules`, `stream midstream`, `applayer error` …).
  ///   - identity: the rule that dropped it, if one did: shown where `alerts` is on.
  package func encodeDrop(
    _ subject: EventSubject, frame: RawSpan, reason: String, verdict: PacketVerdict,
    rule identity: SignatureIdentity?, into line: inout JSONWriter
  ) {
    beginRecord("drop", subject, endpoints: subject.endpoints, into: &line)
    encodeCommon(subject, frame: frame, into: &line)
    if subject.flow != nil {
      line.member("direction", literal: subject.direction == .toServer ? "to_server" : "to_client")
    }
    line.beginObject("drop")
    encodeHeaders(subject.packet, frame, into: &line)
    if !reason.isEmpty { line.member("reason", reason) }
    line.endObject()
    if settings.drop.hasVerdict { encode(verdict, isTCP: subject.packet.isTCP, into: &line) }
    if settings.drop.hasAlerts, let identity {
      line.beginObject("alert")
      encodeRule(true, identity, subject.endpoints, hasDetails: false, into: &line)
      line.endObject()
    }
    endRecord(subject, into: &line)
  }

  private func encodeHeaders(_ packet: Packet, _ frame: RawSpan, into line: inout JSONWriter) {
    let network = Int(packet.networkOffset)
    if packet.ipVersion == 4, network >= 0, frame.byteCount >= network &+ 20 {
      line.member("len", frame.u16(network &+ 2))
      line.member("tos", packet.tos)
      line.member("ttl", packet.ttl)
      line.member("ipid", frame.u16(network &+ 4))
    } else if packet.ipVersion == 6, network >= 0, frame.byteCount >= network &+ 40 {
      line.member("len", frame.u16(network &+ 4))
      line.member("tc", packet.tos)
      line.member("hoplimit", packet.ttl)
      line.member("flowlbl", frame.u32(network) & 0xF_FFFF)
    }
    let transport = Int(packet.transportOffset)
    guard transport >= 0 else { return }
    switch packet.ipProtocol {
    case 6 where frame.byteCount >= transport &+ 20: encodeTCP(packet, frame, transport, into: &line)
    case 17 where frame.byteCount >= transport &+ 8: line.member("udplen", frame.u16(transport &+ 4))
    case 1, 58:
      guard frame.byteCount >= transport &+ 8 else { return }
      line.member("icmp_id", frame.u16(transport &+ 4))
      line.member("icmp_seq", frame.u16(transport &+ 6))
    default: break
    }
  }

  private func encodeTCP(_ packet: Packet, _ frame: RawSpan, _ transport: Int, into line: inout JSONWriter) {
    let flags = packet.tcpFlags
    line.member("tcpseq", packet.tcpSequence)
    line.member("tcpack", packet.tcpAcknowledgement)
    line.member("tcpwin", packet.tcpWindow)
    line.member("syn", flags & 0x02 != 0)
    line.member("ack", flags & 0x10 != 0)
    line.member("psh", flags & 0x08 != 0)
    line.member("rst", flags & 0x04 != 0)
    line.member("urg", flags & 0x20 != 0)
    line.member("fin", flags & 0x01 != 0)
    line.member("tcpres", frame[transport &+ 12] & 0x0F)
    line.member("tcpurgp", frame.u16(transport &+ 18))
  }
}
