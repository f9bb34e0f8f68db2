import Flows
import Protocols
import Wire

/// `suricata.packet`: the packet at hand.
enum ScriptPackets {
  static let library = ScriptLibrary(
    "suricata.packet",
    [
      ScriptFunction("get") { (host, _) throws(ScriptFailure) in
        guard let packet = host.subject?.packet else { return host.reply.none() }
        host.reply.object(.packet, Int64(clamping: packet.number))
      }
    ])

  static let methods: [ScriptFunction] = [
    method("dp") { host, packet in ScriptPackets.port(packet.destinationPort, of: packet, &host.reply) },
    method("sp") { host, packet in ScriptPackets.port(packet.sourcePort, of: packet, &host.reply) },
    method("pcap_cnt") { host, packet in host.reply.integer(Int64(clamping: packet.number)) },
    method("packet") { host, _ in host.reply.text(host.frame.with { $0.copied() }) },
    method("payload") { host, packet in
      host.reply.text(host.frame.with { packet.payload(of: $0).copied() })
    },
    method("timestamp") { host, packet in
      let time = ScriptTime(packet.timeNanoseconds)
      host.reply.number(Double(time.seconds))
      host.reply.number(Double(time.microseconds))
    },
    method("timestring_iso8601") { host, packet in
      host.reply.text(ScriptTime(packet.timeNanoseconds).iso8601)
    },
    method("timestring_legacy") { host, packet in host.reply.text(ScriptTime(packet.timeNanoseconds).legacy)
    },
    method("tuple") { host, packet in
      let isICMP = packet.isICMP
      host.reply.tuple(
        packet.ipVersion, packet.source, packet.destination, packet.ipProtocol,
        isICMP ? UInt16(packet.icmpType) : packet.sourcePort,
        isICMP ? UInt16(packet.icmpCode) : packet.destinationPort)
    },
  ]

  /// A method on the packet at hand; one on a packet that has gone answers nil.
  private static func method(
    _ name: String, _ body: @escaping @Sendable (ScriptHost, Packet) -> Void
  ) -> ScriptFunction {
    ScriptFunction(name) { (host, arguments) throws(ScriptFailure) in
      let number = try arguments.object(.packet)
      guard let packet = host.subject?.packet, Int64(clamping: packet.number) == number else {
        return host.reply.none()
      }
      body(host, packet)
    }
  }

  /// Only TCP, UDP and SCTP have ports.
  private static func port(_ port: UInt16, of packet: Packet, _ reply: inout ScriptReply) {
    let hasPorts = packet.transportOffset >= 0 && [6, 17, 132].contains(packet.ipProtocol)
    if hasPorts { reply.integer(Int64(port)) } else { reply.none() }
  }
}

/// `suricata.flow`: the flow at hand.
enum ScriptFlows {
  static let library = ScriptLibrary(
    "suricata.flow",
    [
      ScriptFunction("get") { (host, _) throws(ScriptFailure) in
        guard let flow = host.subject?.flow else { return host.reply.none() }
        host.reply.object(.flow, Int64(clamping: flow.identifier))
      }
    ])

  static let methods: [ScriptFunction] = [
    method("app_layer_proto") { host, _ in
      let conversation = host.subject?.conversation
      func add(_ state: ProtocolState?) { host.reply.text(state?.name ?? "unknown") }
      add(conversation?.state)
      add(conversation?.sides.toServer)
      add(conversation?.sides.toClient)
      add(conversation?.original)
      // What a change announced is what came, unless the conversation says otherwise.
      let isChanged = conversation?.original.index != nil && conversation?.expected == .unknown
      add(isChanged ? conversation?.state : conversation?.expected)
    },
    method("has_alerts") { host, flow in host.reply.boolean(flow.hasAlerted) },
    method("id") { host, flow in host.reply.integer(Int64(clamping: flow.identifier)) },
    method("stats") { host, flow in
      for direction in [Direction.toServer, .toClient] {
        host.reply.integer(Int64(clamping: flow.counts.packets[direction]))
        host.reply.integer(Int64(clamping: flow.counts.bytes[direction]))
      }
    },
    // Seconds of the first and the last packet, then their microseconds, as Suricata gives them.
    method("timestamps") { host, flow in
      let times = (ScriptTime(flow.counts.startNanoseconds), ScriptTime(flow.counts.lastNanoseconds))
      host.reply.number(Double(times.0.seconds))
      host.reply.number(Double(times.1.seconds))
      host.reply.number(Double(times.0.microseconds))
      host.reply.number(Double(times.1.microseconds))
    },
    method("timestring_iso8601") { host, flow in
      host.reply.text(ScriptTime(flow.counts.startNanoseconds).iso8601)
    },
    method("timestring_legacy") { host, flow in
      host.reply.text(ScriptTime(flow.counts.startNanoseconds).legacy)
    },
    method("tuple") { host, flow in
      host.reply.tuple(
        flow.client.isIPv6 ? 6 : 4, flow.client, flow.server, flow.ipProtocol, flow.clientPort,
        flow.serverPort)
    },
  ]

