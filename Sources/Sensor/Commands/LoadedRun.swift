import Detection
import Flows
import Foundation
import Outputs
import Wire

/// What a run has read before its first packet: configuration and rules, with everything that was wrong.
struct LoadedRun: Sendable {
  let configuration: Configuration
  private(set) var settings: SensorSettings
  let rules: RuleSet?
  let loadedRules: LoadedRules
  let outputFolder: String
  /// Rules that were refused, in all files and by the compiler of the prefilter.
  let refusedCount: Int
  var ruleCount: Int { (rules?.signatures.count ?? 0) - (hasFirewall ? 2 : 0) }

  /// What rules drop is not passed on.
  let isInline: Bool
  /// What the firewall's rules do not accept is dropped.
  let hasFirewall: Bool
  /// What is done where limits are met and parsers fail.
  let exceptions: ExceptionPolicies
  /// The log of the run, with the file that the configuration asks for.
  let log: Log

  /// What was wrong with the rules, without the lines where: a reload may bring no more.
  private let errors: Set<String>

  /// Reads everything that the request names. With `running` it is to take the place of what a run goes on
  /// with, whose names keep their numbers, and has to be at least as sound.
  init(_ request: RunRequest, log: Log, after running: LoadedRun? = nil) throws {
    configuration = Self.configuration(request)
    var (settings, problems) = SensorSettings.read(configuration)
    let folder = request.outputFolder ?? settings.outputs.folder
    let log = running?.log ?? Self.log(log, settings.logging, folder: folder, request)
    self.log = log
    for problem in problems { log.write(problem.severity == .error ? .error : .warning, problem.description) }
    if let first = problems.first(where: { $0.severity == .error }) {
      let reason = running == nil ? "the configuration has errors: see above" : first.description
      throw RunFailure(reason, wasTold: true)
    }
    outputFolder = folder
    isInline = request.simulatesIPS || settings.streams.isInline
    exceptions = ExceptionPolicies(
      settings.exceptionPolicies, isInline: isInline, midstream: settings.streams.midstream)
    for complaint in exceptions.complaints { log.error(complaint) }
    if !exceptions.complaints.isEmpty, request.areStartErrorsFatal {
      throw RunFailure("the exception policies have errors: see above", wasTold: true)
    }
    if ![.ignore, .passFlow].contains(exceptions[.midstream]) { settings.streams.midstream = false }
    settings.outputs.folder = outputFolder
    settings.scripts.logFolder = folder
    settings.scripts.sink = LogScriptSink(log: log)
    self.settings = settings
    guard !request.disablesDetection, settings.detection.isEnabled else {
      (rules, loadedRules, refusedCount) = (nil, LoadedRules(), 0)
      hasFirewall = false
      errors = []
      return
    }
    var reader = RuleFileReader(settings: settings.rules, lists: settings.lists, request: request)
    hasFirewall = !request.firewallRuleFiles.isEmpty || settings.rules.firewall.isEnabled
    settings.rules.firewall.isEnabled = hasFirewall
    var environment = Self.environment(&reader, settings, request)
    if let running { environment.names = running.loadedRules.names }
    for note in reader.notes { log.info(note) }
    loadedRules = RuleLoader.load(files: reader.files(), environment: environment)
    let ruleSet = RuleSet(
      loadedRules.signatures, datasets: loadedRules.datasets, actions: settings.detection.actions,
      firewall: settings.rules.firewall,
      cache: settings.detection.keepsPatterns
        ? PatternFolder(configured: settings.detection.patternFolder) : nil,
      scriptNames: ScriptNames(loadedRules))
    self.settings.showFingerprints(of: loadedRules.signatures)
    rules = ruleSet.signatures.isEmpty ? nil : ruleSet
    let complaints = reader.problems + loadedRules.problems + ruleSet.problems
    refusedCount = complaints.count { $0.severity == .error }
    Self.tell(complaints, loadedRules, ruleSet, files: reader.fileCount, log, request)
    errors = Self.errors(complaints, loadedRules.refused)
    if let running {
      try Self.compare(complaints, loadedRules.refused, with: running, isEmpty: rules == nil)
    }
    let isFatal = request.areStartErrorsFatal || request.mode == .test
    if refusedCount > 0, isFatal {
      if request.mode == .engineAnalysis { try writeAnalysis() }
      if request.isSuricata { log.error("Loading signatures failed.") }
      throw RunFailure("\(refusedCount) of the rules cannot be used: see above", wasTold: true)
    }
  }

