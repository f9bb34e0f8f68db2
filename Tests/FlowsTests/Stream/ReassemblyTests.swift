import Testing
import Wire

@testable import Flows

@Suite("Reassembly")
struct ReassemblyTests {
  /// Bytes whose place shows in their value.
  private func pattern(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3 ^ $0) }
  }

  @Test("any segmentation, order and repetition of a stream gives the same bytes", arguments: 0..<24)
  func segmentation(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let data = pattern(4000)
    let initial: UInt32 = seed % 3 == 0 ? 0xffff_f000 : UInt32.random(in: 0...UInt32.max, using: &random)
    let talk = TestConversation()
    talk.handshake(clientInitial: initial)
    var pieces: [Range<Int>] = []
    var start = 0
    while start < data.count {
      let end = min(start + Int.random(in: 1...400, using: &random), data.count)
      pieces.append(start..<end)
      // What was sent may come again, cut otherwise.
      if Bool.random(using: &random) {
        pieces.append(Int.random(in: 0...start, using: &random)..<end)
      }
      start = end
    }
    pieces.shuffle(using: &random)
    for piece in pieces {
      talk.send(Array(data[piece]), at: UInt32(piece.lowerBound))
      if Int.random(in: 0..<8, using: &random) == 0, let session = talk.session {
        talk.acknowledge(UInt32(session.core.toServer.end))
      }
    }
    talk.acknowledge(UInt32(data.count))
    #expect(talk.delivered.toServer == data, "seed \(seed)")
    #expect(talk.raw.toServer == data, "seed \(seed)")
    #expect(talk.gaps.toServer.isEmpty)
    #expect(!talk.events.contains(.reassemblyOverlapDifferentData))
  }

  @Test("sequence numbers wrap around without a trace")
  func wrapAround() {
    let talk = TestConversation()
    talk.handshake(clientInitial: 0xffff_fffa, serverInitial: 0xffff_ffff)
    talk.send("0123456789", at: 0)
    talk.send("abcdef", at: 10)
    talk.acknowledge(16)
    #expect(talk.text == "0123456789abcdef")
  }

  /// Old data of ten bytes at 10, then new data at several places: which bytes are the receiver's?
  @Test(
    "overlaps read as the receiver's system reads them",
    arguments: [
      (HostPolicy.first, 8, 4, "OO"), (.last, 8, 4, "NN"), (.bsd, 8, 4, "NN"), (.bsd, 12, 4, "OOOO"),
      (.linux, 10, 12, "NNNNNNNNNN"), (.bsd, 10, 12, "OOOOOOOOOO"), (.linux, 10, 10, "OOOOOOOOOO"),
      (.solaris, 12, 10, "NNNNNNNN"), (.solaris, 12, 4, "OOOO"), (.vista, 8, 4, "OO"), (.macOS, 8, 4, "NN"),
      (.windows, 8, 14, "NNNNNNNNNN"),
    ] as [(HostPolicy, Int, Int, String)])
  func overlapPolicies(policy: HostPolicy, start: Int, count: Int, wanted: String) {
    var settings = StreamSettings()
    settings.hostPolicies.add(TestNetwork.server, bits: 32, policy)
    settings.checksOverlaps = true
    let talk = TestConversation(settings)
    talk.handshake()
    talk.send(String(repeating: "O", count: 10), at: 10)
    talk.send(String(repeating: "N", count: count), at: UInt32(start))
    talk.send(String(repeating: "f", count: 10), at: 0)
    talk.acknowledge(30)
    talk.finish()
    let first = max(start, 10)
    let last = min(start + count, 20)
    let overlap = Array(talk.delivered.toServer.prefix(last).dropFirst(first))
    #expect(String(decoding: overlap, as: UTF8.self) == wanted, "\(policy)")
    #expect(talk.events.contains(.reassemblyOverlapDifferentData))
  }

  @Test("beyond the depth nothing is kept, and that is told once")
  func depth() {
    var settings = StreamSettings()
    settings.depthBytes = 10
    let talk = TestConversation(settings)
    talk.handshake()
    talk.send("0123456", at: 0)
    talk.send("789abcd", at: 7)
    talk.send("efg", at: 14)
    talk.acknowledge(17)
    #expect(talk.text == "0123456789")
    #expect(talk.events.filter { $0 == .reassemblyDepthReached }.count == 1)
    #expect(talk.session?.isDepthReached(.toServer) == true)
    #expect(talk.gaps.toServer.isEmpty)
  }

  @Test("the byte before the urgent pointer is not part of the stream")
  func urgentOutOfBand() {
    let talk = TestConversation()
    talk.handshake()
    talk.send(Array("maXl".utf8), at: 0, urgent: 3)
    talk.send("ware", at: 4)
    talk.acknowledge(8)
    #expect(talk.text == "malware")
    #expect(talk.session?.urgentBytes(.toServer) == 1)
  }

  @Test("inline, the urgent pointer is ignored")
  func urgentInline() {
    var settings = StreamSettings()
    settings.urgentPolicy = .inline
    let talk = TestConversation(settings)
    talk.handshake()
    talk.send(Array("maXl".utf8), at: 0, urgent: 3)
    talk.acknowledge(4)
    #expect(talk.text == "maXl")
  }

  @Test("nothing is kept of a direction that nobody wants, and its loss is no gap")
  func disabled() {
    let talk = TestConversation()
    talk.handshake()
    talk.session?.disableReassembly(.toServer)
    talk.send("abc", at: 0)
    talk.send("ghi", at: 6)
    talk.acknowledge(9)
    #expect(talk.text == "")
    #expect(talk.gaps.toServer.isEmpty)
    #expect(talk.flow?.packets.toServer == 4)
  }

  @Test("at the memory cap data is dropped and counted, and the gap is told")
  func memoryCap() {
    var settings = StreamSettings()
    settings.reassemblyMemcapBytes = 4096
    let talk = TestConversation(settings)
    talk.handshake()
    talk.consumption = 0
    for step in 0..<20 { talk.send([UInt8](repeating: 1, count: 1000), at: UInt32(step * 1000)) }
    #expect(talk.engine.reassemblyBytesMax <= 2 * 4096)
    #expect(talk.engine.counters.segmentMemcapDrops > 0)
    #expect(talk.events.contains(.reassemblyInsertMemcap))
  }

  @Test("raw windows keep at most a chunk of what was seen before")
  func rawOverlap() {
    let talk = TestConversation()
    talk.handshake()
    let data = pattern(20_000)
    for step in 0..<20 {
      talk.send(Array(data[(step * 1000)..<(step * 1000 + 1000)]), at: UInt32(step * 1000))
      talk.acknowledge(UInt32(step * 1000 + 1000))
    }
    #expect(talk.raw.toServer == data)
    #expect(talk.lastPart == (2560 + 1000, 20_000 - 3560, 2560))
  }

  @Test("the storage of one long stream stays within the memory cap, though arrays double")
  func storageCap() {
    var settings = StreamSettings()
    settings.reassemblyMemcapBytes = 1 << 20
    settings.depthBytes = 0
    let talk = TestConversation(settings)
    talk.handshake()
    talk.consumption = 0
    for number in 0..<1_500 {
      talk.send([UInt8](repeating: 0x41, count: 1_000), at: UInt32(number * 1_000))
      talk.acknowledge(UInt32(number * 1_000 + 1_000))
    }
    #expect(talk.engine.counters.segmentMemcapDrops > 0)
    #expect(talk.engine.reassemblyBytesMax > 700_000)
    #expect(talk.engine.reassemblyBytesMax <= settings.reassemblyMemcapBytes + 65_536)
  }

  @Test("at the end of a flow raw inspection goes on behind a hole, and the application does not")
  func openHole() {
    let talk = TestConversation()
    talk.handshake()
    talk.send("before", at: 0)
    talk.send("behind", at: 10)
    talk.finish()
    #expect(talk.text == "before")
    #expect(talk.session?.hasHole(.toServer) == true)
    #expect(String(decoding: talk.raw.toServer, as: UTF8.self) == "beforebehind")
  }

  @Test("what stands behind a hole is shown with the look that meets the hole, and once more with the next")
  func shownTwice() {
    let talk = TestConversation()
    talk.handshake()
    talk.send("before", at: 0)
    talk.send("behind", at: 10)
    talk.acknowledge(16)
    #expect(String(decoding: talk.raw.toServer, as: UTF8.self) == "beforebehind")
    talk.send("more", at: 16)
    talk.acknowledge(20)
    #expect(String(decoding: talk.raw.toServer, as: UTF8.self) == "beforebehindbehindmore")
  }

  @Test("a part of a stream is shown by its offsets, with words for what is missing")
  func parts() {
    let talk = TestConversation()
    talk.handshake()
    talk.send("before", at: 0)
    talk.acknowledge(10)
    talk.send("behind", at: 10)
    talk.acknowledge(16)
    func dump(_ start: UInt64, _ limit: UInt64, _ bytesMax: Int = 100) -> String {
      var bytes: [UInt8] = []
      talk.session?.dump(.toServer, from: start, to: limit, bytesMax: bytesMax, into: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
    #expect(dump(0, 16) == "before[4 bytes missing]behind")
    #expect(dump(2, 12) == "fore[4 bytes missing]be")
    #expect(dump(2, 6) == "fore")
    #expect(dump(2, 9) == "fore[3 bytes missing]")
    #expect(dump(11, 99, 3) == "ehi")
    #expect(dump(20, 30) == "")
    var whole: [UInt8] = []
    let length = talk.session?.dump(.toServer, bytesMax: 8, into: &whole)
    #expect(length == "before[4 bytes missing]behind".utf8.count)
    #expect(String(decoding: whole, as: UTF8.self) == "before[4")
  }

  @Test("what frames still need stays, though all others have seen it, up to a bound")
  func retained() {
    var settings = StreamSettings()
    settings.toServerChunkBytes = 1
    let talk = TestConversation(settings)
    talk.handshake()
    talk.session?.retain(.toServer, from: 2)
    talk.send("abcdef", at: 0)
    talk.acknowledge(6)
    var bytes: [UInt8] = []
    talk.session?.dump(.toServer, from: 0, to: 6, bytesMax: 100, into: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "[2 bytes missing]cdef")
    talk.session?.retain(.toServer, from: .max)
    bytes = []
    talk.session?.dump(.toServer, from: 0, to: 6, bytesMax: 100, into: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "[5 bytes missing]f")
  }

  @Test("hostile packets neither trap nor pass the caps", arguments: 0..<15)
  func hostile(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed) &* 7919)
    var settings = StreamSettings()
    settings.midstream = seed % 2 == 0
    settings.asyncOneSide = seed % 3 == 0
    settings.isInline = seed % 5 == 0
    settings.reassemblyMemcapBytes = 1 << 17
    settings.depthBytes = seed % 4 == 0 ? 0 : 50_000
    let policies = HostPolicy.allCases
    settings.hostPolicies.add(IPAddress(v4: 0), bits: 0, policies[seed % policies.count])
    let talk = TestConversation(settings)
    if seed % 7 != 0 { talk.handshake(clientInitial: 0xffff_ff00, serverInitial: 0x7fff_ffff) }
    for _ in 0..<700 {
      let direction = Bool.random(using: &random) ? Direction.toServer : .toClient
      let far = Int.random(in: 0..<10, using: &random) == 0
      let step = UInt32.random(in: 0...(far ? UInt32.max : 5000), using: &random)
      let base = direction == .toServer ? talk.clientNext : talk.serverNext
      let back = direction == .toServer ? talk.serverNext : talk.clientNext
      let common = Int.random(in: 0..<4, using: &random) != 0
      let flags = common ? Flags.push : UInt8.random(in: 0...255, using: &random)
      let payload = [UInt8](
        repeating: UInt8.random(in: 0...255, using: &random), count: Int.random(in: 0...300, using: &random))
      let options = (0..<(4 * Int.random(in: 0...3, using: &random))).map { _ in
        UInt8.random(in: 0...10, using: &random)
      }
      talk.network.nanoseconds &+= Int64.random(in: -5_000_000_000...10_000_000_000, using: &random)
      talk.take(
        talk.network.tcp(
          direction, flags, sequence: base &+ step,
          acknowledgement: back &+ UInt32.random(in: 0...6000, using: &random), payload,
          window: UInt16.random(in: 0...UInt16.max, using: &random), options: options,
          urgent: UInt16.random(in: 0...400, using: &random)))
    }
    #expect(talk.engine.reassemblyBytesMax <= 2 * settings.reassemblyMemcapBytes)
    talk.finish()
  }
}
