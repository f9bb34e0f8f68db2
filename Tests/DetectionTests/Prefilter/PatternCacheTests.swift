import Synchronization
import Testing

@testable import Detection

@Suite struct PatternCacheTests {
  /// A cache in memory that counts what is asked of it.
  private final class Memory: PatternCache {
    let kept = Mutex<[String: [UInt8]]>([:])
    let writes = Mutex(0)

    func bytes(named name: String) -> [UInt8]? { kept.withLock { $0[name] } }

    func keep(_ bytes: [UInt8], named name: String) {
      writes.withLock { $0 += 1 }
      kept.withLock { $0[name] = bytes }
    }
  }

  private static func alerts(_ cache: Memory) -> [UInt32] {
    let signatures = ["/etc/passwd", "cmd.exe"].enumerated().map {
      Fixture.signature(UInt32($0.offset + 1), [Fixture.content($0.element)])
    }
    return Fixture.alerts(RuleSet(signatures, cache: cache), Array("GET /cmd.exe and /etc/passwd".utf8))
  }

  @Test("patterns compiled once are found again, and find the same")
  func keptPatterns() {
    let cache = Memory()
    let first = Self.alerts(cache)
    let written = cache.writes.withLock { $0 }
    #expect(written > 0 && first.sorted() == [1, 2])
    #expect(Self.alerts(cache) == first)
    #expect(cache.writes.withLock { $0 } == written)
  }

  @Test("a damaged, cut or foreign entry is compiled anew", arguments: [0, 1, 2])
  func damagedPatterns(kind: Int) {
    let cache = Memory()
    let first = Self.alerts(cache)
    let written = cache.writes.withLock { $0 }
    cache.kept.withLock { kept in
      for name in kept.keys.sorted() {
        switch kind {
        case 0: kept[name]?[60] ^= 1
        case 1: kept[name]?.removeLast(9)
        default: kept[name] = Array("fengsui patterns 9".utf8)
        }
      }
    }
    #expect(Self.alerts(cache) == first)
    #expect(cache.writes.withLock { $0 } == written * 2)
  }
}
