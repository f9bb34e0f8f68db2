import Protocols
import Wire

/// The header of a rule: protocol, hook, addresses, ports, direction.
extension SignatureBuilder {
  /// Takes the header in; each of its parts tells its own problem.
  mutating func takeHeader() throws(RuleProblem) {
    attempt { (builder) throws(RuleProblem) in try builder.takeProtocol() }
    let hasSameEnds =
      rule.source.text == rule.destination.text && rule.sourcePorts.text == rule.destinationPorts.text
    signature.header.isBidirectional = rule.arrow == .transaction || rule.arrow != .oneWay && !hasSameEnds
    signature.isTwoSided = rule.arrow == .transaction
    attempt { (builder) throws(RuleProblem) in
      builder.signature.header.source = try builder.context.addressSet(
        builder.rule.source, in: builder.rule.text)
    }
    attempt { (builder) throws(RuleProblem) in
      builder.signature.header.sourcePorts = try builder.context.portSet(
        builder.rule.sourcePorts, in: builder.rule.text)
    }
    attempt { (builder) throws(RuleProblem) in
      builder.signature.header.destination = try builder.context.addressSet(
        builder.rule.destination, in: builder.rule.text)
    }
    attempt { (builder) throws(RuleProblem) in
      builder.signature.header.destinationPorts = try builder.context.portSet(
        builder.rule.destinationPorts, in: builder.rule.text)
    }
    attempt { (builder) throws(RuleProblem) in try builder.takeActionWords() }
    if let hook = rule.hook {
      attempt { (builder) throws(RuleProblem) in try builder.takeHook(hook) }
    }
  }

  /// `app-layer-protocol:http`, and the versions that it names.
  static let anyHTTP = -3
  static let versionsOfHTTP = ["http", "http2"].compactMap(ProtocolCatalogue.index(named:))

  /// DNS over HTTP/2: a flow of it is one of HTTP/2 and of DNS to rules, but not one of `http`.
  static let dnsOverHTTP2 = ProtocolCatalogue.index(named: "doh2")
  static let carriedByDNSOverHTTP2 = ["http2", "dns"].compactMap(ProtocolCatalogue.index(named:))

  /// What `app-layer-protocol` tells by another protocol's name too: `number` is the flow's protocol, `name`
  /// what the rule says.
  static let alsoNamed: [(number: Int, name: Int)] = [
    ("doh2", "http2"), ("doh2", "dns"), ("http2", "doh2"), ("smb", "dcerpc"),
  ].compactMap { (flow, rule) in
    guard let number = ProtocolCatalogue.index(named: flow), let name = ProtocolCatalogue.index(named: rule)
    else { return nil }
    return (number, name)
  }

