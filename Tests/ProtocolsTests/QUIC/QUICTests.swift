import Protocols
import Testing
import Wire

@Suite struct QUICTests {
  private func transactions(_ conversation: Conversation) -> [QUICTransaction] {
    conversation.session?.openTransactions.compactMap { $0 as? QUICTransaction } ?? []
  }

  private func read(_ packets: [UInt8]..., answers: [[UInt8]] = []) -> Conversation {
    let conversation = conversation(.udp, to: 443)
    for packet in packets { conversation.datagram(packet, .toServer) }
    for packet in answers { conversation.datagram(packet, .toClient) }
    return conversation
  }

  @Test("a hello in one packet is read, in version 1 and 2", arguments: [QUICPackets.whole, QUICPackets.v2])
  func whole(packet: [UInt8]) throws {
    let conversation = read(packet)
    #expect(conversation.state.name == "quic")
    let transaction = try #require(transactions(conversation).first)
    #expect(transaction.serverName.map(text) == "tower.example")
    #expect(transaction.ja4.map(text) == "q13d0307h3_55b375c5d22e_d28fa0964799")
    #expect(
      transaction.ja3Text.map(text)
        == "771,14906-4865-4866-4867,64250-0-10-16-13-43-51-57,6682-29-23,")
    #expect(transaction.events.isEmpty)
  }

  @Test(
    "a hello in two packets is told of with the second, in whatever order, and however often a part comes")
  func parts() throws {
    let (first, second) = (QUICPackets.first, QUICPackets.second)
    for packets in [[first, second], [second, first], [first, first, second]] {
      let conversation = conversation(.udp, to: 443)
      for packet in packets { conversation.datagram(packet, .toServer) }
      let found = transactions(conversation)
      #expect(found.map { $0.serverName != nil } == packets.indices.map { $0 == packets.count - 1 })
    }
  }

  @Test("several packets of a datagram are read, and nothing behind the hello")
  func coalesced() throws {
    let conversation = read(QUICPackets.first + QUICPackets.second + QUICPackets.whole)
    #expect(transactions(conversation).count == 2)
    #expect(transactions(conversation).last?.serverName != nil)
  }

  @Test("the server's hello is protected with keys of its own")
  func server() throws {
    let conversation = read(QUICPackets.whole, answers: [QUICPackets.server])
    let transaction = try #require(transactions(conversation).last)
    #expect(transaction.direction == .toClient)
    #expect(transaction.ja3Text.map(text) == "771,4865,51-43")
    #expect(transaction.ja4 == nil)
  }

  @Test("packets that were not protected with the keys are events, as are other messages than hellos")
  func events() throws {
    for (packet, name) in [
      (QUICPackets.foreign, "failed_decrypt"), (QUICPackets.finished, "error_on_data"),
    ] {
      let conversation = read(packet)
      let transaction = try #require(transactions(conversation).first)
      #expect(conversation.names(ofEventsIn: transaction) == [name])
      #expect(!conversation.hasFailed)
    }
  }

  @Test("any change of a protected packet is noticed")
  func changed() throws {
    for place in stride(from: 20, to: QUICPackets.whole.count, by: 7) {
      var packet = QUICPackets.whole
      packet[place] ^= 0x10
      let conversation = read(packet)
      #expect(transactions(conversation).allSatisfy { $0.serverName == nil })
    }
  }

  @Test("Google's handshake in the clear tells name, agent and tags")
  func google() throws {
    let conversation = read(QUICPackets.google)
    let transaction = try #require(transactions(conversation).first)
    #expect(transaction.header.version.name == "Q043")
    #expect(transaction.serverName.map(text) == "gate.example")
    #expect(transaction.userAgent.map(text) == "Beacon/1")
    #expect(transaction.fingerprints.map(text) == ["43,PAD-SNI-UAID"])
  }

  @Test("a Retry begins anew, with keys for the identifier that it gives")
  func retry() throws {
    let retry: [UInt8] = [0xF0, 0, 0, 0, 1, 2, 0xAA, 0xBB, 8] + (0..<8) + [UInt8](repeating: 7, count: 20)
    let conversation = read(QUICPackets.whole, answers: [retry])
    conversation.datagram(QUICPackets.whole, .toServer)
    conversation.datagram(retry, .toClient)
    conversation.datagram(QUICPackets.whole, .toServer)
    #expect(transactions(conversation).map { $0.serverName != nil } == [true, false, true, false])
  }

  @Test("a datagram of many packets is read up to a bound")
  func many() throws {
    let empty: [UInt8] = [0xC0, 0, 0, 0, 9, 0, 0, 0, 0]
    let conversation = read((0..<1000).flatMap { _ in empty })
    #expect(transactions(conversation).count == 32)
  }
}
