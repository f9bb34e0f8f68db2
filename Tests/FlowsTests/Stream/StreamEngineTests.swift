import Testing
import Wire

@testable import Flows

@Suite("Sessions")
struct StreamEngineTests {
  @Test("the handshake leads from a SYN over the SYN/ACK to an established session")
  func handshake() {
    let talk = TestConversation()
    talk.take(talk.network.tcp(.toServer, Flags.syn, sequence: 100))
    #expect(talk.session?.state == .synSent)
    #expect(talk.flow?.state == .new)
    talk.take(talk.network.tcp(.toClient, Flags.synAck, sequence: 5000, acknowledgement: 101))
    #expect(talk.session?.state == .synReceived)
    talk.take(talk.network.tcp(.toServer, Flags.ack, sequence: 101, acknowledgement: 5001))
    #expect(talk.session?.state == .established)
    #expect(talk.flow?.isEstablished == true)
    #expect(talk.flow?.state == .established)
    #expect(talk.events.isEmpty)
  }

  @Test("the packet that ends the handshake is established only if it brings data")
  func establishedPackets() {
    let talk = TestConversation()
    talk.take(talk.network.tcp(.toServer, Flags.syn, sequence: 100))
    talk.take(talk.network.tcp(.toClient, Flags.synAck, sequence: 5000, acknowledgement: 101))
    #expect(talk.result?.isEstablished == false)
    talk.take(talk.network.tcp(.toServer, Flags.ack, sequence: 101, acknowledgement: 5001))
    #expect(talk.result?.isEstablished == false)
    talk.take(talk.network.tcp(.toServer, Flags.ack, sequence: 101, acknowledgement: 5001))
    #expect(talk.result?.isEstablished == true)

    let other = TestConversation()
    other.take(other.network.tcp(.toServer, Flags.syn, sequence: 100))
    other.take(other.network.tcp(.toClient, Flags.synAck, sequence: 5000, acknowledgement: 101))
    other.take(
      other.network.tcp(
        .toServer, Flags.ack, sequence: 101, acknowledgement: 5001, Array("hello".utf8)))
    #expect(other.result?.isEstablished == true)
  }

  @Test("an acknowledgement of what nobody has seen does not end the handshake")
  func handshakeBeyond() {
    let talk = TestConversation()
    talk.take(talk.network.tcp(.toServer, Flags.syn, sequence: 100))
    talk.take(talk.network.tcp(.toClient, Flags.synAck, sequence: 5000, acknowledgement: 101))
    talk.take(talk.network.tcp(.toServer, Flags.ack, sequence: 101, acknowledgement: 5101))
    #expect(talk.session?.state == .synReceived)
    #expect(talk.result?.isValid == false && talk.result?.isTolerated == false)
    talk.take(talk.network.tcp(.toServer, Flags.ack, sequence: 101, acknowledgement: 5001))
    #expect(talk.session?.state == .established)
  }

  @Test("data out of the window does not fit, and is left to its receiver")
  func toleratedData() {
    let talk = TestConversation()
    talk.handshake()
    talk.send("hello", at: 1_000_000)
    #expect(talk.result?.isValid == false && talk.result?.isTolerated == true)
    #expect(talk.result?.isInStream == false)
  }

  @Test("data of a reset is no part of the stream")
  func resetWithData() {
    let talk = TestConversation()
    talk.handshake()
    let next = talk.session?.core.client.next ?? 0
    let acknowledgement = talk.session?.core.server.next ?? 0
    talk.take(
      talk.network.tcp(
        .toServer, Flags.rst | Flags.ack, sequence: next, acknowledgement: acknowledgement,
        Array("refused".utf8)))
    talk.finish()
    #expect(talk.session?.state == .closed && talk.text == "")
  }

  @Test("data is delivered when it is acknowledged, not before")
  func deliveryByAcknowledgement() {
    let talk = TestConversation()
    talk.handshake()
    talk.send("hello", at: 0)
    #expect(talk.text == "")
    talk.acknowledge(5)
    #expect(talk.text == "hello")
    #expect(talk.result?.deliversToServer == true)
  }

  @Test("inline, data is delivered as it comes")
  func inlineDelivery() {
    var settings = StreamSettings()
    settings.isInline = true
    let talk = TestConversation(settings)
    talk.handshake()
    talk.send("hello", at: 0)
    #expect(talk.text == "hello")
  }

  @Test("what was not acknowledged comes at the end of the flow")
  func flushAtTheEnd() {
    let talk = TestConversation()
    talk.handshake()
    talk.send("hello", at: 0)
    talk.finish()
    #expect(talk.text == "hello")
    #expect(talk.session?.isAtEnd(.toServer) == true)
  }

