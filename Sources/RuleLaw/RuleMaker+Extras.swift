import Wire

// Options that only engines know of: counters, bits, headers, bounds of streams.
extension RuleMaker {
  /// Percent of rules that ask for something of the kind.
  private static let extrasPercent = 14

  /// Adds an option now and then. It makes a rule one that only engines can judge.
  mutating func addExtra(_ rule: inout RandomRule, _ subject: Subject) {
    guard draw.chance(Self.extrasPercent), let text = extra(rule, subject) else { return }
    rule.options.append(.text(text))
    rule.isPlain = false
  }

  private mutating func extra(_ rule: RandomRule, _ subject: Subject) -> String? {
    let sign = draw.one(of: [">", "<", "", "!"], else: ">")
    switch draw.number(0, 12) {
    case 0:
      let side = draw.one(of: ["toserver", "toclient"], else: "toserver")
      return "flow.pkts_\(side):\(sign)\(draw.number(1, 12));"
    case 1:
      let side = draw.one(of: ["toserver", "toclient"], else: "toserver")
      return "flow.bytes_\(side):\(draw.one(of: [">", "<"], else: ">"))\(draw.number(60, 4000));"
    case 2: return "detection_filter:track \(tracking()), count \(draw.number(1, 3)), seconds 3600;"
    case 3:
      let operation = draw.one(of: ["<", ">", "=", "!=", ">=", "<="], else: ">")
      return "flowint:law\(rule.sid),+,1; flowint:law\(rule.sid),\(operation),\(draw.number(1, 3));"
    case 4: return protocolTest(subject)
    case 5: return header(subject)
    case 6:
      guard isTCP(subject) else { return nil }
      let side = draw.one(of: ["client", "server", "both", "either"], else: "client")
      let operation = draw.one(of: ["<", ">", "!=", "<=", ">=", "="], else: ">")
      return "stream_size:\(side),\(operation),\(draw.number(1, 2000));"
    case 7: return draw.one(of: ["ip_proto:!17;", "ip_proto:!6;", "ip_proto:6;", "sameip;"], else: "sameip;")
    case 8: return flowNumber()
    case 9, 10: return packetWord()
    case 11:
      guard case .transaction(let transaction, _) = subject else { return packetWord() }
      return event(transaction)
    default: return "flow.age:\(draw.one(of: ["<", ">"], else: "<"))\(draw.number(1, 5));"
    }
  }

  private mutating func tracking() -> String {
    draw.one(of: ["by_src", "by_dst", "by_flow", "by_both", "by_rule"], else: "by_src")
  }

  private func isTCP(_ subject: Subject) -> Bool {
    switch subject {
    case .packet(let packet): packet.layers.isTCP
    case .stream: true
    case .transaction(_, let flow): !flow.first.isUDP
    }
  }

  /// The protocol as it was recognised, or another.
  private mutating func protocolTest(_ subject: Subject) -> String? {
    let known: String?
    switch subject {
    case .packet: return nil
    case .stream(let flow, _): known = flow.protocolName
    case .transaction(let transaction, _): known = transaction.protocolName
    }
    let name =
      draw.chance(70) ? known ?? "failed" : draw.one(of: ["http", "tls", "dns", "failed"], else: "dns")
    let sides = ["", "", ",to_server", ",to_client", ",either", ",both", ",final", ",toserver", ",original"]
    return "app-layer-protocol:\(draw.chance(20) ? "!" : "")\(name)\(draw.one(of: sides, else: ""));"
  }

  /// A look at the packet's header: its first byte, or that it is as long as it is.
  private mutating func header(_ subject: Subject) -> String? {
    guard case .packet(let packet) = subject, packet.layers.ipVersion == 4 else { return nil }
    let size = packet.layers.isTCP ? 20 : 8
    let name = packet.layers.isTCP ? "tcp.hdr" : packet.layers.isUDP ? "udp.hdr" : "ipv4.hdr"
    switch draw.number(0, 2) {
    case 0: return "ipv4.hdr; content:\"|45|\"; startswith;"
    case 1: return "ipv4.hdr; byte_test:1,=,\(packet.layers.ttl),8;"
    default: return "\(name); isdataat:\(size + draw.number(-1, 12));"
    }
  }
}
