extension Keyword {
  static let ipProtocol = Keyword(
    "ip_proto", .header, "Protocol number of the IP header, or its name.", quotes: .optional,
    values: "n, name, !n, <n or >n", example: "ip_proto:!6;", exampleProtocol: "ip"
  ) { (value, builder) throws(RuleProblem) in
    guard builder.signature.header.ipProtocols == nil else {
      throw builder.problem("ip_proto needs a rule for ip", remedy: "write alert ip, or remove ip_proto")
    }
    let text = value.text
    guard text == text.lowercased() || text == text.uppercased() else {
      throw value.problem("“\(text)” is no protocol of IP", remedy: "write \(text.lowercased())")
    }
    let test = try NumberSyntax.parse(value, maximum: 255, names: ProtocolNumbers.byName)
    if case .within = test { throw value.problem("ip_proto takes no range", remedy: "write n, !n, <n or >n") }
    let hasEqual = builder.signature.packetConditions.contains { $0.isEqualProtocol }
    if hasEqual {
      throw builder.problem("one ip_proto names the protocol already", remedy: "keep one of them")
    }
    builder.addPacket(.ipProtocol(test))
  }

  static let networkProtocol = Keyword(
    "l3_proto", .header, "Version of IP.", values: "ipv4 or ipv6", example: "l3_proto:ipv6;",
    exampleProtocol: "ip"
  ) { (value, builder) throws(RuleProblem) in
    let versions: [String: UInt8] = ["ipv4": 4, "ip4": 4, "ipv6": 6, "ip6": 6]
    guard let version = versions[value.lowercasedText] else {
      throw value.problem("“\(value.text)” is no version of IP", remedy: "write ipv4 or ipv6")
    }
    guard builder.signature.header.ipVersion == 0 || builder.signature.header.ipVersion == version else {
      throw value.problem("the rule's header is for the other version of IP", remedy: "remove l3_proto")
    }
    builder.signature.header.ipVersion = version
  }

  static let sameIP = Keyword(
    "sameip", .header, "Source and destination address are the same.", argument: .none, example: "sameip;",
    exampleProtocol: "ip"
  ) { (value, builder) throws(RuleProblem) in
    builder.addPacket(.sameIP)
  }

  static let ipOptions = Keyword(
    "ipopts", .header, "The IPv4 header has this option.", quotes: .optional,
    values: "rr, eol, nop, ts, sec, esec, lsrr, ssrr, satid, rtralt, cipso, qs or any", example: "ipopts:rr;",
    exampleProtocol: "ip"
  ) { (value, builder) throws(RuleProblem) in
    let known = [
      "rr", "eol", "nop", "ts", "sec", "esec", "lsrr", "ssrr", "satid", "rtralt", "cipso", "qs", "any",
    ]
    guard known.contains(value.lowercasedText) else {
      throw value.problem("“\(value.text)” is no IP option", remedy: "write \(known.joined(separator: ", "))")
    }
    builder.addPacket(.ipOption(value.lowercasedText))
  }

  /// A checksum's keyword.
  private static func checksum(_ name: String, _ kind: ChecksumKind, _ what: String) -> Keyword {
    Keyword(
      name, .header, "Checksum of the \(what) header.", values: "valid or invalid",
      example: "\(name):invalid;",
      exampleProtocol: "ip"
    ) { (value, builder) throws(RuleProblem) in
      guard ["valid", "invalid"].contains(value.lowercasedText) else {
        throw value.problem("“\(value.text)” is unknown here", remedy: "write valid or invalid")
      }
      let isValid = value.lowercasedText == "valid"
      builder.signature.packetConditions.append(.checksum(kind, isValid: isValid))
    }
  }

  static let ipv4Checksum = checksum("ipv4-csum", .ipv4, "IPv4")
  static let tcp4Checksum = checksum("tcpv4-csum", .tcp4, "TCP over IPv4")
  static let tcp6Checksum = checksum("tcpv6-csum", .tcp6, "TCP over IPv6")
  static let udp4Checksum = checksum("udpv4-csum", .udp4, "UDP over IPv4")
  static let udp6Checksum = checksum("udpv6-csum", .udp6, "UDP over IPv6")
  static let icmp4Checksum = checksum("icmpv4-csum", .icmp4, "ICMPv4")
  static let icmp6Checksum = checksum("icmpv6-csum", .icmp6, "ICMPv6")

  /// A header's sticky buffer.
  private static func header(_ buffer: HeaderBuffer, _ what: String, _ exampleProtocol: String) -> Keyword {
    Keyword(
      buffer.rawValue, .header, "Bytes of the \(what) header.", argument: .none,
      example: "\(buffer.rawValue); content:\"|00 01|\"; offset:4; depth:2;", exampleProtocol: exampleProtocol
    ) { (value, builder) throws(RuleProblem) in
      let numbers = builder.signature.header.ipProtocols
      guard numbers.map({ $0.contains(where: buffer.protocolNumbers.contains) }) != false,
        builder.signature.packetConditions.allSatisfy({ $0.leaves(buffer.protocolNumbers) })
      else {
        throw builder.problem(
          "the rule is for another protocol than \(what)",
          remedy: "write alert \(exampleProtocol), or remove it")
      }
      try builder.setStickyBuffer(BufferReference(.header(buffer)), name: buffer.rawValue)
      builder.requiresPacket = true
    }
  }

  static let ipv4Header = header(.ipv4, "IPv4", "ip")
  static let ipv6Header = header(.ipv6, "IPv6", "ip")
  static let tcpHeader = header(.tcp, "TCP", "tcp")
  static let udpHeader = header(.udp, "UDP", "udp")
  static let icmp4Header = header(.icmpv4, "ICMPv4", "icmp")
  static let icmp6Header = header(.icmpv6, "ICMPv6", "icmp")
}

extension PacketCondition {
  /// Whether `ip_proto`, if it is that, lets a protocol of these through.
  fileprivate func leaves(_ numbers: ClosedRange<UInt8>) -> Bool {
    guard case .ipProtocol(let test) = self else { return true }
    return numbers.contains { test.holds(Int64($0)) }
  }
}

extension HeaderBuffer {
  /// The protocols of IP whose packets have the header.
  fileprivate var protocolNumbers: ClosedRange<UInt8> {
    switch self {
    case .ipv4, .ipv6, .source, .destination: 0...255
    case .tcp: 6...6
    case .udp: 17...17
    case .icmpv4: 1...1
    case .icmpv6: 58...58
    }
  }
}

extension PacketCondition {
  /// Names one protocol of IP.
  fileprivate var isEqualProtocol: Bool {
    if case .ipProtocol(.equal) = self { return true }
    return false
  }
}

/// Protocol numbers by name (IANA, Assigned Internet Protocol Numbers).
enum ProtocolNumbers {
  static let byName: [String: Int64] = [
    "icmp": 1, "igmp": 2, "ipencap": 4, "ipip": 4, "tcp": 6, "egp": 8, "udp": 17, "dccp": 33, "ipv6": 41,
    "ipv6-route": 43, "ipv6-frag": 44, "rsvp": 46, "gre": 47, "esp": 50, "ah": 51, "ipv6-icmp": 58,
    "icmpv6": 58,
    "ipv6-nonxt": 59, "ipv6-opts": 60, "eigrp": 88, "ospf": 89, "etherip": 97, "pim": 103, "vrrp": 112,
    "l2tp": 115,
    "sctp": 132, "udplite": 136,
  ]
}
