/// Keywords that are no conditions on a buffer, in the order written.
extension RuleAnalysis {
  /// One of them, with its place among the rule's options.
  struct HeaderMatch {
    var place: Int
    var list: String
    var name: String
    var details: [(String, AnalysisValue)] = []

    var value: AnalysisValue { .pairs([("name", .text(name))] + details) }
  }

  /// What is matched on the packet, what is done after a match, and how alerts are limited.
  var headerMatches: [HeaderMatch] {
    var matches: [HeaderMatch] = []
    for (place, option) in options.enumerated() {
      let written = option.name.lowercased()
      guard let name = Self.packetKeywords[written] ?? Self.otherKeywords[written]?.name else { continue }
      var match = HeaderMatch(
        place: place, list: Self.otherKeywords[written]?.list ?? "packet", name: name)
      let value = KeywordValue(
        bytes: Array((option.value ?? "").utf8), offset: 0, source: RuleText(file: "", text: "", pieces: []))
      switch name {
      case "flow" where matches.contains { $0.name == "flow" }: continue
      case "flow": guard Self.asksState(value) else { continue }
      case "flowbits", "xbits", "hostbits", "flowint":
        guard let list = Self.list(of: value, name) else { continue }
        match.list = list
        if name == "flowbits" { match.details = Self.flowBits(value) }
      case "app-layer-protocol": match.details = Self.applicationProtocol(value)
      case "ipopts": match.details = [("ipopts", .pairs([("option", .text(value.text))]))]
      default:
        if let key = Self.numberKeys[name] { match.details = Self.number(value, key) }
      }
      matches.append(match)
    }
    return matches
  }

  /// `flow:to_server` alone is no condition of its own: the rule's direction says it.
  private static func asksState(_ value: KeywordValue) -> Bool {
    let directions: Set = ["to_server", "to_client", "from_server", "from_client"]
    return value.split().contains { !directions.contains($0.lowercasedText) }
  }

  /// Bits and counters are asked before a match or changed after it.
  private static func list(of value: KeywordValue, _ name: String) -> String? {
    let parts = value.split()
    if name == "flowint" {
      let asks: Set = ["<", "<=", ">", ">=", "==", "!=", "isset", "notset", "isnotset"]
      return parts.count > 1 && asks.contains(parts[1].text) ? "packet" : "postmatch"
    }
    switch parts[0].text {
    case "isset", "isnotset": return "packet"
    case "noalert": return nil
    default: return "postmatch"
    }
  }

  private static func flowBits(_ value: KeywordValue) -> [(String, AnalysisValue)] {
    let parts = value.split(limit: 2)
    guard parts.count == 2 else { return [] }
    let names = parts[1].split("|").map(\.text)
    var pairs: [(String, AnalysisValue)] = [("cmd", .text(parts[0].text)), ("names", .texts(names))]
    if names.count > 1 { pairs.append(("operator", .text("or"))) }
    return [("flowbits", .pairs(pairs))]
  }

  private static func applicationProtocol(_ value: KeywordValue) -> [(String, AnalysisValue)] {
    let parts = value.split()
    let isNegated = parts[0].text.hasPrefix("!")
    let name = isNegated ? String(parts[0].text.dropFirst()) : parts[0].text
    let mode = parts.count > 1 ? parts[1].text : "direction"
    return [
      (
        "app_layer_protocol",
        .pairs([("protocols", .texts([name])), ("mode", .text(mode)), ("negated", .flag(isNegated))])
      )
    ]
  }

