import Foundation

/// Lets a replay go on at the speed at which it happened, or so many times faster.
struct ReplayPace {
  private let speed: Double
  private var began: (clock: ContinuousClock.Instant, nanoseconds: Int64)?

  /// Shorter waits are saved up: sleeping is not more exact.
  private static let shortest = 0.05

  init(speed: Double) {
    self.speed = max(speed, 1e-6)
  }

  /// Seconds until a packet is due; nil: now.
  mutating func waiting(until nanoseconds: Int64) -> Double? {
    guard let began else {
      self.began = (.now, nanoseconds)
      return nil
    }
    let due = Double(nanoseconds &- began.nanoseconds) / 1e9 / speed
    let passed = (ContinuousClock.now - began.clock).components
    let left = due - Double(passed.seconds) - Double(passed.attoseconds) / 1e18
    return left >= Self.shortest ? left : nil
  }
}

extension SensorRun {
  /// Waits, unless the end is asked for.
  func wait(_ seconds: Double) {
    let end = ContinuousClock.now + .seconds(min(seconds, 1e7))
    while .now < end, !control.stop.isRequested {
      let left = (end - .now).components
      Thread.sleep(forTimeInterval: min(max(Double(left.seconds) + Double(left.attoseconds) / 1e18, 0), 0.2))
    }
  }
}
