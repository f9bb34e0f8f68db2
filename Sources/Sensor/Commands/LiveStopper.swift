import Capture

/// Runs a request until it ends by itself or is asked to by SIGINT or SIGTERM.
package struct LiveStopper {
  private let stop = LiveStop()

  package init() {}

  /// Runs; throws `RunFailure`.
  package func run(_ request: RunRequest, log: Log) throws -> RunReport {
    let signals = StopSignals(stop)
    return try withExtendedLifetime(signals) { try SensorRun(request, log: log, stop: stop).run() }
  }
}