  private mutating func takeProtocol() throws(RuleProblem) {
    let name = rule.protocolName.text.lowercased()
    if let index = ProtocolCatalogue.index(named: name) {
      header = .application(index)
      signature.protocols = [index]
      // Calls over named pipes are meant as well.
      if name == "http", let second = ProtocolCatalogue.index(named: "http2") {
        signature.protocols.append(second)
      }
      // What they bring over HTTP/2 as well, which has rules of its own, too.
      if Self.carriedByDNSOverHTTP2.contains(index), let carrier = Self.dnsOverHTTP2 {
        signature.protocols.append(carrier)
      }
      if name == "dcerpc", let carrier = ProtocolCatalogue.index(named: "smb") {
        signature.protocols.append(carrier)
      }
      let transports = ProtocolCatalogue.all[index].transports
      if transports.isEmpty {
        // Its frames have no IP; PPP goes over UDP too.
        signature.header.acceptsNonIP = true
        if name == "ppp", let carrier = ProtocolCatalogue.index(named: "l2tp") {
          signature.protocols.append(carrier)
        }
        return
      }
      signature.header.ipProtocols = transports.map { $0 == .tcp ? 6 : 17 }
      return
    }
    guard let entry = Self.networkProtocols[name] else {
      let place = rule.text.position(at: rule.protocolName.offset)
      if Self.unparsedProtocols.contains(name) {
        // Told at the end, unless the rule is one on events that is left out as a whole.
        unparsedProblem = RuleProblem(
          at: place, "the protocol \(name) is not parsed yet",
          remedy: "leave the rule out until it is, or write it for tcp or udp")
        return
      }
      let known = Self.networkProtocols.keys + ProtocolCatalogue.all.map(\.name)
      let near = Spelling.nearest(to: name, among: known)
      throw RuleProblem(
        at: place, "there is no protocol “\(rule.protocolName.text.prefix(40))”",
        remedy: "write \(near ?? "tcp, udp, icmp, ip, http, dns or tls")"
      ).inSuricata(
        "detect-parse",
        "protocol \"\(name)\" cannot be used in a signature.  Either detection for this protocol is not yet "
          + "supported OR detection has been disabled for protocol through the yaml option "
          + "app-layer.protocols.\(name).detection-enabled")
    }
    header = entry.header
    signature.header.ipProtocols = entry.numbers
    signature.header.ipVersion = entry.version
    signature.header.payloadScope = entry.scope
    signature.header.acceptsNonIP = entry.header == .packetHeader
  }

  private mutating func takeHook(_ hook: Rule.HeaderField) throws(RuleProblem) {
    let place = rule.text.position(at: hook.offset)
    guard case .application(let index) = header else {
      return try takePacketHook(hook, place)
    }
    signature.protocols.removeAll { $0 == Self.dnsOverHTTP2 && $0 != index }
    if signature.firewall != nil { return try takeFirewallHook(hook, index, place) }
    let entry = ProtocolCatalogue.all[index]
    let names = entry.progress
    if takeStep(hook.text, of: entry) {
      // Taken.
    } else if let generic = Self.genericHooks[hook.text] {
      let last = names[generic.direction].count - 1
      signature.hookProgress = (generic.direction, generic.isComplete ? UInt8(clamping: last) : 0)
    } else {
      let near = Spelling.nearest(to: hook.text, among: names.toServer + names.toClient)
      throw RuleProblem(
        at: place, "\(entry.name) has no hook “\(hook.text)”",
        remedy: "write \(near ?? (names.toServer + names.toClient).joined(separator: ", "))")
    }
    if let direction = signature.hookProgress?.direction { bufferDirections.insert(direction) }
  }

  /// Takes a step of the protocol by its name as the rule's hook; false where there is none.
  private mutating func takeStep(_ name: String, of entry: ApplicationProtocol) -> Bool {
    let names = entry.progress
    guard let direction = Direction.allCases.first(where: { names[$0].contains(name) }),
      let step = names[direction].firstIndex(of: name), let last = names[direction].lastIndex(of: name)
    else { return false }
    signature.hookProgress = (direction, Self.progress(of: name, step))
    if last > step { signature.hookLast = Self.progress(of: name, last) }
    signature.isOnPartHook = Self.partHooks.contains(name)
    signature.isOnLastingHook = entry.hasLastingSteps
    return true
  }

  /// `app-layer-state`: a step of the rule's protocol, as its hook.
  mutating func takeState(_ value: KeywordValue) throws(RuleProblem) {
    guard case .application(let index) = header, signature.firewall == nil, signature.hookProgress == nil
    else {
      throw value.problem(
        "app-layer-state asks for a protocol without hook in the rule's header", remedy: "write alert tls")
    }
    let entry = ProtocolCatalogue.all[index]
    let isBefore = value.text.hasPrefix("<")
    let isBehind = value.text.hasPrefix(">")
    let name = isBefore || isBehind ? String(value.text.dropFirst()) : value.text
    guard takeStep(name, of: entry), let hook = signature.hookProgress else {
      let names = entry.progress.toServer + entry.progress.toClient
      throw value.problem(
        "\(entry.name) has no step “\(name)”",
        remedy: "write \(Spelling.nearest(to: name, among: names) ?? names.joined(separator: ", "))")
    }
    if isBefore || isBehind {
      let lastOfAll = UInt8(clamping: entry.progress[hook.direction].count - 1)
      let own = signature.hookLast ?? hook.progress
      guard isBefore ? hook.progress > 0 : own < lastOfAll else {
        throw value.problem(
          "there is no step \(isBefore ? "before" : "behind") “\(name)”", remedy: "write \(name)")
      }
      signature.hookProgress = (hook.direction, isBefore ? 0 : own + 1)
      signature.hookLast = isBefore ? hook.progress - 1 : lastOfAll
      signature.isHookBounded = isBefore
      signature.isOnLastingHook = false
    }
    bufferDirections.insert(hook.direction)
  }

