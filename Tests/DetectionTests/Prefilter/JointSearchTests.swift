import Testing

@testable import Detection
@testable import Flows

/// Which short patterns join the long ones, and which parts of a stream count as searched ahead.
@Suite struct JointSearchTests {
  private static func entries(_ texts: [String]) -> [ScanDatabase.Entry] {
    texts.map { ScanDatabase.Entry(literal: .init(Array($0.utf8), ignoresCase: false), rule: 0) }
  }

  private static let many = (0..<LiteralDatabase.fineFrom).map { "long pattern \($0)" }

  @Test("short patterns join many long ones if they are rare")
  func rareShortOnesJoin() {
    let joined = ScanDatabase.scannable(Self.entries(Self.many + ["{|", "th"]))
    #expect(joined.count == Self.many.count + 1)
    #expect(joined.contains(.init(Array("{|".utf8), ignoresCase: false)))
  }

  @Test("beside few long ones they do not, and no single byte does")
  func othersStay() {
    #expect(ScanDatabase.scannable(Self.entries(["long", "{|"])).count == 1)
    #expect(ScanDatabase.scannable(Self.entries(Self.many + ["|"])).count == Self.many.count)
  }

  @Test("short ones that are not rare together stay apart")
  func togetherTheyAreNotRare() {
    let texts = "etasinor".flatMap { first in "?!&%$@~^+".map { "\(first)\($0)" } }
    #expect(ScanDatabase.scannable(Self.entries(Self.many + texts)).count == Self.many.count)
  }

  @Test("payloads that follow each other are covered as one part")
  func partsJoin() {
    var ahead = SearchedAhead()
    ahead.extend(to: RawTail(end: 100, rewrites: 0), from: 0, group: 3)
    ahead.extend(to: RawTail(end: 250, rewrites: 0), from: 100, group: 3)
    let tail = RawTail(end: 400, rewrites: 0)
    #expect(ahead.covers(0, 250, of: tail, group: 3))
    #expect(ahead.covers(120, 180, of: tail, group: 3))
    #expect(!ahead.covers(120, 251, of: tail, group: 3))
    #expect(!ahead.covers(0, 250, of: tail, group: 2))
  }

  @Test("what has changed since, or does not join, is not covered")
  func changesAreNotCovered() {
    var ahead = SearchedAhead()
    #expect(!ahead.covers(0, 0, of: RawTail(end: 0, rewrites: 0), group: -1))
    ahead.extend(to: RawTail(end: 100, rewrites: 0), from: 0, group: 3)
    #expect(!ahead.covers(0, 100, of: RawTail(end: 100, rewrites: 1), group: 3))
    ahead.extend(to: RawTail(end: 300, rewrites: 0), from: 200, group: 3)
    #expect(ahead.covers(200, 300, of: RawTail(end: 300, rewrites: 0), group: 3))
    #expect(!ahead.covers(50, 300, of: RawTail(end: 300, rewrites: 0), group: 3))
  }

  @Test("offsets beyond 32 bits are told apart by the stream's end")
  func longStreams() {
    var ahead = SearchedAhead()
    let end: Int64 = 1 << 32 + 50
    ahead.extend(to: RawTail(end: end, rewrites: 0), from: end - 100, group: 0)
    #expect(ahead.covers(UInt64(end - 100), UInt64(end), of: RawTail(end: end + 10, rewrites: 0), group: 0))
    #expect(!ahead.covers(0, 50, of: RawTail(end: end + 10, rewrites: 0), group: 0))
  }
}
