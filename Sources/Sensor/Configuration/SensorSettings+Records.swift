import Events

// The options of single types of `eve-log.types`.
extension SensorSettings {
  mutating func readOptions(
    _ type: EVEType, _ node: ConfigurationNode, _ eve: inout EVESettings, _ reader: inout SettingReader
  ) {
    switch type {
    case .alert: readAlert(node, &eve, &reader)
    case .anomaly: readAnomaly(node, &eve.anomaly, &reader)
    case .http: readHTTP(node, &eve.http, &reader)
    case .dns: readDNS(node, &eve.dns, &reader)
    case .tls:
      // With options, resumed sessions are told of unless said otherwise; without any, they are not.
      eve.tls.isExtended = false
      eve.tls.hasSessionResumption = !node.children.isEmpty
      reader.flag("extended", in: node, &eve.tls.isExtended)
      reader.flag("session-resumption", in: node, &eve.tls.hasSessionResumption)
      if let fields = reader.list("custom", in: node) {
        eve.tls.custom = Set(fields.map { $0.text.lowercased() })
        if eve.tls.custom?.contains("handshake") == true { protocols.tls.showsHandshakes = true }
      }
    case .mqtt:
      reader.flag("passwords", in: node, &eve.mqtt.hasPasswords)
      reader.bytes("string-log-limit", in: node, &eve.mqtt.textBytesMax)
    case .dhcp: reader.flag("extended", in: node, &eve.hasExtendedDHCP)
    case .ike: reader.flag("extended", in: node, &eve.hasExtendedIKE)
    case .pgsql: reader.flag("passwords", in: node, &eve.hasPostgreSQLPasswords)
    case .smb:
      if let types = reader.list("types", in: node) {
        eve.smbTypes = Set(types.compactMap { SMBRecordType(rawValue: $0.text.lowercased()) })
      }
    case .fileinfo: readDigests(of: node, &reader)
    case .drop:
      reader.flag("alerts", in: node, &eve.drop.hasAlerts)
      reader.flag("verdict", in: node, &eve.drop.hasVerdict)
      reader.word("flows", in: node, [("all", true), ("start", false)], &eve.drop.hasAllPackets)
    case .smtp:
      reader.flag("extended", in: node, &eve.smtp.isExtended)
      eve.smtp.custom = reader.list("custom", in: node)?.map { $0.text.lowercased() } ?? []
      let digests = reader.list("md5", in: node)?.map { $0.text.lowercased() } ?? []
      eve.smtp.showsSubjectMD5 = digests.contains("subject")
      eve.smtp.showsBodyMD5 = digests.contains("body")
    case .stats:
      reader.flag("totals", in: node, &eve.stats.hasTotals)
      reader.flag("threads", in: node, &eve.stats.hasThreads)
      reader.flag("deltas", in: node, &eve.stats.hasDeltas)
      reader.flag("null-values", in: node, &eve.stats.hasZeroCounters)
    case .frame: reader.bytes("payload-buffer-size", in: node, &eve.framePayloadBytesMax)
    case .arp, .bitTorrent, .dcerpc, .dnp3, .enip, .flow, .ftp, .ftpData, .http2, .krb5, .l2tp, .ldap, .mdns,
      .metadata, .modbus, .netflow, .nfs, .ntp, .pop3, .ppp, .pppoe, .quic, .radius, .rdp, .rfb, .sip, .snmp,
      .ssh, .tftp, .websocket:
      break
    }
  }

  private func readAlert(_ node: ConfigurationNode, _ eve: inout EVESettings, _ reader: inout SettingReader) {
    reader.flag("payload", in: node, &eve.alert.hasPayload)
    reader.flag("payload-printable", in: node, &eve.alert.hasPrintablePayload)
    reader.flag("payload-length", in: node, &eve.alert.hasPayloadLength)
    reader.bytes("payload-buffer-size", in: node, &eve.alert.payloadBytesMax)
    reader.flag("packet", in: node, &eve.alert.hasPacket)
    reader.flag("http-body", in: node, &eve.alert.hasHTTPBody)
    reader.flag("http-body-printable", in: node, &eve.alert.hasPrintableHTTPBody)
    reader.flag("tagged-packets", in: node, &eve.alert.hasTaggedPackets)
    reader.flag("websocket-payload", in: node, &eve.alert.hasWebSocketPayload)
    reader.flag("websocket-payload-printable", in: node, &eve.alert.hasPrintableWebSocketPayload)
    reader.flag("verdict", in: node, &eve.alert.hasVerdict)
    if let xff = node["xff"] { eve.xff = forwarded(xff, &reader) ?? eve.xff }
    guard let metadata = node["metadata"] else { return }
    if let value = metadata.value, let isOn = SettingReader.flag(value) {
      eve.alert.hasApplicationLayer = isOn
      eve.alert.hasFlow = isOn
      eve.alert.hasRuleMetadata = isOn
      return
    }
    reader.flag("app-layer", in: metadata, &eve.alert.hasApplicationLayer)
    reader.flag("flow", in: metadata, &eve.alert.hasFlow)
    reader.flag("rule.metadata", in: metadata, &eve.alert.hasRuleMetadata)
    reader.flag("rule.raw", in: metadata, &eve.alert.hasRuleText)
    reader.flag("rule.reference", in: metadata, &eve.alert.hasRuleReferences)
  }

  private func readAnomaly(
    _ node: ConfigurationNode, _ settings: inout AnomalySettings, _ reader: inout SettingReader
  ) {
    reader.flag("packethdr", in: node, &settings.hasPacketHeader)
    guard let types = node["types"] else { return }
    reader.flag("decode", in: types, &settings.hasDecode)
    reader.flag("stream", in: types, &settings.hasStream)
    reader.flag("applayer", in: types, &settings.hasApplication)
  }

  private func readHTTP(
    _ node: ConfigurationNode, _ settings: inout HTTPRecordSettings, _ reader: inout SettingReader
  ) {
    settings.isExtended = false
    reader.flag("extended", in: node, &settings.isExtended)
    settings.custom = reader.list("custom", in: node)?.map(\.text) ?? []
    var directions: Set<String> = []
    let words: [(String, Set<String>)] = [
      ("none", []), ("both", ["request", "response"]), ("request", ["request"]), ("response", ["response"]),
    ]
    reader.word("dump-all-headers", in: node, words, &directions)
    settings.dumpsRequestHeaders = directions.contains("request")
    settings.dumpsResponseHeaders = directions.contains("response")
  }

  private func readDNS(
    _ node: ConfigurationNode, _ settings: inout DNSRecordSettings, _ reader: inout SettingReader
  ) {
    reader.integer("version", in: node, 2...3, &settings.version)
    reader.flag("requests", in: node, &settings.hasRequests)
    reader.flag("responses", in: node, &settings.hasResponses)
    // The names of version 1 still stand in many configurations.
    reader.flag("query", in: node, &settings.hasRequests)
    reader.flag("answer", in: node, &settings.hasResponses)
    if let formats = reader.list("formats", in: node)?.map(\.text) {
      settings.isDetailed = formats.contains("detailed")
      settings.isGrouped = formats.contains("grouped")
    }
    for key in ["types", "custom"] {
      guard let types = reader.list(key, in: node), !types.isEmpty else { continue }
      settings.recordTypes = Set(types.map { $0.text.lowercased() })
    }
  }
}
