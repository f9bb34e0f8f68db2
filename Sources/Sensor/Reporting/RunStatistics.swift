import Events
import Flows
import Protocols
import Wire

/// A run's counters, summed over its workers, as the tree of EVE's `stats`.
struct RunStatistics {
  var decoder = DecoderCounters()
  var workers: [WorkerSeat] = []
  var suppressedAlerts: UInt64 = 0
  /// Alerts that passed their thresholds and were more than their packet may raise.
  var overflowingAlerts: UInt64 = 0
  /// Packets can be dropped: the counters on that are shown.
  var isInline = false
  /// There is a firewall, whose counters are shown.
  var hasFirewall = false
  var rulesLoaded = 0
  var rulesFailed = 0
  var rulesSkipped = 0
  var countsStreamEvents = false
  var defragment = DefragmentCounters()
  /// Frames that the kernel and the interface dropped in a live capture.
  var kernelPackets: UInt64 = 0
  var kernelDrops: UInt64 = 0

  /// The tree, by Suricata's names.
  var tree: Statistics {
    var tree = Statistics()
    if kernelPackets > 0 {
      tree.set("capture.kernel_packets", number(kernelPackets))
      tree.set("capture.kernel_drops", number(kernelDrops))
    }
    addDecoder(to: &tree)
    addStreams(to: &tree)
    addFlows(to: &tree)
    if isInline { addVerdicts(to: &tree) }
    addPacketLogs(to: &tree)
    addDefragmentation(to: &tree)
    addExceptions(to: &tree)
    addDetection(to: &tree)
    addApplicationLayer(to: &tree)
    tree.set("file_store.open_files", 0)
    if workers.contains(where: { $0.worker.fileStore != nil }) {
      tree.set("file_store.fs_errors", number(workers.reduce(0) { $0 &+ ($1.worker.fileStore?.errors ?? 0) }))
    }
    return tree
  }

  private func addDecoder(to tree: inout Statistics) {
    for (name, value) in decoder.named { tree.set("decoder.\(name)", number(value)) }
    for event in DecoderEvent.allCases {
      tree.set("decoder.event.\(event.name)", number(decoder.events[Int(event.rawValue)]))
    }
  }

  private func addStreams(to tree: inout Statistics) {
    func sum(_ name: String, _ value: (StreamCounters) -> UInt64) {
      tree.set("tcp.\(name)", number(workers.reduce(0) { $0 &+ value($1.worker.streams.counters) }))
    }
    sum("syn") { $0.syn }
    sum("synack") { $0.synAck }
    sum("rst") { $0.rst }
    sum("urg") { $0.urgent }
    sum("sessions") { $0.sessions }
    sum("ssn_memcap_drop") { $0.sessionMemcapDrops }
    sum("invalid_checksum") { $0.invalidChecksums }
    sum("midstream_pickups") { $0.midstreamPickups }
    sum("ack_unseen_data") { $0.ackUnseenData }
    sum("segment_memcap_drop") { $0.segmentMemcapDrops }
    sum("stream_depth_reached") { $0.depthReached }
    sum("reassembly_gap") { $0.gaps }
    sum("overlap") { $0.overlaps }
    sum("overlap_diff_data") { $0.overlapsDiffering }
    sum("insert_data_normal_fail") { $0.insertFailures }
    sum("urgent_oob_data") { $0.urgentBytes }
    if countsStreamEvents {
      for event in StreamEvent.allCases {
        let raised = workers.reduce(0) { $0 &+ $1.worker.streams.counters.events[Int(event.rawValue)] }
        tree.set("stream.\(event.name)", number(raised))
      }
    }
    tree.set(
      "tcp.reassembly_memuse", Int64(clamping: workers.reduce(0) { $0 + $1.worker.streams.reassemblyBytes }))
  }

  private func addFlows(to tree: inout Statistics) {
    func sum(_ name: String, _ value: (FlowCounters) -> UInt64) {
      tree.set("flow.\(name)", number(workers.reduce(0) { $0 &+ value($1.worker.flows.counters) }))
    }
    sum("memcap") { $0.memcap }
    sum("total") { $0.total }
    sum("tcp") { $0.tcp }
    sum("udp") { $0.udp }
    sum("icmpv4") { $0.icmpv4 }
    sum("icmpv6") { $0.icmpv6 }
    sum("tcp_reuse") { $0.tcpReuse }
    sum("end.state.new") { $0.endedNew }
    sum("end.state.established") { $0.endedEstablished }
    sum("end.state.closed") { $0.endedClosed }
    sum("end.state.local_bypassed") { $0.endedBypassed }
    for state in TCPState.allCases {
      sum("end.tcp_state.\(state.name)") { $0.endedTCP[Int(state.rawValue)] }
    }
    func add(_ name: String, _ value: (WorkerCounters) -> UInt64) {
      tree.set("flow_bypassed.\(name)", number(workers.reduce(0) { $0 &+ value($1.worker.counters) }))
    }
    add("local_pkts") { $0.bypassedPackets }
    add("local_bytes") { $0.bypassedBytes }
    sum("emerg_mode_entered") { $0.emergencyEntered }
    sum("emerg_mode_over") { $0.emergencyLeft }
    let pressure = workers.map { $0.worker.memoryPressurePercent }.max() ?? 0
    tree.set("memcap.pressure", Int64(pressure))
    tree.set("memcap.pressure_max", Int64(pressure))
    tree.set("flow.memuse", Int64(clamping: workers.reduce(0) { $0 + $1.worker.flows.memoryBytes }))
  }

