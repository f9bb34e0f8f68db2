import Protocols
import Testing
import Wire

@Suite struct SMTPTests {
  typealias Turn = (Direction, String)

  static let hello: [Turn] = [
    (.toClient, "220 mail.example ESMTP\r\n"), (.toServer, "EHLO client.example\r\n"),
    (.toClient, "250-mail.example\r\n250 PIPELINING\r\n"),
  ]
  static let envelope: [Turn] = [
    (.toServer, "MAIL FROM:<a@b> SIZE=1\r\n"), (.toClient, "250 ok\r\n"),
    (.toServer, "rcpt to: <c@d>\r\n"), (.toClient, "250 ok\r\n"), (.toServer, "DATA\r\n"),
    (.toClient, "354 go\r\n"),
  ]
  static let message: [Turn] = [
    (.toServer, "From: a\r\nSubject: hi\r\n\r\nbody\r\n.\r\n"), (.toClient, "250 queued\r\n"),
  ]

  private func talk(
    _ turns: [Turn], pieces: Int = 1000, _ settings: ProtocolSettings = ProtocolSettings()
  ) -> Conversation {
    let conversation = conversation(.tcp, to: 25, settings)
    for (direction, line) in turns { conversation.send(Array(line.utf8), direction, pieces: pieces) }
    return conversation
  }

  private func transactions(_ conversation: Conversation) -> [SMTPTransaction] {
    (conversation.session?.openTransactions ?? []).compactMap { $0 as? SMTPTransaction }
  }

  @Test(
    "a message has its envelope, its headers, and is complete with the last reply", arguments: [1, 5, 1000])
  func message(pieces: Int) throws {
    let found = transactions(talk(Self.hello + Self.envelope + Self.message, pieces: pieces))
    let mail = try #require(found.first)
    #expect(found.count == 1 && mail.state.isDone)
    #expect(mail.greeting.map(text) == "client.example")
    #expect(mail.sender.map(text) == "<a@b>" && mail.recipients.map(text) == ["<c@d>"])
    #expect(mail.message?.value("subject").map(text) == "hi")
  }

  @Test("rules on the stream see the first line of a reply of several, but no greeting before a command")
  func replies() throws {
    let greeted = try #require(talk([Self.hello[0]]).session)
    #expect(!greeted.endsMessage.toClient)
    let answered = try #require(talk(Self.hello.prefix(2) + [(.toClient, "250-mail.example\r\n")]).session)
    #expect(answered.endsMessage.toClient)
  }

  @Test("what only ends a message begins none behind another")
  func endings() {
    let rest: [Turn] = [
      (.toServer, "RSET\r\n"), (.toClient, "250 ok\r\n"), (.toServer, "QUIT\r\n"), (.toClient, "221 bye\r\n"),
    ]
    #expect(transactions(talk(Self.hello + Self.envelope + Self.message + rest)).count == 1)
    #expect(transactions(talk([Self.hello[0], (.toServer, "QUIT\r\n"), (.toClient, "221 x\r\n")])).count == 1)
  }

  @Test("a reset or greeting ends the envelope where the server grants it", arguments: ["RSET", "EHLO again"])
  func resets(command: String) {
    let start = Self.hello + Self.envelope.prefix(2)
    let granted = transactions(
      talk(start + [(.toServer, command + "\r\n"), (.toClient, "250 ok\r\n")] + Self.envelope))
    #expect(granted.count == 2 && granted[0].state.isDone && granted[0].recipients.isEmpty)
    let refused = transactions(
      talk(start + [(.toServer, command + "\r\n"), (.toClient, "501 no\r\n")] + Self.envelope.dropFirst(2)))
    #expect(refused.count == 1 && refused[0].recipients.count == 1)
  }

  @Test("a sender sent right behind a reset begins the next message")
  func pipelinedReset() {
    let found = transactions(
      talk(
        Self.hello + Self.envelope.prefix(4) + [
          (.toServer, "RSET\r\nMAIL FROM:<n>\r\nRCPT TO:<m>\r\nDATA\r\n"),
          (.toClient, "250 a\r\n250 b\r\n250 c\r\n354 d\r\n"),
        ] + Self.message))
    #expect(found.map { $0.sender.map(text) } == ["<a@b>", "<n>"])
    #expect(found.last?.message?.value("from").map(text) == "a")
  }

  @Test("chunks are stepped over byte by byte, and the last one ends the message", arguments: [1, 7, 1000])
  func chunks(pieces: Int) {
    let found = transactions(
      talk(
        Self.hello + Self.envelope.prefix(4) + [
          (.toServer, "BDAT 7\r\nQUIT\r\n\nBDAT 3 LAST\r\nabcMAIL FROM:<n>\r\n"),
          (.toClient, "250 a\r\n250 b\r\n250 c\r\n"),
        ], pieces: pieces))
    #expect(found.map { $0.sender.map(text) } == ["<a@b>", "<n>"])
    #expect(found[0].state.isDone && found[0].message == nil)
  }

  @Test("STARTTLS that is granted changes the protocol; refused, it is an event")
  func startTLS() {
    let ask: Turn = (.toServer, "STARTTLS\r\n")
    let granted = talk(Self.hello + [ask, (.toClient, "220 go\r\n"), (.toServer, "\u{16}\u{3}\u{1}")])
    #expect(granted.original.name == "smtp" && granted.state.name == "tls")
    let refused = talk(Self.hello + [ask, (.toClient, "454 no\r\n")])
    #expect(refused.names(ofEventsIn: transactions(refused)[0]) == ["tls_rejected"])
  }

  @Test("oddities of the conversation are events")
  func events() {
    let cases: [([Turn], [String])] = [
      (Self.hello + [(.toServer, "NOOP\r\n"), (.toClient, "no code\r\n")], ["invalid_reply"]),
      (Self.hello + Self.envelope.dropLast() + [(.toClient, "554 no\r\n")], ["data_command_rejected"]),
      (Self.hello + [(.toServer, "DATA\r\nQUIT\r\n")], ["invalid_pipelined_sequence"]),
      (Self.hello + [(.toServer, "MAIL FROM:<a>\r\nMAIL FROM:<b>\r\n")], ["duplicate_fields"]),
      (Self.hello + [(.toServer, "BDAT x\r\n")], ["invalid_bdat"]),
      (
        Self.hello + [(.toServer, "NOOP " + String(repeating: "x", count: 5000) + "\r\n")],
        ["truncated_line"]
      ),
      ([(.toServer, "EHLO x\r\n"), (.toClient, "250 x\r\n")], ["no_server_welcome_message"]),
    ]
    for (turns, events) in cases {
      let conversation = talk(turns)
      #expect(conversation.names(ofEventsIn: transactions(conversation)[0]) == events)
    }
  }

  @Test("a message can be one file as a whole", arguments: [1, 1000])
  func whole(pieces: Int) throws {
    var settings = ProtocolSettings()
    settings.smtp.extractsWhole = true
    let found = transactions(talk(Self.hello + Self.envelope + Self.message, pieces: pieces, settings))
    let file = try #require(found.first?.files.first)
    #expect(text(file.name) == "rawmsg" && file.state == .closed)
    #expect(text(file.data.bytes) == "From: a\r\nSubject: hi\r\n\r\nbody\r\n")
  }

  @Test("commands without replies do not fill the memory")
  func flood() {
    let conversation = talk(Self.hello + [(.toServer, String(repeating: "NOOP\r\n", count: 5000))])
    #expect(conversation.hasFailed)
  }
}
