/// Keywords that compare one number of a packet: the largest family, of one form.
extension Keyword {
  private static let comparison = "n, <n, <=n, >n, >=n, !n, a-b or a<>b"

  /// A keyword that compares a number up to `maximum`.
  private static func number(
    _ name: String, aliases: [String] = [], _ number: PacketNumber, maximum: Int64, _ summary: String,
    quotes: Quotes = .none, example: String, exampleProtocol: String = "tcp"
  ) -> Keyword {
    Keyword(
      name, aliases: aliases, .header, summary, quotes: quotes, values: comparison, example: example,
      exampleProtocol: exampleProtocol
    ) { (value, builder) throws(RuleProblem) in
      let test = try NumberSyntax.parse(value, maximum: maximum)
      builder.addPacket(.number(number, test))
    }
  }

  /// A keyword that is equal to a number, or with `!` not equal.
  private static func exactNumber(
    _ name: String, aliases: [String] = [], _ number: PacketNumber, maximum: Int64, isNegatable: Bool,
    _ summary: String, quotes: Quotes = .none, example: String, exampleProtocol: String = "tcp"
  ) -> Keyword {
    Keyword(
      name, aliases: aliases, .header, summary, quotes: quotes, isNegatable: isNegatable,
      values: isNegatable ? "n or !n" : "n", example: example, exampleProtocol: exampleProtocol
    ) { (value, builder) throws(RuleProblem) in
      let wanted = try value.integer(in: 0...maximum, name)
      builder.addPacket(.number(number, value.isNegated ? .notEqual(wanted) : .equal(wanted)))
    }
  }

  static let timeToLive = number(
    "ttl", .ttl, maximum: 255, "Time to live of IPv4, hop limit of IPv6.", example: "ttl:<5;",
    exampleProtocol: "ip")

  static let identification = exactNumber(
    "id", .id, maximum: 65_535, isNegatable: false, "Identification of the IPv4 header.", quotes: .optional,
    example: "id:31337;", exampleProtocol: "ip")

  static let payloadSize = Keyword(
    "dsize", .header, "Size of the packet's payload.", values: comparison, example: "dsize:>1000;"
  ) { (value, builder) throws(RuleProblem) in
    try builder.once("dsize")
    builder.addPacket(.number(.payloadSize, try NumberSyntax.parse(value, maximum: 65_535)))
  }

  static let icmpType = number(
    "itype", .icmpType, maximum: 255, "Type of an ICMP message.", example: "itype:8;", exampleProtocol: "icmp"
  )
  static let icmpCode = number(
    "icode", .icmpCode, maximum: 255, "Code of an ICMP message.", example: "icode:0;", exampleProtocol: "icmp"
  )
  static let icmpID = exactNumber(
    "icmp_id", .icmpID, maximum: 65_535, isNegatable: false, "Identifier of an ICMP echo.",
    example: "icmp_id:512;",
    exampleProtocol: "icmp")
  static let icmpSequence = exactNumber(
    "icmp_seq", .icmpSequence, maximum: 65_535, isNegatable: false, "Sequence number of an ICMP echo.",
    example: "icmp_seq:1;", exampleProtocol: "icmp")
  static let icmp6MTU = number(
    "icmpv6.mtu", .icmp6MTU, maximum: Int64(UInt32.max), "MTU of an ICMPv6 packet-too-big message.",
    example: "icmpv6.mtu:<1280;", exampleProtocol: "icmpv6")

  static let tcpSequence = exactNumber(
    "tcp.seq", aliases: ["seq"], .tcpSequence, maximum: Int64(UInt32.max), isNegatable: false,
    "TCP sequence number.",
    example: "tcp.seq:0;")
  static let tcpAcknowledgement = exactNumber(
    "tcp.ack", aliases: ["ack"], .tcpAcknowledgement, maximum: Int64(UInt32.max), isNegatable: false,
    "TCP acknowledgement number.", example: "tcp.ack:0;")
  static let tcpWindow = exactNumber(
    "tcp.window", aliases: ["window"], .tcpWindow, maximum: 65_535, isNegatable: true, "TCP window.",
    example: "tcp.window:!65535;")
  static let tcpMSS = number(
    "tcp.mss", .tcpMSS, maximum: 65_535, "Maximum segment size option of TCP.", example: "tcp.mss:<536;")
  static let tcpWindowScale = number(
    "tcp.wscale", .tcpWindowScale, maximum: 255, "Window scale option of TCP.", example: "tcp.wscale:>10;")

  static let fragmentOffset = Keyword(
    "fragoffset", .header, "Offset of a fragment, in units of eight bytes.", values: "n, <n or >n",
    example: "fragoffset:>0;", exampleProtocol: "ip"
  ) { (value, builder) throws(RuleProblem) in
    guard value.bytes.first != UInt8(ascii: "!") else {
      throw value.problem("fragoffset cannot be negated", remedy: "write n, <n or >n")
    }
    builder.addPacket(.number(.fragmentOffset, try NumberSyntax.parse(value, maximum: 65_535)))
  }

  static let typeOfService = Keyword(
    "tos", .header, "Type of service of IPv4; hexadecimal behind x.", quotes: .optional, isNegatable: true,
    values: "n, xHH or !n", example: "tos:!8;", exampleProtocol: "ip"
  ) { (value, builder) throws(RuleProblem) in
    var wanted = value.integer
    if value.bytes.first.map({ $0 | 0x20 }) == UInt8(ascii: "x") {
      wanted = Int64(value.text.dropFirst(), radix: 16)
    }
    guard let wanted, (0...255).contains(wanted) else {
      throw value.problem(
        "“\(value.text)” is no type of service", remedy: "write a number from 0 to 255, or xHH")
    }
    builder.addPacket(.number(.tos, value.isNegated ? .notEqual(wanted) : .equal(wanted)))
  }

  static let vlanLayers = number(
    "vlan.layers", .vlanLayers, maximum: 3, "Number of VLAN tags.", example: "vlan.layers:>0;",
    exampleProtocol: "ip")

  static let vlanID = Keyword(
    "vlan.id", .header, "VLAN of the packet: of any tag, of all, or of the one at an index.",
    values: "comparison[,any|all|index]", example: "vlan.id:>100,0;", exampleProtocol: "ip"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split(limit: 2)
    let test = try NumberSyntax.parse(parts[0], maximum: 4_095)
    var tags = VLANTags.any
    if parts.count == 2 {
      switch parts[1].text {
      case "any": break
      case "all": tags = .all
      default: tags = .index(Int(try parts[1].integer(in: -3...2, "the index")))
      }
    }
    builder.addPacket(.vlan(tags, test))
  }
}

extension SignatureBuilder {
  /// Adds a condition that looks at single packets, and so makes the rule's payload that of packets.
  mutating func addPacket(_ condition: PacketCondition) {
    signature.packetConditions.append(condition)
    requiresPacket = true
  }
}
