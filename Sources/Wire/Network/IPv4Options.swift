/// Which options an IPv4 header has: the rule keyword `ipopts`.
package struct IPv4OptionSet: OptionSet, Sendable {
  /// One bit for each option.
  package let rawValue: UInt16
  /// A set out of its bits.

  package init(rawValue: UInt16) { self.rawValue = rawValue }
  /// End of the list.

  package static let endOfList = IPv4OptionSet(rawValue: 1 << 0)
  /// A filler.
  package static let noOperation = IPv4OptionSet(rawValue: 1 << 1)
  /// Routers enter their addresses.
  package static let recordRoute = IPv4OptionSet(rawValue: 1 << 2)
  /// A rate is asked for (RFC 4782).
  package static let quickStart = IPv4OptionSet(rawValue: 1 << 3)
  /// Routers enter the time.
  package static let timestamp = IPv4OptionSet(rawValue: 1 << 4)
  /// A security label (RFC 1108).
  package static let security = IPv4OptionSet(rawValue: 1 << 5)
  /// Addresses to be passed, with others between.
  package static let looseSourceRoute = IPv4OptionSet(rawValue: 1 << 6)
  /// More of a security label (RFC 1108).
  package static let extendedSecurity = IPv4OptionSet(rawValue: 1 << 7)
  /// A commercial security label (CIPSO).
  package static let commercialSecurity = IPv4OptionSet(rawValue: 1 << 8)
  /// A SATNET stream.
  package static let streamIdentifier = IPv4OptionSet(rawValue: 1 << 9)
  /// Addresses to be passed, and no others.
  package static let strictSourceRoute = IPv4OptionSet(rawValue: 1 << 10)
  /// Routers are to look into the packet (RFC 2113).
  package static let routerAlert = IPv4OptionSet(rawValue: 1 << 11)

  /// The option that a number stands for, empty for one that nobody assigned. Source: IANA, IP options.
  static func option(_ type: UInt8) -> IPv4OptionSet {
    switch type {
    case 0: .endOfList
    case 1: .noOperation
    case 7: .recordRoute
    case 25: .quickStart
    case 68: .timestamp
    case 130: .security
    case 131: .looseSourceRoute
    case 133: .extendedSecurity
    case 134: .commercialSecurity
    case 136: .streamIdentifier
    case 137: .strictSourceRoute
    case 148: .routerAlert
    default: []
    }
  }

  /// The option that the rule keyword names: "rr", "lsrr", …; "any" is all of them, which
  /// no header has, as in Suricata. Nil for another name.
  package static func named(_ name: some StringProtocol) -> IPv4OptionSet? {
    switch name {
    case "rr": .recordRoute
    case "lsrr": .looseSourceRoute
    case "eol": .endOfList
    case "nop": .noOperation
    case "ts": .timestamp
    case "sec": .security
    case "esec": .extendedSecurity
    case "ssrr": .strictSourceRoute
    case "satid": .streamIdentifier
    case "rtralt": .routerAlert
    case "cipso": .commercialSecurity
    case "qs": .quickStart
    case "any": IPv4OptionSet(rawValue: .max)
    default: nil
    }
  }
}

extension PacketDecoder {
  /// Checks the options of an IPv4 header; false where they make the packet invalid. Source: RFC 791 §3.1.
  ///
  ///     0      1        2
  ///     | type | length | value …        types 0 (end) and 1 (nothing) are one byte
  mutating func checkOptions(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) -> Bool {
    // Not asked for by the RFC, but what a header padded to eight bytes looks like is telling.
    if (end &- offset) & 7 != 0 { packet.raise(.ipv4OptionPadRequired) }
    var seen: IPv4OptionSet = []
    var position = offset
    while position < end {
      let type = bytes[position]
      if type == 0 { break }
      if type == 1 {
        position &+= 1
        continue
      }
      guard end &- position >= 2 else {
        packet.raise(.ipv4OptionEndOfListRequired)
        break
      }
      let length = Int(bytes[position &+ 1])
      guard length >= 2, length <= end &- position else { return packet.refuse(.ipv4OptionInvalidLength) }
      checkOption(type, bytes, at: position, length: length, &seen, &packet)
      position &+= length
    }
    return true
  }

