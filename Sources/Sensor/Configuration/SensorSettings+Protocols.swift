import Detection
import Foundation
import Protocols
import Wire

// `app-layer.protocols`.
extension SensorSettings {
  mutating func readProtocols(_ reader: inout SettingReader) {
    let section = "app-layer.protocols"
    for node in reader.root[section]?.children ?? [] {
      readState(node, &reader)
      for transport in ["tcp", "udp"] {
        guard let part = node.child(transport) else { continue }
        readPorts(part, "\(node.name)/\(transport)", &reader)
      }
      readPorts(node, node.name, &reader)
    }
    // As in the reference, these are off unless the configuration switches them on.
    for name in ["dnp3", "modbus"] {
      let paths = ["\(section).\(name).enabled", "\(section).\(name).tcp.enabled"]
      if paths.allSatisfy({ reader.root[$0] == nil }) { protocols.disabled.insert(name) }
    }
    if let http = reader.root["\(section).http.libhtp"] { readHTTP(http, &reader) }
    if let smb = reader.root["\(section).smb"] { readSMB(smb, &reader) }
    if let nfs = reader.root["\(section).nfs"] { readNFS(nfs, &reader) }
    if let tls = reader.root["\(section).tls"] { readTLS(tls, &reader) }
    if let ssh = reader.root["\(section).ssh"] { readSSH(ssh, &reader) }
    if let pop3 = reader.root["\(section).pop3"] {
      reader.integer("max-tx", in: pop3, 1...1_000_000, &protocols.pop3.transactionsMax)
    }
    if let node = reader.root["\(section).pgsql"] {
      reader.integer("max-tx", in: node, 1...1_000_000, &protocols.postgreSQL.transactionsMax)
      protocols.postgreSQL.transactionsMax = min(
        protocols.postgreSQL.transactionsMax, PostgreSQLLimits.transactions)
      reader.bytes("stream-depth", in: node, &protocols.postgreSQL.streamDepthBytes)
    }
    if let dnp3 = reader.root["\(section).dnp3"] { readDNP3(dnp3, &reader) }
    if let modbus = reader.root["\(section).modbus"] {
      reader.integer("request-flood", in: modbus, 0...Int(Int32.max), &protocols.modbus.requestsMax)
      if modbus["stream-depth"] != nil {
        var bytes = 0
        reader.bytes("stream-depth", in: modbus, &bytes)
        protocols.modbus.streamDepthBytes = bytes
      }
    }
    if let enip = reader.root["\(section).enip"] {
      reader.integer("max-tx", in: enip, 0...Int(Int32.max), &protocols.enip.transactionsMax)
      protocols.enip.transactionsMax = min(protocols.enip.transactionsMax, ENIPLimits.transactions)
    }
    if let mqtt = reader.root["\(section).mqtt"] { readMQTT(mqtt, &reader) }
    if let ftp = reader.root["\(section).ftp"] {
      reader.integer("max-tx", in: ftp, 1...1_000_000, &protocols.ftp.transactionsMax)
      reader.bytes("max-line-length", in: ftp, &protocols.ftp.lineBytesMax)
      protocols.ftp.lineBytesMax = min(max(protocols.ftp.lineBytesMax, 64), 1 << 20)
    }
    if let ldap = reader.root["\(section).ldap"] {
      reader.integer("max-tx", in: ldap, 1...1_000_000, &protocols.ldap.transactionsMax)
      reader.integer("max-responses", in: ldap, 1...1_000_000, &protocols.ldap.responsesMax)
    }
    if let webSocket = reader.root["\(section).websocket"] {
      reader.bytes("max-payload-size", in: webSocket, &protocols.webSocket.payloadBytesMax)
      let bound = WebSocketSettings.payloadBytesBound
      protocols.webSocket.payloadBytesMax = min(max(protocols.webSocket.payloadBytesMax, 1), bound)
    }
    if let smtp = reader.root["\(section).smtp"] { readSMTP(smtp, &reader) }
  }

  private mutating func readState(_ node: ConfigurationNode, _ reader: inout SettingReader) {
    // DNS and the like are switched for each transport.
    let parts =
      [(node.name, node)]
      + ["tcp", "udp"].compactMap { name in node.child(name).map { ("\(node.name)/\(name)", $0) } }
    for (name, part) in parts {
      guard let enabled = part.child("enabled"), let value = enabled.value else { continue }
      if value.lowercased() == "detection-only" {
        protocols.detectionOnly.insert(name)
      } else if let isOn = SettingReader.flag(value) {
        if !isOn { protocols.disabled.insert(name) }
      } else {
        reader.report(
          at: enabled.position, "app-layer.protocols.\(node.name).enabled is `\(value)`",
          remedy: "write `yes`, `no` or `detection-only`")
      }
    }
  }

