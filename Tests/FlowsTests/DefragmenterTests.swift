import Testing
import Wire

@testable import Flows

@Suite("Defragmentation")
struct DefragmenterTests {
  /// An IPv4 fragment: header of 20 bytes and data.
  private func fragment(
    _ data: [UInt8], at offset: Int, more: Bool, identification: UInt16 = 7, nanoseconds: Int64 = 0
  ) -> TestFrame {
    var header: [UInt8] = [0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0xde, 0xad, 10, 0, 0, 1, 10, 0, 0, 2]
    header[4] = UInt8(identification >> 8)
    header[5] = UInt8(identification & 255)
    var packet = Packet()
    packet.ipVersion = 4
    packet.ipProtocol = 17
    packet.timeNanoseconds = nanoseconds
    packet.networkOffset = 0
    packet.networkHeaderLength = 20
    packet.source = TestNetwork.client
    packet.destination = TestNetwork.server
    packet.isFragment = true
    packet.fragmentOffsetBytes = UInt16(offset)
    packet.hasMoreFragments = more
    packet.identification = UInt32(identification)
    packet.payloadOffset = 20
    packet.payloadLength = Int32(data.count)
    return TestFrame(packet: packet, bytes: header + data)
  }

  private func take(_ frame: TestFrame, _ defragmenter: TestDefragmenter) -> ([UInt8]?, Packet) {
    var packet = frame.packet
    let whole = defragmenter.take(&packet, frame.bytes.rawSpan, nowNanoseconds: packet.timeNanoseconds)
    return (whole, packet)
  }