  /// The progress at which a hook's step is over: the steps of messages are named for what is being read, so
  /// that they are over when the next begins; others are named for what is done.
  static func progress(of hook: String, _ step: Int) -> UInt8 {
    UInt8(clamping: partHooks.contains(hook) ? step + 1 : step)
  }

  /// Hooks that are named for the part of a message that is being read.
  private static let partHooks: Set = [
    "request_line", "request_headers", "request_body", "request_trailer", "response_line",
    "response_headers", "response_body", "response_trailer",
  ]

  /// Hooks that every protocol has.
  static let genericHooks: [String: (direction: Direction, isComplete: Bool)] = [
    "request_started": (.toServer, false), "request_complete": (.toServer, true),
    "response_started": (.toClient, false), "response_complete": (.toClient, true),
  ]

  private struct NetworkProtocol: Sendable {
    var header: HeaderProtocol
    var numbers: [UInt8]?
    var version: UInt8 = 0
    var scope = HeaderCondition.PayloadScope.both
  }

  /// Protocols below the application layer, by the names of rules; numbers are IANA's.
  private static let networkProtocols: [String: NetworkProtocol] = [
    "any": NetworkProtocol(header: .ip), "ip": NetworkProtocol(header: .ip),
    "ipv4": NetworkProtocol(header: .ip, version: 4), "ip4": NetworkProtocol(header: .ip, version: 4),
    "ipv6": NetworkProtocol(header: .ip, version: 6), "ip6": NetworkProtocol(header: .ip, version: 6),
    "tcp": NetworkProtocol(header: .tcp, numbers: [6]),
    "tcp-pkt": NetworkProtocol(header: .tcp, numbers: [6], scope: .packetOnly),
    "tcp-stream": NetworkProtocol(header: .tcp, numbers: [6], scope: .streamOnly),
    "udp": NetworkProtocol(header: .udp, numbers: [17]),
    "icmp": NetworkProtocol(header: .icmp, numbers: [1, 58]),
    "icmpv4": NetworkProtocol(header: .icmp, numbers: [1]),
    "icmp4": NetworkProtocol(header: .icmp, numbers: [1]),
    "icmpv6": NetworkProtocol(header: .icmp, numbers: [58]),
    "icmp6": NetworkProtocol(header: .icmp, numbers: [58]),
    "sctp": NetworkProtocol(header: .sctp, numbers: [132]),
    "pkthdr": NetworkProtocol(header: .packetHeader),
  ]

  /// Protocols of rules that Suricata parses and that are not parsed here, unless the catalogue has them.
  private static let unparsedProtocols: Set<String> = [
    "bittorrent-dht", "ikev2", "dcerpc", "dhcp", "dnp3", "dns", "enip", "ftp", "ftp-data", "http",
    "http1",
    "http2",
    "ike", "imap", "krb5", "ldap", "mdns", "modbus", "mqtt", "nfs", "ntp", "pgsql", "pop3", "quic", "rdp",
    "rfb",
    "sip", "smb", "smtp", "snmp", "ssh", "telnet", "tftp", "tls", "websocket", "arp", "ether",
  ]
}
