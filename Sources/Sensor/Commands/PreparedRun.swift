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

  /// Replays captures, with the store or without it whatever the request says; throws `RunFailure`.
  package func replay(_ paths: [String], keepsStore: Bool? = nil) throws -> RunReport {
    var request = request
    if let keepsStore { request.keepsStore = keepsStore }
    request.mode = .captures(paths)
    return try SensorRun(request, log: log).run(loaded)
  }
}
