@testable import Protocols
import Testing
import Wire

@Suite("NTLMSSP")
struct NTLMSSPTests {
  private typealias M = SMBMessages

  /// An authentication whose parts stand in an order.
  private func message(_ order: [Int] = [0, 1, 2], flags: Int = 0x0200_0001, key: Int = 72) -> [UInt8] {
    let parts = [M.wide("CONTOSO"), M.wide("Administrator"), M.wide("TOWER")]
    var offsets = [0, 0, 0]
    var payload: [UInt8] = []
    for index in order {
      offsets[index] = 72 + payload.count
      payload += parts[index]
    }
    func field(_ index: Int) -> [UInt8] {
      let length = M.little(parts[index].count, bytes: 2)
      return length + length + M.little(offsets[index], bytes: 4)
    }
    var bytes = Array("NTLMSSP".utf8) + [0] + M.little(3, bytes: 4)
    let empty = M.zeros(4) + M.little(72, bytes: 4)
    bytes += empty + empty + field(0) + field(1) + field(2)
    bytes += M.zeros(4) + M.little(key, bytes: 4) + M.little(flags, bytes: 4)
    return bytes + [10, 0] + M.little(17763, bytes: 2) + [0, 0, 0, 15] + payload
  }

  @Test("domain, user, host and version are read by their offsets")
  func fields() throws {
    let bytes = message()
    let read = NTLMSSP.authentication(bytes.rawSpan)
    let result = try #require(read)
    #expect(text(result.domain) == "CONTOSO")
    #expect(text(result.user) == "Administrator")
    #expect(text(result.host) == "TOWER")
    #expect(result.version?.build == 17763)
    #expect(!result.isUnusual)
  }

  @Test("another order of the parts is read all the same, and noticed")
  func order() throws {
    let bytes = message([0, 2, 1])
    let read = NTLMSSP.authentication(bytes.rawSpan)
    let result = try #require(read)
    #expect(text(result.user) == "Administrator")
    #expect(result.isUnusual)
  }

  @Test("a part that points outside is refused")
  func outside() {
    var bytes = message()
    bytes[32] = 0xFF
    bytes[33] = 0xFF
    let result = NTLMSSP.authentication(bytes.rawSpan)
    #expect(result == nil)
  }

  @Test("an empty part that begins where the message ends refuses it as well")
  func emptyOutside() {
    let bytes = message()
    let (inside, outside) = (message(key: bytes.count - 1), message(key: bytes.count))
    let (first, second) = (NTLMSSP.authentication(inside.rawSpan), NTLMSSP.authentication(outside.rawSpan))
    #expect(first != nil)
    #expect(second == nil)
  }

  @Test("without the flag, or with a part in its place, there is no version")
  func version() throws {
    let (plain, covered) = (message(flags: 1), message(key: 71))
    let (first, second) = (NTLMSSP.authentication(plain.rawSpan), NTLMSSP.authentication(covered.rawSpan))
    #expect(try #require(first).version == nil)
    #expect(try #require(second).version == nil)
  }

  @Test("parts that overlap are noticed")
  func overlap() throws {
    var bytes = message()
    bytes[28] += 2
    let result = NTLMSSP.authentication(bytes.rawSpan)
    #expect(try #require(result).isUnusual)
  }

  @Test("the message is found within another token")
  func wrapped() {
    let bytes = [0x60, 0x48, 6, 6] + message()
    #expect(NTLMSSP.find(bytes.rawSpan) == 4)
  }
}