  private mutating func readPorts(_ node: ConfigurationNode, _ name: String, _ reader: inout SettingReader) {
    guard let node = node["detection-ports.dp"] else { return }
    let text = node.value ?? node.children.compactMap(\.value).joined(separator: ",")
    let words = text.split { $0 == "," || $0 == " " || $0 == "[" || $0 == "]" }
    let ports = words.compactMap { UInt16($0) }
    guard ports.count == words.count else {
      reader.report(
        at: node.position, "`\(text)` is no list of ports", remedy: "write ports like `53, 5353`")
      return
    }
    protocols.ports[name] = ports
  }

  private mutating func readHTTP(_ node: ConfigurationNode, _ reader: inout SettingReader) {
    if let standard = node["default-config"] { readProfile(standard, &protocols.http.standard, &reader) }
    for item in node["server-config"]?.children ?? [] {
      for server in item.children {
        var profile = protocols.http.standard
        readProfile(server, &profile, &reader)
        var networks: [(address: IPAddress, prefixLength: Int)] = []
        for address in reader.list("address", in: server) ?? [] {
          for word in address.text.split(whereSeparator: { ", []".contains($0) }) {
            if let prefix = IPPrefix(word) {
              networks.append((prefix.address, Int(prefix.length)))
            } else {
              reader.report(
                at: address.position, "`\(word)` is no address or network",
                remedy: "write one like `10.0.0.0/8`")
            }
          }
        }
        protocols.http.servers.append((networks, profile))
      }
    }
  }

  private func readProfile(
    _ node: ConfigurationNode, _ profile: inout HTTPProfile, _ reader: inout SettingReader
  ) {
    let personalities = HTTPProfile.Personality.allCases.map { ($0.rawValue.lowercased(), $0) }
    reader.word("personality", in: node, personalities, &profile.personality)
    reader.bytes("request-body-limit", in: node, &profile.requestBodyBytesMax)
    reader.bytes("response-body-limit", in: node, &profile.responseBodyBytesMax)
    reader.bytes("request-body-minimal-inspect-size", in: node, &profile.requestBodyInspectBytesMin)
    reader.bytes("response-body-minimal-inspect-size", in: node, &profile.responseBodyInspectBytesMin)
    reader.bytes("request-body-inspect-window", in: node, &profile.requestBodyInspectWindowBytes)
    reader.bytes("response-body-inspect-window", in: node, &profile.responseBodyInspectWindowBytes)
    reader.integer("response-body-decompress-layer-limit", in: node, 0...16, &profile.decompressionLayersMax)
    if node["http-body-inline"]?.value?.lowercased() != "auto" {
      reader.flag("http-body-inline", in: node, &profile.inspectsBodiesInline)
    }
    reader.flag("double-decode-path", in: node, &profile.decodesPathTwice)
    reader.flag("double-decode-query", in: node, &profile.decodesQueryTwice)
    reader.flag("uri-include-all", in: node, &profile.uriIncludesAll)
    reader.flag("query-plusspace-decode", in: node, &profile.decodesPlusInQuery)
    reader.bytes("meta-field-limit", in: node, &profile.fieldBytesMax)
    reader.integer("headers-limit", in: node, 1...65_535, &profile.headersMax)
    reader.integer("max-tx", in: node, 1...1_000_000, &profile.transactionsMax)
    reader.flag("lzma-enabled", in: node, &profile.decodesLZMA)
    reader.bytes("lzma-memlimit", in: node, &profile.lzmaMemoryBytesMax)
    reader.bytes("compression-bomb-limit", in: node, &profile.bombBytesMin)
    reader.integer("compression-bomb-count", in: node, 1...1_000_000, &profile.bombsMax)
    readPathRules(node, &profile, &reader)
  }

  private func readPathRules(
    _ node: ConfigurationNode, _ profile: inout HTTPProfile, _ reader: inout SettingReader
  ) {
    let optional: [(String, WritableKeyPath<HTTPProfile, Bool?>)] = [
      ("path-convert-backslash-separators", \.convertsBackslashes),
      ("path-separators-compress", \.compressesSeparators),
      ("path-separators-decode", \.decodesSeparators),
      ("path-u-encoding-decode", \.decodesPercentU),
      ("path-convert-lowercase", \.lowercasesPath),
    ]
    for (key, path) in optional where node[key] != nil {
      var isOn = false
      reader.flag(key, in: node, &isOn)
      profile[keyPath: path] = isOn
    }
  }

  private mutating func readSMB(_ node: ConfigurationNode, _ reader: inout SettingReader) {
    reader.bytes("stream-depth", in: node, &protocols.smb.streamDepthBytes)
    reader.integer("max-tx", in: node, 1...1_000_000, &protocols.smb.transactionsMax)
    reader.bytes("max-read-size", in: node, &protocols.smb.bytesMax.read)
    reader.bytes("max-write-size", in: node, &protocols.smb.bytesMax.write)
    reader.bytes("max-read-queue-size", in: node, &protocols.smb.queueBytesMax.read)
    reader.bytes("max-write-queue-size", in: node, &protocols.smb.queueBytesMax.write)
    reader.integer("max-read-queue-cnt", in: node, 1...65_535, &protocols.smb.queuePartsMax.read)
    reader.integer("max-write-queue-cnt", in: node, 1...65_535, &protocols.smb.queuePartsMax.write)
  }

