import Testing
import Wire

@testable import Detection

@Suite("Thresholds")
struct ThresholdTableTests {
  private let client = IPAddress(v4: 1)
  private let server = IPAddress(v4: 2)

  /// Which of the matches at these seconds are reported.
  private func admitted(_ threshold: Threshold, at seconds: [Int64]) -> [Int64] {
    var table = ThresholdTable()
    let signature = Fixture.signature(1) { $0.thresholds = [threshold] }
    return seconds.filter {
      table.admit(signature, source: client, destination: server, flow: 1, timeMicroseconds: $0 * 1_000_000)
    }
  }

  private func admits(
    _ table: inout ThresholdTable, _ signature: Signature, source: IPAddress, destination: IPAddress,
    flow: UInt64, timeSeconds: Int64
  ) -> Bool {
    table.admit(
      signature, source: source, destination: destination, flow: flow,
      timeMicroseconds: timeSeconds * 1_000_000)
  }

  @Test("limit reports the first matches of each period")
  func limit() {
    let threshold = Threshold(kind: .limit, track: .bySource, count: 2, seconds: 10)
    #expect(admitted(threshold, at: [0, 1, 2, 3, 11, 12, 13]) == [0, 1, 11, 12])
  }

  @Test("a period ends by the microsecond, not by the second")
  func fractions() {
    let threshold = Threshold(kind: .limit, track: .bySource, count: 1, seconds: 30)
    var table = ThresholdTable()
    let signature = Fixture.signature(1) { $0.thresholds = [threshold] }
    let reported = [20_222_100, 50_222_100, 50_222_101].filter {
      table.admit(signature, source: client, destination: server, flow: 1, timeMicroseconds: $0)
    }
    #expect(reported == [20_222_100, 50_222_101])
  }

  @Test("a period of 0 seconds is over with each match, and a limit's first match is always reported")
  func emptyPeriods() {
    #expect(
      admitted(Threshold(kind: .limit, track: .byRule, count: 1, seconds: 0), at: [1, 1, 1]).count == 3)
    #expect(admitted(Threshold(kind: .threshold, track: .byRule, count: 2, seconds: 0), at: [1, 1, 1]) == [])
    #expect(admitted(Threshold(kind: .both, track: .byRule, count: 2, seconds: 0), at: [1, 1, 1]) == [])
    #expect(admitted(Threshold(kind: .limit, track: .byRule, count: 0, seconds: 9), at: [1, 2, 3]) == [1])
  }

  @Test("threshold reports every nth match")
  func threshold() {
    let threshold = Threshold(kind: .threshold, track: .bySource, count: 3, seconds: 100)
    #expect(admitted(threshold, at: [1, 2, 3, 4, 5, 6, 7]) == [3, 6])
  }

  @Test("both reports once in each period, at the nth match")
  func both() {
    let threshold = Threshold(kind: .both, track: .byDestination, count: 2, seconds: 10)
    #expect(admitted(threshold, at: [0, 1, 2, 3, 20, 21, 22]) == [1, 21])
  }

  @Test("detection_filter reports what comes after the nth match")
  func detectionFilter() {
    let threshold = Threshold(kind: .detectionFilter, track: .bySource, count: 2, seconds: 10)
    #expect(admitted(threshold, at: [0, 1, 2, 3, 30, 31, 32]) == [2, 3, 32])
  }

  @Test("backoff reports at a count that grows by its factor")
  func backoff() {
    let threshold = Threshold(kind: .backoff, track: .byFlow, count: 1, seconds: 0, multiplier: 10)
    #expect(admitted(threshold, at: Array(1...120)) == [1, 10, 100])
  }

  @Test("each source is counted by itself, and both ends in either order")
  func tracks() {
    var table = ThresholdTable()
    let bySource = Fixture.signature(1) {
      $0.thresholds = [Threshold(kind: .limit, track: .bySource, count: 1, seconds: 60)]
    }
    let ofSources = [
      admits(&table, bySource, source: client, destination: server, flow: 1, timeSeconds: 0),
      admits(&table, bySource, source: client, destination: server, flow: 2, timeSeconds: 0),
      admits(&table, bySource, source: server, destination: client, flow: 1, timeSeconds: 0),
    ]
    #expect(ofSources == [true, false, true])
    let byBoth = Fixture.signature(2) {
      $0.thresholds = [Threshold(kind: .limit, track: .byBoth, count: 1, seconds: 60)]
    }
    let ofBoth = [
      admits(&table, byBoth, source: client, destination: server, flow: 1, timeSeconds: 0),
      admits(&table, byBoth, source: server, destination: client, flow: 1, timeSeconds: 0),
    ]
    #expect(ofBoth == [true, false])
  }

  @Test("a full table lets matches through and counts them")
  func bounded() {
    var table = ThresholdTable(entriesMax: 8)
    let signature = Fixture.signature(1) {
      $0.thresholds = [Threshold(kind: .threshold, track: .bySource, count: 5, seconds: 60)]
    }
    for address in 0..<100 {
      let source = IPAddress(v4: UInt32(address))
      _ = table.admit(signature, source: source, destination: server, flow: 0, timeMicroseconds: 0)
    }
    #expect(table.count == 8)
    #expect(table.untracked == 92)
  }

  @Test("suppressed addresses are not reported")
  func suppression() {
    var table = ThresholdTable()
    let range = AddressSet.Range(low: client, high: client)
    let signature = Fixture.signature(1) {
      $0.suppressions = [
        Suppression(track: .bySource, addresses: AddressSet(isAny: false, ranges4: [range], ranges6: []))
      ]
    }
    let found = [
      admits(&table, signature, source: client, destination: server, flow: 0, timeSeconds: 0),
      admits(&table, signature, source: server, destination: client, flow: 0, timeSeconds: 0),
    ]
    #expect(found == [false, true])
  }
}
