import Protocols
import Wire

/// Compiling of what a rule asks of headers, flow and state.
extension ProgramBuilder {
  mutating func compile(_ condition: HeaderCondition) -> CompiledHeader {
    var header = CompiledHeader()
    if let protocols = condition.ipProtocols {
      header.acceptsAnyProtocol = false
      (header.protocolLow, header.protocolHigh, header.acceptsHighProtocols) = (0, 0, false)
      for number in protocols {
        switch number >> 6 {
        case 0: header.protocolLow |= 1 << UInt64(number & 63)
        case 1: header.protocolHigh |= 1 << UInt64(number & 63)
        default: header.acceptsHighProtocols = true
        }
      }
    }
    header.ipVersion = condition.ipVersion
    header.acceptsNonIP = condition.acceptsNonIP
    header.isBidirectional = condition.isBidirectional
    header.isSourceAny = condition.source.isAny
    if !header.isSourceAny { (header.source4, header.source6) = append(addresses: condition.source) }
    header.isDestinationAny = condition.destination.isAny
    if !header.isDestinationAny {
      (header.destination4, header.destination6) = append(addresses: condition.destination)
    }
    header.isSourcePortAny = condition.sourcePorts.isAny
    if !header.isSourcePortAny { header.sourcePorts = append(ports: condition.sourcePorts) }
    header.isDestinationPortAny = condition.destinationPorts.isAny
    if !header.isDestinationPortAny { header.destinationPorts = append(ports: condition.destinationPorts) }
    return header
  }

  mutating func add(_ conditions: [PacketCondition]) -> IndexRange {
    var steps: [PacketStep] = []
    for condition in conditions {
      switch condition {
      case .number(let number, let test): steps.append(.number(number, check(test)))
      case .tcpFlags(let flags, let ignored, let mode):
        steps.append(.tcpFlags(flags: flags, ignored: ignored, mode: mode))
      case .fragmentBits(let bits, let mode): steps.append(.fragmentBits(bits: bits, mode: mode))
      case .sameIP: steps.append(.sameIP)
      case .ipOption(let name):
        steps.append(IPv4OptionSet.named(name).map { .ipOption($0.rawValue) } ?? .never)
      case .checksum(let kind, let isValid): steps.append(.checksum(kind, isValid: isValid))
      case .vlan(let tags, let test): steps.append(.vlan(tags, check(test)))
      case .ipProtocol(let test): steps.append(.ipProtocol(check(test)))
      }
    }
    return append(steps: steps)
  }

  mutating func add(_ conditions: [FlowCondition]) -> IndexRange {
    var steps: [FlowStep] = []
    for condition in conditions {
      switch condition {
      case .direction(let direction): steps.append(.direction(direction))
      case .established: steps.append(.established)
      case .notEstablished: steps.append(.notEstablished)
      case .stateless: steps.append(.stateless)
      case .onlyStream: steps.append(.onlyStream)
      case .noStream: steps.append(.noStream)
      case .onlyFragment: steps.append(.onlyFragment)
      case .noFragment: steps.append(.noFragment)
      case .number(let number, let test): steps.append(.number(number, check(test)))
      case .applicationProtocol(let index, let isNegated, let side):
        steps.append(.applicationProtocol(index, isNegated: isNegated, side: side))
      case .streamSize(let side, let test): steps.append(.streamSize(side, check(test)))
      case .answersFrom(let ports): steps.append(.answersFrom(append(ports: ports)))
      case .address(let side, let set, let isNegated):
        let (ranges4, ranges6) = append(addresses: set)
        steps.append(.address(side, ranges4: ranges4, ranges6: ranges6, isNegated: isNegated))
      case .country(let side, let set, let isNegated):
        steps.append(.country(side, add(set), isNegated: isNegated))
      }
    }
    return append(steps: steps)
  }

  /// The position of a set of countries.
  private mutating func add(_ countries: CountrySet) -> Int32 {
    program.countries.append(countries)
    return Int32(clamping: program.countries.count - 1)
  }

  mutating func add(_ conditions: [StateCondition]) -> IndexRange {
    var steps: [StateStep] = []
    for condition in conditions {
      switch condition {
      case .flowBitsSet(let bits): steps.append(.bitsSet(add(numbers: bits.map(Int64.init))))
      case .flowBitsNotSet(let bits): steps.append(.bitsNotSet(add(numbers: bits.map(Int64.init))))
      case .flowInteger(let name, .isSet): steps.append(.integerIsSet(name))
      case .flowInteger(let name, .notSet): steps.append(.integerNotSet(name))
      case .flowInteger(let name, .compare(let test)): steps.append(.integer(name, check(test)))
      case .flowInteger(let name, .compareVariable(let comparison, let other)):
        steps.append(.integers(name, comparison, other))
      case .flowVariable(let name, let text):
        steps.append(.variable(name, text: add(numbers: text.map(Int64.init))))
      case .xbit(let name, let scope, let isSet): steps.append(.xbit(name: name, scope: scope, isSet: isSet))
      case .hostBit(let name, let scope, let isSet):
        steps.append(.hostBit(name: name, scope: scope, isSet: isSet))
      }
    }
    return append(steps: steps)
  }

  mutating func add(_ conditions: [EventCondition]) -> IndexRange {
    var events: [CompiledEvent] = []
    for condition in conditions {
      switch condition {
      case .decoder(let event): events.append(.decoder(event))
      case .stream(let event): events.append(.stream(event))
      case .application(let index, let event):
        events.append(.application(protocolIndex: Int32(clamping: index), event: event))
      case .applicationLayer(let name):
        let position = ConversationEvent.allCases.firstIndex { $0.rawValue == name }
        events.append(.layer(UInt8(clamping: position ?? 255)))
      }
    }
    return append(events: events)
  }
}
