import Protocols
import Testing
import Wire

@Suite struct SSHTests {
  private static let lists = [
    "curve25519-sha256", "ssh-ed25519", "aes128-ctr", "aes256-ctr", "hmac-sha1", "hmac-sha2-256", "none",
    "zlib", "", "",
  ]

  private static func record(_ message: UInt8, _ payload: [UInt8]) -> [UInt8] {
    big(payload.count + 2, bytes: 4) + [0, message] + payload
  }

  private static let offer = record(
    20,
    [UInt8](repeating: 7, count: 16) + lists.flatMap { big($0.utf8.count, bytes: 4) + Array($0.utf8) }
      + [0, 0, 0, 0, 0])

  private func settings(hassh: Bool) -> ProtocolSettings {
    var settings = ProtocolSettings()
    if hassh { settings.ssh.hassh = .always }
    return settings
  }

  private func transaction(_ conversation: Conversation) throws -> SSHTransaction {
    try #require(conversation.session?.openTransactions.first as? SSHTransaction)
  }

  @Test("first lines give version and software, without the comment", arguments: [1, 7, 1000])
  func banners(pieces: Int) throws {
    let conversation = conversation(.tcp, to: 22)
    conversation.send(Array("SSH-2.0-Open-SSH_9 some words\r\n".utf8), .toServer, pieces: pieces)
    conversation.send(Array("SSH-1.99-Cisco-1.25\n".utf8), .toClient, pieces: pieces)
    let transaction = try transaction(conversation)
    #expect(transaction.banners.toServer.map { text($0.version) } == "2.0")
    #expect(transaction.banners.toServer.map { text($0.software) } == "Open-SSH_9")
    #expect(transaction.banners.toClient.map { text($0.version) } == "1.99")
    #expect(transaction.isLoggable)
  }

  @Test("a first line without version is an event and ends the parsing")
  func invalidBanner() throws {
    let conversation = conversation(.tcp, to: 22)
    conversation.send(Array("SSH-2.0\r\n".utf8), .toServer)
    #expect(conversation.names(ofEventsIn: try transaction(conversation)) == ["invalid_banner"])
    #expect(conversation.hasFailed)
  }

  @Test("a first line of 257 bytes is too long, and read up to there", arguments: [1, 100, 1000])
  func longBanner(pieces: Int) throws {
    for (count, events) in [(248, []), (249, ["long_banner"])] {
      let conversation = conversation(.tcp, to: 22)
      let line = "SSH-2.0-" + String(repeating: "A", count: count)
      conversation.send(Array((line + "\nrest").utf8), .toServer, pieces: pieces)
      let transaction = try transaction(conversation)
      #expect(conversation.names(ofEventsIn: transaction) == events)
      #expect(transaction.banners.toServer?.software.count == 248)
      #expect(transaction.progress.toServer == SSHTransaction.Progress.bannerDone)
    }
  }

  @Test("HASSH takes the lists of a side's own direction", arguments: [1, 50, 5000])
  func fingerprints(pieces: Int) throws {
    let conversation = conversation(.tcp, to: 22, settings(hassh: true))
    for direction in Direction.allCases {
      conversation.send(Array("SSH-2.0-x\r\n".utf8) + Self.offer, direction, pieces: pieces)
    }
    let transaction = try transaction(conversation)
    let client = transaction.fingerprints.toServer.map { text($0.text) }
    #expect(client == "curve25519-sha256;aes128-ctr;hmac-sha1;none")
    let server = transaction.fingerprints.toClient.map { text($0.text) }
    #expect(server == "curve25519-sha256;aes256-ctr;hmac-sha2-256;zlib")
    #expect(transaction.fingerprints.toServer?.hash.count == 32)
    #expect(!transaction.isLoggable)
  }

  @Test("no fingerprint is made where nobody asks for it")
  func noFingerprints() throws {
    let conversation = conversation(.tcp, to: 22, settings(hassh: false))
    conversation.send(Array("SSH-2.0-x\r\n".utf8) + Self.offer, .toServer)
    #expect(try transaction(conversation).fingerprints.toServer == nil)
  }

  @Test("after NEWKEYS in both directions nothing more is wanted")
  func encrypted() throws {
    let conversation = conversation(.tcp, to: 22)
    for direction in Direction.allCases {
      conversation.send(
        Array("SSH-2.0-x\r\n".utf8) + Self.record(30, [1, 2, 3]) + Self.record(21, [0, 0]), direction)
    }
    #expect(conversation.isFinished)
    #expect(try transaction(conversation).state.isDone)
  }

  @Test("a record that cannot hold a message number is an event")
  func invalidRecord() throws {
    let conversation = conversation(.tcp, to: 22)
    conversation.send(Array("SSH-2.0-x\r\n".utf8) + [0, 0, 0, 1, 0, 20], .toServer)
    #expect(conversation.names(ofEventsIn: try transaction(conversation)) == ["invalid_record"])
  }

  @Test("a gap within a record that is stepped over does no harm")
  func gap() throws {
    let conversation = conversation(.tcp, to: 22)
    let long = Self.record(30, [UInt8](repeating: 1, count: 200))
    conversation.send(Array("SSH-2.0-x\r\n".utf8) + long.prefix(100), .toServer)
    conversation.gap(106, .toServer, clock)
    conversation.send(Self.record(21, []), .toServer)
    #expect(!conversation.hasFailed)
    #expect(try transaction(conversation).progress.toServer == SSHTransaction.Progress.finished)
  }
}