  @Test("what the application does not take is shown again with what follows")
  func partialConsumption() {
    let talk = TestConversation()
    talk.handshake()
    talk.consumption = 0
    talk.send("hel", at: 0)
    talk.acknowledge(3)
    #expect(talk.session?.deliverableCount(.toServer) == 3)
    talk.consumption = nil
    talk.send("lo", at: 3)
    talk.acknowledge(5)
    #expect(talk.text == "hello")
    #expect(String(decoding: talk.raw.toServer, as: UTF8.self) == "hello")
  }

  @Test("a hole that is acknowledged is a gap once data behind it has come")
  func gap() {
    let talk = TestConversation()
    talk.handshake()
    talk.send("abc", at: 0)
    talk.acknowledge(6)
    #expect(talk.gaps.toServer.isEmpty)
    talk.send("ghi", at: 6)
    talk.acknowledge(9)
    #expect(talk.text == "abcghi")
    #expect(talk.gaps.toServer == [3])
    #expect(talk.events == [.reassemblySequenceGap])
    #expect(talk.session?.hasGap(.toServer) == true)
    #expect(String(decoding: talk.raw.toServer, as: UTF8.self) == "abcghi")
  }

  @Test("an acknowledgement that overtakes its data makes no gap")
  func overtakenData() {
    let talk = TestConversation()
    talk.handshake()
    talk.acknowledge(3)
    talk.send("abc", at: 0)
    talk.acknowledge(3)
    #expect(talk.text == "abc")
    #expect(talk.gaps.toServer.isEmpty)
  }

  @Test("FINs of both sides lead to the end of session and flow")
  func closing() {
    let talk = TestConversation()
    talk.handshake()
    talk.take(talk.network.tcp(.toServer, Flags.fin, sequence: 101, acknowledgement: 5001, Array("bye".utf8)))
    #expect(talk.session?.state == .closeWait)
    talk.take(talk.network.tcp(.toClient, Flags.fin, sequence: 5001, acknowledgement: 105))
    #expect(talk.session?.state == .lastAck)
    #expect(talk.text == "bye")
    #expect(talk.result?.endsToServer == false)
    talk.take(talk.network.tcp(.toServer, Flags.ack, sequence: 105, acknowledgement: 5002))
    #expect(talk.session?.state == .closed)
    #expect(talk.result?.endsToServer == true)
    #expect(talk.result?.endsToClient == true)
    #expect(talk.flow?.state == .closed)
    #expect(talk.events.isEmpty)
  }

  @Test("a server that closes first goes over FIN_WAIT and TIME_WAIT")
  func closingByServer() {
    let talk = TestConversation()
    talk.handshake()
    talk.take(talk.network.tcp(.toClient, Flags.fin, sequence: 5001, acknowledgement: 101))
    #expect(talk.session?.state == .finWait1)
    talk.take(talk.network.tcp(.toServer, Flags.ack, sequence: 101, acknowledgement: 5002))
    #expect(talk.session?.state == .finWait2)
    talk.take(talk.network.tcp(.toServer, Flags.fin, sequence: 101, acknowledgement: 5002))
    #expect(talk.session?.state == .timeWait)
    talk.take(talk.network.tcp(.toClient, Flags.ack, sequence: 5002, acknowledgement: 102))
    #expect(talk.session?.state == .closed)
  }

  @Test("a reset closes, whatever its sender does then")
  func reset() {
    let talk = TestConversation()
    talk.handshake()
    talk.take(talk.network.tcp(.toServer, Flags.rst, sequence: 101, acknowledgement: 5001))
    talk.send("abc", at: 0)
    #expect(talk.events.isEmpty)
    #expect(talk.session?.state == .closed)
  }

  @Test("a signed reset closes, unless its sender goes on: then another has sent it")
  func signedReset() {
    let talk = TestConversation()
    talk.handshake()
    let signature: [UInt8] = [1, 1, 19, 18] + [UInt8](repeating: 0, count: 16)
    talk.take(
      talk.network.tcp(.toServer, Flags.rst, sequence: 101, acknowledgement: 5001, options: signature))
    #expect(talk.session?.state == .closed)
    talk.send("abc", at: 0)
    #expect(talk.events == [.suspectedResetInjection])
    #expect(talk.session?.state == .established)
    talk.acknowledge(3)
    #expect(talk.text == "abc")
  }

  @Test("a reset outside the window is not believed")
  func wrongReset() {
    let talk = TestConversation()
    talk.handshake()
    talk.take(talk.network.tcp(.toServer, Flags.rst, sequence: 90_000, acknowledgement: 5001))
    #expect(talk.session?.state == .established)
    #expect(talk.result?.isValid == false)
  }

