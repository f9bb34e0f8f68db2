import Protocols
import Testing
import Wire

@Suite("TLS")
struct TLSTests {
  private func session(pieces: Int = .max) -> (Conversation, TLSTransaction?) {
    let flow = conversation(.tcp, to: 8443)
    flow.send(TLSMessages.client, .toServer, pieces: pieces)
    flow.send(TLSMessages.server, .toClient, pieces: pieces)
    return (flow, flow.session?.openTransactions.first as? TLSTransaction)
  }

  @Test("hellos give names, versions and fingerprints", arguments: [1, 5, 100, Int.max])
  func hellos(pieces: Int) throws {
    let (flow, found) = session(pieces: pieces)
    let transaction = try #require(found)
    #expect(flow.state.name == "tls")
    #expect(transaction.clientHello?.serverName.map(text) == "example.org")
    #expect(transaction.clientHello?.applicationProtocols.map(text) == ["h2", "http/1.1"])
    #expect(transaction.serverHello?.applicationProtocols.map(text) == ["h2"])
    #expect(transaction.version.name == "TLS 1.2")
    #expect(transaction.ja3Text.map(text) == "771,49199-53,0-10-11-13-16,29-23,0")
    #expect(transaction.ja3Hash?.count == 32)
    #expect(transaction.ja3sText.map(text) == "771,49199,65281-16")
    #expect(transaction.ja4.map(text)?.hasPrefix("t12d0205h2_") == true)
    #expect(transaction.isLoggable)
  }

  @Test("a certificate gives who, by whom, for when and its other names")
  func certificate() throws {
    let certificate = try #require(session().1?.certificates.toClient.first)
    #expect(text(certificate.subject) == "C=CN, O=Fengsui Test, CN=example.org")
    #expect(text(certificate.issuer) == "C=CN, O=Fengsui Test, CN=example.org")
    #expect(text(certificate.serial) == "00:C0:FF:EE")
    #expect(text(certificate.fingerprint) == SampleCertificate.fingerprint)
    #expect(text(certificate.notBefore.text) == SampleCertificate.notBefore)
    #expect(certificate.notAfter.seconds - certificate.notBefore.seconds == 365 * 86400)
    #expect(certificate.alternativeNames.map(text) == ["example.org", "www.example.org", "192.0.2.1"])
  }

  @Test("rules on the stream are asked when a record is whole, not before")
  func messages() throws {
    let flow = conversation(.tcp, to: 8443)
    flow.send(TLSMessages.client, .toServer)
    let session = try #require(flow.session)
    #expect(session.streamMessages == .all && session.endsMessage.toServer)
    flow.send(Array(TLSMessages.server.prefix(20)), .toClient)
    #expect(!session.endsMessage.toClient)
    flow.send(Array(TLSMessages.server.dropFirst(20)), .toClient)
    #expect(session.endsMessage.toClient)
  }

  @Test("after the handshake a direction wants no more bytes")
  func encrypted() {
    let (flow, transaction) = session()
    flow.send(TLSMessages.keys, .toServer)
    #expect(flow.wantsMore(.toClient))
    flow.send(TLSMessages.finished, .toClient)
    #expect(!flow.wantsMore(.toClient))
    #expect(transaction?.isResumed == false)
    #expect(transaction?.events.isEmpty == true)
  }

  @Test("a server that shows no certificate and knows the session id resumes")
  func resumption() {
    let flow = conversation(.tcp, to: 443)
    let identifier = TLSMessages.vector([UInt8](repeating: 5, count: 32), 1)
    let hello = [3, 3] + TLSMessages.random + identifier + TLSMessages.vector([0xC0, 0x2F]) + [1, 0]
    flow.send(TLSMessages.record(22, TLSMessages.handshake(1, hello)), .toServer)
    let answer = [3, 3] + TLSMessages.random + identifier + [0xC0, 0x2F, 0]
    flow.send(TLSMessages.record(22, TLSMessages.handshake(2, answer)) + TLSMessages.finished, .toClient)
    #expect((flow.session?.openTransactions.first as? TLSTransaction)?.isResumed == true)
  }

  @Test("a handshake message may go over several records")
  func fragments() {
    let flow = conversation(.tcp, to: 443)
    let hello = TLSMessages.clientHello("fragmented.example")
    for start in stride(from: 0, to: hello.count, by: 10) {
      flow.send(TLSMessages.record(22, Array(hello[start..<min(start + 10, hello.count)])), .toServer)
    }
    let transaction = flow.session?.openTransactions.first as? TLSTransaction
    #expect(transaction?.clientHello?.serverName.map(text) == "fragmented.example")
  }

  @Test("a record of unknown type ends the parsing with an event")
  func unknownType() throws {
    let (flow, found) = session()
    flow.send([0x23, 3, 3, 0, 1, 0], .toServer)
    let transaction = try #require(found)
    #expect(flow.names(ofEventsIn: transaction) == ["invalid_record_type"])
    #expect(!flow.wantsMore(.toServer))
  }

  @Test("a heartbeat that asks for more than it has raises the event of its leak")
  func heartbeat() throws {
    let (flow, found) = session()
    flow.send(TLSMessages.record(24, [1, 0x40, 0x00]), .toServer)
    let transaction = try #require(found)
    #expect(flow.names(ofEventsIn: transaction).contains("overflow_heartbeat_message"))
  }

  @Test("no change of bytes makes the parser trap or keep more than its bounds")
  func mutations() {
    var random = SeededGenerator(state: 2)
    for _ in 0..<1500 {
      var client = TLSMessages.client
      var server = TLSMessages.server
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        client[Int.random(in: 0..<client.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        server[Int.random(in: 0..<server.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let flow = conversation(.tcp, to: 443)
      flow.send(client, .toServer, pieces: 11)
      flow.send(server, .toClient, pieces: 97)
      guard let transaction = flow.session?.openTransactions.first as? TLSTransaction else { continue }
      _ = transaction.ja3Text
      _ = transaction.ja4
      for certificate in transaction.certificates.toClient { #expect(certificate.der.count <= server.count) }
    }
  }
}
