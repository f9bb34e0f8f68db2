import Flows
import Wire

// `decoder`, `vlan`, `flow`, `flow-timeouts`, `stream`, `defrag`, `host-os-policy`.
extension SensorSettings {
  mutating func readDecoder(_ reader: inout SettingReader) {
    reader.flag("vlan.use-for-tracking", &decoder.usesVLAN)
    reader.flag("decoder.recursion-level.use-for-tracking", &decoder.usesDepth)
    reader.integer("decoder.max-layers", 1...255, &decoder.layersMax)
    if let found = reader.root["decoder.erspan.typeI.enabled"] {
      reader.report(
        .warning, at: found.position, "ERSPAN Type I is no longer configurable: it is always decoded",
        remedy: "leave decoder.erspan.typeI.enabled out")
    }
    readPorts("teredo", &reader, &decoder.teredoPorts)
    readPorts("vxlan", &reader, &decoder.vxlanPorts)
    readPorts("geneve", &reader, &decoder.genevePorts)
    flows.tracksVLAN = decoder.usesVLAN
    flows.tracksDepth = decoder.usesDepth
    defragment.tracksVLAN = decoder.usesVLAN
  }

  private func readPorts(_ name: String, _ reader: inout SettingReader, _ target: inout PortList) {
    guard let node = reader.root["decoder.\(name)"] else { return }
    var isEnabled = true
    reader.flag("enabled", in: node, &isEnabled)
    guard isEnabled else {
      target = .none
      return
    }
    guard let ports = node["ports"], var text = ports.value else { return }
    if text.hasPrefix("$") { text = reader.text("vars.port-groups.\(text.dropFirst())") ?? "" }
    if text == "any" {
      target = .any
      return
    }
    let words = text.split { $0 == "," || $0 == " " || $0 == "[" || $0 == "]" }
    let numbers = words.compactMap { UInt16($0) }
    guard !numbers.isEmpty, numbers.count == words.count, numbers.count <= PortList.countMax else {
      let message =
        "decoder.\(name).ports is `\(text)`, which is no list of at most \(PortList.countMax) ports"
      reader.report(at: ports.position, message, remedy: "write `any` or ports like `[4789, 8472]`")
      return
    }
    target = PortList(numbers)
  }

  mutating func readFlows(_ reader: inout SettingReader) {
    reader.bytes("flow.memcap", &flows.memcapBytes)
    reader.integer("flow.emergency-recovery", 1...100, &flows.emergencyRecoveryPercent)
    readTimeouts("default", &reader, &flows.other)
    readTimeouts("tcp", &reader, &flows.tcp)
    readTimeouts("udp", &reader, &flows.udp)
    readTimeouts("icmp", &reader, &flows.icmp)
    reader.bytes("defrag.memcap", &defragment.memcapBytes)
    reader.integer("defrag.trackers", 1...10_000_000, &defragment.trackersMax)
    reader.integer("defrag.max-frags", 1...10_000_000, &defragment.fragmentsMax)
    reader.integer("defrag.timeout", 1...86_400, &defragment.timeoutSeconds)
  }

  private func readTimeouts(_ name: String, _ reader: inout SettingReader, _ target: inout FlowTimeouts) {
    guard let node = reader.root["flow-timeouts.\(name)"] else { return }
    let range = 0...100_000_000
    reader.integer("new", in: node, range, &target.newSeconds)
    reader.integer("established", in: node, range, &target.establishedSeconds)
    reader.integer("closed", in: node, range, &target.closedSeconds)
    reader.integer("bypassed", in: node, range, &target.bypassedSeconds)
    reader.integer("emergency-new", in: node, range, &target.emergencyNewSeconds)
    reader.integer("emergency-established", in: node, range, &target.emergencyEstablishedSeconds)
    reader.integer("emergency-closed", in: node, range, &target.emergencyClosedSeconds)
    reader.integer("emergency-bypassed", in: node, range, &target.emergencyBypassedSeconds)
  }

  mutating func readStreams(_ reader: inout SettingReader) {
    guard let node = reader.root["stream"] else { return }
    reader.bytes("memcap", in: node, &streams.memcapBytes)
    reader.flag("checksum-validation", in: node, &streams.validatesChecksums)
    reader.flag("midstream", in: node, &streams.midstream)
    reader.flag("async-oneside", in: node, &streams.asyncOneSide)
    reader.flag("drop-invalid", in: node, &streams.dropsInvalid)
    reader.flag("bypass", in: node, &streams.bypass)
    reader.flag("liberal-timestamps", in: node, &streams.liberalTimestamps)
    if node["inline"]?.value?.lowercased() != "auto" { reader.flag("inline", in: node, &streams.isInline) }
    reader.integer("max-syn-queued", in: node, 0...255, &streams.synQueueMax)
    reader.integer("max-synack-queued", in: node, 0...255, &streams.synAckQueueMax)
    guard let reassembly = node["reassembly"] else { return }
    reader.bytes("memcap", in: reassembly, &streams.reassemblyMemcapBytes)
    reader.bytes("depth", in: reassembly, &streams.depthBytes)
    reader.bytes("toserver-chunk-size", in: reassembly, &streams.toServerChunkBytes)
    reader.bytes("toclient-chunk-size", in: reassembly, &streams.toClientChunkBytes)
    var areDrawn = true
    reader.flag("randomize-chunk-size", in: reassembly, &areDrawn)
    reader.integer("randomize-chunk-range", in: reassembly, 0...100, &streams.chunkRangePercent)
    if !areDrawn { streams.chunkRangePercent = 0 }
    reader.flag("raw", in: reassembly, &streams.raw)
    reader.flag("check-overlap-different-data", in: reassembly, &streams.checksOverlaps)
    reader.integer("max-regions", in: reassembly, 1...255, &streams.regionsMax)
    let policies = UrgentPolicy.allCases.map { ($0.name, $0) }
    reader.word("urgent.policy", in: reassembly, policies, &streams.urgentPolicy)
    reader.word("urgent.oob-limit-policy", in: reassembly, policies, &streams.urgentLimitPolicy)
  }

  mutating func readHosts(_ reader: inout SettingReader) {
    guard let node = reader.root["host-os-policy"] else { return }
    var policies = HostPolicies()
    for child in node.children {
      guard let policy = HostPolicy(name: child.name) else {
        let names = HostPolicy.allCases.map(\.name).joined(separator: ", ")
        reader.report(
          at: child.position, "host-os-policy has no system `\(child.name)`", remedy: "write one of \(names)")
        continue
      }
      for item in reader.list(child.name, in: node) ?? [] {
        for word in item.text.split(whereSeparator: { $0 == "," || $0 == " " }) {
          if let prefix = IPPrefix(word) {
            policies.add(prefix.address, bits: Int(prefix.length), policy)
          } else {
            reader.report(
              at: item.position, "`\(word)` is no address or network", remedy: "write one like `10.0.0.0/8`")
          }
        }
      }
    }
    streams.hostPolicies = policies
    defragment.hostPolicies = policies
  }
}
