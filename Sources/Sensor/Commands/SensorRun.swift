import Capture
import Correlation
import Detection
import Events
import Foundation
import Outputs
import Store
import Synchronization
import Wire

/// One run of the sensor, from the request to the report: loads, reads, writes, and tells honestly what was
/// lost.
package struct SensorRun {
  let request: RunRequest
  let log: Log
  /// Asked between two batches.
  let control: RunControl
  /// For checks: other rules, that are exchanged with the run's own after every so many packets.
  var exchanges: (with: LoadedRun, everyPackets: UInt64)?

  init(_ request: RunRequest, log: Log, control: RunControl = RunControl()) {
    self.request = request
    self.log = log
    self.control = control
  }

  /// What was loaded last for Suricata's command line, which ends with its run: to take twenty thousand rules
  /// apart takes a twentieth of the time to load them, and the system gets their memory back anyway.
  private static let lastLoaded = Mutex<LoadedRun?>(nil)

  /// Runs. Throws `RunFailure` where it cannot begin, or where what it saw cannot be written.
  package func run() throws -> RunReport {
    let loaded = try LoadedRun(request, log: log)
    if request.isSuricata { Self.lastLoaded.withLock { $0 = loaded } }
    try loaded.writeGroups()
    if request.mode == .test || request.mode == .engineAnalysis {
      if request.mode == .engineAnalysis { try loaded.writeAnalysis() }
      var report = RunReport()
      loaded.describe(in: &report, request)
      return report
    }
    return try run(loaded)
  }

  /// Runs with what was read before.
  func run(_ loaded: LoadedRun) throws -> RunReport {
    let outputs = try RunOutputs(loaded, request)
    var pipeline = Pipeline(
      loaded.context(for: request, outputs: outputs), workers: loaded.workerCount(request),
      defragment: loaded.settings.defragment,
      merger: outputs.merger(
        rules: loaded.rules, alertsPerPacketMax: loaded.settings.detection.alertsPerPacketMax))
    var report = RunReport()
    report.outputFolder = loaded.outputFolder
    report.databasePath = outputs.databasePath
    let began = ContinuousClock.now
    let reloads = RunReloads(loaded, request, outputs, control)
    defer { reloads.end() }
    do {
      switch request.mode {
      case .interface(let name): try capture(name, &pipeline, reloads, outputs, &report)
      case .captures(let paths): try replay(paths, &pipeline, reloads, &report)
      default: break
      }
      try pipeline.finish()
      try outputs.saveIdentities()
      try outputs.writeStatistics(
        statistics(of: pipeline, reloads.current, report), pipeline.latestNanoseconds, began)
      try pipeline.close()
      saveDatasets(of: pipeline, reloads.current, &report)
    } catch let failure as OutputFailure {
      throw RunFailure(failure.description)
    } catch let failure as StoreFailure {
      throw RunFailure(failure.description)
    } catch let failure as RunFailure {
      throw failure
    } catch {
      throw RunFailure(
        "what was seen cannot be written: \(error); check the space and the rights of \(loaded.outputFolder)")
    }
    report.seconds = Self.seconds(.now - began)
    reloads.current.describe(in: &report, request)
    fill(&report, from: pipeline, reloads.current)
    return report
  }

  /// Writes the data sets that are kept: as rules have left them, or as they were loaded. Tells what could
  /// not be written of them and of files.
  private func saveDatasets(
    of pipeline: borrowing Pipeline, _ loaded: LoadedRun, _ report: inout RunReport
  ) {
    // Rules that change sets make the run use one worker; the others have all the same.
    let datasets = pipeline.datasets ?? loaded.loadedRules.datasets
    let failures = pipeline.workers.compactMap { $0.worker.fileStore?.failure }
    for problem in DatasetFiles.save(datasets) + failures.prefix(1) {
      log.error(problem)
      report.problems.append(problem)
    }
  }

  private func replay(
    _ paths: [String], _ pipeline: inout Pipeline, _ reloads: RunReloads, _ report: inout RunReport
  ) throws {
    var options = CaptureSet.Options()
    options.isRecursive = request.isRecursive
    options.filter = try filterText()
    var captures: CaptureSet
    do {
      captures = try CaptureSet(paths, options)
    } catch {
      throw RunFailure(error.description)
    }
    var batch = PacketBatch()
    var progress = ProgressBar(
      total: Int64(clamping: captures.progress.bytesTotal), isShown: request.showsProgress)
    var file: Int32 = -1
    var pace = request.speed.map { ReplayPace(speed: $0) }
    let everyPackets = exchanges?.everyPackets ?? 0
    while captures.fill(&batch), !control.stop.isRequested {
      try reloads.attend(to: &pipeline)
      for index in 0..<batch.count {
        let frame = batch.frame(index)
        if frame.file != file {
          file = frame.file
          if captures.files.indices.contains(Int(file)) {
            try pipeline.captureFileChanged(captures.files[Int(file)])
          }
        }
        if everyPackets > 0, report.packets > 0, report.packets % everyPackets == 0, let exchanges {
          try reloads.exchange(with: exchanges.with, &pipeline)
        }
        note(frame, &report)
        if let waiting = pace?.waiting(until: frame.timeNanoseconds) {
          try pipeline.flush()
          wait(waiting)
        }
        try pipeline.take(
          batch.bytes(index), number: batch.number(index), timeNanoseconds: frame.timeNanoseconds,
          linkType: frame.linkType, wireLength: Int(frame.wireLength), ahead: batch.bytesAhead(of: index))
      }
      pipeline.noteMemory()
      progress.show(bytes: Int64(clamping: captures.progress.bytesRead), packets: report.packets)
    }
    progress.clear()
    report.problems += captures.problems.map(\.description)
    for problem in captures.problems { log.error(problem.description) }
    if report.packets == 0, captures.files.isEmpty || captures.problems.contains(where: { !$0.isPartial }) {
      if captures.problems.isEmpty {
        let problem =
          "\(paths.joined(separator: " ")): no capture was found there; name a capture or its folder"
        report.problems.append(problem)
        log.error(problem)
      }
    }
  }

  private func capture(
    _ interface: String, _ pipeline: inout Pipeline, _ reloads: RunReloads, _ outputs: RunOutputs,
    _ report: inout RunReport
  ) throws {
    var options = LiveOptions()
    options.filter = try filterText()
    var live: LiveCapture
    do {
      live = try LiveCapture(interface, options, stop: control.stop)
    } catch {
      throw RunFailure(error.description)
    }
    log.notice("watching \(interface); end with Ctrl-C or SIGTERM")
    var batch = PacketBatch()
    var flushed = ContinuousClock.now, saved = flushed
    while live.fill(&batch) {
      try reloads.attend(to: &pipeline)
      for index in 0..<batch.count {
        let frame = batch.frame(index)
        note(frame, &report)
        try pipeline.take(
          batch.bytes(index), number: batch.number(index), timeNanoseconds: frame.timeNanoseconds,
          linkType: frame.linkType, wireLength: Int(frame.wireLength))
      }
      if .now - flushed >= .seconds(1) {
        flushed = .now
        try pipeline.flush()
      }
      if .now - saved >= Self.identitiesInterval {
        saved = .now
        try outputs.saveIdentities()
      }
    }
    let statistics = live.statistics()
    report.kernelDrops = statistics.droppedByKernel &+ statistics.droppedByInterface
    if let problem = live.problem { report.problems.append(problem.description) }
  }

  /// Who is behind addresses is written so often, so that a sensor that is killed has not forgotten it.
  private static let identitiesInterval = Duration.seconds(60)

  private func note(_ frame: CapturedFrame, _ report: inout RunReport) {
    report.packets &+= 1
    report.bytes &+= UInt64(clamping: frame.wireLength)
    if report.firstNanoseconds == 0 { report.firstNanoseconds = frame.timeNanoseconds }
    report.lastNanoseconds = max(report.lastNanoseconds, frame.timeNanoseconds)
  }

  /// The capture filter; `@file` reads it from a file, as `-F` asks.
  private func filterText() throws -> String? {
    guard let filter = request.captureFilter, filter.hasPrefix("@") else { return request.captureFilter }
    let path = String(filter.dropFirst())
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw RunFailure("\(path): the capture filter cannot be read; check the name after -F")
    }
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: " ")
  }

  private func statistics(
    of pipeline: borrowing Pipeline, _ loaded: LoadedRun, _ report: RunReport
  ) -> RunStatistics {
    var statistics = RunStatistics()
    statistics.decoder = pipeline.decoderCounters
    statistics.defragment = pipeline.defragmentCounters
    statistics.workers = pipeline.workers
    statistics.suppressedAlerts = pipeline.suppressedAlerts
    statistics.overflowingAlerts = pipeline.overflowingAlerts
    statistics.rulesLoaded = loaded.ruleCount
    statistics.isInline = loaded.isInline
    statistics.hasFirewall = loaded.hasFirewall
    statistics.rulesFailed = loaded.refusedCount
    statistics.rulesSkipped = loaded.loadedRules.skippedCount
    statistics.countsStreamEvents = loaded.settings.outputs.countsStreamEvents
    statistics.kernelDrops = report.kernelDrops
    if case .interface = request.mode { statistics.kernelPackets = report.packets &+ report.kernelDrops }
    return statistics
  }

  private func fill(_ report: inout RunReport, from pipeline: borrowing Pipeline, _ loaded: LoadedRun) {
    let workers = pipeline.workers
    report.invalidPackets = pipeline.decoderCounters.invalid
    report.memory = pipeline.memory
    for seat in workers {
      report.streamGaps &+= seat.worker.streams.counters.gaps
      report.memcapDrops &+=
        seat.worker.streams.counters.segmentMemcapDrops &+ seat.worker.flows.counters.memcap
      report.anomalies &+= seat.worker.counters.anomalies
      report.flows &+= seat.worker.flows.counters.total
      report.alerts &+= seat.worker.counters.alerts
    }
    describeDetection(workers)
    report.suppressedAlerts = pipeline.suppressedAlerts
    report.alerts &-= min(report.suppressedAlerts &+ pipeline.overflowingAlerts, report.alerts)
    for (signature, count) in pipeline.alertsBySignature {
      guard let identity = loaded.rules?.signatures[signature].identity else { continue }
      report.signatures.append(
        RunReport.SignatureCount(sid: identity.id, message: identity.message, count: count))
    }
    for (identity, count) in pipeline.earlierAlerts {
      report.signatures.append(
        RunReport.SignatureCount(sid: identity.id, message: identity.message, count: count))
    }
    report.signatures.sort { ($1.count, $0.sid) < ($0.count, $1.sid) }
    report.protocols = Self.protocols(of: workers)
    if request.profilesRules {
      report.profile = Self.profile(loaded, workers, alerts: pipeline.alertsBySignature)
    }
  }

  /// With `-vv`: where detection's work went, and the rules that were evaluated most.
  private func describeDetection(_ workers: [WorkerSeat]) {
    guard log.level >= .debug else { return }
    for seat in workers {
      guard let counters = seat.worker.inspector?.counters, let checks = seat.worker.inspector?.checks,
        let signatures = context(of: seat)
      else { continue }
      log.write(.debug, "detection: \(counters)")
      let scanned = seat.worker.inspector?.scanned ?? []
      for (index, count) in scanned.enumerated().sorted(by: { $0.element > $1.element }).prefix(15)
      where count > 0 {
        log.write(
          .debug, "  \(count) bytes scanned for \(seat.worker.inForce.rules?.databaseLabels[index] ?? "")")
      }
      for (index, count) in checks.enumerated().sorted(by: { $0.element > $1.element }).prefix(120)
      where count > 0 {
        log.write(
          .debug, "  \(count) × \(signatures[index].identity.id) \(signatures[index].identity.message)")
      }
    }
  }

  private func context(of seat: WorkerSeat) -> [Signature]? { seat.worker.inForce.rules?.signatures }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  }
}
