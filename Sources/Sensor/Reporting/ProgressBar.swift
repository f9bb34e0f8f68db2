import Foundation

/// How far a long piece of work is, on standard error where that is a terminal: a bar, a rate, the time left.
package struct ProgressBar {
  private let total: Int64
  private let began: ContinuousClock.Instant
  private var drawn: ContinuousClock.Instant
  private let isShown: Bool
  private static let interval = Duration.milliseconds(200)

  package init(total: Int64, isShown: Bool) {
    self.total = total
    self.isShown = isShown && isatty(2) == 1
    began = .now
    drawn = .now - .seconds(1)
  }

  /// Draws, at most five times a second.
  package mutating func show(bytes: Int64, packets: UInt64) {
    guard isShown, .now - drawn >= Self.interval else { return }
    drawn = .now
    let seconds = Self.seconds(.now - began)
    let rate = seconds > 0 ? Int64(Double(packets) / seconds) : 0
    var text = "\r\u{1b}[K"
    if total > 0 {
      let share = min(max(Double(bytes) / Double(total), 0), 1)
      let filled = Int(share * 30)
      text += String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
      text += " \(Int(share * 100)) %"
      if share > 0.01 { text += ", \(Int(seconds / share - seconds)) s left" }
    }
    text += ", \(packets) packets, \(rate) packets/s"
    FileHandle.standardError.write(Data(text.utf8))
  }

  /// Takes the bar away.
  package func clear() {
    if isShown { FileHandle.standardError.write(Data("\r\u{1b}[K".utf8)) }
  }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  }
}
