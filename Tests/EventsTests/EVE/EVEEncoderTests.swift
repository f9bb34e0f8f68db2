import Detection
import Protocols
import Testing
import Wire

@testable import Events
@testable import Flows

/// Lines are compared with what Suricata 8.0.7 writes for the same packet.
@Suite struct EVEEncoderTests {
  /// First packet of a conversation over TCP, or whatever protocol is given.
  private func packet(
    _ source: String, _ sourcePort: UInt16, _ destination: String, _ destinationPort: UInt16,
    _ ipProtocol: UInt8
  ) throws -> Packet {
    var packet = Packet()
    packet.number = 4
    packet.timeNanoseconds = 1_518_814_152_548_565_000
    packet.source = try #require(IPAddress(source))
    packet.destination = try #require(IPAddress(destination))
    packet.ipVersion = packet.source.isIPv6 ? 6 : 4
    packet.ipProtocol = ipProtocol
    packet.transportOffset = 20
    if ipProtocol == 1 || ipProtocol == 58 {
      packet.icmpType = UInt8(sourcePort)
      packet.icmpCode = UInt8(destinationPort)
    } else {
      packet.sourcePort = sourcePort
      packet.destinationPort = destinationPort
    }
    packet.wireLength = 74
    return packet
  }

  private func flow(_ packet: Packet) throws -> Flow {
    let none: [UInt8] = []
    let key = FlowKey(packet, none.rawSpan, FlowSettings(), seed: 1)
    return Flow(identifier: 88_174_506_127_020, key: try #require(key), packet: packet)
  }

  private func text(_ body: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    body(&writer)
    return String(decoding: writer.bytes.copied(), as: UTF8.self)
  }

  @Test("an alert has Suricata's members in Suricata's order")
  func alertMembers() throws {
    let packet = try packet("10.16.1.11", 46_676, "82.165.177.154", 80, 6)
    var first = packet
    first.timeNanoseconds = 1_518_814_152_413_745_000
    let flow = try flow(first)
    flow.tally.packets = Pair(3, 1)
    flow.tally.bytes = Pair(324, 74)
    var identity = SignatureIdentity()
    (identity.id, identity.revision, identity.message) = (1, 2, "any tcp ; \"q\"")
    (identity.category, identity.priority) = ("A Network Trojan was detected", 1)
    identity.metadata = [("zeta", "One"), ("alpha", "Two"), ("zeta", "Three")]
    identity.target = .source
    let subject = EventSubject(packet: packet, direction: .toServer, flow: flow)
    let encoder = EVEEncoder(settings: EVESettings())
    let none: [UInt8] = []
    let line = text {
      encoder.encodeAlert(
        Alert(signature: 0, action: .alert), identity, subject, frame: none.rawSpan,
        payload: AlertPayload(none.rawSpan, lengthBytes: 0), verdict: PacketVerdict(), into: &$0)
    }
    #expect(
      line == #"{"timestamp":"2018-02-16T20:49:12.548565+0000","flow_id":88174506127020,"pcap_cnt":4,"#
        + #""event_type":"alert","src_ip":"10.16.1.11","src_port":46676,"dest_ip":"82.165.177.154","#
        + #""dest_port":80,"proto":"TCP","ip_v":4,"pkt_src":"wire/pcap","alert":{"action":"allowed","gid":1,"#
        + #""signature_id":1,"rev":2,"signature":"any tcp ; \"q\"","#
        + #""category":"A Network Trojan was detected","#
        + #""severity":1,"source":{"ip":"82.165.177.154","port":80},"#
        + #""target":{"ip":"10.16.1.11","port":46676},"#
        + #""metadata":{"alpha":["Two"],"zeta":["Three","One"]}},"direction":"to_server","flow":{"#
        + #""pkts_toserver":3,"pkts_toclient":1,"bytes_toserver":324,"bytes_toclient":74,"#
        + #""start":"2018-02-16T20:49:12.413745+0000","src_ip":"10.16.1.11","dest_ip":"82.165.177.154","#
        + #""src_port":46676,"dest_port":80}}"#)
  }

  @Test(
    "community ids are those of the specification",
    arguments: [
      ("10.16.1.11", 46_676, "82.165.177.154", 80, 6, "1:OfqJa/tB2MEP1/pGwnAEi9qps2U="),
      ("::1", 58_606, "::1", 8081, 6, "1:Oe71tIub4dPl1TkLxHY3nol9Z8k="),
      ("192.168.0.30", 8, "8.8.8.8", 0, 1, "1:PDObhgSJfM0q3vbd+H/+5UPj9vs="),
      (
        "2001:0:4137:9e50:8000:f12a:b9c8:2815", 128, "2001:4860:0:2001::68", 0, 58,
        "1:s07F1bMcqpdDjNVLfITxLW8FIck="
      ),
    ] as [(String, UInt16, String, UInt16, UInt8, String)])
  func communityIDs(
    source: String, sourcePort: UInt16, destination: String, destinationPort: UInt16, ipProtocol: UInt8,
    text: String
  ) throws {
    let flow = try flow(try packet(source, sourcePort, destination, destinationPort, ipProtocol))
    let identifier = CommunityID(seed: 0)
    let line = self.text {
      $0.beginObject()
      identifier.encode(flow, into: &$0)
      $0.endObject()
    }
    #expect(line == #"{"community_id":"\#(text)"}"#)
  }

  @Test("a flow tells its counts, times and reason")
  func flowMembers() throws {
    let packet = try packet("192.168.0.30", 8, "8.8.8.8", 0, 1)
    let flow = try flow(packet)
    flow.tally.packets = Pair(5, 5)
    flow.tally.bytes = Pair(490, 490)
    flow.tally.lastNanoseconds = flow.startNanoseconds + 4_013_557_000
    flow.tally.state = .established
    flow.tally.icmpResponse = (0, 0)
    let subject = EventSubject(packet: packet, direction: .toServer, flow: flow)
    let encoder = EVEEncoder(settings: EVESettings())
    #expect(
      text { encoder.encodeFlow(subject, .shutdown, into: &$0) }
        == #"{"timestamp":"2018-02-16T20:49:12.548565+0000","flow_id":88174506127020,"event_type":"flow","#
        + #""src_ip":"192.168.0.30","dest_ip":"8.8.8.8","ip_v":4,"proto":"ICMP","icmp_type":8,"icmp_code":0,"#
        + #""response_icmp_type":0,"response_icmp_code":0,"flow":{"pkts_toserver":5,"pkts_toclient":5,"#
        + #""bytes_toserver":490,"bytes_toclient":490,"start":"2018-02-16T20:49:12.548565+0000","#
        + #""end":"2018-02-16T20:49:16.562122+0000","age":4,"state":"established","reason":"shutdown","#
        + #""alerted":false}}"#)
  }

  @Test("a line of fast.log is one alert")
  func fastLine() throws {
    var settings = EVESettings()
    settings.format = .fast
    let packet = try packet("10.0.0.1", 1234, "10.0.0.2", 80, 6)
    var identity = SignatureIdentity()
    (identity.id, identity.message) = (3, "drop")
    let encoder = EVEEncoder(settings: settings)
    let none: [UInt8] = []
    let line = text {
      encoder.encodeAlert(
        Alert(signature: 0, action: .drop), identity, EventSubject(packet: packet, direction: .toServer),
        frame: none.rawSpan, payload: AlertPayload(none.rawSpan, lengthBytes: 0), verdict: PacketVerdict(),
        into: &$0)
    }
    #expect(
      line
        == "02/16/2018-20:49:12.548565  [wDrop] [**] [1:3:0] drop [**] [Classification: (null)] "
        + "[Priority: 3] {TCP} 10.0.0.1:1234 -> 10.0.0.2:80")
  }

  @Test("counters become nested objects in the order in which they were set")
  func statistics() {
    var statistics = Statistics()
    statistics.set("decoder.pkts", 10)
    statistics.set("tcp.syn", 0)
    statistics.set("decoder.event.ipv4.trunc_pkt", 1)
    let encoder = EVEEncoder(settings: EVESettings())
    #expect(
      text { encoder.encodeStatistics(statistics, uptimeSeconds: 3, nanoseconds: 0, into: &$0) }
        == #"{"timestamp":"1970-01-01T00:00:00.000000+0000","event_type":"stats","stats":{"uptime":3,"#
        + #""decoder":{"pkts":10,"event":{"ipv4":{"trunc_pkt":1}}},"tcp":{"syn":0}}}"#)
    #expect(statistics.flat.map(\.path) == ["decoder.pkts", "decoder.event.ipv4.trunc_pkt", "tcp.syn"])
  }

  @Test("the catalogue of records is sorted")
  func catalogueIsSorted() {
    let names = RecordCatalogue.all.map(\.protocolName)
    #expect(names == names.sorted())
  }
}