  private mutating func readNFS(_ node: ConfigurationNode, _ reader: inout SettingReader) {
    reader.bytes("max-read-size", in: node, &protocols.nfs.bytesMax.read)
    reader.bytes("max-write-size", in: node, &protocols.nfs.bytesMax.write)
    reader.bytes("max-read-queue-size", in: node, &protocols.nfs.queueBytesMax.read)
    reader.bytes("max-write-queue-size", in: node, &protocols.nfs.queueBytesMax.write)
    reader.integer("max-read-queue-cnt", in: node, 0...65_535, &protocols.nfs.queuePartsMax.read)
    reader.integer("max-write-queue-cnt", in: node, 0...65_535, &protocols.nfs.queuePartsMax.write)
  }

  private mutating func readTLS(_ node: ConfigurationNode, _ reader: inout SettingReader) {
    let words: [(String, TLSSettings.Fingerprinting)] =
      [("auto", .automatic)] + ["yes", "true", "on", "1"].map { ($0, .always) }
      + ["no", "false", "off", "0"].map { ($0, .never) }
    reader.word("ja3-fingerprints", in: node, words, &protocols.tls.ja3)
    reader.word("ja4-fingerprints", in: node, words, &protocols.tls.ja4)
    let handling: [(String, TLSSettings.EncryptionHandling)] = [
      ("track-only", .trackOnly), ("default", .trackOnly), ("bypass", .bypass), ("full", .full),
    ]
    reader.word("encryption-handling", in: node, handling, &protocols.tls.encryptionHandling)
    for file in reader.list("trusted-roots", in: node) ?? [] { readRoots(file.text, file.position, &reader) }
  }

  /// Certificates that chains of TLCP must end at: a file in PEM, several in one file if need be.
  private mutating func readRoots(
    _ path: String, _ position: SourcePosition, _ reader: inout SettingReader
  ) {
    let remedy = "name a file with certificates in PEM, or leave `trusted-roots` out"
    guard let data = FileManager.default.contents(atPath: path), data.count <= 1 << 20 else {
      reader.report(at: position, "the roots in `\(path)` cannot be read", remedy: remedy)
      return
    }
    let found = PEM.certificates([UInt8](data))
    if found.isEmpty { reader.report(at: position, "`\(path)` has no certificate in it", remedy: remedy) }
    protocols.tls.trustedRoots += found.map(TrustedRoot.init)
  }

  private mutating func readMQTT(_ node: ConfigurationNode, _ reader: inout SettingReader) {
    reader.bytes("max-msg-length", in: node, &protocols.mqtt.messageBytesMax)
    protocols.mqtt.messageBytesMax = min(protocols.mqtt.messageBytesMax, MQTTLimits.messageBytes)
    reader.integer("max-tx", in: node, 1...1_000_000, &protocols.mqtt.transactionsMax)
    protocols.mqtt.transactionsMax = min(protocols.mqtt.transactionsMax, MQTTLimits.transactions)
    reader.integer("max-messages", in: node, 1...1_000_000, &protocols.mqtt.messagesMax)
    protocols.mqtt.messagesMax = min(protocols.mqtt.messagesMax, 1 << 16)
    let topics: ClosedRange<Int> = -1...1_000_000
    reader.integer("subscribe-topic-match-limit", in: node, topics, &protocols.mqtt.subscribeTopicsMax)
    reader.integer("unsubscribe-topic-match-limit", in: node, topics, &protocols.mqtt.unsubscribeTopicsMax)
  }

  private mutating func readDNP3(_ node: ConfigurationNode, _ reader: inout SettingReader) {
    var (points, objects) = (0, 0)
    reader.integer("max-tx", in: node, 0...Int(Int32.max), &protocols.dnp3.transactionsMax)
    reader.integer("max-points", in: node, 0...Int(Int32.max), &points)
    reader.integer("max-objects", in: node, 0...Int(Int32.max), &objects)
    protocols.dnp3.transactionsMax = min(protocols.dnp3.transactionsMax, DNP3Limits.transactions)
    if points > 0 { protocols.dnp3.pointsMax = min(points, DNP3Limits.points) }
    if objects > 0 { protocols.dnp3.objectsMax = min(objects, DNP3Limits.points) }
  }

  private mutating func readSSH(_ node: ConfigurationNode, _ reader: inout SettingReader) {
    let words: [(String, SSHSettings.Fingerprinting)] =
      [("auto", .automatic)] + ["yes", "true", "on", "1"].map { ($0, .always) }
      + ["no", "false", "off", "0"].map { ($0, .never) }
    reader.word("hassh", in: node, words, &protocols.ssh.hassh)
    let handling: [(String, SSHSettings.EncryptionHandling)] = [
      ("track-only", .trackOnly), ("default", .trackOnly), ("bypass", .bypass), ("full", .full),
    ]
    reader.word("encryption-handling", in: node, handling, &protocols.ssh.encryptionHandling)
  }
}
