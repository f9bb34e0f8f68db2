import Testing
import Wire

@testable import Detection

@Suite("Short patterns")
struct PairTableTests {
  @Test(
    "every short pattern is found wherever it stands, however many there are, and none where it is not",
    arguments: [1, 3, 8, 9, 40])
  func everywhere(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    for round in 0..<200 {
      let entries = (0..<count).map { number in
        (Self.literal(&generator), [Int32(number)])
      }
      let table = PairTable(entries.map { (literal: $0.0, rules: $0.1) })
      let size = Int.random(in: 0...150, using: &generator)
      let bytes = (0..<size).map { _ in UInt8.random(in: 95...104, using: &generator) }
      let minimumEnd = Int.random(in: 0...size, using: &generator)
      var candidates = CandidateSet(ruleCount: count)
      table.scan(bytes.rawSpan, after: minimumEnd, into: &candidates)
      let found = Set((0..<candidates.count).map { candidates[$0] })
      func rules(_ parts: (LiteralDatabase.Literal) -> [ArraySlice<UInt8>], _ minimumEnd: Int) -> Set<Int32> {
        let standing = entries.filter { entry in
          parts(entry.0).contains { Self.stands($0, in: bytes, after: minimumEnd) }
        }
        return Set(standing.map { $0.1[0] })
      }
      let note = "\(count) patterns, round \(round): \(entries) after \(minimumEnd) in \(bytes)"
      #expect(found.isSuperset(of: rules({ [$0.bytes[...]] }, minimumEnd)), "\(note)")
      #expect(found.isSubset(of: rules({ [$0.bytes[...]] }, minimumEnd - 1)), "\(note)")
    }
  }

  private static func literal(_ generator: inout SeededGenerator) -> LiteralDatabase.Literal {
    let bytes = (0..<Int.random(in: 2...3, using: &generator)).map { _ in
      UInt8.random(in: 95...106, using: &generator)
    }
    return .init(bytes, ignoresCase: Bool.random(using: &generator))
  }

  /// Whether the part ends after the place; capitals stand nowhere in these bytes.
  private static func stands(_ part: ArraySlice<UInt8>, in bytes: [UInt8], after minimumEnd: Int) -> Bool {
    guard bytes.count >= part.count else { return false }
    return (part.count...bytes.count).contains { end in
      end > minimumEnd && bytes[(end - part.count)..<end] == part
    }
  }

  @Test(
    "rules are found in packets of the sizes that they ask for, small and large",
    arguments: [
      (NumberTest.greater(11), [12, 399, 400, 401, 1400], [0, 11]),
      (.less(128), [4, 127], [128, 400, 401, 1400]),
      (.equal(401), [401], [400, 402]),
      (.within(399, 402), [399, 400, 401, 402], [398, 403]),
    ])
  func sizes(test: NumberTest, accepted: [Int], refused: [Int]) {
    let condition = Fixture.content("x|")
    let signature = Fixture.signature(1, [condition]) {
      $0.packetConditions = [.number(.payloadSize, test)]
    }
    let rules = RuleSet([signature])
    func alerts(_ size: Int) -> [UInt32] {
      Fixture.alerts(rules, Array((String(repeating: "-", count: max(0, size - 2)) + "x|").utf8.suffix(size)))
    }
    for size in accepted { #expect(alerts(size) == [1], "\(size) bytes") }
    for size in refused { #expect(alerts(size) == [], "\(size) bytes") }
  }

  @Test("a rule that goes both ways is asked of packets that have its port on either side, and of no other")
  func bothWays() {
    for isSource in [false, true] {
      let gate = RuleGate(
        Fixture.signature(1) {
          $0.header.isBidirectional = true
          let ports = PortSet(ranges: [53...54])
          if isSource { $0.header.sourcePorts = ports } else { $0.header.destinationPorts = ports }
        })
      for (source, destination, isAdmitted) in [
        (40, 53, true), (54, 40, true), (40, 41, false), (52, 55, false),
      ] {
        let packet = Fixture.packet([], port: UInt16(source), port: UInt16(destination))
        let view = RuleGate.View(packet, .toServer, hasFlow: true, isEstablished: true)
        #expect(gate.admits(view) == isAdmitted, "\(source) to \(destination)")
      }
    }
  }

  @Test("a rule on one protocol above IP is asked of no other")
  func ipProtocol() {
    let gate = RuleGate(
      Fixture.signature(1, ipProtocol: nil) { $0.packetConditions = [.ipProtocol(.equal(41))] })
    for number: UInt8 in [6, 41] {
      let packet = Fixture.packet([], ipProtocol: number)
      let view = RuleGate.View(packet, .toServer, hasFlow: true, isEstablished: true)
      #expect(gate.admits(view) == (number == 41))
    }
  }

  @Test("what is relative and stands nowhere ends the search, and nothing else does")
  func decisive() {
    let near = Fixture.content("b") {
      $0.distance = .constant(0)
      $0.within = .constant(1)
    }
    let later = Fixture.content("c") { $0.distance = .constant(0) }
    #expect(Fixture.holds([Fixture.content("a"), near, later], "aaxabxc"))
    #expect(!Fixture.holds([Fixture.content("a"), near, later], "aaxabcxab".replacing("c", with: "")))
    // Few tries must do: each place of "a" would be tried otherwise, until none is left to try.
    let text = String(repeating: "ab", count: 4000) + "z"
    #expect(!Fixture.holds([Fixture.content("a"), near, later, Fixture.content("z")], text))
  }
}
