import Protocols
import Testing
import Wire

@Suite struct SNMPTests {
  private static let get = bytes(
    hexadecimal: """
      302602010004067075626c6963a019020101020100020100300e300c06082b060102010101000500
      """)
  private static let trap = bytes(
    hexadecimal: """
      304802010004067075626c6963a43b06092b06010401868d1f0240040a00000902010602010743020102301e300c
      06082b060102010101000500300e06092b06010401868d1f02020105
      """)
  private static let user = bytes(
    hexadecimal: """
      3057020103300e02014d020300ffe3040104020103041b30190406656e67696e65020101020102040561646d696e
      0400040030250406656e67696e650400a019020101020100020100300e300c06082b060102010101000500
      """)

  private func transactions(_ packets: [[UInt8]], to port: UInt16 = 161) -> [SNMPTransaction] {
    let conversation = conversation(.udp, to: port)
    for packet in packets { conversation.datagram(packet, .toServer) }
    return conversation.session?.openTransactions.compactMap { $0 as? SNMPTransaction } ?? []
  }

  @Test("community, kind and objects of a message are read")
  func request() throws {
    let transaction = try #require(transactions([Self.get]).first)
    #expect(transaction.version == 1)
    #expect(transaction.message.community.map(text) == "public")
    #expect(transaction.message.unit?.kind == 0)
    #expect(transaction.message.unit?.objects == ["1.3.6.1.2.1.1.1.0"])
  }

  @Test("a trap names its enterprise, its kind and who it is about")
  func traps() throws {
    let unit = try #require(transactions([Self.trap], to: 162).first?.message.unit)
    #expect(unit.trap?.generic == 6)
    #expect(unit.trap?.enterprise == "1.3.6.1.4.1.99999.2")
    #expect(unit.trap?.address == [10, 0, 0, 9])
  }

  @Test("a message of version 3 names its user, and another version than the first is an event")
  func users() throws {
    let found = transactions([Self.user, Self.get])
    #expect(found.map(\.version) == [3, 3])
    #expect(found.first?.message.user.map(text) == "admin")
    #expect(found.map(\.events) == [[], [2]])
  }

  @Test("what is cut is no message, and is passed over")
  func cut() {
    for count in 0..<Self.get.count {
      #expect(transactions([Array(Self.get.prefix(count))]).isEmpty)
      #expect(transactions([Self.get, Array(Self.get.prefix(count))]).count == 1)
    }
  }

  @Test("only its ports tell it")
  func ports() { #expect(transactions([Self.get], to: 1161).isEmpty) }
}
