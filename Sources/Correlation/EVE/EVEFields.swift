import Detection
import Events
import Wire

/// What correlation needs of an EVE line.
struct EVEFields {
  var timeNanoseconds: Int64?
  var type = ""
  var packet: UInt64 = 0
  var flowIdentifier: UInt64 = 0
  private var source: IPAddress?
  private var destination: IPAddress?
  private var sourcePort: UInt16 = 0
  private var destinationPort: UInt16 = 0
  private var ipProtocol: UInt8 = 0
  private var vlans: [UInt16] = []
  private var pppoeSession: UInt16 = 0
  private var applicationProtocol = ""
  private var isToServer = true
  private var transaction: UInt64?
  private var signature = SignatureIdentity()
  private var hasSignature = false
  private var action = RuleAction.alert
  private var host = ""
  private var path = ""
  private var name: EVEName?
  private var flow = EVEFlow()
  private var traces = EVETraces()

  /// Reads a line's object.
  mutating func read(_ reader: inout JSONReader) throws(JSONReader.Failure) {
    var fields = self
    try reader.object { (reader: inout JSONReader, key: String) throws(JSONReader.Failure) in
      try fields.member(key, &reader)
    }
    self = fields
  }

  private mutating func member(_ key: String, _ reader: inout JSONReader) throws(JSONReader.Failure) {
    switch key {
    case "timestamp": timeNanoseconds = try reader.optionalString().flatMap { EVETime.nanoseconds($0) }
    case "event_type": type = try reader.optionalString() ?? ""
    case "flow_id": flowIdentifier = try reader.optionalNumber() ?? 0
    case "pcap_cnt": packet = try reader.optionalNumber() ?? 0
    case "src_ip": source = try reader.optionalString().flatMap { IPAddress($0) }
    case "dest_ip": destination = try reader.optionalString().flatMap { IPAddress($0) }
    case "src_port": sourcePort = try reader.optionalNumber().map { UInt16(clamping: $0) } ?? 0
    case "dest_port": destinationPort = try reader.optionalNumber().map { UInt16(clamping: $0) } ?? 0
    case "proto": ipProtocol = Self.protocolNumber(try reader.optionalString() ?? "")
    case "app_proto": applicationProtocol = try reader.optionalString() ?? ""
    case "direction": isToServer = try reader.optionalString() != "to_client"
    case "tx_id": transaction = try reader.optionalNumber()
    case "vlan": vlans = try Self.numbers(&reader)
    case "alert": try readAlert(&reader)
    case "flow": flow = try EVEFlow(&reader)
    case "dns": name = try EVEName(&reader)
    case "http": try readHTTP(&reader)
    case "tls": try readTLS(&reader)
    default: if try !traces.read(key, &reader) { try reader.skip() }
    }
  }

  private static func protocolNumber(_ text: String) -> UInt8 {
    switch text {
    case "TCP", "tcp": 6
    case "UDP", "udp": 17
    case "ICMP", "icmp": 1
    case "IPv6-ICMP", "ipv6-icmp": 58
    case "SCTP", "sctp": 132
    default: 0
    }
  }

  private static func numbers(_ reader: inout JSONReader) throws(JSONReader.Failure) -> [UInt16] {
    guard try reader.peek() == 0x5b else {
      return try reader.optionalNumber().map { [UInt16(clamping: $0)] } ?? []
    }
    var numbers: [UInt16] = []
    try reader.array { (reader: inout JSONReader) throws(JSONReader.Failure) in
      let number = try reader.optionalNumber()
      if let number, numbers.count < 4 { numbers.append(UInt16(clamping: number)) }
    }
    return numbers
  }

  private mutating func readAlert(_ reader: inout JSONReader) throws(JSONReader.Failure) {
    guard try reader.peek() == 0x7b else { return try reader.skip() }
    var signature = SignatureIdentity()
    var hasSignature = false, isDropped = false
    var target: String?
    try reader.object { (reader: inout JSONReader, key: String) throws(JSONReader.Failure) in
      switch key {
      case "gid": signature.group = UInt32(clamping: try reader.optionalNumber() ?? 1)
      case "signature_id":
        let number = try reader.optionalNumber()
        signature.id = UInt32(clamping: number ?? 0)
        hasSignature = number != nil
      case "rev": signature.revision = UInt32(clamping: try reader.optionalNumber() ?? 0)
      case "signature": signature.message = String((try reader.optionalString() ?? "").prefix(512))
      case "category": signature.category = String((try reader.optionalString() ?? "").prefix(256))
      case "severity": signature.priority = UInt8(clamping: try reader.optionalNumber() ?? 3)
      case "action": isDropped = try reader.optionalString() == "blocked"
      case "metadata": signature.metadata = try Self.metadata(&reader)
      case "target": target = try Self.targetAddress(&reader)
      default: try reader.skip()
      }
    }
    self.signature = signature
    self.hasSignature = hasSignature
    action = isDropped ? .drop : .alert
    targetText = target
  }