  /// Tells what is wrong with the rules, and how many there are.
  private static func tell(
    _ complaints: [RuleProblem], _ loadedRules: LoadedRules, _ ruleSet: RuleSet, files: Int, _ log: Log,
    _ request: RunRequest
  ) {
    if request.isSuricata { for note in loadedRules.notes { log.notice(note) } }
    RuleMessages(log: log, isSuricata: request.isSuricata).tell(complaints, refused: loadedRules.refused)
    let failed = loadedRules.refused.count + ruleSet.problems.count { $0.severity == .error }
    RuleMessages(log: log, isSuricata: request.isSuricata).sum(
      files: files, loaded: ruleSet.signatures.count, failed: failed,
      skipped: loadedRules.skippedCount,
      isFatal: request.areStartErrorsFatal || request.mode == .test)
  }

  /// What is wrong, in words that do not change where lines move.
  private static func errors(
    _ complaints: [RuleProblem], _ refused: [LoadedRules.RefusedRule]
  ) -> Set<String> {
    Set(complaints.filter { $0.severity == .error }.map(words) + refused.map(\.text))
  }

  private static func words(_ problem: RuleProblem) -> String {
    "\(problem.position.file): \(problem.message)"
  }

  /// Refuses rules that have errors which those in force have not, or that are none.
  private static func compare(
    _ complaints: [RuleProblem], _ refused: [LoadedRules.RefusedRule], with running: LoadedRun, isEmpty: Bool
  ) throws {
    let problems = complaints.filter { $0.severity == .error && !running.errors.contains(words($0)) }
    let rules = refused.filter { !running.errors.contains($0.text) }.compactMap(\.problem)
    if let first = problems.first ?? rules.first {
      let count = max(problems.count, rules.count)
      throw RunFailure(
        "\(count) \(count == 1 ? "error" : "errors"), first \(first.description)", wasTold: true)
    }
    if isEmpty { throw RunFailure("there are no rules in the files that were named", wasTold: true) }
  }

  /// The configuration with what the request says otherwise.
  private static func configuration(_ request: RunRequest) -> Configuration {
    var overrides = request.overrides
    if let folder = request.outputFolder { overrides.append(("default-log-dir", folder)) }
    if let mode = request.checksumMode { overrides.append(("capture.checksum-validation", mode)) }
    if request.checksumMode == "none" { overrides.append(("stream.checksum-validation", "no")) }
    if request.simulatesIPS { overrides.append(("stream.inline", "yes")) }
    return Configuration.load(
      path: request.configurationPath, includes: request.includes, overrides: overrides,
      isSuricata: request.isSuricata)
  }

  /// What rules are read with.
  private static func environment(
    _ reader: inout RuleFileReader, _ settings: SensorSettings, _ request: RunRequest
  ) -> RuleEnvironment {
    var environment = reader.environment()
    environment.actions = settings.detection.actions
    environment.scripts = settings.scripts
    let takesConfigured = request.firewallRuleFiles.isEmpty && !request.areRulesExclusive
    environment.firewallFiles = Set(
      takesConfigured ? settings.rules.firewallFiles : request.firewallRuleFiles)
    if settings.protocols.tls.ja3 != .never { environment.features.insert("ja3") }
    if settings.protocols.tls.ja4 != .never { environment.features.insert("ja4") }
    if settings.protocols.tls.ja3 == .never { environment.switchedOff.insert("ja3") }
    if settings.protocols.tls.ja4 == .never { environment.switchedOff.insert("ja4") }
    return environment
  }

  /// Suricata's own command line keeps the configuration's log files; they are opened where the events go.
  private static func log(_ log: Log, _ settings: LoggingSettings, folder: String, _ request: RunRequest)
    -> Log
  {
    guard request.isSuricata else { return log }
    let log = log.showing(settings.level)
    guard let file = settings.file else { return log }
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = file.name.hasPrefix("/") ? file.name : "\(folder)/\(file.name)"
    return log.writing(to: path, level: max(file.level, log.level), isJSON: file.isJSON)
  }

