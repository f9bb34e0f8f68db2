import Identity
import Testing
import Wire

@Suite struct SessionObserverTests {
  private static let second: Int64 = 1_000_000_000
  private let client: [UInt8] = [2, 0, 0, 0, 0, 0x11]
  private let server: [UInt8] = [2, 0, 0, 0, 0, 0x22]

  private func big(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  /// Frames through the decoder and the observer, one a second.
  private func observe(_ frames: [[UInt8]]) -> IdentityTable {
    let table = IdentityTable()
    var observer = SessionObserver(table)
    var decoder = PacketDecoder(DecoderSettings())
    for (number, frame) in frames.enumerated() {
      var packets: [Packet] = []
      decoder.decode(
        frame.rawSpan, number: UInt64(number + 1), timeNanoseconds: Int64(number + 1) * Self.second,
        linkType: 1, wireLength: frame.count, into: &packets)
      for packet in packets { observer.observe(packet, frame.rawSpan) }
    }
    return table
  }

  private func discovery(_ code: UInt8, _ session: Int, _ tags: [UInt8], fromClient: Bool) -> [UInt8] {
    let ends = fromClient ? server + client : client + server
    let head: [UInt8] = [0x88, 0x63, 0x11, code] + big(session, 2)
    return ends + head + big(tags.count, 2) + tags
  }

  private func ppp(
    _ number: Int, _ code: UInt8, _ data: [UInt8], _ session: Int, fromClient: Bool
  ) -> [UInt8] {
    let ends = fromClient ? server + client : client + server
    let frame: [UInt8] = big(number, 2) + [code, 1] + big(data.count + 4, 2) + data
    let head: [UInt8] = [0x88, 0x64, 0x11, 0] + big(session, 2)
    return ends + head + big(frame.count, 2) + frame
  }

  private func datagram(_ from: Int, _ to: Int, _ payload: [UInt8]) -> [UInt8] {
    let udp: [UInt8] = big(from, 2) + big(to, 2) + big(payload.count + 8, 2) + [0, 0] + payload
    var ip: [UInt8] = [0x45, 0] + big(udp.count + 20, 2)
    ip += [0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
    return server + client + [8, 0] + ip + udp
  }

  private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

  private var circuitTag: [UInt8] {
    let circuit = Array("olt 1/2/3".utf8)
    let value: [UInt8] = big(3561, 4) + [1, UInt8(circuit.count)] + circuit
    return [0x01, 0x05] + big(value.count, 2) + value
  }

  private func session(_ account: String, _ last: UInt8) -> [[UInt8]] {
    let name = Array(account.utf8)
    return [
      discovery(0x19, 0, circuitTag, fromClient: true), discovery(0x65, 7, [], fromClient: false),
      ppp(0xC023, 1, [UInt8(name.count)] + name + [6] + Array("secret".utf8), 7, fromClient: true),
      ppp(0x8021, 2, [3, 6, 10, 40, 0, 1], 7, fromClient: true),
      ppp(0x8021, 2, [3, 6, 10, 40, 7, last], 7, fromClient: false),
    ]
  }

  @Test("a PPPoE session gives account, circuit and address, and never the password")
  func pppoe() throws {
    let table = observe(session("a-145", 20))
    let found = try #require(table.identity(of: try address("10.40.7.20"), at: 6 * Self.second))
    #expect(found.account == "a-145")
    #expect(found.circuit == "olt 1/2/3")
    #expect(found.session == "pppoe 7")
    // The concentrator's own address, which the client acknowledges, is nobody's.
    #expect(table.identity(of: try address("10.40.0.1"), at: 6 * Self.second) == nil)
    #expect(!"\(table.saved())".contains("secret"))
  }

  @Test("a session's end frees its address, and what was before is still known")
  func ends() throws {
    let table = observe(session("a-145", 20) + [discovery(0xA7, 7, [], fromClient: true)])
    let address = try address("10.40.7.20")
    #expect(table.identity(of: address, at: 5 * Self.second)?.account == "a-145")
    #expect(table.identity(of: address, at: 4 * Self.second) == nil)
    #expect(table.identity(of: address, at: 6 * Self.second) == nil)
  }

  @Test("an address that another line takes over is the other's from then on, and survives a restart so")
  func takeover() throws {
    var table = observe(session("a-145", 20) + session("a-146", 20))
    let address = try address("10.40.7.20")
    let copy = IdentityTable()
    copy.restore(table.saved())
    for _ in 0..<2 {
      #expect(table.identity(of: address, at: 9 * Self.second)?.account == "a-145")
      #expect(table.identity(of: address, at: 10 * Self.second)?.account == "a-146")
      table = copy
    }
  }

  @Test("IPv6CP binds the line's local address, and RADIUS prefixes all that is in them")
  func ipv6() throws {
    let identifier: [UInt8] = [2, 0x11, 0x22, 0xFF, 0xFE, 0x33, 0x44, 0x55]
    var frames = session("a-145", 20)
    frames.append(ppp(0x8057, 2, [1, 10] + identifier, 7, fromClient: false))
    let prefix: [UInt8] = [97, 12, 0, 64, 0x20, 1, 0x0D, 0xB8, 0, 1, 0, 2]
    frames.append(radius(1, "b-7", [10, 40, 9, 9], prefix))
    frames.append(radius(2, "b-7", [10, 40, 9, 9], prefix))
    let table = observe(frames)
    let local = try address("fe80::211:22ff:fe33:4455"), given = try address("2001:db8:1:2::99")
    #expect(table.identity(of: local, at: 6 * Self.second)?.account == "a-145")
    #expect(table.identity(of: given, at: 7 * Self.second)?.account == "b-7")
    #expect(table.identity(of: given, at: 8 * Self.second) == nil)
    #expect(table.identity(of: try address("2001:db8:1:3::99"), at: 7 * Self.second) == nil)
    let copy = IdentityTable()
    copy.restore(table.saved())
    #expect(copy.saved() == table.saved())
  }

  @Test("what is learned of a session later does not change what was true before")
  func completed() throws {
    let table = IdentityTable()
    let address = try address("10.40.7.20")
    var first = LineIdentity(source: .dhcp), second = LineIdentity(source: .radius)
    first.circuit = "olt 1"
    second.account = "a-1"
    second.circuit = "olt 1"
    table.bind(address, to: first, at: 10)
    table.bind(address, to: second, at: 20)
    #expect(table.identity(of: address, at: 15)?.account == "")
    #expect(table.identity(of: address, at: 20)?.account == "a-1")
    let copy = IdentityTable()
    copy.restore(table.saved())
    copy.restore(table.saved())
    #expect(copy.saved() == table.saved())
  }

  private func radius(
    _ status: UInt8, _ account: String, _ address: [UInt8], _ more: [UInt8] = []
  ) -> [UInt8] {
    let name = Array(account.utf8), station = Array("02-00-00-00-00-11".utf8)
    var attributes: [UInt8] = [1, UInt8(name.count + 2)] + name + [2, 6] + Array("pass".utf8)
    attributes += [8, 6] + address + [31, UInt8(station.count + 2)] + station
    attributes += [40, 6, 0, 0, 0, status, 44, 4, 0x73, 0x31] + more
    let head: [UInt8] = [4, 1] + big(20 + attributes.count, 2) + [UInt8](repeating: 0, count: 16)
    return datagram(30_000, 1813, head + attributes)
  }

  @Test("RADIUS accounting binds with start and interim updates, and ends with stop")
  func accounting() throws {
    let table = observe([
      radius(1, "b-7", [10, 40, 9, 9]), radius(3, "b-7", [10, 40, 9, 9]), radius(2, "b-7", [10, 40, 9, 9]),
    ])
    let address = try address("10.40.9.9")
    let found = try #require(table.identity(of: address, at: 2 * Self.second))
    #expect(found.account == "b-7")
    #expect(found.circuit == "02-00-00-00-00-11")
    #expect(found.session == "s1")
    #expect(table.identity(of: address, at: 3 * Self.second) == nil)
    #expect(!"\(table.saved())".contains("pass"))
  }

  @Test("DHCP's circuit of the request is that of the address that is acknowledged")
  func dhcp() throws {
    func message(_ kind: UInt8, _ options: [UInt8], _ given: [UInt8]) -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: 240)
      bytes.replaceSubrange(4..<8, with: [1, 2, 3, 4])
      bytes.replaceSubrange(16..<20, with: given)
      bytes.replaceSubrange(28..<34, with: client)
      bytes.replaceSubrange(236..<240, with: [0x63, 0x82, 0x53, 0x63])
      return bytes + [53, 1, kind] + options + [255, 0]
    }
    let circuit = Array("eth 0/1:100".utf8)
    let agent: [UInt8] = [82, UInt8(circuit.count + 2), 1, UInt8(circuit.count)] + circuit
    let table = observe([
      datagram(67, 67, message(3, agent, [0, 0, 0, 0])), datagram(67, 67, message(5, [], [10, 41, 1, 2])),
    ])
    let found = try #require(table.identity(of: try address("10.41.1.2"), at: 2 * Self.second))
    #expect(found.circuit == "eth 0/1:100")
    #expect(found.source == .dhcp)
  }