  private func checkOption(
    _ type: UInt8, _ bytes: RawSpan, at offset: Int, length: Int, _ seen: inout IPv4OptionSet,
    _ packet: inout Packet
  ) {
    let option = IPv4OptionSet.option(type)
    guard !option.isEmpty else {
      packet.raise(.ipv4OptionInvalid)
      return
    }
    guard !seen.contains(option) else {
      packet.raise(.ipv4OptionDuplicate)
      return
    }
    let lengthMin: Int
    switch option {
    case .timestamp: lengthMin = 5
    case .commercialSecurity: lengthMin = 10
    case .quickStart: lengthMin = 8
    case .streamIdentifier, .routerAlert: lengthMin = 4
    default: lengthMin = 3
    }
    let isFixed = option == .streamIdentifier || option == .routerAlert
    guard length >= lengthMin, !isFixed || length == lengthMin else {
      doubt(.ipv4OptionInvalidLength, &packet)
      return
    }
    let isGood: Bool
    switch option {
    case .recordRoute, .looseSourceRoute, .strictSourceRoute:
      isGood = isGoodPointer(bytes[offset &+ 2], first: 4, entry: 4, length: length)
    case .timestamp:
      // Flags 1 and 3 put an address before each time.
      let flag = bytes[offset &+ 3] & 0x0f
      isGood = isGoodPointer(
        bytes[offset &+ 2], first: 5, entry: flag == 1 || flag == 3 ? 8 : 4, length: length)
    case .commercialSecurity: isGood = isGoodSecurity(bytes, at: offset &+ 6, end: offset &+ length)
    default: isGood = true
    }
    if isGood {
      seen.insert(option)
    } else {
      doubt(.ipv4OptionMalformed, &packet)
    }
  }

  /// What is wrong within an option leaves a packet that routers pass on.
  private func doubt(_ event: DecoderEvent, _ packet: inout Packet) {
    packet.raise(event)
    packet.hasInvalidOptions = true
  }

  /// A pointer to the next entry of a route or of time stamps, counted from 1 at the option's type.
  private func isGoodPointer(_ pointer: UInt8, first: Int, entry: Int, length: Int) -> Bool {
    let pointer = Int(pointer)
    return pointer >= first && (pointer &- first) % entry == 0 && pointer <= length &+ 1
  }

  /// The tags of a security label: type, length with these two, value. Source: FIPS 188 §4.6.
  private func isGoodSecurity(_ bytes: RawSpan, at offset: Int, end: Int) -> Bool {
    var position = offset
    while end &- position >= 2 {
      switch bytes[position] {
      case 1, 2, 5, 6, 7: break
      default: return false
      }
      let length = Int(bytes[position &+ 1])
      guard length >= 4, length <= end &- position else { return false }
      position &+= length
    }
    return position == end
  }
}

extension Packet {
  /// The options of the IPv4 header; empty where there are none, or the packet is not IPv4.
  package func ipv4Options(of bytes: RawSpan) -> IPv4OptionSet {
    var options: IPv4OptionSet = []
    guard ipVersion == 4, networkHeaderLength > 20 else { return options }
    let end = min(Int(networkOffset &+ networkHeaderLength), bytes.byteCount)
    var position = Int(networkOffset) &+ 20
    while position < end {
      let type = bytes[position]
      options.formUnion(.option(type))
      if type == 0 { break }
      if type == 1 {
        position &+= 1
        continue
      }
      guard end &- position >= 2, bytes[position &+ 1] >= 2 else { break }
      position &+= Int(bytes[position &+ 1])
    }
    return options
  }
}
