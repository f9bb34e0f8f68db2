import Flows
import Protocols
import Wire

// Which groups of rules a packet meets.
extension Inspector {
  /// The groups of the flow's direction: looked up once, and again when its protocol becomes known.
  mutating func groups(for subject: Subject) -> GroupChoice {
    let application = subject.protocolIndex
    guard let detection = subject.detection, !subject.isError else {
      return lookUpGroups(subject, subject.isError ? -1 : application)
    }
    if detection.protocolIndex != application {
      detection.protocolIndex = application
      detection.groups = Pair(both: GroupChoice())
    }
    let known = detection.groups[subject.direction]
    if known.isResolved { return known }
    let choice = lookUpGroups(subject, application)
    detection.groups[subject.direction] = choice
    return choice
  }

  private mutating func lookUpGroups(_ subject: Subject, _ application: Int32) -> GroupChoice {
    let kind = TransportClass(subject.packet)
    var choice = GroupChoice(isResolved: true)
    choice.common = rules.groupIndex.common(kind, subject.direction)
    if kind == .tcp || kind == .udp {
      let port = subject.direction == .toServer ? subject.packet.destinationPort : subject.packet.sourcePort
      choice.port = rules.groupIndex.port(port, kind, subject.direction)
    }
    if application >= 0 {
      choice.application = rules.groupIndex.application(application, kind, subject.direction)
    }
    return choice
  }
}
