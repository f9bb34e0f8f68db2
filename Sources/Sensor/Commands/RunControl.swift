package import Capture
import Dispatch
import Foundation
import Synchronization

/// What a run is asked from outside while it goes on. It looks between two batches.
package final class RunControl: Sendable {
  /// Asks for the end.
  package let stop = LiveStop()
  private let reloads = Atomic<Bool>(false)
  private let reopening = Atomic<Bool>(false)

  package init() {}

  /// Asks for the rules to be read again.
  package func requestReload() { reloads.store(true, ordering: .releasing) }

  /// Asks for the output files to be opened again: they were moved away.
  package func requestReopening() { reopening.store(true, ordering: .releasing) }

  /// Whether a reload is asked for.
  var wantsReload: Bool { reloads.load(ordering: .acquiring) }

  /// The reload that was asked for begins.
  func reloadBegins() { reloads.store(false, ordering: .releasing) }

  /// Whether files are to be opened again; asked for once.
  func takeReopening() -> Bool {
    reopening.load(ordering: .acquiring) && reopening.exchange(false, ordering: .acquiringAndReleasing)
  }
}

/// SIGINT and SIGTERM end a run in order: what is pending is written first. SIGUSR2 has its rules read again,
/// SIGHUP its files opened again, as with Suricata.
final class RunSignals {
  private let sources: [any DispatchSourceSignal]

  init(_ control: RunControl) {
    let queue = DispatchQueue(label: "signals")
    sources = [SIGINT, SIGTERM, SIGUSR2, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        switch number {
        case SIGUSR2: control.requestReload()
        case SIGHUP: control.requestReopening()
        default: control.stop.request()
        }
      }
      source.resume()
      return source
    }
  }
}
