import Dispatch
import Foundation
import Testing

@testable import Sensor

/// Workers come to shared state in the order of packets, whichever of them is faster.
@Suite struct WorkerTurnTests {
  @Test("places are ordered by frame, then by what comes within it, and a resting worker is past all")
  func places() {
    let progress = WorkerProgress()
    #expect(progress.isPast(.packet(1 << 60, position: 0)))
    progress.begin()
    #expect(!progress.isPast(.tick(0, flow: 1)))
    progress.reach(.packet(7, position: 2))
    #expect(progress.isPast(.packet(7, position: 2)))
    #expect(progress.isPast(.packet(6, position: 9)))
    #expect(progress.isPast(.tick(7, flow: .max)))
    #expect(!progress.isPast(.packet(7, position: 3)))
    #expect(!progress.isPast(.tick(8, flow: 0)))
    progress.reach(.tick(8, flow: 5))
    #expect(progress.isPast(.packet(7, position: 3)))
    #expect(!progress.isPast(.tick(8, flow: 6)))
    progress.rest()
    #expect(progress.isPast(.packet(9, position: 0)))
  }

  @Test("four workers that share a list append to it in order")
  func order() {
    final class Numbers: @unchecked Sendable { var all: [UInt64] = [] }
    let numbers = Numbers()
    let turns = WorkerTurn.make(4)
    for turn in turns { turn.own.begin() }
    let group = DispatchGroup()
    for (index, turn) in turns.enumerated() {
      let box = Confined(turn)
      group.enter()
      Thread {
        for number in UInt64(1)...4000 where Int(number * 7 % 4) == index {
          box.turn.own.reach(.packet(number, position: 0))
          if number % 3 == 0 {
            box.turn.wait()
            numbers.all.append(number)
          }
        }
        box.turn.own.rest()
        group.leave()
      }.start()
    }
    group.wait()
    #expect(numbers.all == (1...4000).filter { $0 % 3 == 0 })
  }

  /// A turn on its way to the one thread that uses it.
  private struct Confined: @unchecked Sendable {
    let turn: WorkerTurn

    init(_ turn: WorkerTurn) {
      self.turn = turn
    }
  }
}
