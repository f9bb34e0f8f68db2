import Testing
import Wire

@testable import Detection

@Suite struct RunFolderTests {
  /// Ends of a pattern in bytes, past a place.
  private static func isIn(_ bytes: [UInt8], _ pattern: [UInt8], after minimumEnd: Int) -> Bool {
    guard bytes.count >= pattern.count else { return false }
    return (0...(bytes.count - pattern.count)).contains { start in
      start + pattern.count > minimumEnd && Array(bytes[start..<start + pattern.count]) == pattern
    }
  }

  @Test("bytes without a long run stay as they are")
  func noRun() {
    var folder = RunFolder()
    let bytes = (0..<400).map { UInt8(truncatingIfNeeded: $0 / 20) }
    let short = [UInt8](repeating: 7, count: RunFolder.foldedMin - 1)
    let areFolded = [folder.fold(bytes.rawSpan, after: 0), folder.fold(short.rawSpan, after: 0)]
    #expect(areFolded == [false, false])
  }

  @Test("a run is cut to one byte more than a pattern may hold")
  func oneRun() {
    var folder = RunFolder()
    let bytes = Array("begin".utf8) + [UInt8](repeating: 0, count: 300) + Array("end".utf8)
    let isFolded = folder.fold(bytes.rawSpan, after: 0)
    #expect(isFolded)
    #expect(folder.bytes == Array("begin".utf8) + [UInt8](repeating: 0, count: 9) + Array("end".utf8))
    #expect(folder.minimumEnd == 0)
    let isFoldedAgain = folder.fold(bytes.rawSpan, after: 305)
    #expect(isFoldedAgain)
    #expect(folder.minimumEnd <= 14 && folder.minimumEnd >= 5)
  }

  @Test("every pattern found in the bytes is found in the folded ones, from any place on")
  func foldingLosesNothing() {
    var random = SeededGenerator(seed: 11)
    var folder = RunFolder()
    var folded = 0
    var found = 0
    for _ in 0..<600 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let byte = UInt8.random(in: 0...2, using: &random)
        bytes += [UInt8](repeating: byte, count: Int.random(in: 1...60, using: &random))
      }
      let minimumEnd = Int.random(in: 0...bytes.count, using: &random)
      guard folder.fold(bytes.rawSpan, after: minimumEnd) else { continue }
      folded += 1
      #expect(folder.bytes.count < bytes.count)
      for _ in 0..<20 {
        let start = Int.random(in: 0..<bytes.count, using: &random)
        let length = Int.random(in: 1...20, using: &random)
        let pattern = Array(
          RunFolder.longestPart(bytes[start..<min(bytes.count, start + length)], ignoresCase: false))
        guard Self.isIn(bytes, pattern, after: minimumEnd) else { continue }
        found += 1
        #expect(
          Self.isIn(folder.bytes, pattern, after: folder.minimumEnd), "\(bytes) \(minimumEnd) \(pattern)")
      }
    }
    #expect(folded > 300 && found > 3000)
  }

  @Test("a pattern is cut where its run is too long, and letters of either case make one run")
  func longestParts() {
    func part(_ text: String, _ ignoresCase: Bool = false) -> String {
      String(decoding: RunFolder.longestPart(Array(text.utf8)[...], ignoresCase: ignoresCase), as: UTF8.self)
    }
    #expect(part("abcdefgh") == "abcdefgh")
    #expect(part("xAAAAAAAAAAAAAAAAyz") == "AAAAAAAAyz")
    #expect(part("AAAAAAAAAAAAAAAA") == "AAAAAAAA")
    #expect(part("AaAaAaAaAaAa") == "AaAaAaAaAaAa")
    #expect(part("AaAaAaAaAaAab", true) == "aAaAaAaAb" || part("AaAaAaAaAaAab", true).count == 9)
  }

  @Test("a rule whose contents lie in and beside a long run matches as on the whole bytes")
  func rulesOnRuns() {
    let zeros = [UInt8](repeating: 0, count: 200)
    let payload = Array("head".utf8) + zeros + Array("tail".utf8) + [UInt8](repeating: 65, count: 64)
    let contents: [[UInt8]] = [
      Array("d".utf8) + zeros.prefix(20), zeros.prefix(12) + Array("tai".utf8), Array(zeros.prefix(30)),
      Array("tail".utf8), [UInt8](repeating: 65, count: 20), zeros.prefix(3) + Array("tal".utf8),
    ]
    let signatures = contents.enumerated().map {
      Fixture.signature(UInt32($0.offset + 1), [.content(ContentCondition(pattern: $0.element))])
    }
    #expect(Fixture.alerts(RuleSet(signatures), payload).sorted() == [1, 2, 3, 4, 5])
  }
}

@Suite struct RuleGateTests {
  @Test("a candidate set keeps what it is told to keep, and takes rules again")
  func keptCandidates() {
    var set = CandidateSet(ruleCount: 200)
    for rule: Int32 in [5, 64, 3, 199, 128] { set.insert(rule) }
    set.keep { $0 % 2 == 1 }
    set.insert(64)
    set.insert(5)
    set.sort()
    #expect((0..<set.count).map { set[$0] } == [3, 5, 64, 199])
  }
}