  @Test("any order of fragments gives the same datagram", arguments: 0..<30)
  func order(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let data = (0..<3000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    var frames: [TestFrame] = []
    var start = 0
    while start < data.count {
      let end = min(start + 8 * Int.random(in: 1...60, using: &random), data.count)
      frames.append(fragment(Array(data[start..<end]), at: start, more: end < data.count))
      start = end
    }
    frames.shuffle(using: &random)
    let defragmenter = TestDefragmenter()
    var whole: [UInt8]?
    for frame in frames {
      #expect(whole == nil)
      whole = take(frame, defragmenter).0
    }
    #expect(whole.map { Array($0[20...]) } == data, "seed \(seed)")
    #expect(whole.map { Array($0[..<8]) } == [0x45, 0, 0x0b, 0xcc, 0, 7, 0, 0])
    #expect(defragmenter.count == 0)
    #expect(defragmenter.memoryBytes == 0)
  }

  @Test("the header's checksum is right again")
  func checksum() {
    let defragmenter = TestDefragmenter()
    _ = take(fragment([UInt8](repeating: 1, count: 8), at: 0, more: true), defragmenter)
    let whole = take(fragment([2, 3], at: 8, more: false), defragmenter).0 ?? []
    var sum = 0
    for index in stride(from: 0, to: 20, by: 2) where whole.count >= 20 {
      sum += Int(whole[index]) << 8 | Int(whole[index + 1])
    }
    #expect((sum & 0xffff) + (sum >> 16) == 0xffff)
  }

  @Test(
    "overlapping fragments read as the receiver's system reads them",
    arguments: [
      (HostPolicy.first, "OOOO"), (.last, "NNNN"), (.bsd, "OOOO"), (.bsdRight, "NNNN"), (.linux, "NNNN"),
      (.windows, "OOOO"),
    ] as [(HostPolicy, String)])
  func overlap(policy: HostPolicy, wanted: String) {
    var settings = DefragmentSettings()
    settings.hostPolicies.add(TestNetwork.server, bits: 24, policy)
    let defragmenter = TestDefragmenter(settings)
    _ = take(fragment(Array("aaaaaaaa".utf8), at: 0, more: true), defragmenter)
    _ = take(fragment(Array("OOOOOOOO".utf8), at: 16, more: true), defragmenter)
    let (_, second) = take(fragment(Array("NNNNNNNN".utf8), at: 16, more: true), defragmenter)
    #expect(second.events.contains(.ipv4FragmentOverlap))
    _ = take(fragment(Array("zzzz".utf8), at: 24, more: false), defragmenter)
    let whole = take(fragment(Array("bbbbbbbb".utf8), at: 8, more: true), defragmenter).0 ?? []
    #expect(String(decoding: whole.dropFirst(36).prefix(4), as: UTF8.self) == wanted)
  }

  @Test("a fragment behind the greatest length is refused")
  func tooLarge() {
    let defragmenter = TestDefragmenter()
    let (whole, packet) = take(
      fragment([UInt8](repeating: 0, count: 1000), at: 65_000, more: true), defragmenter)
    #expect(whole == nil)
    #expect(packet.events.contains(.ipv4FragmentPacketTooLarge))
    #expect(defragmenter.count == 0)
  }

  @Test("fragments are waited for as long as the time-out says")
  func timeout() {
    let defragmenter = TestDefragmenter()
    _ = take(fragment([1, 2, 3, 4, 5, 6, 7, 8], at: 0, more: true), defragmenter)
    let late = fragment([9], at: 8, more: false, nanoseconds: 60_000_000_000)
    #expect(take(late, defragmenter).0 == nil)
    #expect(defragmenter.counters.timedOut == 1)
  }

  @Test("an IPv6 datagram loses its fragment header")
  func ipv6() {
    func frame(_ data: [UInt8], at offset: Int, more: Bool) -> TestFrame {
      var header: [UInt8] =
        [0x60, 0, 0, 0, 0, UInt8(8 + data.count), 44, 64] + [UInt8](repeating: 0, count: 32)
      header[23] = 1
      header[39] = 2
      header += [17, 0, UInt8(offset >> 8), UInt8(offset & 0xf8) | (more ? 1 : 0), 0, 0, 0, 9]
      var packet = Packet()
      packet.ipVersion = 6
      packet.ipProtocol = 17
      packet.networkOffset = 0
      packet.networkHeaderLength = 48
      packet.source = IPAddress(v6High: 0, low: 1)
      packet.destination = IPAddress(v6High: 0, low: 2)
      packet.isFragment = true
      packet.fragmentOffsetBytes = UInt16(offset)
      packet.hasMoreFragments = more
      packet.identification = 9
      packet.payloadOffset = 48
      packet.payloadLength = Int32(data.count)
      return TestFrame(packet: packet, bytes: header + data)
    }
    let defragmenter = TestDefragmenter()
    _ = take(frame([1, 2, 3, 4, 5, 6, 7, 8], at: 0, more: true), defragmenter)
    let whole = take(frame([9, 10], at: 8, more: false), defragmenter).0 ?? []
    #expect(whole.count == 50)
    #expect(whole.count == 50 && whole[6] == 17 && whole[5] == 10)
    #expect(Array(whole.suffix(10)) == Array(1...10))
  }

  @Test("hostile fragments neither trap nor pass the caps", arguments: 0..<10)
  func hostile(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    var settings = DefragmentSettings()
    settings.memcapBytes = 1 << 20
    settings.trackersMax = 50
    settings.fragmentsMax = 500
    settings.hostPolicies.add(
      IPAddress(v4: 0), bits: 0, HostPolicy.allCases[seed % HostPolicy.allCases.count])
    let defragmenter = TestDefragmenter(settings)
    for step in 0..<3000 {
      let count = Int.random(in: 0...1500, using: &random)
      let frame = fragment(
        [UInt8](repeating: UInt8(step & 255), count: count),
        at: 8 * Int.random(in: 0...(step % 3 == 0 ? 8191 : 300), using: &random),
        more: Bool.random(using: &random), identification: UInt16.random(in: 0...100, using: &random),
        nanoseconds: Int64(step) * 10_000_000)
      _ = take(frame, defragmenter)
      #expect(defragmenter.count <= 50)
      #expect(defragmenter.memoryBytes <= 1 << 21)
    }
  }
}

/// A defragmenter that can be asked in expectations, which copy what they look at.
private final class TestDefragmenter {
  private var defragmenter: Defragmenter

  init(_ settings: DefragmentSettings = DefragmentSettings()) {
    defragmenter = Defragmenter(settings)
  }

  var count: Int { defragmenter.count }
  var counters: DefragmentCounters { defragmenter.counters }
  var memoryBytes: Int { defragmenter.memoryBytes }

  func take(_ packet: inout Packet, _ bytes: RawSpan, nowNanoseconds: Int64) -> [UInt8]? {
    defragmenter.take(&packet, bytes, nowNanoseconds: nowNanoseconds)?.bytes
  }
}