  /// Packets written by `pcap-log`, and those that its filter left out.
  private func addPacketLogs(to tree: inout Statistics) {
    let logs = workers.compactMap { $0.worker.packetLog }
    guard !logs.isEmpty else { return }
    tree.set("pcap_log.written", number(logs.reduce(0) { $0 &+ $1.written }))
    tree.set("pcap_log.filtered_bpf", number(logs.reduce(0) { $0 &+ $1.filtered }))
  }

  private func addDefragmentation(to tree: inout Statistics) {
    tree.set("defrag.ipv4.fragments", number(defragment.ipv4Fragments))
    tree.set("defrag.ipv4.reassembled", number(defragment.ipv4Reassembled))
    tree.set("defrag.ipv6.fragments", number(defragment.ipv6Fragments))
    tree.set("defrag.ipv6.reassembled", number(defragment.ipv6Reassembled))
    tree.set("defrag.max_trackers_reached", number(defragment.maxTrackersHit))
    tree.set("defrag.max_frags_reached", number(defragment.maxFragmentsHit))
    tree.set("defrag.memcap", number(defragment.memcapHit))
    tree.set("defrag.wrk.tracker_timeout", number(defragment.timedOut))
  }

  private func addDetection(to tree: inout Statistics) {
    var engine = Statistics()
    engine.set("id", 0)
    engine.set("rules_loaded", Int64(rulesLoaded))
    engine.set("rules_failed", Int64(rulesFailed))
    engine.set("rules_skipped", Int64(rulesSkipped))
    tree.set("detect.engines", .list([.object(engine)]))
    let alerts = workers.reduce(0) { $0 &+ $1.worker.counters.alerts }
    tree.set("detect.alert", number(alerts &- min(suppressedAlerts &+ overflowingAlerts, alerts)))
    let passedOver = workers.reduce(0) { $0 &+ ($1.worker.inspector?.counters.alertsSuppressed ?? 0) }
    let limited = workers.reduce(0) { $0 &+ ($1.worker.inspector?.counters.alertsLimited ?? 0) }
    let overflow = workers.reduce(0) { $0 &+ ($1.worker.inspector?.counters.alertsOverflow ?? 0) }
    tree.set("detect.alert_queue_overflow", number(overflow &+ overflowingAlerts))
    tree.set("detect.alerts_suppressed", number(suppressedAlerts &+ limited &+ passedOver))
    addScripts(to: &tree)
  }

  private func addApplicationLayer(to tree: inout Statistics) {
    // Suricata's sums of what its parsers hold: here each flow has a bound of its own.
    for name in ["ftp", "http"] {
      tree.set("\(name).memuse", 0)
      tree.set("\(name).memcap", 0)
    }
    tree.set(
      "app_layer.flow.failed_tcp", number(workers.reduce(0) { $0 &+ $1.worker.counters.failedTCPFlows }))
    tree.set(
      "app_layer.flow.failed_udp", number(workers.reduce(0) { $0 &+ $1.worker.counters.failedUDPFlows }))
    for (index, entry) in ProtocolCatalogue.all.enumerated() {
      let flows = sum { $0.protocolFlows[index] }
      // A TLS session is none to those who read these numbers: the reference counts none.
      let transactions = entry.name == "tls" ? 0 : sum { $0.transactions[index] }
      let failures = sum { $0.parserFailures[index] }
      guard entry.transports.count > 1 else {
        add(entry.name, flows, transactions, failures, to: &tree)
        continue
      }
      // A protocol of streams and datagrams is counted for each.
      let datagrams = (
        sum { $0.datagrams.flows[index] }, sum { $0.datagrams.transactions[index] },
        sum { $0.datagrams.failures[index] }
      )
      add(
        entry.name + "_tcp", flows &- datagrams.0, transactions &- datagrams.1, failures &- datagrams.2,
        to: &tree)
      add(entry.name + "_udp", datagrams.0, datagrams.1, datagrams.2, to: &tree)
    }
  }

  private func sum(_ value: (WorkerCounters) -> UInt64) -> UInt64 {
    workers.reduce(0) { $0 &+ value($1.worker.counters) }
  }

  private func add(
    _ name: String, _ flows: UInt64, _ transactions: UInt64, _ failures: UInt64, to tree: inout Statistics
  ) {
    tree.set("app_layer.flow.\(name)", number(flows))
    tree.set("app_layer.tx.\(name)", number(transactions))
    tree.set("app_layer.error.\(name).parser", number(failures))
  }

  private func number(_ value: UInt64) -> Int64 { Int64(clamping: value) }
}
