import Testing
import Wire

@testable import Detection

@Suite("Which part of a content stands for a rule, and where it is searched for")
struct PatternChoiceTests {
  @Test("a long content is cut so that it ends with what is rare")
  func rareEnd() throws {
    let text = "User-Agent: zqxj#kv9 Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
    let choice = try #require(FastPattern.choose(Fixture.signature(1, [Fixture.content(text)])))
    let chosen = String(decoding: choice.literal.bytes, as: UTF8.self)
    #expect(text.contains(chosen))
    #expect(chosen.count <= FastPattern.bytesMax)
    #expect(chosen.contains("zqxj#k"))
    #expect(!chosen.hasSuffix("x64)"))
  }

  @Test("a part of an anchored content keeps its distance from the start")
  func anchoredPart() throws {
    let text = "zqxj#kv9 Mozilla/5.0 (Windows NT 10.0; Win64; x64) and the rest"
    let signature = Fixture.signature(
      1, [Fixture.content(text) { $0.depth = .constant(Int64(text.utf8.count) + 5) }])
    let choice = try #require(FastPattern.choose(signature))
    let chosen = String(decoding: choice.literal.bytes, as: UTF8.self)
    let place = try #require(text.range(of: chosen))
    let end = text.distance(from: text.startIndex, to: place.upperBound)
    #expect(choice.endMax == end + 5)
  }

  @Test("what headers say is more common than what they do not")
  func rarity() {
    func rarity(_ text: String) -> Int {
      let bytes = Array(text.utf8)
      return TextRarity(bytes[...]).of(0..<bytes.count)
    }
    #expect(rarity("Cookie: ") < rarity("=zq7|x#V"))
    #expect(rarity("function") < rarity("xq_zjwvk"))
    #expect(rarity("AAAAAAAA") < rarity("abcdefgh"))
    #expect(rarity("FUNCTION") == rarity("function"))
  }

  @Test("few pairs are found at every place of data of every length")
  func pairsEverywhere() throws {
    let table = PairTable([
      (LiteralDatabase.Literal([0x30, 0x55], ignoresCase: false), [1]),
      (LiteralDatabase.Literal([0, 0xff, 0xfe], ignoresCase: false), [2]),
    ])
    for count in [2, 3, 8, 31, 32, 33, 34, 64, 65, 100] {
      for place in 0...(count - 2) {
        var bytes = [UInt8](repeating: 0x30, count: count)
        bytes[place + 1] = 0x55
        #expect(Self.found(table, bytes) == [1])
        bytes = [UInt8](repeating: 0xff, count: count)
        bytes[place + 1] = 0xfe
        #expect(Self.found(table, bytes) == [])
        if place == 0 { continue }
        bytes[place - 1] = 0
        #expect(Self.found(table, bytes) == [2])
      }
    }
    #expect(Self.found(table, [UInt8](repeating: 0x30, count: 200)) == [])
  }

  @Test("anchored patterns are searched for as far as they reach, others everywhere")
  func reach() throws {
    func database(_ ends: (short: Int, long: Int)) throws -> ScanDatabase {
      try ScanDatabase(
        ScanDatabase.key([
          .init(literal: .init(Array("q#".utf8), ignoresCase: false), rule: 1, endMax: ends.short),
          .init(literal: .init(Array("abcd".utf8), ignoresCase: false), rule: 2, endMax: ends.long),
        ]))
    }
    let near = Array("....q#....abcd".utf8)
    #expect(try Self.found(database((6, 14)), near) == [1, 2])
    #expect(try Self.found(database((5, 14)), near) == [2])
    #expect(try Self.found(database((6, 13)), near) == [1])
    #expect(try Self.found(database((.max, .max)), near) == [1, 2])
  }

  private static func found(_ table: PairTable, _ bytes: [UInt8]) -> [Int32] {
    var candidates = CandidateSet(ruleCount: 64)
    table.scan(bytes.rawSpan, after: 0, into: &candidates)
    return PrefilterTests.rules(&candidates)
  }

  private static func found(_ database: ScanDatabase, _ bytes: [UInt8]) throws -> [Int32] {
    var scratch = try LiteralScratch(for: [database.literals].compactMap { $0 })
    var candidates = CandidateSet(ruleCount: 64)
    ScanTable([database]).scan(0, bytes.rawSpan, after: 0, &scratch, into: &candidates)
    return PrefilterTests.rules(&candidates)
  }
}
