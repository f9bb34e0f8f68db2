import Detection
import Wire

/// The lines of fast.log: one alert per line, for people and for tools of old.
///
/// `11/20/2026-01:03:10.120000  [**] [1:2:3] msg [**] [Classification: text] [Priority: 1] {TCP} a:1 -> b:2`
extension EVEEncoder {
  func encodeFast(
    _ alert: Alert, _ identity: SignatureIdentity, _ subject: EventSubject,
    into line: inout JSONWriter
  ) {
    let time = subject.packet.timeNanoseconds
    let date = CivilDate(daysSince1970: floorDivide(time, 86_400_000_000_000))
    line.bytes.appendDecimal(date.month, width: 2)
    line.bytes.append(UInt8(ascii: "/"))
    line.bytes.appendDecimal(date.day, width: 2)
    line.bytes.append(UInt8(ascii: "/"))
    line.bytes.appendDecimal(date.year, width: 4)
    line.bytes.append(UInt8(ascii: "-"))
    line.bytes.appendTimeOfDay(floorModulo(floorDivide(time, 1_000_000_000), 86_400))
    line.bytes.append(UInt8(ascii: "."))
    line.bytes.appendDecimal(floorModulo(time, 1_000_000_000) / 1000, width: 6)
    line.bytes.append("  ")
    if alert.isBlocked {
      line.bytes.append("[Drop] ")
    } else if alert.action.drops {
      line.bytes.append("[wDrop] ")
    }
    line.bytes.append("[**] [")
    line.bytes.appendDecimal(identity.group)
    line.bytes.append(UInt8(ascii: ":"))
    line.bytes.appendDecimal(identity.id)
    line.bytes.append(UInt8(ascii: ":"))
    line.bytes.appendDecimal(identity.revision)
    line.bytes.append("] ")
    line.bytes.append(contentsOf: identity.message.isEmpty ? "(null)" : identity.message)
    line.bytes.append(" [**] [Classification: ")
    line.bytes.append(contentsOf: identity.category.isEmpty ? "(null)" : identity.category)
    line.bytes.append("] [Priority: ")
    line.bytes.appendDecimal(identity.priority)
    line.bytes.append("] {")
    line.bytes.append(contentsOf: ipProtocolName(subject.packet.ipProtocol))
    line.bytes.append("} ")
    let packet = subject.packet
    let isICMP = packet.ipProtocol == 1 || packet.ipProtocol == 58
    line.bytes.appendFullAddress(packet.source)
    line.bytes.append(UInt8(ascii: ":"))
    line.bytes.appendDecimal(isICMP ? UInt16(packet.icmpType) : packet.sourcePort)
    line.bytes.append(" -> ")
    line.bytes.appendFullAddress(packet.destination)
    line.bytes.append(UInt8(ascii: ":"))
    line.bytes.appendDecimal(isICMP ? UInt16(packet.icmpCode) : packet.destinationPort)
  }
}
