import Protocols
import Testing
import Wire

@Suite struct MQTTTests {
  private static func message(_ kind: UInt8, flags: UInt8 = 0, _ body: [UInt8]) -> [UInt8] {
    var (length, rest): ([UInt8], Int) = ([], body.count)
    repeat {
      length.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
      rest >>= 7
    } while rest > 0
    return [kind << 4 | flags] + length + body
  }

  private static func string(_ text: String) -> [UInt8] { big(text.utf8.count, bytes: 2) + Array(text.utf8) }

  private static let connect = message(1, string("MQTT") + [4, 2, 0, 60] + string("tower"))
  private static let accepted = message(2, [0, 0])

  private static func publish(_ identifier: Int, quality: UInt8, _ payload: [UInt8] = [0x78]) -> [UInt8] {
    message(3, flags: quality << 1, string("a/b") + big(identifier, bytes: 2) + payload)
  }

  private func connected(_ settings: ProtocolSettings = ProtocolSettings()) -> Conversation {
    let conversation = conversation(.tcp, to: 1883, settings)
    conversation.send(Self.connect, .toServer)
    conversation.send(Self.accepted, .toClient)
    return conversation
  }

  private func transactions(_ conversation: Conversation) -> [MQTTTransaction] {
    conversation.session?.openTransactions.compactMap { $0 as? MQTTTransaction } ?? []
  }

  @Test("CONNACK joins CONNECT, however both are cut", arguments: [1, 2, 5, 1000])
  func handshake(pieces: Int) throws {
    let conversation = conversation(.tcp, to: 1883)
    conversation.send(Self.connect, .toServer, pieces: pieces)
    #expect(transactions(conversation).first?.isComplete(.toServer) == false)
    conversation.send(Self.accepted, .toClient, pieces: pieces)
    let transaction = try #require(transactions(conversation).first)
    #expect(transaction.messages.map(\.header.kind) == [.connect, .connack])
    #expect(transaction.isComplete(.toServer) && transaction.isComplete(.toClient))
    #expect(transaction.version == 4)
    #expect(transaction.events.isEmpty)
  }

  @Test("a message of quality 2 is over with PUBCOMP, and its answers join it by number")
  func exactlyOnce() throws {
    let conversation = connected()
    conversation.send(Self.publish(7, quality: 2) + Self.publish(8, quality: 2), .toServer)
    conversation.send(Self.message(5, [0, 8]) + Self.message(5, [0, 7]), .toClient)
    conversation.send(Self.message(6, flags: 2, [0, 7]), .toServer)
    #expect(!transactions(conversation)[1].isComplete(.toServer))
    conversation.send(Self.message(7, [0, 7]), .toClient)
    let found = transactions(conversation)
    #expect(found.count == 3)
    #expect(found[1].messages.map(\.header.kind) == [.publish, .pubrec, .pubrel, .pubcomp])
    #expect(found[1].isComplete(.toServer))
    #expect(found[2].messages.map(\.header.kind) == [.publish, .pubrec])
  }

  @Test(
    "what cannot be is an event",
    arguments: [
      (message(4, [0, 9]), ["missing_publish"]), (message(9, [0, 1, 0]), ["missing_subscribe"]),
      (message(11, [0, 1]), ["missing_unsubscribe"]), (message(0, []), ["unassigned_msg_type"]),
      (connect, ["double_connect"]), (publish(1, quality: 3), ["invalid_qos_level"]),
      (message(2, [0, 0]), ["missing_connect"]),
    ])
  func events(bytes: [UInt8], names: [String]) throws {
    let conversation = connected()
    conversation.send(bytes, .toServer)
    let transaction = try #require(transactions(conversation).last)
    #expect(conversation.names(ofEventsIn: transaction) == names)
    #expect(!conversation.hasFailed)
  }

  @Test(
    "a message that cannot be read is an event and ends the parsing",
    arguments: [
      [0x30, 0xFF, 0xFF, 0xFF, 0xFF, 1], message(1, string("MQTT") + [4, 0xC2, 0, 60] + string("a")),
      message(8, [0, 1]), message(3, [0, 9, 1]), message(15, [0]),
    ])
  func malformed(bytes: [UInt8]) throws {
    let conversation = connected()
    conversation.send(bytes, .toServer)
    let transaction = try #require(transactions(conversation).last)
    #expect(conversation.names(ofEventsIn: transaction) == ["malformed_traffic"])
    #expect(conversation.hasFailed)
  }

