import Wire

/// Rule headers against packets: protocols, addresses, ports.
extension RuleProgram {
  /// Whether the rule's header accepts the packet.
  @inline(__always)
  func accepts(headerOf number: Int, _ packet: Packet) -> Bool {
    if packet.ipVersion == 0 { return headers[number].acceptsNonIP }
    if headers[number].ipVersion != 0 && headers[number].ipVersion != packet.ipVersion { return false }
    if !headers[number].acceptsAnyProtocol && !acceptsProtocol(number, packet.ipProtocol) { return false }
    if acceptsForward(number, packet) { return true }
    return headers[number].isBidirectional && acceptsBackward(number, packet)
  }

  @inline(__always)
  private func acceptsProtocol(_ header: Int, _ number: UInt8) -> Bool {
    if number < 64 { return headers[header].protocolLow >> UInt64(number) & 1 != 0 }
    if number < 128 { return headers[header].protocolHigh >> UInt64(number & 63) & 1 != 0 }
    return headers[header].acceptsHighProtocols
  }

  @inline(__always)
  private func acceptsForward(_ number: Int, _ packet: Packet) -> Bool {
    (headers[number].isDestinationPortAny
      || contains(headers[number].destinationPorts, packet.destinationPort))
      && (headers[number].isSourcePortAny || contains(headers[number].sourcePorts, packet.sourcePort))
      && (headers[number].isSourceAny
        || contains(headers[number].source4, headers[number].source6, packet.source))
      && (headers[number].isDestinationAny
        || contains(headers[number].destination4, headers[number].destination6, packet.destination))
  }

  @inline(never)
  private func acceptsBackward(_ number: Int, _ packet: Packet) -> Bool {
    (headers[number].isDestinationPortAny || contains(headers[number].destinationPorts, packet.sourcePort))
      && (headers[number].isSourcePortAny || contains(headers[number].sourcePorts, packet.destinationPort))
      && (headers[number].isSourceAny
        || contains(headers[number].source4, headers[number].source6, packet.destination))
      && (headers[number].isDestinationAny
        || contains(headers[number].destination4, headers[number].destination6, packet.source))
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
