import Correlation
import Events
import Testing
import Wire

/// Patterns through the correlator: each with what it must find and a near miss.
@Suite struct PatternTests {
  private static let begin: Int64 = 1_795_136_400_000_000_000

  private func flow(
    _ client: String, _ server: String, _ port: UInt16, atSecond second: Int64, sent: UInt64 = 900,
    taken: UInt64 = 2_000, answered: Bool = true, spoken: String = ""
  ) -> Event {
    let time = Self.begin + second * 1_000_000_000
    let ends = Endpoints(
      source: IPAddress(client) ?? IPAddress(v4: 0), destination: IPAddress(server) ?? IPAddress(v4: 0),
      sourcePort: UInt16(truncatingIfNeeded: 1_024 + second), destinationPort: port, ipProtocol: 6)
    return .flow(
      FlowEvent(
        order: EventOrder(packet: UInt64(second), flow: UInt64(port), sequence: 0), startNanoseconds: time,
        endNanoseconds: time + 1_000_000, endpoints: ends, packetsToServer: 6,
        packetsToClient: answered ? 5 : 0,
        bytesToServer: sent, bytesToClient: answered ? taken : 0, applicationProtocol: spoken,
        state: "closed",
        hasAlerted: false, line: []))
  }

  /// Findings of patterns show in incidents only; a Sigma correlation on every host makes them visible.
  private func messages(_ events: [Event], about host: String, site: SiteModel = SiteModel()) -> [String] {
    var correlator = Correlator(site: site)
    let address = IPAddress(host) ?? IPAddress(v4: 0)
    var last = Self.begin
    for event in events {
      correlator.accept(event)
      if case .flow(let flow) = event { last = max(last, flow.endNanoseconds) }
      if case .record(let record) = event { last = max(last, record.timeNanoseconds) }
    }
    let ends = Endpoints(
      source: address, destination: address, sourcePort: 0, destinationPort: 0, ipProtocol: 6)
    var marker = Finding(
      group: Finding.sigmaGroup, number: 1, message: Text("marker", "标记"), tactic: .impact, outcome: .success,
      confidence: .high, attacker: address, victim: address,
      evidence: Evidence(
        kind: .record, order: EventOrder(packet: 0, flow: 0, sequence: 0),
        timeNanoseconds: last + 10_000_000_000, endpoints: ends))
    marker.isCorrelation = true
    correlator.accept(marker)
    correlator.finish()
    return correlator.incidents().flatMap { $0.aggregates.map(\.message) }
  }

  @Test("a port that many hosts do not answer on is a sweep; answered ones are none")
  func sweep() {
    for answered in [false, true] {
      let events = (0..<60).map {
        flow("10.1.1.1", "10.2.0.\($0)", 8_443, atSecond: 190_000 + Int64($0), answered: answered)
      }
      #expect(messages(events, about: "10.1.1.1").contains { $0.hasPrefix("Sweep") } == !answered)
    }
  }

  @Test("many ports of one host are a scan; a few are none")
  func ports() {
    for count in [40, 10] {
      let events = (0..<count).map {
        flow("10.1.1.1", "10.2.0.1", UInt16(1_000 + $0), atSecond: 190_000 + Int64($0), answered: false)
      }
      #expect(messages(events, about: "10.1.1.1").contains { $0.hasPrefix("Scan") } == (count == 40))
    }
  }

  @Test("passwords sprayed over hosts and guessed at one are told apart")
  func passwords() {
    let spray = (0..<12).map { flow("10.1.1.1", "10.2.0.\($0)", 3_389, atSecond: 190_000 + Int64($0)) }
    #expect(messages(spray, about: "10.1.1.1").contains { $0.hasPrefix("Passwords sprayed") })
    let guess = (0..<40).map { flow("10.1.1.1", "10.2.0.1", 22, atSecond: 190_000 + Int64($0)) }
    #expect(messages(guess, about: "10.1.1.1").contains { $0.hasPrefix("Passwords guessed") })
    let slow = (0..<40).map { flow("10.1.1.1", "10.2.0.1", 22, atSecond: 100_000 + Int64($0) * 60) }
    #expect(!messages(slow, about: "10.1.1.1").contains { $0.hasPrefix("Passwords") })
  }

  @Test("regular calls with jitter are a beacon; calls as people make them are none")
  func beacon() {
    let jitter: [Int64] = [0, 4, -3, 5, 2, -5, 1, 3, -2, 4, -4, 0, 2, -1, 3, -3, 1, 5, -2, 0]
    let regular = jitter.enumerated().map {
      flow("10.1.1.1", "203.0.113.9", 443, atSecond: 150_000 + Int64($0.offset) * 60 + $0.element)
    }
    #expect(messages(regular, about: "203.0.113.9").contains { $0.hasPrefix("Regular calls") })
    let human: [Int64] = [
      0, 3, 9, 400, 410, 2_000, 2_001, 2_090, 5_000, 5_200, 5_201, 9_000, 9_400, 9_410, 9_500, 12_000, 12_010,
      12_500, 12_600,
    ]
    let irregular = human.enumerated().map {
      flow(
        "10.1.1.1", "203.0.113.9", 443, atSecond: 150_000 + $0.element,
        sent: UInt64(300 + $0.offset * 977 % 5_000))
    }
    #expect(!messages(irregular, about: "203.0.113.9").contains { $0.hasPrefix("Regular calls") })
  }

