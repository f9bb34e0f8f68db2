import Detection
import Foundation
import Outputs

/// The reloads of one run: begins them when they are asked for, and exchanges the rules between two batches.
/// Confined to the thread that reads the traffic.
final class RunReloads {
  private let request: RunRequest
  private let control: RunControl
  private let outputs: RunOutputs
  private let reloader = RuleReloader()
  /// What the run goes on with.
  private(set) var current: LoadedRun
  /// Reloads that were tried.
  private(set) var count = 0
  private var began = ContinuousClock.now
  private var mark: ProcessMark?
  private var log: Log { current.log }

  init(_ loaded: LoadedRun, _ request: RunRequest, _ outputs: RunOutputs, _ control: RunControl) {
    current = loaded
    self.request = request
    self.outputs = outputs
    self.control = control
    markProcess()
  }

  /// Does what was asked for since the last batch.
  func attend(to pipeline: inout Pipeline) throws {
    if control.takeReopening() {
      try pipeline.flush()
      try outputs.reopen()
      log.reopen()
      log.notice("the output files were opened again")
      reloadSite()
    }
    if let outcome = reloader.take() { try settle(outcome, &pipeline) }
    if control.wantsReload { begin() }
  }

  private func reloadSite() {
    do {
      if try outputs.reloadSite() { log.notice("the site was read again") }
    } catch {
      log.error("\(error.description)\nthe site stays as it was")
    }
  }

  /// The run is over.
  func end() {
    mark?.remove()
    mark = nil
  }

  /// Exchanges the rules for others and back again at once, for checks that need to know where.
  func exchange(with other: LoadedRun, _ pipeline: inout Pipeline) throws {
    let own = current
    try settle(.loaded(other), &pipeline)
    try settle(.loaded(own), &pipeline)
  }

  private func begin() {
    guard current.settings.detection.allowsReload, current.rules != nil else {
      control.reloadBegins()
      count += 1
      let reason =
        current.rules == nil
        ? "the run has no rules that could be exchanged" : "detect.rule-reload is off in the configuration"
      tell(RuleReloadReport(number: count, failure: reason))
      return
    }
    guard reloader.begin(request, after: current) else { return }
    control.reloadBegins()
    began = .now
    log.notice("rule reload starting")
  }

  private func settle(_ outcome: RuleReloader.Outcome, _ pipeline: inout Pipeline) throws {
    count += 1
    var report = RuleReloadReport(number: count)
    switch outcome {
    case .failed(let reason): report.failure = reason
    case .loaded(let next):
      try pipeline.settle()
      let exchangeBegan = ContinuousClock.now
      let before = pipeline.datasets ?? []
      report.changes = pipeline.exchange(next.context(for: request, outputs: outputs))
      var old: LoadedRun? = current
      current = next
      if let old = old.take() { reloader.retire(old) }
      report.pauseMilliseconds = Self.milliseconds(.now - exchangeBegan)
      keepDatasets(before, of: pipeline)
    }
    report.seconds = Double(Self.milliseconds(.now - began)) / 1000
    report.rulesLoaded = current.ruleCount
    report.rulesFailed = current.refusedCount
    report.rulesSkipped = current.loadedRules.skippedCount
    try outputs.write(report, nanoseconds: pipeline.latestNanoseconds)
    tell(report)
  }

  private func tell(_ report: RuleReloadReport) {
    if report.failure == nil { log.notice(report.text) } else { log.error(report.text) }
    guard request.marksProcess, mark != nil else { return }
    try? report.json.write(
      to: URL(fileURLWithPath: "\(current.outputFolder)/\(RuleReloadReport.fileName)"), options: .atomic)
  }

  /// Sets that no rule names any more are written now: nothing will be put into them.
  private func keepDatasets(_ before: [Dataset], of pipeline: borrowing Pipeline) {
    let names = Set((pipeline.datasets ?? []).map(\.name))
    for problem in DatasetFiles.save(before.filter { !names.contains($0.name) }) { log.error(problem) }
  }

  /// Lets `fengsui rules reload` find the run; Suricata's users name a file with `--pidfile`.
  private func markProcess() {
    let path = request.isSuricata ? request.processFile : "\(current.outputFolder)/\(Self.processFileName)"
    guard let path, request.marksProcess || request.isSuricata else { return }
    mark = ProcessMark(path: path, process: getpid())
    if mark == nil { log.warning("\(path) cannot be written, or another run holds it") }
  }

  /// Name of the file in the output folder that names the process.
  static let processFileName = "fengsui.pid"

  private static func milliseconds(_ duration: Duration) -> Int {
    Int(clamping: duration.components.seconds) * 1000
      + Int(clamping: duration.components.attoseconds / 1_000_000_000_000_000)
  }
}
