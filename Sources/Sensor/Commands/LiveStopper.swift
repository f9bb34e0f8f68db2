/// Runs a request until it ends by itself or is asked to by SIGINT or SIGTERM. SIGUSR2 has the rules read
/// again, SIGHUP the output files opened again.
package struct LiveStopper {
  private let control = RunControl()

  package init() {}

  /// Runs; throws `RunFailure`.
  package func run(_ request: RunRequest, log: Log) throws -> RunReport {
    let signals = RunSignals(control)
    return try withExtendedLifetime(signals) {
      try SensorRun(request, log: log, control: control).run()
    }
  }
}
