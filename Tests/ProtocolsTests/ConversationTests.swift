import Protocols
import Testing
import Wire

@Suite("Conversation")
struct ConversationTests {
  @Test("bytes that no protocol knows in either direction make the flow failed")
  func failed() {
    let flow = conversation(.tcp, to: 12345)
    flow.send(Array("nothing that is known here".utf8), .toServer)
    #expect(flow.state == .unknown)
    flow.send(Array("and no answer that is".utf8), .toClient)
    #expect(flow.state == .failed)
    #expect(!flow.wantsMore(.toServer))
  }

  @Test("a protocol recognised in one direction reads the other direction too, with an event")
  func oneSide() {
    let flow = conversation(.tcp, to: 443)
    flow.send(TLSMessages.client, .toServer)
    flow.send(Array("no TLS at all".utf8), .toClient)
    #expect(flow.state.name == "tls")
    #expect(flow.events == [.onlyOneDirection])
  }

  @Test("a protocol in which the client speaks first is none where the server did")
  func wrongDirection() {
    let flow = conversation(.tcp, to: 443)
    flow.send(TLSMessages.record(22, TLSMessages.serverHello()), .toClient)
    #expect(flow.events == [.wrongDirectionFirstData])
    #expect(!flow.wantsMore(.toServer))
  }

  @Test("two protocols on the two sides are a mismatch")
  func mismatch() {
    let flow = conversation(.tcp, to: 443)
    flow.send(TLSMessages.client, .toServer)
    flow.send(Array("SSH-2.0-x\r\n".utf8), .toClient)
    #expect(flow.events == [.mismatchBothDirections])
    #expect(flow.sides.toClient.name == "ssh")
  }

  @Test("a datagram's side that was not recognised waits for the other one")
  func lateDatagram() {
    let flow = conversation(.udp, to: 53)
    flow.datagram(Array("junk".utf8), .toServer)
    #expect(flow.state == .failed)
    flow.datagram(DNSMessages.response, .toClient)
    #expect(flow.state.name == "dns")
    flow.datagram(DNSMessages.request, .toServer)
    #expect(flow.session?.openTransactions.count == 2)
  }

  @Test("a switched-off protocol is not recognised, one only to be recognised is not parsed")
  func settings() {
    var settings = ProtocolSettings()
    settings.disabled = ["tls"]
    let off = conversation(.tcp, to: 443, settings)
    off.send(TLSMessages.client, .toServer)
    #expect(off.state == .unknown)
    settings.disabled = []
    settings.detectionOnly = ["tls"]
    let named = conversation(.tcp, to: 443, settings)
    named.send(TLSMessages.client, .toServer)
    #expect(named.state.name == "tls")
    #expect(named.session == nil)
    #expect(!named.wantsMore(.toServer))
  }

  @Test("ports of the configuration replace the protocol's own")
  func ports() {
    var settings = ProtocolSettings()
    settings.ports = ["dns": [1053]]
    let flow = conversation(.udp, to: 1053, settings)
    flow.datagram(DNSMessages.request, .toServer)
    #expect(flow.state.name == "dns")
  }

  @Test("transactions that are logged and inspected are let go")
  func removal() throws {
    let flow = conversation(.udp, to: 53)
    flow.datagram(DNSMessages.request, .toServer)
    let transaction = try #require(flow.session?.openTransactions.first)
    flow.removeFinished()
    #expect(flow.session?.openTransactions.count == 1)
    transaction.isLogged = true
    transaction.isInspected.toServer = true
    flow.removeFinished()
    #expect(flow.session?.openTransactions.isEmpty == true)
  }

  @Test(
    "protocols are told by their first bytes",
    arguments: [
      ("ssh", 2222, Direction.toServer, "SSH-2.0-OpenSSH_9.2\r\n"),
      ("smtp", 2525, .toServer, "EHLO client\r\n"),
      ("smtp", 2525, .toClient, "220 mail.example.org ESMTP ready\r\n"),
      ("smtp", 25, .toClient, "220 hello\r\n"),
      ("ftp", 2121, .toClient, "220 ProFTPD FTP Server\r\n"), ("ftp", 21, .toServer, "USER anonymous\r\n"),
      ("pop3", 110, .toClient, "+OK ready\r\n"), ("imap", 143, .toServer, "a1 LOGIN x y\r\n"),
      ("rfb", 5901, .toClient, "RFB 003.008\n"),
      ("sip", 5060, .toServer, "OPTIONS sip:a@example.org SIP/2.0\r\n"),
      ("mqtt", 1883, .toServer, "\u{10}\u{10}\u{0}\u{4}MQTT\u{4}\u{2}"),
      ("http2", 80, .toServer, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
      ("bittorrent-dht", 6881, .toServer, "d1:ad2:id20:abcdefghij0123456789e"),
    ])
  func recognised(name: String, port: Int, direction: Direction, content: String) {
    for pieces in [1, 4, 1000] where name != "bittorrent-dht" {
      let flow = conversation(.tcp, to: UInt16(port))
      flow.send(Array(content.utf8), direction, pieces: pieces)
      #expect(flow.state.name == name)
      let isParsed = ProtocolCatalogue.all.contains { $0.name == name && !$0.fields.isEmpty }
      #expect(flow.session?.readsNothing == !(isParsed || name == "pop3"))
    }
    if name == "bittorrent-dht" {
      let flow = conversation(.udp, to: UInt16(port))
      flow.datagram(Array(content.utf8), direction)
      #expect(flow.state.name == name)
    }
  }
}