  /// A comparison of a number, by Suricata's names for the comparisons.
  private static func number(_ value: KeywordValue, _ key: String) -> [(String, AnalysisValue)] {
    guard let test = try? NumberSyntax.parse(value, maximum: Int64(UInt32.max)) else { return [] }
    func range(_ low: Int64, _ high: Int64) -> AnalysisValue {
      .pairs([("min", .number(low)), ("max", .number(high))])
    }
    func mask(_ mask: Int64, _ wanted: Int64) -> AnalysisValue {
      .pairs([("mask", .number(mask)), ("value", .number(wanted))])
    }
    let pair: (String, AnalysisValue)
    if ["id", "seq", "ack"].contains(key), case .equal(let number) = test {
      return [(key, .pairs([("number", .number(number))]))]
    }
    if key == "window" {
      switch test {
      case .equal(let size): return [(key, .pairs([("size", .number(size)), ("negated", .flag(false))]))]
      case .notEqual(let size): return [(key, .pairs([("size", .number(size)), ("negated", .flag(true))]))]
      default: break
      }
    }
    switch test {
    case .equal(let number): pair = ("equal", .number(number))
    case .notEqual(let number): pair = ("diff", .number(number))
    case .less(let number): pair = ("lt", .number(number))
    case .lessOrEqual(let number): pair = ("lte", .number(number))
    case .greater(let number): pair = ("gt", .number(number))
    case .greaterOrEqual(let number): pair = ("gte", .number(number))
    // The ends as they are written.
    case .within(let low, let high): pair = ("range", range(low - 1, high + 1))
    case .outside(let low, let high): pair = ("negated_range", range(low - 1, high + 1))
    case .maskedEqual(let bits, let wanted): pair = ("bitmask", mask(bits, wanted))
    case .maskedNotEqual(let bits, let wanted): pair = ("negated_bitmask", mask(bits, wanted))
    case .oneOf(let numbers): pair = ("one_of", .list(numbers.map { .number($0) }))
    case .noneOf(let numbers): pair = ("none_of", .list(numbers.map { .number($0) }))
    }
    return [(key, .pairs([pair]))]
  }

  /// Keys of the comparisons that are told.
  private static let numberKeys = [
    "dsize": "dsize", "flow.age": "flow_age", "icode": "code", "icmp_id": "id", "tcp.mss": "tcp_mss",
    "tcp.seq": "seq", "tcp.ack": "ack", "tcp.window": "window",
  ]

  /// Conditions on packets and flows, by their names and older names.
  private static let packetKeywords = [
    "flow": "flow", "flags": "tcp.flags", "tcp.flags": "tcp.flags", "dsize": "dsize", "seq": "tcp.seq",
    "tcp.seq": "tcp.seq", "ack": "tcp.ack", "tcp.ack": "tcp.ack", "window": "tcp.window",
    "tcp.window": "tcp.window", "tcp.mss": "tcp.mss", "tcp.wscale": "tcp.wscale", "ttl": "ttl", "tos": "tos",
    "id": "id", "itype": "itype", "icode": "icode", "icmp_id": "icmp_id", "icmp_seq": "icmp_seq",
    "icmpv6.mtu": "icmpv6.mtu", "ip_proto": "ip_proto", "sameip": "sameip", "geoip": "geoip",
    "iprep": "iprep", "fragbits": "fragbits", "fragoffset": "fragoffset", "ipopts": "ipopts",
    "flow.age": "flow.age", "flow.pkts": "flow.pkts", "flow.pkts_toserver": "flow.pkts",
    "flow.pkts_toclient": "flow.pkts", "flow.bytes": "flow.bytes", "flow.bytes_toserver": "flow.bytes",
    "flow.bytes_toclient": "flow.bytes", "stream_size": "stream_size", "vlan.id": "vlan.id",
    "vlan.layers": "vlan.layers", "ipv4-csum": "ipv4-csum", "tcpv4-csum": "tcpv4-csum",
    "tcpv6-csum": "tcpv6-csum", "udpv4-csum": "udpv4-csum", "udpv6-csum": "udpv6-csum",
    "icmpv4-csum": "icmpv4-csum", "icmpv6-csum": "icmpv6-csum", "stream-event": "stream-event",
    "decode-event": "decode-event", "engine-event": "engine-event",
    "app-layer-protocol": "app-layer-protocol", "flowbits": "flowbits", "xbits": "xbits",
    "hostbits": "hostbits", "flowint": "flowint",
  ]

  /// What is done after a match.
  private static let otherKeywords: [String: (list: String, name: String)] = [
    "threshold": ("threshold", "threshold"), "detection_filter": ("threshold", "detection_filter"),
    "tag": ("tag", "tag"), "config": ("postmatch", "config"), "bypass": ("postmatch", "bypass"),
  ]
}
