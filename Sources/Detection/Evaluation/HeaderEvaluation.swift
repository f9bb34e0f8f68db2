import Wire

/// Rule headers against packets: protocols, addresses, ports.
extension RuleProgram {
  /// Whether the rule's header accepts the packet.
  @inline(__always)
  func accepts(headerOf number: Int, _ subject: Subject) -> Bool {
    let version = subject.packet.ipVersion
    if version == 0 { return headers[number].acceptsNonIP }
    if headers[number].ipVersion != 0 && headers[number].ipVersion != version { return false }
    let ipProtocol = subject.packet.ipProtocol
    if !headers[number].acceptsAnyProtocol && !acceptsProtocol(number, ipProtocol) { return false }
    let (source, destination) = (subject.packet.sourcePort, subject.packet.destinationPort)
    var isForward = true
    var isBackward = headers[number].isBidirectional
    if !headers[number].isSourcePortAny || !headers[number].isDestinationPortAny {
      // What has no ports, and a fragment, meets no condition on them, not even that they are others.
      if subject.packet.isFragment { return false }
      if !hasPorts(ipProtocol) { return false }
      isForward = acceptsPorts(number, source, destination)
      isBackward = isBackward && acceptsPorts(number, destination, source)
      if !isForward && !isBackward { return false }
    }
    if headers[number].isSourceAny && headers[number].isDestinationAny { return true }
    let (from, to) = (subject.packet.source, subject.packet.destination)
    return isForward && acceptsAddresses(number, from, to) || isBackward && acceptsAddresses(number, to, from)
  }

  /// Whether the packet is between the rule's ends in both orders: the rule says the same of it twice.
  func acceptsBothWays(_ number: Int, _ packet: borrowing Packet) -> Bool {
    guard headers[number].isBidirectional, packet.ipVersion != 0 else { return false }
    let (source, destination) = (packet.sourcePort, packet.destinationPort)
    let (from, to) = (packet.source, packet.destination)
    return acceptsPorts(number, source, destination) && acceptsPorts(number, destination, source)
      && acceptsAddresses(number, from, to) && acceptsAddresses(number, to, from)
  }

  @inline(__always)
  private func acceptsProtocol(_ header: Int, _ number: UInt8) -> Bool {
    if number < 64 { return headers[header].protocolLow >> UInt64(number) & 1 != 0 }
    if number < 128 { return headers[header].protocolHigh >> UInt64(number & 63) & 1 != 0 }
    return headers[header].acceptsHighProtocols
  }

  @inline(__always)
  private func hasPorts(_ number: UInt8) -> Bool { number == 6 || number == 17 || number == 132 }

  @inline(__always)
  private func acceptsPorts(_ number: Int, _ source: UInt16, _ destination: UInt16) -> Bool {
    (headers[number].isDestinationPortAny || contains(headers[number].destinationPorts, destination))
      && (headers[number].isSourcePortAny || contains(headers[number].sourcePorts, source))
  }

  @inline(__always)
  private func acceptsAddresses(_ number: Int, _ source: IPAddress, _ destination: IPAddress) -> Bool {
    (headers[number].isSourceAny || contains(headers[number].source4, headers[number].source6, source))
      && (headers[number].isDestinationAny
        || contains(headers[number].destination4, headers[number].destination6, destination))
  }

  /// Whether a port lies in one of the sorted ranges.
  @inline(__always)
  func contains(_ range: IndexRange, _ port: UInt16) -> Bool {
    var index = range.start
    while index < range.end {
      let ports = ports[index]
      if port < ports.lowerBound { return false }
      if port <= ports.upperBound { return true }
      index &+= 1
    }
    return false
  }

  /// Whether an address lies in one of the sorted ranges of its family.
  func contains(_ range4: IndexRange, _ range6: IndexRange, _ address: IPAddress) -> Bool {
    if address.isIPv6 { return contains6(range6, address) }
    let value = UInt32(truncatingIfNeeded: address.low)
    var low = range4.start
    var high = range4.end
    while low < high {
      let middle = (low &+ high) >> 1
      let range = addresses4[middle]
      if value < range.lowerBound {
        high = middle
      } else if value > range.upperBound {
        low = middle &+ 1
      } else {
        return true
      }
    }
    return false
  }

  private func contains6(_ range6: IndexRange, _ address: IPAddress) -> Bool {
    var low = range6.start
    var high = range6.end
    while low < high {
      let middle = (low &+ high) >> 1
      let range = addresses6[middle]
      if address < range.low {
        high = middle
      } else if range.high < address {
        low = middle &+ 1
      } else {
        return true
      }
    }
    return false
  }
}
