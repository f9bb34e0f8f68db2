import Testing
import Wire

@testable import Flows

@Suite("Flow table")
struct FlowTableTests {
  private func second(_ seconds: Double) -> Int64 { Int64(seconds * 1_000_000_000) }

  @Test("both directions are one flow, and who sent first is its client")
  func directions() {
    var network = TestNetwork()
    let table = TestTable()
    let first = table.find(network.udp(.toClient))
    let second = table.find(network.udp(.toServer))
    #expect(first?.isNew == true)
    #expect(second?.isNew == false)
    #expect(first?.flow === second?.flow)
    #expect(first?.flow.client == TestNetwork.server)
    #expect(second?.direction == .toClient)
    #expect(first?.flow.isEstablished == true)
    #expect(first?.flow.state == .established)
    #expect(first?.flow.ttlMin.toServer == 50)
    #expect(table.count == 1)
  }

  @Test("a flow ends exactly when its time-out has passed", arguments: [(29.999, 1), (30.0, 2)])
  func timeoutAtLookup(after seconds: Double, flows: Int) {
    var network = TestNetwork()
    let table = TestTable()
    _ = table.find(network.udp(.toServer))
    network.nanoseconds += second(seconds)
    _ = table.find(network.udp(.toServer))
    #expect(table.counters.total == UInt64(flows))
    #expect(table.counters.timedOut == UInt64(flows - 1))
  }

  @Test("a sweep ends what a lookup would not find any more, and nothing else")
  func sweep() {
    var network = TestNetwork()
    let table = TestTable()
    for port in 1...200 {
      network.nanoseconds += second(0.1)
      _ = table.find(network.udp(.toServer, clientPort: UInt16(port)))
    }
    var ended: [UInt64] = []
    let now = network.nanoseconds + second(20)
    table.sweep(nowNanoseconds: now) { flow, reason in
      ended.append(flow.firstPacket)
      #expect(reason == .timeout)
    }
    // The last packet of flow n came 20 − n/10 seconds before the last of all.
    #expect(ended.sorted() == Array(1...100))
    #expect(table.count == 100)
  }

  @Test("any order of sweeps and packets gives the same flows", arguments: 0..<8)
  func sweepsDoNotMatter(seed: Int) {
    func run(sweeps: Bool) -> [String] {
      var random = SeededGenerator(state: UInt64(seed))
      var network = TestNetwork()
      let table = TestTable()
      var log: [String] = []
      for _ in 0..<800 {
        network.nanoseconds += Int64.random(in: 0...3_000_000_000, using: &random)
        let direction = Bool.random(using: &random) ? Direction.toServer : .toClient
        let frame = network.udp(direction, clientPort: UInt16.random(in: 1...40, using: &random))
        if sweeps {
          table.sweep(nowNanoseconds: network.nanoseconds) { log.append("\($0.firstPacket) \($1)") }
        }
        _ = table.find(frame) { log.append("\($0.firstPacket) \($1)") }
      }
      table.sweep(nowNanoseconds: network.nanoseconds) { log.append("\($0.firstPacket) \($1)") }
      table.drain { log.append("\($0.firstPacket) \($1) \($0.packets.toServer)") }
      return log.sorted()
    }
    #expect(run(sweeps: true) == run(sweeps: false), "seed \(seed)")
  }

  @Test("the table finds every flow through growth and removal", arguments: 0..<2)
  func model(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    var network = TestNetwork()
    let table = TestTable()
    var known: [UInt16: UInt64] = [:]
    for _ in 0..<3000 {
      network.nanoseconds += 50_000_000
      let port = UInt16.random(in: 1...3000, using: &random)
      let frame = network.udp(.toServer, clientPort: port)
      let lookup = table.find(frame) { flow, _ in known[flow.clientPort] = nil }
      if lookup?.isNew != (known[port] == nil) {
        Issue.record("flow of port \(port) at packet \(network.number)")
      }
      known[port] = lookup?.flow.identifier
    }
    #expect(table.count == known.count)
  }

  @Test("identifiers are unique, fit into JSON numbers and depend on packet and seed alone")
  func identifiers() {
    func run(seed: UInt64) -> [UInt64] {
      var network = TestNetwork()
      let table = TestTable(seed: seed)
      return (1...2000).compactMap {
        table.find(network.udp(.toServer, clientPort: UInt16($0)))?.flow.identifier
      }
    }
    let identifiers = run(seed: 1)
    #expect(Set(identifiers).count == 2000)
    #expect(identifiers.allSatisfy { $0 > 0 && $0 < 1 << 53 })
    #expect(identifiers == run(seed: 1))
    #expect(identifiers != run(seed: 2))
  }