  @Test("PPP in L2TP is one session, although both ends number it for themselves")
  func l2tp() throws {
    func avp(_ type: Int, _ value: [UInt8]) -> [UInt8] {
      big(0x8000 | (value.count + 6), 2) + [0, 0] + big(type, 2) + value
    }
    func control(_ tunnel: Int, _ session: Int, _ parts: [UInt8]) -> [UInt8] {
      let head: [UInt8] = [0xC8, 2] + big(parts.count + 12, 2) + big(tunnel, 2) + big(session, 2)
      return datagram(1701, 1701, head + [0, 0, 0, 0] + parts)
    }
    func data(_ tunnel: Int, _ session: Int, _ number: Int, _ code: UInt8, _ rest: [UInt8]) -> [UInt8] {
      let frame: [UInt8] = [0xFF, 3] + big(number, 2) + [code, 1] + big(rest.count + 4, 2) + rest
      let head: [UInt8] = [0, 2] + big(tunnel, 2) + big(session, 2)
      return datagram(1701, 1701, head + frame)
    }
    let name = Array("c-9".utf8)
    let table = observe([
      control(5, 0, avp(0, [0, 2]) + avp(9, [0, 6])), control(5, 50, avp(0, [0, 11]) + avp(14, [0, 60])),
      data(6, 60, 0xC223, 2, [2, 0xAA, 0xBB] + name), data(5, 50, 0x8021, 2, [3, 6, 10, 42, 0, 9]),
      control(5, 50, avp(0, [0, 14])),
    ])
    let address = try address("10.42.0.9")
    #expect(table.identity(of: address, at: 4 * Self.second)?.account == "c-9")
    #expect(table.identity(of: address, at: 5 * Self.second) == nil)
  }

  @Test("no change of bytes makes the observer trap")
  func mutations() {
    var state: UInt64 = 1
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(truncatingIfNeeded: state >> 33) % max(limit, 1)
    }
    let frames = session("a-145", 20) + [radius(1, "b-7", [10, 40, 9, 9])]
    for _ in 0..<500 {
      var changed = frames
      for _ in 0..<3 {
        let frame = random(changed.count)
        let place = random(changed[frame].count)
        changed[frame][place] = UInt8(truncatingIfNeeded: random(256))
        if random(4) == 0 { changed[frame].removeLast(random(changed[frame].count - 14)) }
      }
      #expect(observe(changed).count <= 4)
    }
  }
}
