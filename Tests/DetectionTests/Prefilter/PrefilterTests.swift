import Testing
import Wire

@testable import Detection

@Suite("Prefilter")
struct PrefilterTests {
  @Test(
    "no rule is missed: the same rules match with and without the prefilter", arguments: [UInt64(11), 12, 13])
  func completeness(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let signatures = (0..<120).map { Self.signature(UInt32($0 + 1), &generator) }
    let rules = RuleSet(signatures)
    var inspector = Inspector(rules)
    inspector.alertsMax = 1000
    for round in 0..<300 {
      let payload = Self.payload(&generator)
      let found = Set(Fixture.alerts(&inspector, payload))
      for signature in signatures {
        guard let conditions = signature.inspections.first?.conditions else { continue }
        let holds = Fixture.holds(conditions, payload)
        #expect(
          found.contains(signature.identity.id) == holds,
          "seed \(seed) round \(round) rule \(signature.identity.id): \(conditions) on \(payload)")
      }
    }
  }

  @Test("it is known on which ports, and in which directions, rules look at streams")
  func streams() {
    func index(_ rules: String...) -> GroupIndex {
      RuleSet(load(rules.enumerated().map { "\($1) sid:\($0 + 1);)" }.joined(separator: "\n")).signatures)
        .groupIndex
    }
    let packets = index(
      "alert tcp any any -> any any (content:\"abcd\"; dsize:>5;",
      "alert tcp any any -> any any (flow:no_stream; content:\"abcd\";",
      "alert udp any any -> any any (content:\"abcd\";",
      "alert http any any -> any any (http.uri; content:\"abcd\";")
    for direction in Direction.allCases { #expect(!packets.asksStreams(of: 80, direction)) }
    let port = index("alert tcp any any -> any 80 (content:\"abcd\"; flow:to_server;")
    #expect(port.asksStreams(of: 80, .toServer))
    #expect(!port.asksStreams(of: 81, .toServer))
    #expect(!port.asksStreams(of: 80, .toClient))
    let any = index("alert http any any -> any 80 (content:\"abcd\"; http.uri; content:\"efgh\";")
    #expect(any.asksStreams(of: 81, .toServer))
  }

  /// Words that payloads are made of, so that rules match now and then.
  private static let words = [
    "GET ", "evil", "EVIL", "\0\0\0\u{1}", "admin", "xx", "\r\n", "passwd", "\0\0cmd.exe", "a",
    "user-agent: zq#v mozilla/5.0 (windows nt 10.0; x64)", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
  ]

  private static func payload(_ generator: inout SeededGenerator) -> [UInt8] {
    (0..<Int.random(in: 0...8, using: &generator)).flatMap { _ in
      Array((words.randomElement(using: &generator) ?? "a").utf8)
    }
  }

  private static func signature(_ id: UInt32, _ generator: inout SeededGenerator) -> Signature {
    var conditions: [BufferCondition] = []
    for index in 0..<Int.random(in: 1...3, using: &generator) {
      conditions.append(
        Fixture.content(words.randomElement(using: &generator) ?? "a") { content in
          content.ignoresCase = Bool.random(using: &generator)
          content.isNegated = index > 0 && Int.random(in: 0..<4, using: &generator) == 0
          content.isFastPattern = !content.isNegated && Int.random(in: 0..<5, using: &generator) == 0
          if content.isFastPattern && content.pattern.count > 5 { content.fastPatternChop = (1, 5) }
          switch Int.random(in: 0..<4, using: &generator) {
          case 0 where index > 0: content.distance = .constant(Int64.random(in: 0...6, using: &generator))
          case 1: content.offset = .constant(Int64.random(in: 0...6, using: &generator))
          case 2:
            content.depth = .constant(
              Int64(content.pattern.count) + Int64.random(in: 0...8, using: &generator))
          default: break
          }
        })
    }
    return Fixture.signature(id, conditions)
  }

  @Test("a literal counts only where it ends after what was scanned before")
  func scanAfter() throws {
    let database = try ScanDatabase(
      ScanDatabase.key([
        .init(literal: .init(Array("abcd".utf8), ignoresCase: false), rule: 3),
        .init(literal: .init(Array("ABCD".utf8), ignoresCase: true), rule: 5),
        .init(literal: .init([0, 0, 0, 0], ignoresCase: false), rule: 7),
      ]))
    var scratch = try LiteralScratch(for: [database.literals].compactMap { $0 })
    var candidates = CandidateSet(ruleCount: 10)
    let bytes = Array("xxabcdxx".utf8)
    let table = ScanTable([database])
    table.scan(0, bytes.rawSpan, after: 6, &scratch, into: &candidates)
    let before = Self.rules(&candidates)
    #expect(before == [])
    table.scan(0, bytes.rawSpan, after: 5, &scratch, into: &candidates)
    let after = Self.rules(&candidates)
    #expect(after == [3, 5])
  }

  @Test("the pattern is the longest and most varied content, or the one that is marked")
  func choice() {
    let plain = Fixture.signature(1, [Fixture.content("aaaaaaaa"), Fixture.content("x9:qrs")])
    #expect(FastPattern.choose(plain)?.literal.bytes == Array("x9:qrs".utf8))
    let marked = Fixture.signature(
      1, [Fixture.content("abcd") { $0.isFastPattern = true }, Fixture.content("x9:qrs")])
    #expect(FastPattern.choose(marked)?.literal.bytes == Array("abcd".utf8))
    let short = Fixture.signature(1, [Fixture.content("abc")])
    #expect(FastPattern.choose(short)?.literal.bytes == Array("abc".utf8))
    let single = Fixture.signature(1, [Fixture.content("a")])
    #expect(FastPattern.choose(single) == nil)
    let anchored = Fixture.signature(1, [Fixture.content("\0\0abcd") { $0.depth = .constant(20) }])
    #expect(FastPattern.choose(anchored)?.literal.bytes == Array("abcd".utf8))
    #expect(FastPattern.choose(anchored)?.endMax == 20)
  }

  @Test("addresses find the rules whose ranges hold them")
  func addresses() {
    func set(_ ranges: [(UInt32, UInt32)]) -> AddressSet {
      let ranges = ranges.map { AddressSet.Range(low: IPAddress(v4: $0.0), high: IPAddress(v4: $0.1)) }
      return AddressSet(isAny: false, ranges4: ranges, ranges6: [])
    }
    let index = AddressIndex([
      (set([(10, 20), (30, 30)]), 0), (set([(15, 25)]), 1), (set([(0, 5), (.max, .max)]), 2),
    ])
    func rules(_ address: UInt32) -> [Int32] {
      var candidates = CandidateSet(ruleCount: 3)
      index.find(IPAddress(v4: address), into: &candidates)
      return Self.rules(&candidates)
    }
    #expect(rules(9) == [])
    #expect(rules(10) == [0])
    #expect(rules(17) == [0, 1])
    #expect(rules(21) == [1])
    #expect(rules(30) == [0])
    #expect(rules(31) == [])
    #expect(rules(0) == [2])
    #expect(rules(.max) == [2])
  }

  @Test("many candidates come out in rule order")
  func candidateOrder() {
    var candidates = CandidateSet(ruleCount: 1000)
    for rule in stride(from: 990, through: 0, by: -10) { candidates.insert(Int32(rule)) }
    candidates.insert(990)
    let sorted = Self.rules(&candidates)
    #expect(sorted == stride(from: 0, through: 990, by: 10).map { Int32($0) })
    candidates.removeAll()
    let emptied = Self.rules(&candidates)
    #expect(emptied == [])
  }

  /// The candidates in order. Macros cannot look into what cannot be copied.
  static func rules(_ candidates: inout CandidateSet) -> [Int32] {
    candidates.sort()
    var rules: [Int32] = []
    for position in 0..<candidates.count { rules.append(candidates[position]) }
    return rules
  }
}
