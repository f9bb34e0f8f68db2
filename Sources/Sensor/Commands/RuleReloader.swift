import Detection
import Foundation
import Synchronization

/// Reads rules on a thread of its own, while those in force go on.
final class RuleReloader: Sendable {
  /// What became of a reading.
  enum Outcome: Sendable {
    case loaded(LoadedRun)
    /// Nothing has changed; why.
    case failed(String)
  }

  private enum State: Sendable {
    case idle
    case loading
    case ready(Outcome)
  }

  private let state = Mutex(State.idle)
  private let isReady = Atomic<Bool>(false)

  /// Begins to read what the request names; false where that is under way already.
  func begin(_ request: RunRequest, after running: LoadedRun) -> Bool {
    let isFree = state.withLock { state in
      guard case .idle = state else { return false }
      state = .loading
      return true
    }
    guard isFree else { return false }
    let thread = Thread {
      let outcome = Self.load(request, after: running)
      self.state.withLock { $0 = .ready(outcome) }
      self.isReady.store(true, ordering: .releasing)
    }
    thread.name = "rules"
    thread.stackSize = 8 << 20
    thread.start()
    return true
  }

  /// What has been read, once; nil while there is nothing.
  func take() -> Outcome? {
    guard isReady.load(ordering: .acquiring) else { return nil }
    isReady.store(false, ordering: .releasing)
    return state.withLock { state in
      guard case .ready(let outcome) = state else { return nil }
      state = .idle
      return outcome
    }
  }

  /// Gives up what a run no longer goes on with, on a thread of its own: to free some ten thousand rules
  /// takes longer than traffic can wait.
  func retire(_ run: consuming LoadedRun) {
    let retired = Retired(run)
    let thread = Thread { retired.free() }
    thread.name = "old rules"
    thread.start()
  }

  /// Holds the last reference to a run's rules until it is told to let go.
  private final class Retired: Sendable {
    private let run: Mutex<LoadedRun?>

    init(_ run: consuming LoadedRun) { self.run = Mutex(run) }

    func free() { run.withLock { $0 = nil } }
  }

  private static func load(_ request: RunRequest, after running: LoadedRun) -> Outcome {
    do {
      return .loaded(try LoadedRun(request, log: running.log, after: running))
    } catch let failure as RunFailure {
      return .failed(failure.description)
    } catch {
      return .failed("\(error)")
    }
  }
}
