/// Configuration and rules, loaded once, for many replays one after the other: each begins with empty tables
/// and writes its outputs anew.
package struct PreparedRun {
  private let request: RunRequest
  private let log: Log
  private let loaded: LoadedRun

  /// Loads; throws `RunFailure`.
  package init(_ request: RunRequest, log: Log) throws {
    self.request = request
    self.log = log
    loaded = try LoadedRun(request, log: log)
  }

  /// Bytes that the run's tables may hold: flows, sessions, reassembly, fragments.
  package var memoryCaps: (flows: Int, sessions: Int, reassembly: Int, defragment: Int) {
    let settings = loaded.settings
    return (
      settings.flows.memcapBytes, settings.streams.memcapBytes, settings.streams.reassemblyMemcapBytes,
      settings.defragment.memcapBytes
    )
  }

  /// Replays captures and exchanges the rules for others, and those for themselves, after every so many
  /// packets: for checks. Throws `RunFailure`.
  package func replay(
    _ paths: [String], exchangingRulesWith other: PreparedRun, everyPackets: UInt64
  ) throws -> RunReport {
    var request = request
    request.mode = .captures(paths)
    var run = SensorRun(request, log: log)
    run.exchanges = (other.loaded, max(everyPackets, 1))
    return try run.run(loaded)
  }

  /// The same rules read again, with the names of these: what a reload reads.
  package func following(_ request: RunRequest) throws -> PreparedRun {
    PreparedRun(request, log: log, try LoadedRun(request, log: log, after: loaded))
  }

  private init(_ request: RunRequest, log: Log, _ loaded: LoadedRun) {
    self.request = request
    self.log = log
    self.loaded = loaded
  }

  /// Replays captures, with the store or without it whatever the request says; throws `RunFailure`.
  package func replay(_ paths: [String], keepsStore: Bool? = nil) throws -> RunReport {
    var request = request
    if let keepsStore { request.keepsStore = keepsStore }
    request.mode = .captures(paths)
    return try SensorRun(request, log: log).run(loaded)
  }
}