  @Test("where packets were lost any reset is believed, and what was sent before it counts as received")
  func resetAfterGap() {
    let talk = TestConversation()
    talk.handshake()
    talk.send("abc", at: 0)
    talk.acknowledge(6)
    talk.send("ghi", at: 6)
    talk.acknowledge(9)
    talk.send("xyz", at: 20)
    #expect(talk.text == "abcghi")
    talk.take(talk.network.tcp(.toServer, Flags.rst, sequence: 90_000, acknowledgement: 5001))
    #expect(talk.session?.state == .closed)
    #expect(talk.text == "abcghixyz")
    #expect(talk.gaps.toServer == [3, 11])
  }

  @Test("without a handshake there is no session unless midstream is allowed")
  func midstream() {
    let talk = TestConversation()
    talk.send("abc", at: 0)
    #expect(talk.session == nil)
    var settings = StreamSettings()
    settings.midstream = true
    let picked = TestConversation(settings)
    (picked.clientNext, picked.serverNext) = (101, 5001)
    picked.send("abc", at: 0)
    picked.acknowledge(3)
    #expect(picked.text == "abc")
    #expect(picked.session?.isMidstream == true)
  }

  @Test("a SYN/ACK that comes first shows who is the server")
  func midstreamSYNACK() {
    var settings = StreamSettings()
    settings.midstream = true
    let talk = TestConversation(settings)
    talk.take(talk.network.tcp(.toClient, Flags.synAck, sequence: 5000, acknowledgement: 101))
    #expect(talk.result?.swapped == true)
    #expect(talk.result?.direction == .toClient)
    #expect(talk.flow?.client == TestNetwork.client)
    #expect(talk.flow?.serverPort == 80)
    (talk.clientNext, talk.serverNext) = (101, 5001)
    talk.send("abc", at: 0)
    talk.acknowledge(3)
    #expect(talk.text == "abc")
  }

  @Test("a side that is seen alone is delivered as it comes")
  func oneSided() {
    var settings = StreamSettings()
    settings.asyncOneSide = true
    let talk = TestConversation(settings)
    talk.take(talk.network.tcp(.toServer, Flags.syn, sequence: 100))
    (talk.clientNext, talk.serverNext) = (101, 5001)
    talk.take(talk.network.tcp(.toServer, Flags.ack, sequence: 101, acknowledgement: 5001))
    talk.send("abc", at: 0)
    talk.send("def", at: 3)
    #expect(talk.text == "abcdef")
  }

  @Test("data in a fast-open SYN is part of the stream once the handshake is over")
  func fastOpen() {
    let talk = TestConversation()
    let cookie: [UInt8] = [34, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 1]
    talk.take(talk.network.tcp(.toServer, Flags.syn, sequence: 100, Array("early".utf8), options: cookie))
    talk.take(talk.network.tcp(.toClient, Flags.synAck, sequence: 5000, acknowledgement: 106))
    #expect(talk.text == "")
    talk.take(talk.network.tcp(.toServer, Flags.ack, sequence: 106, acknowledgement: 5001))
    #expect(talk.session?.state == .established)
    talk.take(talk.network.tcp(.toClient, Flags.ack, sequence: 5001, acknowledgement: 106))
    #expect(talk.text == "early")
    #expect(talk.events.isEmpty)
  }

  @Test("an old time stamp makes a packet invalid")
  func timestamps() {
    func stamp(_ value: UInt8) -> [UInt8] { [1, 1, 8, 10, 0, 0, 0, value, 0, 0, 0, 1] }
    let talk = TestConversation()
    talk.handshake(options: stamp(9))
    talk.take(
      talk.network.tcp(
        .toServer, Flags.push, sequence: 101, acknowledgement: 5001, [1], options: stamp(3)))
    #expect(talk.result?.isValid == false)
    #expect(talk.events == [.packetInvalidTimestamp])
  }

  @Test("a packet with a wrong checksum is not taken")
  func wrongChecksum() {
    let talk = TestConversation()
    talk.handshake()
    var frame = talk.network.tcp(.toServer, Flags.push, sequence: 101, acknowledgement: 5001, [1, 2])
    frame.packet.hasBadChecksum = true
    talk.take(frame)
    talk.acknowledge(2)
    #expect(talk.text == "")
    #expect(talk.engine.counters.invalidChecksums == 1)
  }

  @Test("every event has a name of its own, and is found by it")
  func eventNames() {
    for event in StreamEvent.allCases { #expect(StreamEvent(name: event.name) == event) }
    #expect(StreamEvent(name: "est_packet_out_of_window") == .establishedPacketOutOfWindow)
    #expect(
      StreamEvent(name: "reassembly_urgent_oob_limit_reached") == .reassemblyUrgentOutOfBandLimitReached)
    #expect(StreamEvent(name: "3whs_ack_in_wrong_dir") == .handshakeAckInWrongDirection)
  }
}
