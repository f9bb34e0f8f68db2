// What outlives a packet: bits of flows, hosts and pairs of hosts, counters, thresholds.
extension RuleMaker {
  /// What one rule sets and another asks for: text of the first and of the second.
  mutating func bits(_ name: String) -> (set: String, ask: String) {
    let asked = draw.one(of: ["isset", "isset", "isnotset"], else: "isset")
    switch draw.number(0, 9) {
    case 0:
      let track = draw.one(of: ["ip_src", "ip_dst", "ip_pair"], else: "ip_src")
      return ("xbits:set,\(name),track \(track),expire 3600;", "xbits:\(asked),\(name),track \(track);")
    case 1:
      let side = draw.one(of: ["", ",src", ",dst", ",both"], else: "")
      return ("hostbits:set,\(name)\(side);", "hostbits:\(asked),\(name)\(side);")
    case 2: return ("flowbits:toggle,\(name);", "flowbits:\(asked),\(name);")
    case 3: return ("flowbits:set,\(name);", "flowbits:unset,\(name); flowbits:\(asked),\(name);")
    case 4: return ("flowbits:set,\(name);", "flowbits:\(asked),\(name)|\(name)x;")
    case 5:
      let operation = draw.one(of: ["=,2", "+,1", "-,1"], else: "+,1")
      let test = draw.one(of: ["isset", "isnotset", ">,1", "<,3", "=,2", "!=,1"], else: "isset")
      return ("flowint:\(name),\(operation);", "flowint:\(name),\(test);")
    default: return ("flowbits:set,\(name);", "flowbits:\(asked),\(name);")
    }
  }

  /// How often a rule may tell.
  mutating func threshold() -> String {
    let track = draw.one(of: ["by_src", "by_dst", "by_rule", "by_flow", "by_both"], else: "by_src")
    let seconds = draw.one(of: [3600, 3600, 60, 1], else: 3600)
    if draw.chance(12) {
      return "threshold:type backoff, track \(track), count \(draw.number(1, 2)), multiplier 2;"
    }
    let kind = draw.one(of: ["limit", "threshold", "both"], else: "limit")
    return "threshold:type \(kind), track \(track), count \(draw.number(1, 3)), seconds \(seconds);"
  }

  /// Numbers of the flow, in the forms that have one keyword for both directions as well.
  mutating func flowNumber() -> String {
    let side = draw.one(of: ["toserver", "toclient", "either"], else: "either")
    let sign = draw.one(of: [">", "<", ">=", "<=", "!", ""], else: ">")
    if draw.chance(50) { return "flow.pkts:\(side),\(sign)\(draw.number(1, 12));" }
    return "flow.bytes:\(side),\(sign == "" ? ">" : sign)\(draw.number(60, 4000));"
  }

  /// What else rules ask of a packet or its flow.
  mutating func packetWord() -> String {
    let words = [
      "flow:stateless;", "flow:established,only_stream;", "flow:no_stream;", "flow:established,no_stream;",
      "flow:no_frag;", "flow:only_frag;", "tcp.mss:>536;", "tcp.mss:<1460;", "tcp.wscale:>2;",
      "tcp.wscale:7;",
      "ipopts:any;", "ipopts:rr;", "fragbits:D;", "fragbits:!M;", "fragbits:+D;", "fragoffset:0;", "tos:0;",
      "tos:!0;", "vlan.layers:0;", "vlan.layers:>0;", "vlan.id:<100;", "vlan.id:!10,0;", "ttl:>63;",
      "ttl:<65;",
      "ttl:63-65;", "ttl:!64;", "tcp.window:!0;", "window:!65535;", "flags:PA;", "flags:S,CE;", "flags:!S;",
      "flags:*SF;", "flags:+A;", "ip.src; bsize:4;", "ip.dst; bsize:4;", "stream-event:pkt_invalid_ack;",
      "stream-event:est_packet_out_of_window;", "decode-event:tcp.opt_invalid_len;", "tcp.hdr; bsize:20;",
      "tcp.hdr; content:\"|50|\"; offset:12; depth:1;", "udp.hdr; bsize:8;", "ipv4.hdr; content:\"|06|\";",
      "ipv4.hdr; bsize:20;", "ipv6.hdr; bsize:>39;", "icmpv4.hdr; bsize:>7;", "dsize:>0; prefilter;",
      "ttl:64; prefilter;", "itype:8; prefilter;", "tcp.flags:=S;", "dsize:<100; prefilter;", "geoip:src,US;",
      "rawbytes;", "tcpv4-csum:valid;", "ipv4-csum:invalid;", "udpv4-csum:valid;",
    ]
    return draw.one(of: words, else: words[0])
  }
}
