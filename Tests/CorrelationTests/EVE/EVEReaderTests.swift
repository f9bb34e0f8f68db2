import Correlation
import Events
import Testing
import Wire

@Suite struct EVEReaderTests {
  private static let alert = """
    {"timestamp":"2026-11-20T01:03:14.460000+0000","flow_id":74,"pcap_cnt":407,"event_type":"alert",\
    "vlan":[104],"src_ip":"203.0.113.7","src_port":51234,"dest_ip":"10.31.4.20","dest_port":80,"proto":"TCP",\
    "alert":{"action":"allowed","gid":1,"signature_id":9000003,"rev":1,"signature":"a \\u70fd \\"scan\\"",\
    "category":"c","severity":2,"metadata":{"mitre_tactic_id":["TA0043"],"confidence":["High"]}},\
    "direction":"to_server","http":{"hostname":"portal.example","url":"/x"}}
    """

  private func read(_ lines: [String]) -> (events: [Event], counts: EVEReader.Counts) {
    var reader = EVEReader()
    var events: [Event] = []
    for (number, line) in lines.enumerated() {
      let bytes = Array(line.utf8)
      if let event = reader.event(bytes, from: 0, to: bytes.count, number: UInt64(number)) {
        events.append(event)
      }
    }
    return (events, reader.counts)
  }

  @Test("an alert's time, ends, signature and metadata are read")
  func alert() throws {
    guard case .alert(let alert)? = read([Self.alert]).events.first else {
      Issue.record("no alert")
      return
    }
    #expect(alert.timeNanoseconds == 1_795_136_594_460_000_000)
    #expect(alert.endpoints.source == IPAddress("203.0.113.7"))
    #expect(alert.endpoints.destinationPort == 80)
    #expect(alert.signature.message == "a 烽 \"scan\"")
    #expect(alert.signature.metadata.first { $0.key == "mitre_tactic_id" }?.value == "TA0043")
    #expect(alert.subject == "portal.example/x")
    #expect(alert.vlans == [104])
    #expect(alert.order.packet == 407)
  }

  @Test("hostile lines are counted by their kind and skipped")
  func hostile() {
    let long = "{\"a\":\"" + String(repeating: "x", count: 10 << 20) + "\"}"
    let deep =
      "{\"a\":" + String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000) + "}"
    let control = Self.alert.replacing("portal", with: "por\u{1}tal")
    let wrong = Self.alert.replacing("\"203.0.113.7\"", with: "[1,{}]")
    let halves = (0..<Self.alert.utf8.count).map {
      String(decoding: Self.alert.utf8.prefix($0), as: UTF8.self)
    }
    let (events, counts) = read([long, deep, control, wrong, "null", "[]", "{}", "{\"a\":1}}", Self.alert])
    #expect(events.count == 1)
    #expect(counts.tooLong == 1)
    #expect(counts.tooDeep == 1)
    #expect(counts.malformed == 4)
    #expect(counts.incomplete == 2)
    #expect(read(halves).events.isEmpty)
  }

  @Test("any byte of a line changed gives an event, a count, never a trap")
  func changedBytes() {
    var reader = EVEReader()
    let original = Array(Self.alert.utf8)
    for position in original.indices {
      for byte: UInt8 in [0, 0x22, 0x5c, 0x7b, 0xff] {
        var bytes = original
        bytes[position] = byte
        _ = reader.event(bytes, from: 0, to: bytes.count, number: 1)
      }
    }
    #expect(reader.counts.lines == UInt64(original.count * 5))
  }

  @Test("the same scenario gives the same incidents with and without what only our sensor tells")
  func sameIncidents() {
    let steps = ["TA0043", "TA0001", "TA0002"]
    func lines(_ extra: String) -> [String] {
      steps.enumerated().map { index, tactic in
        "{\"timestamp\":\"2026-11-20T01:03:1\(index).460000+0000\",\(extra)\"event_type\":\"alert\","
          + "\"src_ip\":\"203.0.113.7\",\"src_port\":5,\"dest_ip\":\"10.31.4.20\",\"dest_port\":80,"
          + "\"proto\":\"TCP\","
          + "\"alert\":{\"gid\":1,\"signature_id\":\(index + 1),\"rev\":1,\"signature\":\"s\","
          + "\"metadata\":{\"mitre_tactic_id\":[\"\(tactic)\"]}}}"
      }
    }
    func told(_ lines: [String]) -> [String] {
      var correlator = Correlator(site: SiteModel())
      for event in read(lines).events { correlator.accept(event) }
      correlator.finish()
      return correlator.incidents().map { "\($0.identifier) \($0.score) \($0.version)" }
    }
    #expect(told(lines("")) == told(lines("\"pcap_cnt\":9,\"flow_id\":3,\"ip_v\":4,")))
    #expect(told(lines("")).count == 1)
  }
}
