import Detection
import Foundation
import Synchronization

/// A place in the order of a run, in which one worker alone would come to everything: the packets of a frame
/// behind each other, flows that end by the clock before the frame that moved it on.
///
/// It is told in two words, that of the frame first. Of one worker, places only grow.
struct WorkerPlace: Sendable {
  let major: UInt64
  let minor: UInt64

  /// A packet of a frame; `position` tells it from the frame's others.
  static func packet(_ number: UInt64, position: Int) -> WorkerPlace {
    WorkerPlace(major: number &<< 1 | 1, minor: UInt64(truncatingIfNeeded: position))
  }

  /// A flow that ends before a frame, as the clock has moved on.
  static func tick(_ number: UInt64, flow identifier: UInt64) -> WorkerPlace {
    WorkerPlace(major: number &<< 1, minor: identifier)
  }
}

/// How far a worker has come, for others to see.
///
/// The minor word is taken back before the major one changes: whoever sees the new major word sees no minor
/// word of an old place, and may wait too long, but never too short.
final class WorkerProgress: Sendable {
  private let major = Atomic<UInt64>(.max)
  private let minor = Atomic<UInt64>(0)

  /// The worker is at a place: it is done with everything before.
  func reach(_ place: WorkerPlace) {
    if major.load(ordering: .relaxed) != place.major {
      minor.store(0, ordering: .releasing)
      major.store(place.major, ordering: .releasing)
    }
    minor.store(place.minor, ordering: .releasing)
  }

  /// The worker is about to go on from the beginning of a round.
  func begin() { reach(WorkerPlace(major: 0, minor: 0)) }

  /// The worker has nothing to do: nobody waits for it.
  func rest() { reach(WorkerPlace(major: .max, minor: 0)) }

  var place: WorkerPlace {
    let first = major.load(ordering: .acquiring)
    return WorkerPlace(major: first, minor: minor.load(ordering: .acquiring))
  }

  /// Whether the worker is done with everything before a place.
  func isPast(_ place: WorkerPlace) -> Bool {
    let own = self.place
    return own.major > place.major || own.major == place.major && own.minor >= place.minor
  }
}

/// A worker's turn: before it touches what all share, it waits until the others are done with everything that
/// comes before its own place.
///
/// The worker that is furthest behind never waits, so that all of them go on. While one is in its turn, all
/// others that come to the same state are behind its place in the order, and wait for it.
final class WorkerTurn: Turn {
  let own: WorkerProgress
  private let others: [WorkerProgress]

  init(_ own: WorkerProgress, others: [WorkerProgress]) {
    self.own = own
    self.others = others
  }

  /// One for each of some workers.
  static func make(_ count: Int) -> [WorkerTurn] {
    let all = (0..<count).map { _ in WorkerProgress() }
    return all.map { own in WorkerTurn(own, others: all.filter { $0 !== own }) }
  }

  func wait() {
    let place = own.place
    for other in others {
      var tries = 0
      while !other.isPast(place) {
        tries += 1
        if tries > Self.spins { Thread.sleep(forTimeInterval: Self.pauseSeconds) }
      }
    }
  }

  /// How often it looks again before it sleeps, and for how long: others may need the processor.
  private static let spins = 200
  private static let pauseSeconds = 20e-6
}
