import Testing
import Wire

@testable import Detection

@Suite("Content chains")
struct ContentChainTests {
  @Test("random chains on random buffers match as the definition says", arguments: [UInt64(1), 2, 3, 4])
  func randomChains(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for round in 0..<4000 {
      let buffer = Self.bytes(Int.random(in: 0...24, using: &generator), &generator)
      let count = Int.random(in: 1...4, using: &generator)
      let contents = (0..<count).map { Self.content(isFirst: $0 == 0, &generator) }
      let expected = ReferenceMatcher.holds(contents, buffer)
      let actual = Fixture.holds(contents.map(BufferCondition.content), buffer)
      #expect(actual == expected, "seed \(seed) round \(round): \(contents) on \(buffer)")
      if actual != expected { return }
    }
  }

  /// Few different bytes, so that contents are found often.
  static func bytes(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
    (0..<count).map { _ in [97, 98, 65, 66].randomElement(using: &generator) ?? 97 }
  }

  static func content(isFirst: Bool, _ generator: inout SeededGenerator) -> ContentCondition {
    var content = ContentCondition(pattern: bytes(Int.random(in: 1...3, using: &generator), &generator))
    content.ignoresCase = Bool.random(using: &generator)
    content.isNegated = Int.random(in: 0..<4, using: &generator) == 0
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: content.offset = .constant(Int64.random(in: 0...8, using: &generator))
    case 1: content.depth = .constant(Int64.random(in: 3...10, using: &generator))
    case 2 where !isFirst: content.distance = .constant(Int64.random(in: -3...4, using: &generator))
    case 3 where !isFirst:
      content.distance = .constant(Int64.random(in: -2...3, using: &generator))
      content.within = .constant(Int64.random(in: 3...8, using: &generator))
    case 4: content.startsWith = true
    case 5: content.endsWith = true
    default: break
    }
    return content
  }

  @Test("a later relative content makes an earlier one try its next match")
  func backtracks() {
    let chain = [
      Fixture.content("a"),
      Fixture.content("b") {
        $0.distance = .constant(0)
        $0.within = .constant(1)
      },
    ]
    #expect(Fixture.holds(chain, "axxab"))
    #expect(!Fixture.holds(chain, "axxaxb"))
  }

  @Test("a negated content fails a chain only inside its window")
  func negatedWindow() {
    let chain = [
      Fixture.content("user="),
      Fixture.content("&") {
        $0.isNegated = true
        $0.within = .constant(4)
      },
    ]
    #expect(Fixture.holds(chain, "user=admin&x"))
    #expect(!Fixture.holds(chain, "user=ab&x"))
  }

  @Test("a hostile buffer cannot make a chain run for long")
  func bounded() {
    var chain = [Fixture.content("a")]
    for _ in 0..<20 { chain.append(Fixture.content("a") { $0.distance = .constant(0) }) }
    chain.append(Fixture.content("z") { $0.distance = .constant(0) })
    let clock = ContinuousClock()
    let time = clock.measure { #expect(!Fixture.holds(chain, [UInt8](repeating: 97, count: 4000))) }
    #expect(time < .seconds(2))
  }

  @Test("in a stream whose beginning is gone, anchors count from the stream's start")
  func streamBase() {
    let anchored = [Fixture.content("abc") { $0.depth = .constant(10) }]
    #expect(Fixture.holds(anchored, "xxabc", base: 5))
    #expect(!Fixture.holds(anchored, "xxabc", base: 6))
    #expect(!Fixture.holds([Fixture.content("abc") { $0.startsWith = true }], "abc", base: 1))
  }

  @Test("contents are found at every place and length, across the search's word boundaries")
  func search() {
    for count in 1...12 {
      for place in 0...20 {
        var buffer = [UInt8](repeating: 0x2e, count: 40)
        let pattern = (0..<count).map { UInt8(0x41 + $0) }
        buffer.replaceSubrange(place..<(place + count), with: pattern)
        let found = ContentSearch.first(
          of: pattern, 0, count, ignoresCase: false, in: buffer.rawSpan, from: 0, to: buffer.count)
        #expect(found == place)
        let folded = pattern.map(\.lowercased)
        let loose = ContentSearch.first(
          of: folded, 0, count, ignoresCase: true, in: buffer.rawSpan, from: 0, to: buffer.count)
        #expect(loose == place)
        let short = ContentSearch.first(
          of: pattern, 0, count, ignoresCase: false, in: buffer.rawSpan, from: 0, to: place + count - 1)
        #expect(short == -1)
      }
    }
  }
}