  /// `alert.target.ip`: which end the rule's `target` names.
  private var targetText: String?

  private static func targetAddress(_ reader: inout JSONReader) throws(JSONReader.Failure) -> String? {
    guard try reader.peek() == 0x7b else {
      try reader.skip()
      return nil
    }
    var text: String?
    try reader.object { (reader: inout JSONReader, key: String) throws(JSONReader.Failure) in
      if key == "ip" { text = try reader.optionalString() } else { try reader.skip() }
    }
    return text
  }

  /// Keys with their values, the first of each where there are several; at most 64.
  private static func metadata(
    _ reader: inout JSONReader
  ) throws(JSONReader.Failure) -> [(key: String, value: String)] {
    guard try reader.peek() == 0x7b else {
      try reader.skip()
      return []
    }
    var result: [(key: String, value: String)] = []
    try reader.object { (reader: inout JSONReader, key: String) throws(JSONReader.Failure) in
      let first = try reader.peek()
      guard first == 0x5b else {
        if let text = try reader.optionalString(), result.count < 64 { result.append((key, text)) }
        return
      }
      try reader.array { (reader: inout JSONReader) throws(JSONReader.Failure) in
        if let text = try reader.optionalString(), result.count < 64 { result.append((key, text)) }
      }
    }
    return result
  }

  private mutating func readHTTP(_ reader: inout JSONReader) throws(JSONReader.Failure) {
    guard try reader.peek() == 0x7b else { return try reader.skip() }
    var host = "", path = ""
    try reader.object { (reader: inout JSONReader, key: String) throws(JSONReader.Failure) in
      switch key {
      case "hostname": host = try reader.optionalString() ?? ""
      case "url": path = try reader.optionalString() ?? ""
      default: try reader.skip()
      }
    }
    (self.host, self.path) = (host, path)
  }

  private mutating func readTLS(_ reader: inout JSONReader) throws(JSONReader.Failure) {
    guard try reader.peek() == 0x7b else { return try reader.skip() }
    var sni = "", fingerprint = ""
    try reader.object { (reader: inout JSONReader, key: String) throws(JSONReader.Failure) in
      switch key {
      case "sni": sni = try reader.optionalString() ?? ""
      case "fingerprint": fingerprint = try reader.optionalString() ?? ""
      default: try reader.skip()
      }
    }
    if host.isEmpty { host = sni }
    traces.add(.certificate, fingerprint)
  }

  /// The event; the outer nil: something needed is missing; the inner: of no use to correlation.
  func event(_ order: EventOrder, _ line: [UInt8], keepsLines: Bool) -> Event?? {
    guard !type.isEmpty, let time = timeNanoseconds else { return nil }
    guard let source, let destination else {
      return ["alert", "flow"].contains(type) ? nil : .some(nil)
    }
    var endpoints = Endpoints(
      source: source, destination: destination, sourcePort: sourcePort, destinationPort: destinationPort,
      ipProtocol: ipProtocol)
    switch type {
    case "alert":
      guard hasSignature else { return nil }
      var alert = AlertEvent(
        order: order, timeNanoseconds: time, endpoints: endpoints, isToServer: isToServer,
        signature: signature, action: action, line: line)
      if let targetText, let target = IPAddress(targetText) {
        alert.signature.target = target == source ? .source : .destination
      }
      alert.vlans = vlans
      alert.pppoeSession = pppoeSession
      alert.applicationProtocol = applicationProtocol
      alert.transaction = transaction
      alert.subject = String((host + path).prefix(256))
      alert.host = String(host.prefix(256))
      if alert.subject.isEmpty, let name { alert.subject = String(name.name.prefix(256)) }
      if alert.host.isEmpty { alert.host = alert.subject }
      alert.traces = traces.found
      return .some(.alert(alert))
    case "flow":
      return .some(.flow(flow.event(order, time, endpoints, applicationProtocol, vlans, line)))
    case "dns":
      guard let name, !name.name.isEmpty else { return record(order, time, endpoints, line, keepsLines) }
      if name.isAnswer { swap(&endpoints.source, &endpoints.destination) }
      var event = RecordEvent(order: order, timeNanoseconds: time, type: type, line: line)
      event.name = QueriedName(
        endpoints: endpoints, name: name.name.lowercased(), recordType: name.recordType,
        isMissing: name.isMissing, isAnswer: name.isAnswer)
      return .some(.record(event))
    default: return record(order, time, endpoints, line, keepsLines)
    }
  }

  /// A record of another type: of use where it shows something, or lines are looked into.
  private func record(
    _ order: EventOrder, _ time: Int64, _ ends: Endpoints, _ line: [UInt8], _ keepsLines: Bool
  ) -> Event?? {
    guard keepsLines || !traces.found.isEmpty else { return .some(nil) }
    var event = RecordEvent(order: order, timeNanoseconds: time, type: type, line: line)
    event.traces = traces.found
    event.applicationProtocol = applicationProtocol
    event.endpoints = ends
    return .some(.record(event))
  }
}
