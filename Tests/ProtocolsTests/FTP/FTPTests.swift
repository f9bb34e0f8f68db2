import Protocols
import Testing
import Wire

@Suite struct FTPTests {
  private let client = IPAddress(v4: 0x0a00_0001)
  private let server = IPAddress(v4: 0x0a00_0002)

  private func talk(_ turns: [(Direction, String)], pieces: Int = 1000) -> Conversation {
    let conversation = conversation(.tcp, to: 21)
    conversation.client = client
    conversation.server = server
    for (direction, line) in turns { conversation.send(Array(line.utf8), direction, pieces: pieces) }
    return conversation
  }

  private func transactions(_ conversation: Conversation) -> [FTPTransaction] {
    (conversation.session?.openTransactions ?? []).compactMap { $0 as? FTPTransaction }
  }

  @Test("replies answer requests in order, the greeting none", arguments: [1, 9, 1000])
  func order(pieces: Int) {
    let found = transactions(
      talk(
        [
          (.toClient, "220-hello\r\n220 ftp\r\n"), (.toServer, "USER a\r\nPASS b c \r\n"),
          (.toClient, "331 name\r\n230 in\r\n"), (.toServer, "retr x\r\n"),
          (.toClient, "150 opening\r\n226 done\r\n"),
        ], pieces: pieces))
    #expect(found.map { $0.command.map(text) ?? "-" } == ["-", "USER", "PASS", "RETR"])
    #expect(found.map { text($0.argument) } == ["", "a", "b c", "x"])
    let replies = [["220-hello", "ftp"], ["name"], ["in"], ["opening", "done"]]
    #expect(found.map { $0.replies.map(text) } == replies)
    #expect(found.map { $0.codes.map(text) } == [["220"], ["331"], ["230"], ["150", "226"]])
    let areAnswered = found.allSatisfy { $0.isAnswered }
    #expect(areAnswered)
  }

  @Test("data connections are announced from whoever opens them")
  func expectations() throws {
    let cases: [([(Direction, String)], UInt16, Bool)] = [
      ([(.toServer, "PORT 10,0,0,1,200,10\r\n"), (.toClient, "200 ok\r\n")], 51_210, true),
      ([(.toServer, "EPRT |1|10.0.0.1|5282|\r\n"), (.toClient, "200 ok\r\n")], 5282, true),
      ([(.toServer, "PASV\r\n"), (.toClient, "227 now (10,0,0,2,150,20).\r\n")], 38_420, false),
      ([(.toServer, "EPSV\r\n"), (.toClient, "229 now (|||33333|)\r\n")], 33_333, false),
    ]
    for (turns, port, isActive) in cases {
      let conversation = talk(
        [(.toClient, "220 ftp\r\n"), (.toServer, "USER a\r\n"), (.toClient, "230 in\r\n")] + turns
          + [(.toServer, "STOR up.bin\r\n")])
      let flow = try #require(conversation.session?.expected.first)
      #expect(flow.serverPort == port)
      #expect(flow.client == (isActive ? server : client))
      #expect(flow.server == (isActive ? client : server))
      let agreed = transactions(conversation).first { $0.dataPort != nil }
      #expect(agreed?.isActive == isActive && agreed?.hasMode == true)
    }
  }

  @Test("a data connection is a file in the direction of its first byte")
  func data() throws {
    let control = talk([
      (.toClient, "220 ftp\r\n"), (.toServer, "PORT 10,0,0,1,4,1\r\n"), (.toClient, "200 ok\r\n"),
      (.toServer, "RETR secret.doc\r\n"),
    ])
    let expected = try #require(control.session?.expected.first)
    var flows = ExpectedFlows()
    flows.add(expected)
    let other = flows.take(client: client, server: server, serverPort: 1025, clock)
    #expect(other == nil)
    let found = flows.take(client: server, server: client, serverPort: 1025, clock)
    let announced = try #require(found)
    let conversation = conversation(.tcp, to: 1025)
    conversation.begin(announced)
    conversation.send(Array("content".utf8), .toServer, pieces: 3)
    conversation.end(.toServer, clock)
    let file = try #require(conversation.session?.openTransactions.first?.files.first)
    #expect(text(file.name) == "secret.doc" && text(file.data.bytes) == "content" && file.state == .closed)
    #expect(conversation.state.name == "ftp-data")
  }