  /// What the workers need of it.
  func context(for request: RunRequest, outputs: RunOutputs) -> WorkerContext {
    var context = WorkerContext()
    context.decoder = settings.decoder
    context.flows = settings.flows
    context.streams = settings.streams
    if request.drawsNothing { context.streams.takeSmallestChunks() }
    if waits(forStreamEvent: .reassemblyOverlapDifferentData) { context.streams.checksOverlaps = true }
    context.protocols = settings.protocols
    context.protocols.tls.tlcpServers = outputs.site.tlcpServers
    context.identities = outputs.site.identities
    context.inForce = RulesInForce(rules, loadedRules)
    settleFiles(&context)
    context.protocols.frames = rules?.frameNeeds ?? [:]
    context.protocols.tls.followsEncrypted = rules?.filters("tls") ?? false
    context.protocols.announcesAllFrames = outputs.encoderSettings.contains { $0.types.contains(.frame) }
    context.detection = settings.detection
    context.scriptOutputs = settings.scriptOutputs
    context.scripts = settings.scripts
    context.encoders = outputs.encoderSettings
    context.packetLogs = settings.outputs.packetLogs
    context.certificateFolder = settings.outputs.certificateFolder.map { settings.outputs.path(of: $0) }
    context.keepsStructured = outputs.keepsStructured
    if outputs.keepsStructured { context.kept = KeptRecords(all: outputs.hasSigma) }
    context.isInline = isInline
    context.profilesRules = request.profilesRules
    context.exceptions = exceptions
    context.streams.isInline = context.isInline
    if case .captures = request.mode, settings.checksumMode == "none" {
      context.streams.validatesChecksums = false
    }
    // Who does not ask for them need not have them summed up.
    if !context.streams.validatesChecksums { context.decoder.checksums = .ignore }
    // Without rules nobody inspects the streams as such.
    if rules == nil { context.streams.raw = false }
    if case .interface(let name) = request.mode {
      context.interface = name
      context.seed = UInt64.random(in: .min ... .max)
    }
    return context
  }

  /// What rules and the file store need of files: digests, and all of their bytes.
  private func settleFiles(_ context: inout WorkerContext) {
    context.showsMagic = settings.showsMagic
    let needs = rules?.fileNeeds ?? FileNeeds()
    if needs.md5 { context.protocols.hashesMD5 = true }
    if needs.sha1 { context.protocols.hashesSHA1 = true }
    if needs.sha256 { context.protocols.hashesSHA256 = true }
    guard let store = settings.fileStore else {
      if needs.keepsFiles {
        log.warning(
          "One or more rule(s) depends on the file-store output log which is not enabled. "
            + "Enable the output \"file-store\".")
      }
      return
    }
    // What is kept is evidence: named by SHA-256, and known by SM3 beside.
    context.protocols.hashesSHA256 = true
    context.protocols.hashesSM3 = true
    // Rules that come later may want files: the store is there for them.
    context.fileStore = store
    context.fileStore?.folder = settings.outputs.path(of: store.folder)
    guard needs.keepsFiles || store.keepsAll else { return }
    context.protocols.keepsFiles = true
    context.protocols.hasFileLimit = store.bytesMax != nil
    context.protocols.fileBytesMax = store.bytesMax ?? context.streams.depthBytes
    if let bytesMax = store.bytesMax { context.streams.depthBytes = bytesMax }
  }

  /// Whether a rule asks for a stream event, which some are only raised for.
  private func waits(forStreamEvent event: StreamEvent) -> Bool {
    rules?.waits(forStreamEvent: event.rawValue) ?? false
  }

  /// How many workers: what was asked for; one for Suricata's `single` and where rules share state between
  /// flows that most packets ask for.
  func workerCount(_ request: RunRequest) -> Int {
    let sharesState = rules?.needsOneWorker == true || !settings.scriptOutputs.isEmpty
    if sharesState || request.isSuricata && request.workers == nil { return 1 }
    let asked = request.workers ?? min(ProcessInfo.processInfo.activeProcessorCount, 8)
    return min(max(asked, 1), 64)
  }

  /// Tells of the rules. Those that were refused are a problem of the run, but not for Suricata's users, who
  /// expect status 0.
  func describe(in report: inout RunReport, _ request: RunRequest) {
    report.rulesLoaded = ruleCount
    report.rulesRefused = refusedCount
    if refusedCount > 0, !request.isSuricata {
      report.problems.append(
        "\(refusedCount) rules are not in use: their messages are above; see 'fengsui rules check'")
    }
  }
}