  @Test("properties beyond their list, or of a length that is not there, are malformed")
  func properties() throws {
    let version5 = Self.string("MQTT") + [5, 2, 0, 60]
    for list: [UInt8] in [[5, 33, 0], [2, 33, 0, 20], [3, 38, 0, 9], [0xFF, 0xFF, 0xFF, 0xFF, 1]] {
      let conversation = conversation(.tcp, to: 1883)
      conversation.send(Self.message(1, version5 + list), .toServer)
      #expect(conversation.hasFailed)
    }
    let conversation = conversation(.tcp, to: 1883)
    let list: [UInt8] = [10, 33, 0, 20, 38, 0, 1, 0x6B, 0, 1, 0x76]
    conversation.send(Self.message(1, version5 + list + Self.string("c")), .toServer)
    let message = try #require(transactions(conversation).first?.messages.first)
    guard case .connect(let connect) = message.content else {
      Issue.record("no CONNECT")
      return
    }
    #expect(connect.properties.map { "\($0.name)" } == ["receive_maximum", "user_properties"])
  }

  @Test("a message that is too long is stepped over, however it is cut", arguments: [1, 100, 10_000])
  func tooLong(pieces: Int) throws {
    var settings = ProtocolSettings()
    settings.mqtt.messageBytesMax = 100
    let conversation = connected(settings)
    let long = Self.publish(1, quality: 1, [UInt8](repeating: 0x7A, count: 5000))
    conversation.send(long + Self.message(12, []), .toServer, pieces: pieces)
    let found = transactions(conversation)
    #expect(found.count == 3)
    guard case .skipped(let count) = found[1].messages[0].content else {
      Issue.record("not stepped over")
      return
    }
    #expect(count == long.count)
    #expect(found[2].messages.map(\.header.kind) == [.pingreq])
  }

  @Test("a message of the longest length is kept until it is whole")
  func longest() throws {
    let conversation = connected()
    let long = Self.publish(1, quality: 1, [UInt8](repeating: 0x7A, count: 1_000_000))
    conversation.send(long, .toServer, pieces: 50_000)
    #expect(!conversation.hasFailed)
    guard case .publish(let publication) = transactions(conversation).last?.messages.first?.content else {
      Issue.record("no message")
      return
    }
    #expect(publication.message.count == 1_000_000)
  }

  @Test("beyond the bound of open transactions the oldest is ended with an event")
  func tooManyTransactions() throws {
    var settings = ProtocolSettings()
    settings.mqtt.transactionsMax = 3
    let conversation = connected(settings)
    for number in 1...5 { conversation.send(Self.publish(number, quality: 1), .toServer) }
    let found = transactions(conversation)
    #expect(conversation.names(ofEventsIn: found[1]) == ["too_many_transactions"])
    #expect(found[1].isComplete(.toClient))
    conversation.send(Self.message(4, [0, 1]), .toClient)
    #expect(
      conversation.names(ofEventsIn: try #require(transactions(conversation).last)).first == "missing_publish"
    )
  }

  @Test("beyond the bound of a transaction's messages, answers are events")
  func tooManyMessages() throws {
    var settings = ProtocolSettings()
    settings.mqtt.messagesMax = 3
    let conversation = connected(settings)
    conversation.send(Self.publish(1, quality: 2), .toServer)
    for _ in 0..<100 { conversation.send(Self.message(5, [0, 1]), .toClient) }
    let transaction = try #require(transactions(conversation).last)
    #expect(transaction.messages.count == 3)
    #expect(transaction.events.count == 32)
    #expect(Set(conversation.names(ofEventsIn: transaction)) == ["too_many_messages"])
  }

  @Test("what a flow's open messages hold is bounded")
  func budget() throws {
    let conversation = connected()
    let payload = [UInt8](repeating: 0x7A, count: 900_000)
    for number in 1...40 { conversation.send(Self.publish(number, quality: 1, payload), .toServer) }
    let kept = transactions(conversation).flatMap(\.messages).reduce(0) { sum, message in
      if case .publish(let publication) = message.content { sum + publication.message.count } else { sum }
    }
    #expect(kept <= 16 << 20)
    #expect(transactions(conversation).count == 41)
  }

  @Test("only the port of MQTT tells it")
  func ports() {
    let conversation = conversation(.tcp, to: 1884)
    conversation.send(Self.connect, .toServer)
    #expect(conversation.state.name == nil)
  }
}