  @Test(
    "requests that move data say what they move",
    arguments: [
      ("RETR a", "a"), ("STOR b", "b"), ("APPE c", "c"), ("STOU d", "d"), ("STOU", "<stou>"), ("NLST", ""),
      ("LIST", ""), ("MLSD /", ""),
    ])
  func dataRequests(request: String, name: String) throws {
    let control = talk([
      (.toClient, "220 ftp\r\n"), (.toServer, "PORT 10,0,0,1,4,1\r\n"), (.toClient, "200 ok\r\n"),
      (.toServer, "\(request)\r\n"),
    ])
    let conversation = conversation(.tcp, to: 1025)
    conversation.begin(try #require(control.session?.expected.first))
    let transaction = conversation.session?.openTransactions.first as? FTPDataTransaction
    #expect(transaction.map { text($0.command) } == String(request.prefix(4)))
    #expect(transaction.map { text($0.fileName) } == name)
  }

  @Test(
    "nothing is expected of requests that lack the name of what they move",
    arguments: ["RETR", "STOR", "APPE"])
  func namelessRequests(request: String) {
    let control = talk([
      (.toClient, "220 ftp\r\n"), (.toServer, "PORT 10,0,0,1,4,1\r\n"), (.toClient, "200 ok\r\n"),
      (.toServer, "\(request)\r\n"),
    ])
    #expect(control.session?.expected.isEmpty == true)
  }

  @Test("what is not expected in time is not expected any more")
  func late() throws {
    let control = talk([
      (.toClient, "220 ftp\r\n"), (.toServer, "PORT 10,0,0,1,4,1\r\n"), (.toClient, "200 ok\r\n"),
      (.toServer, "RETR x\r\n"),
    ])
    var flows = ExpectedFlows()
    flows.add(try #require(control.session?.expected.first))
    let later = PacketClock(nanoseconds: clock.nanoseconds + 31_000_000_000)
    #expect(flows.take(client: server, server: client, serverPort: 1025, later) == nil)
    #expect(flows.isEmpty)
  }

  @Test("PORT that names another host is a bounce")
  func bounce() {
    let found = transactions(
      talk([
        (.toClient, "220 ftp\r\n"), (.toServer, "PORT 10,0,0,1,4,1\r\nPORT 10,0,0,9,0,80\r\nPORT 1,2,3\r\n"),
      ]))
    #expect(found.map(\.isBounce) == [false, false, true, false])
  }

  @Test("files without name or port, and lines that are too long, are events", arguments: [10, 5000])
  func events(pieces: Int) {
    let conversation = talk(
      [
        (.toClient, "220 ftp\r\n"), (.toServer, "RETR\r\n"), (.toClient, "500 no\r\n"),
        (.toServer, "RETR " + String(repeating: "x", count: 5000) + "\r\n"),
        (.toClient, "550 " + String(repeating: "y", count: 5000) + "\r\n"),
      ], pieces: pieces)
    let found = transactions(conversation)
    #expect(conversation.names(ofEventsIn: found[1]) == ["file_without_name", "file_before_port"])
    #expect(
      conversation.names(ofEventsIn: found[2]) == [
        "request_command_too_long", "file_before_port", "response_command_too_long",
      ])
    #expect(found[2].argument.count == 4091 && found[2].isCommandCut && found[2].isReplyCut)
  }

  @Test("AUTH TLS that is granted changes the protocol")
  func startTLS() {
    let conversation = talk([
      (.toClient, "220 ftp\r\n"), (.toServer, "AUTH TLS\r\n"), (.toClient, "234 go\r\n"),
      (.toServer, "\u{16}\u{3}\u{1}"),
    ])
    #expect(conversation.original.name == "ftp" && conversation.state.name == "tls")
  }
}
