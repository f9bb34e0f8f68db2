import Capture
import Outputs

extension SensorSettings {
  /// `pcap-log`: packets in files of the pcap format.
  mutating func readPacketLog(_ node: ConfigurationNode, _ reader: inout SettingReader) {
    var log = PacketLogSettings()
    log.name = node["filename"]?.value ?? log.name
    reader.bytes("limit", in: node, &log.bytesMax)
    reader.integer("max-files", in: node, 0...1_000_000, &log.filesMax)
    reader.word("ts-format", in: node, [("sec", false), ("usec", true)], &log.hasMicroseconds)
    reader.word("conditional", in: node, [("all", .all), ("alerts", .alerts), ("tag", .tag)], &log.condition)
    if let mode = node["mode"], mode.value?.lowercased() != "normal" {
      reader.report(
        .warning, at: mode.position, "pcap-log writes in mode normal only",
        remedy: "write `mode: normal`: packets of all workers come in one order")
    }
    if let compression = node["compression"], compression.value?.lowercased() != "none" {
      reader.report(
        .warning, at: compression.position, "pcap-log does not compress", remedy: "write `compression: none`")
    }
    if let filter = node["bpf-filter"], let expression = filter.value {
      do throws(CaptureProblem) {
        _ = try FrameFilter(expression)
        log.filter = expression
      } catch {
        reader.report(at: filter.position, error.reason, remedy: error.remedy)
      }
    }
    outputs.packetLogs.append(log)
  }
}
