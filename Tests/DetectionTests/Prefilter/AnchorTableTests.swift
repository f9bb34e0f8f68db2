import Testing
import Wire

@testable import Detection

@Suite("Patterns at the beginning")
struct AnchorTableTests {
  @Test("a pattern is found where the bytes begin with it, in any case if so told, and nowhere else")
  func beginnings() {
    let table = AnchorTable([
      (LiteralDatabase.Literal(Array("GET /".utf8), ignoresCase: false), [1]),
      (LiteralDatabase.Literal(Array("get ".utf8), ignoresCase: true), [2, 3]),
      (LiteralDatabase.Literal([0, 0xff], ignoresCase: false), [4]),
    ])
    func found(_ bytes: [UInt8], after minimumEnd: Int = 0) -> Set<Int32> {
      var candidates = CandidateSet(ruleCount: 8)
      table.scan(bytes.rawSpan, after: minimumEnd, into: &candidates)
      return Set((0..<candidates.count).map { candidates[$0] })
    }
    #expect(found(Array("GET /x".utf8)) == [1, 2, 3])
    #expect(found(Array("GET /x".utf8), after: 4) == [1])
    #expect(found(Array("GET /x".utf8), after: 5) == [])
    #expect(found(Array("gEt /".utf8)) == [2, 3])
    #expect(found(Array("GET".utf8)) == [])
    #expect(found(Array(" GET /".utf8)) == [])
    #expect(found([0, 0xff]) == [4])
    #expect(found([0]) == [])
    #expect(found([]) == [])
  }

  @Test("a database finds what is anchored at the beginning alone, and the rest within its reach")
  func databases() throws {
    let database = try ScanDatabase(
      ScanDatabase.key([
        .init(literal: .init(Array("abcd".utf8), ignoresCase: false), rule: 1, endMax: 4),
        .init(literal: .init(Array("bcde".utf8), ignoresCase: false), rule: 2, endMax: 6),
        .init(literal: .init(Array("ab".utf8), ignoresCase: false), rule: 3, endMax: 2),
      ]))
    let table = ScanTable([database])
    func found(_ text: String) throws -> Set<Int32> {
      var scratch = try LiteralScratch(for: [database].compactMap(\.literals))
      var candidates = CandidateSet(ruleCount: 8)
      let bytes = Array(text.utf8)
      table.scan(0, bytes.rawSpan, &scratch, into: &candidates)
      return Set((0..<candidates.count).map { candidates[$0] })
    }
    #expect(try found("abcde") == [1, 2, 3])
    #expect(try found("xabcde") == [2])
    #expect(try found("xxabcde") == [])
    #expect(try found("abxxabcd") == [3])
  }
}