  @Test("at the memory cap the flow that is nearest to its end gives way, and the emergency is told")
  func emergency() {
    var settings = FlowSettings()
    settings.memcapBytes = 32 * FlowTable.flowBytes
    var network = TestNetwork()
    let table = TestTable(settings)
    for port in 1...100 {
      network.nanoseconds += second(0.01)
      #expect(table.find(network.udp(.toServer, clientPort: UInt16(port)))?.isNew == true)
      #expect(table.count <= 32)
    }
    #expect(table.isEmergency == true)
    #expect(table.counters.forced == 68)
    table.sweep(nowNanoseconds: network.nanoseconds + second(60)) { _, _ in }
    #expect(table.isEmergency == false)
    #expect(table.count == 0)
  }

  @Test("a new SYN on a closed connection begins another flow")
  func reuse() {
    let talk = TestConversation()
    talk.handshake()
    talk.take(talk.network.tcp(.toServer, Flags.rst, sequence: 101, acknowledgement: 5001))
    let first = talk.flow
    talk.take(talk.network.tcp(.toServer, Flags.syn, sequence: 100))
    #expect(talk.flow === first)
    talk.take(talk.network.tcp(.toServer, Flags.syn, sequence: 90_000))
    #expect(talk.flow !== first)
    #expect(talk.table.counters.tcpReuse == 1)
  }

  @Test("a SYN against the way of a flow without session begins another flow")
  func reuseOfSessionless() {
    let talk = TestConversation()
    talk.take(talk.network.tcp(.toClient, Flags.ack, sequence: 5001, acknowledgement: 101))
    let first = talk.flow
    talk.take(talk.network.tcp(.toServer, Flags.syn, sequence: 90_000))
    #expect(talk.flow !== first)
    #expect(talk.table.counters.tcpReuse == 1)
  }

  @Test("question and answer of ICMP are one flow; an error belongs to the flow that it is about")
  func icmp() {
    var network = TestNetwork()
    let table = TestTable()
    let question = table.find(network.icmp(.toServer, type: 8))
    let answer = table.find(network.icmp(.toClient, type: 0))
    #expect(question?.flow === answer?.flow)
    #expect(answer?.direction == .toClient)
    #expect(question?.flow.icmpResponse?.type == 0)
    let other = table.find(network.icmp(.toClient, type: 8))
    #expect(other?.flow !== question?.flow)

    let asked = table.find(network.udp(.toServer))
    var quoted: [UInt8] = [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
    quoted += [0x03, 0xe8, 0, 53, 0, 8, 0, 0]
    let error = table.find(network.icmp(.toClient, type: 3, quoting: quoted))
    #expect(error?.flow === asked?.flow)
    #expect(error?.direction == .toClient)
    #expect(table.find(network.icmp(.toClient, type: 3)) == nil)
  }

  @Test("flows are shown at the end of the run in the order in which they began")
  func drain() {
    var network = TestNetwork()
    let table = TestTable()
    for port in [5, 3, 9] { _ = table.find(network.udp(.toServer, clientPort: UInt16(port))) }
    var ports: [UInt16] = []
    table.drain { flow, reason in
      ports.append(flow.clientPort)
      #expect(reason == .shutdown)
    }
    #expect(ports == [5, 3, 9])
    #expect(table.count == 0)
  }
}

/// A table that can be asked in expectations, which copy what they look at.
final class TestTable {
  private var table: FlowTable

  init(_ settings: FlowSettings = FlowSettings(), seed: UInt64 = 0) {
    table = FlowTable(settings, seed: seed)
  }

  var count: Int { table.count }
  var counters: FlowCounters { table.counters }
  var isEmergency: Bool { table.isEmergency }

  /// Looks a frame's flow up at the frame's own time.
  func find(_ frame: TestFrame, ended: (Flow, FlowEnd) -> Void = { _, _ in }) -> FlowLookup? {
    table.flow(
      for: frame.packet, frame.bytes.rawSpan, nowNanoseconds: frame.packet.timeNanoseconds, ended: ended)
  }

  func sweep(nowNanoseconds: Int64, ended: (Flow, FlowEnd) -> Void) {
    table.sweep(nowNanoseconds: nowNanoseconds, ended: ended)
  }

  func drain(ended: (Flow, FlowEnd) -> Void) {
    _ = table.prepareDrain()
    table.drain(ended: ended)
  }
}
