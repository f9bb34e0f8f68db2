import Detection
import Events
import Foundation
import Outputs

// `default-log-dir`, `stats`, `outputs`.
extension SensorSettings {
  mutating func readOutputs(_ reader: inout SettingReader) {
    outputs.folder = reader.text("default-log-dir") ?? "."
    reader.flag("stats.enabled", &outputs.gathersStatistics)
    reader.integer("stats.interval", 1...86_400, &outputs.statisticsIntervalSeconds)
    reader.flag("stats.decoder-events", &outputs.countsDecoderEvents)
    reader.flag("stats.stream-events", &outputs.countsStreamEvents)
    for item in reader.root["outputs"]?.children ?? [] {
      for output in item.children { readOutput(output, &reader) }
    }
  }

  private mutating func readOutput(_ node: ConfigurationNode, _ reader: inout SettingReader) {
    var isEnabled = false
    reader.flag("enabled", in: node, &isEnabled)
    guard isEnabled else { return }
    switch node.name {
    case "eve-log": readEVE(node, &reader)
    case "fast":
      var settings = EVESettings()
      settings.format = .fast
      settings.types = [.alert]
      add(node, "fast.log", settings, &reader)
    case "stats":
      var table = OutputSettings.Table(name: node["filename"]?.value ?? "stats.log")
      reader.flag("append", in: node, &table.appends)
      outputs.statistics = table
    case "file-store": readFileStore(node, &reader)
    case "lua": readScriptOutputs(node, &reader)
    case "tls-store": outputs.certificateFolder = node["certs-log-dir"]?.value ?? "."
    case "pcap-log": readPacketLog(node, &reader)
    case _ where Self.otherOutputs.contains(node.name):
      reader.report(
        .warning, at: node.position, "the output `\(node.name)` is not written by this program",
        remedy: "set `enabled: no`, or take the records from eve-log")
    default:
      reader.report(
        .warning, at: node.position, "no output is called `\(node.name)`",
        remedy: "write `eve-log`, `fast`, `file-store`, `pcap-log` or `stats`")
    }
  }

  private static let otherOutputs: Set<String> = [
    "alert-debug", "http-body-data", "http-log", "syslog", "tcp-data",
    "tls-log",
  ]

  /// `outputs.lua`: scripts that write records.
  private mutating func readScriptOutputs(_ node: ConfigurationNode, _ reader: inout SettingReader) {
    let folder = node["scripts-dir"]?.value ?? ""
    for script in node["scripts"]?.children ?? [] {
      guard let name = script.value else { continue }
      let path = name.hasPrefix("/") || folder.isEmpty ? name : "\(folder)/\(name)"
      if let data = FileManager.default.contents(atPath: path) {
        scriptOutputs.append(ScriptOutputs.Source(path: path, text: [UInt8](data)))
      } else {
        reader.report(
          at: script.position, "the script `\(path)` cannot be read",
          remedy: "check scripts-dir and its rights")
      }
    }
  }

  private mutating func add(
    _ node: ConfigurationNode, _ standardName: String, _ settings: EVESettings, _ reader: inout SettingReader
  ) {
    let type = node["filetype"]?.value?.lowercased() ?? "regular"
    guard type == "regular" else {
      reader.report(
        at: node["filetype"]?.position ?? node.position, "filetype `\(type)` is not supported",
        remedy: "write `regular` and read the file")
      return
    }
    var file = OutputSettings.File(name: node["filename"]?.value ?? standardName, settings: settings)
    reader.flag("append", in: node, &file.appends)
    if node["filemode"]?.value?.lowercased() == "overwrite" { file.appends = false }
    reader.bytes("buffer-size", in: node, &file.bufferBytes)
    outputs.files.append(file)
  }

  private mutating func readEVE(_ node: ConfigurationNode, _ reader: inout SettingReader) {
    var eve = EVESettings()
    eve.types = []
    // The reference lets the environment choose the form of DNS records where the configuration does not.
    if ProcessInfo.processInfo.environment["SURICATA_EVE_DNS_VERSION"] == "2" { eve.dns.version = 2 }
    eve.sensorName = reader.text("sensor-name") ?? ""
    reader.flag("metadata", in: node, &eve.hasMetadata)
    reader.flag("suricata-version", in: node, &eve.hasVersion)
    reader.flag("pcap-file", in: node, &eve.hasCaptureFile)
    reader.flag("community-id", in: node, &eve.hasCommunityID)
    reader.integer("community-id-seed", in: node, 0...UInt16.max, &eve.communityIDSeed)
    reader.flag("ethernet", in: node, &eve.hasEthernet)
    if let xff = node["xff"] { eve.xff = forwarded(xff, &reader) }
    eve.tls.showsJA3 = protocols.tls.ja3 == .always
    // The reference shows JA4 unless it is switched off, whatever the rules use.
    eve.tls.showsJA4 = protocols.tls.ja4 != .never
    for type in node["types"]?.children ?? [] { readType(type, &eve, &reader) }
    add(node, "eve.json", eve, &reader)
  }

  func forwarded(_ node: ConfigurationNode, _ reader: inout SettingReader) -> ForwardedSettings? {
    var isEnabled = false
    reader.flag("enabled", in: node, &isEnabled)
    guard isEnabled else { return nil }
    var settings = ForwardedSettings()
    reader.word("mode", in: node, [("extra-data", false), ("overwrite", true)], &settings.overwrites)
    reader.word("deployment", in: node, [("reverse", false), ("forward", true)], &settings.isForward)
    settings.header = node["header"]?.value ?? settings.header
    return settings
  }

  private mutating func readType(
    _ item: ConfigurationNode, _ eve: inout EVESettings, _ reader: inout SettingReader
  ) {
    guard let name = item.value else { return }
    let node = item.child(name) ?? ConfigurationNode(name: name, position: item.position)
    var isEnabled = name != "netflow" || item.child(name) != nil || item.children.isEmpty
    reader.flag("enabled", in: node, &isEnabled)
    guard isEnabled else { return }
    guard let type = EVEType(configurationName: name) else {
      if !Self.otherTypes.contains(name) {
        reader.report(
          .warning, at: item.position, "eve-log has no type `\(name)`",
          remedy: "write one of \(EVEType.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      return
    }
    eve.types.insert(type)
    // The reference has no switch of its own for data connections.
    if type == .ftp { eve.types.insert(.ftpData) }
    readOptions(type, node, &eve, &reader)
  }

  /// Types whose protocols are not read yet: they stay silent, as no such traffic is recognised.
  private static let otherTypes: Set<String> = [
    "doh2",
    "telnet", "template",
  ]
}
