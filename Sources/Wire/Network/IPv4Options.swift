/// Which options an IPv4 header has: the rule keyword `ipopts`.
package struct IPv4OptionSet: OptionSet, Sendable {
  package let rawValue: UInt16

  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let endOfList = IPv4OptionSet(rawValue: 1 << 0)
  package static let noOperation = IPv4OptionSet(rawValue: 1 << 1)
  package static let recordRoute = IPv4OptionSet(rawValue: 1 << 2)
  package static let quickStart = IPv4OptionSet(rawValue: 1 << 3)
  package static let timestamp = IPv4OptionSet(rawValue: 1 << 4)
  package static let security = IPv4OptionSet(rawValue: 1 << 5)
  package static let looseSourceRoute = IPv4OptionSet(rawValue: 1 << 6)
  package static let extendedSecurity = IPv4OptionSet(rawValue: 1 << 7)
  package static let commercialSecurity = IPv4OptionSet(rawValue: 1 << 8)
  package static let streamIdentifier = IPv4OptionSet(rawValue: 1 << 9)
  package static let strictSourceRoute = IPv4OptionSet(rawValue: 1 << 10)
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

  /// The option that the rule keyword names: "rr", "lsrr", …; "any" is all of them. Nil for another name.
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
    let isGood: Bool
    switch option {
    case .recordRoute, .looseSourceRoute, .strictSourceRoute:
      isGood = isGoodRoute(bytes, at: offset, length: length)
    case .timestamp: isGood = isGoodTimestamp(bytes, at: offset, length: length)
    case .security: isGood = length == 11
    case .streamIdentifier, .routerAlert: isGood = length == 4
    case .quickStart: isGood = length == 8
    default: isGood = length >= 3
    }
    if isGood {
      seen.insert(option)
    } else {
      packet.raise(length < 3 ? .ipv4OptionInvalidLength : .ipv4OptionMalformed)
    }
  }

  /// Route: a pointer (from 4, to an address of four bytes) and addresses.
  private func isGoodRoute(_ bytes: RawSpan, at offset: Int, length: Int) -> Bool {
    guard length >= 3 else { return false }
    let pointer = Int(bytes[offset &+ 2])
    return pointer >= 4 && pointer % 4 == 0 && pointer <= length &+ 1
  }

  /// Timestamp: a pointer (from 5), flags and entries of four or eight bytes.
  private func isGoodTimestamp(_ bytes: RawSpan, at offset: Int, length: Int) -> Bool {
    guard length >= 5 else { return false }
    let pointer = Int(bytes[offset &+ 2])
    let flag = bytes[offset &+ 3] & 0x0f
    guard flag == 0 || flag == 1 || flag == 3 else { return false }
    let entry = flag == 0 ? 4 : 8
    return pointer >= 5 && (pointer &- 5) % entry == 0 && pointer <= length &+ 1
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