  private static func method(
    _ name: String, _ body: @escaping @Sendable (ScriptHost, Flow) -> Void
  ) -> ScriptFunction {
    ScriptFunction(name) { (host, arguments) throws(ScriptFailure) in
      let identifier = try arguments.object(.flow)
      guard let flow = host.subject?.flow, Int64(clamping: flow.identifier) == identifier else {
        return host.reply.none()
      }
      body(host, flow)
    }
  }
}

/// `suricata.rule`: the rule that asks.
enum ScriptRules {
  static let library = ScriptLibrary(
    "suricata.rule",
    [ScriptFunction("get_rule") { (host, _) throws(ScriptFailure) in host.reply.object(.rule) }])

  static let methods: [ScriptFunction] = [
    method("action") { $1.text(word(of: $0.action)) },
    method("class_description") { signature, reply in
      if signature.identity.category.isEmpty { reply.none() } else { reply.text(signature.identity.category) }
    },
    method("gid") { $1.integer(Int64($0.identity.group)) },
    method("msg") { $1.text($0.identity.message) },
    method("priority") { $1.integer(Int64($0.identity.priority)) },
    method("rev") { $1.integer(Int64($0.identity.revision)) },
    method("sid") { $1.integer(Int64($0.identity.id)) },
  ]

  private static func word(of action: RuleAction) -> String {
    switch action {
    case .pass: "pass"
    case .drop: "drop"
    case .reject, .rejectSource, .rejectDestination, .rejectBoth: "reject"
    case .alert: "alert"
    case .config: "config"
    }
  }

  private static func method(
    _ name: String, _ body: @escaping @Sendable (Signature, inout ScriptReply) -> Void
  ) -> ScriptFunction {
    ScriptFunction(name) { (host, arguments) throws(ScriptFailure) in
      try arguments.object(.rule)
      if let signature = host.signature { body(signature, &host.reply) } else { host.reply.none() }
    }
  }
}

extension ScriptReply {
  /// Version, addresses, protocol and ports, in the order of `tuple`.
  fileprivate mutating func tuple(
    _ version: UInt8, _ source: IPAddress, _ destination: IPAddress, _ ipProtocol: UInt8, _ first: UInt16,
    _ second: UInt16
  ) {
    integer(Int64(version))
    text(source.description)
    text(destination.description)
    integer(Int64(ipProtocol))
    integer(Int64(first))
    integer(Int64(second))
  }
}

/// A time as scripts are told it, in UTC.
struct ScriptTime {
  let seconds: Int64
  let microseconds: Int64

  init(_ nanoseconds: Int64) {
    let remainder = nanoseconds % 1_000_000_000
    let floored = remainder < 0 ? remainder + 1_000_000_000 : remainder
    seconds = (nanoseconds - floored) / 1_000_000_000
    microseconds = floored / 1000
  }

  /// `2015-10-06T15:16:43.136733+0000`, as in EVE.
  var iso8601: String {
    let date = date
    return "\(Self.padded(date.year, 4))-\(Self.padded(date.month))-\(Self.padded(date.day))T\(clock)+0000"
  }

  /// `11/24/2009-18:57:25.179869`, as in `fast.log`.
  var legacy: String {
    let date = date
    return "\(Self.padded(date.month))/\(Self.padded(date.day))/\(Self.padded(date.year, 4))-\(clock)"
  }

  private var clock: String {
    let day = ((seconds % 86_400) + 86_400) % 86_400
    let parts = [day / 3600, day / 60 % 60, day % 60].map { Self.padded($0) }
    return parts.joined(separator: ":") + "." + Self.padded(microseconds, 6)
  }

  /// The day in the Gregorian calendar, by counting years from March.
  private var date: (year: Int64, month: Int64, day: Int64) {
    let secondsOfDay = ((seconds % 86_400) + 86_400) % 86_400
    let days = (seconds - secondsOfDay) / 86_400 + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let year = yearOfEra + era * 400 + (month < 10 ? 0 : 1)
    return (year, month < 10 ? month + 3 : month - 9, dayOfYear - (153 * month + 2) / 5 + 1)
  }

  private static func padded(_ value: Int64, _ width: Int = 2) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(width - digits.count, 0)) + digits
  }
}
