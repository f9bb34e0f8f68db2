import Protocols
import Testing
import Wire

@Suite struct WebSocketTests {
  private static let request =
    "GET /watch HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
  private static let response =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
  private static let mask: [UInt8] = [1, 2, 3, 4]

  /// A conversation that has agreed on WebSocket.
  private func upgraded(_ settings: ProtocolSettings = ProtocolSettings(), first: [UInt8] = [])
    -> Conversation
  {
    let flow = conversation(.tcp, to: 80, settings)
    flow.send(Array(Self.request.utf8), .toServer)
    flow.send(Array(Self.response.utf8) + first, .toClient)
    return flow
  }

  private func frame(
    _ opcode: UInt8, _ payload: [UInt8], ends: Bool = true, isCompressed: Bool = false,
    isMasked: Bool = false,
    length: Int? = nil
  ) -> [UInt8] {
    let count = length ?? payload.count
    let bit: UInt8 = isMasked ? 0x80 : 0
    var bytes = [opcode | (ends ? 0x80 : 0) | (isCompressed ? 0x40 : 0)]
    switch count {
    case ..<126: bytes.append(bit | UInt8(count))
    case ..<65_536: bytes += [bit | 126] + big(count, bytes: 2)
    default: bytes += [bit | 127] + big(count, bytes: 8)
    }
    guard isMasked else { return bytes + payload }
    return bytes + Self.mask + payload.enumerated().map { $0.element ^ Self.mask[$0.offset & 3] }
  }

  private func transactions(_ flow: Conversation) -> [WebSocketTransaction] {
    (flow.session?.openTransactions ?? []).compactMap { $0 as? WebSocketTransaction }
  }

  private func payloads(_ flow: Conversation) -> [String] { transactions(flow).map { text($0.payload) } }

  @Test("frames of both sides are transactions, the mask taken off", arguments: [1, 3, 1000])
  func frames(pieces: Int) {
    let flow = upgraded()
    flow.send(frame(1, Array("to the tower".utf8), isMasked: true), .toServer, pieces: pieces)
    flow.send(frame(2, Array(repeating: 65, count: 200)) + frame(9, []), .toClient, pieces: pieces)
    #expect(flow.state.name == "websocket" && flow.original.name == "http")
    #expect(payloads(flow) == ["to the tower", String(repeating: "A", count: 200), ""])
    #expect(transactions(flow).map(\.header.opcode) == [1, 2, 9])
    #expect(transactions(flow).map(\.header.mask) == [0x0102_0304, nil, nil])
    #expect(transactions(flow).map(\.onlyDirection) == [.toServer, .toClient, .toClient])
  }

  @Test("what comes in one segment with the answer to the upgrade is read")
  func early() {
    let flow = upgraded(first: frame(1, Array("welcome".utf8)))
    flow.send(frame(1, Array("hello".utf8), isMasked: true), .toServer)
    flow.send(frame(1, Array("again".utf8), isMasked: true), .toServer)
    #expect(payloads(flow) == ["hello", "welcome", "again"])
    let silent = upgraded(first: frame(1, Array("welcome".utf8)))
    for direction in Direction.allCases { silent.end(direction, clock) }
    #expect(payloads(silent) == ["welcome"])
  }

  @Test("the frame that ends a message has all of it, control frames do not belong to it")
  func messages() {
    let flow = upgraded()
    flow.send(
      frame(1, Array("sig".utf8), ends: false) + frame(9, Array("ping".utf8))
        + frame(0, Array("na".utf8), ends: false) + frame(0, Array("ls".utf8)) + frame(1, Array("next".utf8)),
      .toClient)
    #expect(payloads(flow) == ["sig", "ping", "na", "signals", "next"])
  }

  @Test("compressed messages refer to those before, and one that is no such data stays as it was sent")
  func compression() {
    let hello: [UInt8] = [0xCA, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40, 0x90, 0, 0]
    let flow = upgraded()
    flow.send(frame(1, hello, isCompressed: true), .toClient)
    flow.send(frame(1, [], ends: false, isCompressed: true) + frame(0, hello), .toClient)
    flow.send(
      frame(1, [0xFF, 0xFF, 0xFF], isCompressed: true) + frame(1, hello, isCompressed: true), .toClient)
    let found = transactions(flow).map(\.payload)
    let text = Array("hello hello hello".utf8)
    #expect(found == [text, [], text, [0xFF, 0xFF, 0xFF], text])
  }

  @Test("payloads and messages are kept up to their bound, and what follows them is read")
  func bounds() {
    var settings = ProtocolSettings()
    settings.webSocket.payloadBytesMax = 100
    let flow = upgraded(settings)
    let long = [UInt8](repeating: 66, count: 70_000)
    flow.send(frame(2, long) + frame(1, Array("after".utf8)), .toClient, pieces: 1460)
    flow.send(
      frame(2, Array(long.prefix(60)), ends: false) + frame(0, Array(long.prefix(60)), ends: false)
        + frame(0, Array(long.prefix(60))), .toServer)
    #expect(transactions(flow).map(\.payload.count) == [100, 5, 60, 60, 100])
    let events = transactions(flow).map { flow.names(ofEventsIn: $0) }
    #expect(events == [["skip_end_of_payload"], [], [], ["reassembly_limit_reached"], []])
    flow.send(frame(2, long, length: 1 << 40), .toClient)
    flow.gap(1 << 20, .toClient, clock)
    #expect(!flow.hasFailed && !flow.hasPending(.toClient))
    flow.send(frame(1, [], length: 50), .toServer)
    flow.gap(50, .toServer, clock)
    #expect(flow.hasFailed)
  }

  @Test("a compressed message that grows without end is given up")
  func bomb() {
    var settings = ProtocolSettings()
    settings.webSocket.payloadBytesMax = 2000
    // A letter, repeated a hundred thousand times.
    let start = bytes(hexadecimal: "ecc13101000000c2a06ceb5fca1a1e4001")
    let end = bytes(hexadecimal: "af06")
    let flow = upgraded(settings)
    flow.send(frame(2, start + [UInt8](repeating: 0, count: 96) + end, isCompressed: true), .toClient)
    #expect(transactions(flow).map(\.payload) == [[UInt8](repeating: 65, count: 2000)])
  }

  @Test("a first frame with bits that nothing uses is no WebSocket")
  func reserved() {
    let flow = upgraded()
    flow.send([0xB1, 0x01, 0x00], .toServer)
    #expect(flow.hasFailed)
  }
}