  @Test("names that carry data, and names made by an algorithm")
  func names() {
    func name(_ text: String, _ second: Int64, missing: Bool) -> Event {
      var record = RecordEvent(
        order: EventOrder(packet: UInt64(second), flow: 1, sequence: 0),
        timeNanoseconds: Self.begin + second * 1_000_000_000, type: "dns", line: [])
      record.name = QueriedName(
        endpoints: Endpoints(
          source: IPAddress(v4: 0x0a010101), destination: IPAddress(v4: 0x0a000035), sourcePort: 5_000,
          destinationPort: 53, ipProtocol: 17),
        name: text, recordType: "TXT", isMissing: missing, isAnswer: missing)
      return .record(record)
    }
    let tunnel = (0..<60).map {
      name("\($0)mzxw6ytboi4dcnrvgq2tmmrrgq3tg.t.example", 190_000 + Int64($0), missing: false)
    }
    #expect(messages(tunnel, about: "10.1.1.1").contains { $0.hasPrefix("Names that carry data") })
    let made = (0..<40).map { name("xkqzvbtrw\($0)pdfg.example", 190_000 + Int64($0), missing: true) }
    #expect(messages(made, about: "10.1.1.1").contains { $0.hasPrefix("Many names made") })
    let typed = (0..<40).map { name("portal\($0 % 5).example", 190_000 + Int64($0), missing: true) }
    #expect(!messages(typed, about: "10.1.1.1").contains { $0.hasPrefix("Many names made") })
  }

  @Test("far more sent out than a host's own habit, once a day of it is known")
  func upload() {
    let habit = (0..<30).map {
      flow("10.1.1.1", "203.0.113.9", 443, atSecond: Int64($0) * 3_600, sent: 1_000_000)
    }
    let burst = [flow("10.1.1.1", "203.0.113.50", 443, atSecond: 30 * 3_600, sent: 400_000_000)]
    #expect(messages(habit + burst, about: "203.0.113.50").contains { $0.hasPrefix("Far more") })
    #expect(!messages(burst, about: "203.0.113.50").contains { $0.hasPrefix("Far more") })
  }

  @Test("a server that calls out by itself, or sends far more than it gets; a client may")
  func outward() throws {
    let site = try SiteLoader.load(
      """
      districts: [{id: D, name: D}]
      units: [{id: U, name: U, district: D}]
      access_points: [{id: A, name: a, unit: U, type: leased, ranges: [10.0.0.0/8]}]
      assets:
        - {id: W, name: w, address: 10.1.1.1, role: web}
        - {id: C, name: c, address: 10.1.1.2, role: client}
      """, file: "site.yaml"
    ).get()
    func found(_ events: [Event], about host: String) -> [String] {
      messages(events, about: host, site: site)
    }
    let shell = { (client: String, port: UInt16) in [self.flow(client, "203.0.113.9", port, atSecond: 10)] }
    #expect(found(shell("10.1.1.1", 4_444), about: "203.0.113.9").contains { $0.hasPrefix("A server calls") })
    #expect(!found(shell("10.1.1.1", 443), about: "203.0.113.9").contains { $0.hasPrefix("A server calls") })
    #expect(
      !found(shell("10.1.1.2", 4_444), about: "203.0.113.9").contains { $0.hasPrefix("A server calls") })
    let inside = [flow("10.1.1.1", "10.2.2.2", 4_444, atSecond: 10)]
    #expect(!found(inside, about: "10.2.2.2").contains { $0.hasPrefix("A server calls") })
    let sends = { (bytes: UInt64) in
      (0..<5).map { self.flow("10.1.1.1", "203.0.113.9", 443, atSecond: $0, sent: bytes, taken: 5_000) }
    }
    #expect(found(sends(5_000_000), about: "203.0.113.9").contains { $0.hasPrefix("A server sends") })
    #expect(!found(sends(500_000), about: "203.0.113.9").contains { $0.hasPrefix("A server sends") })
  }

  @Test("passwords are guessed on other ports too, where the protocol is known")
  func guessingElsewhere() {
    let guess = (0..<40).map {
      flow("10.1.1.1", "10.2.0.1", 2_222, atSecond: 190_000 + Int64($0), spoken: "ssh")
    }
    #expect(messages(guess, about: "10.1.1.1").contains { $0.hasPrefix("Passwords guessed") })
    let other = (0..<40).map {
      flow("10.1.1.1", "10.2.0.1", 2_222, atSecond: 190_000 + Int64($0), spoken: "tls")
    }
    #expect(!messages(other, about: "10.1.1.1").contains { $0.hasPrefix("Passwords") })
  }

  @Test("what is usual is shown and can be forgotten")
  func baselines() {
    var correlator = Correlator(site: SiteModel())
    for hour in 0..<30 {
      correlator.accept(flow("10.1.1.1", "203.0.113.9", 443, atSecond: Int64(hour) * 3_600, sent: 1_000_000))
    }
    let known = correlator.baselines().first { $0.host == IPAddress("10.1.1.1") }
    #expect(known?.baseline.isLearned == true)
    correlator.resetBaselines(of: IPAddress("10.1.1.1"))
    #expect(correlator.baselines().allSatisfy { $0.host != IPAddress("10.1.1.1") })
  }
}
