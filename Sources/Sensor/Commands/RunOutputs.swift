import Correlation
import Detection
import Events
import Foundation
import Outputs
import Store
import Wire

/// The files and the database that a run writes, opened before its first packet.
struct RunOutputs {
  let encoderSettings: [EVESettings]
  var keepsStructured: Bool { store != nil }
  let databasePath: String?
  /// What is defended; empty without a site file.
  let site: SiteModel
  private let files: [LineFile]
  private let packetFiles: [PacketFile]
  private let store: (output: StoreOutput, hasSigma: Bool)?
  /// Sigma rules look into the lines of all records.
  let hasSigma: Bool
  private let currentSite: CurrentSite
  private let sitePath: String?
  private let folder: String
  private let settings: OutputSettings

  init(_ loaded: LoadedRun, _ request: RunRequest) throws {
    settings = loaded.settings.outputs
    let folder = loaded.outputFolder
    self.folder = folder
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw RunFailure("\(folder): the output folder cannot be made; name a writable one with -o (or -l)")
    }
    var files: [LineFile] = []
    var encoders: [EVESettings] = []
    do {
      for file in loaded.settings.outputs.files {
        let appends = file.appends && !request.keepsStore
        files.append(try LineFile(path: settings.path(of: file.name), appends: appends))
        encoders.append(file.settings)
      }
    } catch {
      throw RunFailure("\(error)")
    }
    var site = try request.sitePath.map { try CurrentSite.read($0) } ?? SiteModel()
    if site.hasLines { site.identities = SavedIdentities.read(folder) }
    self.site = site
    let currentSite = CurrentSite(site)
    if request.sitePath != nil {
      for index in encoders.indices { encoders[index].places = currentSite }
    }
    self.currentSite = currentSite
    sitePath = request.sitePath
    self.files = files
    packetFiles = settings.packetLogs.map { PacketFile($0, folder: folder) }
    encoderSettings = encoders
    store = request.keepsStore ? try Self.store(folder, loaded, request, site) : nil
    databasePath = request.keepsStore ? Self.databasePath(folder) : nil
    if let problem = store?.output.stateProblem { loaded.log.warning(problem.english) }
    hasSigma = store?.hasSigma ?? false
  }

  private static func databasePath(_ folder: String) -> String { "\(folder)/fengsui.sqlite" }

  private static func store(
    _ folder: String, _ loaded: LoadedRun, _ request: RunRequest, _ site: SiteModel
  ) throws -> (output: StoreOutput, hasSigma: Bool) {
    let path = databasePath(folder)
    let options = try options(folder, loaded, request)
    let isNew = !FileManager.default.fileExists(atPath: path)
    do {
      let database = try StoreDatabase(path: path)
      let output = try StoreOutput(
        database: database, site: site, source: source(of: request), options: options)
      return (output, !options.sigma.isEmpty)
    } catch {
      // A file that holds nothing yet would only be taken for a broken database later.
      if isNew {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
      }
      throw RunFailure(
        (error as? StoreFailure)?.description ?? "\(path): \(error); check the folder's space and rights")
    }
  }

  private static func options(
    _ folder: String, _ loaded: LoadedRun, _ request: RunRequest
  ) throws -> StoreOutput.Options {
    var options = StoreOutput.Options()
    if let path = request.mapPath ?? loaded.settings.mapPath {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw RunFailure("\(path): the map cannot be read; check the name after --map")
      }
      switch TacticMap.load(String(decoding: data, as: UTF8.self), file: path, over: .standard) {
      case .success(let map): options.map = map
      case .failure(let failure):
        throw RunFailure(failure.problems.map(\.description).joined(separator: "\n"))
      }
    }
    do {
      options.sigma = try SigmaFiles.load(loaded.settings.sigmaFiles + request.sigmaFiles)
    } catch {
      throw RunFailure(error.description)
    }
    if options.sigma.foreignCount > 0 {
      loaded.log.notice(
        "\(options.sigma.foreignCount) Sigma rules are for logs of another kind: they are left out")
    }
    // As for whole EVE files: nobody waits for what is read at once.
    if case .captures = request.mode, request.speed == nil { options.watermarkSeconds = 3_600 }
    if case .interface = request.mode {
      options.clock = { Int64(Date().timeIntervalSince1970 * 1_000) &* 1_000_000 }
    }
    if request.keepsState { options.statePath = "\(folder)/fengsui.state" }
    return options
  }

  private static func source(of request: RunRequest) -> String {
    switch request.mode {
    case .captures(let paths): paths.joined(separator: " ")
    case .interface(let name): name
    default: ""
    }
  }

  /// Writes who is behind addresses, where that is watched.
  func saveIdentities() throws {
    if let table = site.identities { try SavedIdentities.write(table, folder) }
  }

  /// Opens the files again, as log rotation asks: the old ones were moved away.
  func reopen() throws {
    for file in files { try file.reopen() }
  }

  /// Reads the site again; with errors, the old one stays. True where there is one.
  func reloadSite() throws(RunFailure) -> Bool {
    guard let sitePath else { return false }
    var site = try CurrentSite.read(sitePath)
    site.identities = self.site.identities
    if let table = site.identities { SavedIdentities.merge(folder, into: table) }
    currentSite.exchange(site)
    store?.output.exchange(site)
    return true
  }

  /// Writes what came of a reload to every EVE file that takes alerts.
  func write(_ report: RuleReloadReport, nanoseconds: Int64) throws {
    for (file, eve) in zip(files, encoderSettings) where eve.format == .eve {
      let encoder = EVEEncoder(settings: eve)
      guard encoder.wants(.alert) else { continue }
      var numbers = [
        ("rules_loaded", report.rulesLoaded), ("rules_failed", report.rulesFailed),
        ("rules_skipped", report.rulesSkipped),
      ]
      if report.failure == nil {
        numbers += [
          ("rules_added", report.changes.added), ("rules_removed", report.changes.removed),
          ("rules_changed", report.changes.changed),
        ]
      }
      var line = JSONWriter()
      encoder.encodeEngine(
        report.failure.map { "rule reload failed: \($0)" } ?? "rule reload complete", numbers,
        nanoseconds: nanoseconds, into: &line)
      try file.write(lines: line.takeLine().rawSpan)
    }
  }

  func merger(rules: RuleSet?, alertsPerPacketMax: Int) -> Merger {
    Merger(
      rules: rules, lineOutputs: files + packetFiles, outputs: store.map { [$0.output] } ?? [],
      alertsPerPacketMax: alertsPerPacketMax)
  }

  /// Writes the run's counters to every EVE file that takes them, and stats.log.
  func writeStatistics(
    _ statistics: RunStatistics, _ nanoseconds: Int64, _ began: ContinuousClock.Instant
  ) throws {
    guard settings.gathersStatistics else { return }
    let tree = statistics.tree
    let uptime = (ContinuousClock.now - began).components.seconds
    for (file, eve) in zip(files, encoderSettings) {
      let encoder = EVEEncoder(settings: eve)
      guard encoder.wants(.stats) else { continue }
      var line = JSONWriter()
      encoder.encodeStatistics(tree, uptimeSeconds: uptime, nanoseconds: nanoseconds, into: &line)
      try file.write(lines: line.takeLine().rawSpan)
    }
    guard let table = settings.statistics else { return }
    let log = try LineFile(path: settings.path(of: table.name), appends: table.appends)
    let text = StatisticsLog.text(tree, nanoseconds: nanoseconds, uptimeSeconds: uptime)
    try log.write(lines: Array(text.utf8).rawSpan)
    try log.close()
  }
}

extension LineFile: LineOutput {}
