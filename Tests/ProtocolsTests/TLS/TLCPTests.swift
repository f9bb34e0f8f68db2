import Foundation
import Protocols
import Testing
import Wire

@Suite("TLCP")
struct TLCPTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The turns of a recorded session of `Captures/tls`.
  private static func turns(_ name: String) throws -> [(Direction, [UInt8])] {
    let file = root.appendingPathComponent("Captures/tls/\(name).hex")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
      ($0.first == ">" ? .toServer : .toClient, bytes(hexadecimal: String($0.dropFirst())))
    }
  }

  /// November 2026, when the sessions were recorded.
  private static let then = PacketClock(nanoseconds: 1_795_500_000_000_000_000)

  private static func read(
    _ turns: [(Direction, [UInt8])], _ settings: ProtocolSettings = ProtocolSettings(),
    to port: UInt16 = 8443, server: IPAddress? = nil, at clock: PacketClock = then
  ) -> TLSTransaction? {
    let flow = conversation(.tcp, to: port, settings)
    flow.server = server
    for (direction, bytes) in turns { flow.stream(bytes.rawSpan, direction, clock) }
    return flow.session?.openTransactions.first as? TLSTransaction
  }

  private static func facts(_ transaction: TLSTransaction?) -> String {
    guard let transaction else { return "none" }
    let facts = transaction.handshakeFacts
    return [
      transaction.version.name, "\(transaction.clientHello?.cipherSuites ?? [])",
      "\(transaction.serverHello?.cipherSuite ?? 0) \(transaction.clientHello?.serverName ?? [])",
      "\(transaction.certificates.toClient.map { text($0.serial) })",
      "\(transaction.certificates.toServer.map { text($0.serial) })",
      "\(facts.alerts.map { "\($0.direction) \($0.name ?? "encrypted")" }.sorted())",
      "\(facts.keyExchangeBytes) \(transaction.isResumed) \(transaction.isHandshakeComplete)",
      "\(transaction.findings) \(transaction.events)",
    ].joined(separator: "\n")
  }

  @Test("a session is known on any port, with its pair of certificates and its last alerts in the clear")
  func session() throws {
    let transaction = try #require(Self.read(try Self.turns("tlcp")))
    #expect(transaction.version.name == "TLCP 1.1")
    #expect(transaction.serverHello.map { TLSSuite($0.cipherSuite).text } == "ECC_SM4_CBC_SM3")
    #expect(transaction.certificateRoles(.toClient) == [.signing, .encryption])
    #expect(transaction.certificateDetails(.toClient).map(\.keyName) == ["SM2", "SM2"])
    #expect(transaction.handshakeFacts.alerts.compactMap(\.name) == ["close_notify", "close_notify"])
    #expect(transaction.isHandshakeComplete)
    #expect(transaction.findings == [])
    #expect(transaction.ja3Text.map(text) == "257,57363,,,")
    #expect(transaction.ja4.map(text)?.hasPrefix("tc1i0100") == true)
  }

  @Test("certificates are judged by the time of the packets")
  func times() throws {
    let late = PacketClock(nanoseconds: 1_900_000_000_000_000_000)
    let early = PacketClock(nanoseconds: 1_700_000_000_000_000_000)
    let turns = try Self.turns("tlcp")
    #expect(Self.read(turns, at: late)?.findings == ["certificate_expired"])
    #expect(Self.read(turns, at: early)?.findings == ["certificate_not_yet_valid"])
  }

  @Test("a pair that may not do what it is for is told of")
  func usage() throws {
    let transaction = try #require(Self.read(try Self.turns("tlcp-usage")))
    #expect(transaction.findings == ["certificates_swapped", "wrong_key_usage"])
    #expect(!transaction.isHandshakeComplete)
  }

  @Test("an issuer that the operator does not trust is told of; a signature by SM2 leads to one that he does")
  func roots() throws {
    let turns = try Self.turns("tlcp-mutual")
    let plain = try #require(Self.read(turns))
    #expect(plain.findings == [])
    let root = try #require(plain.certificates.toClient.last)
    #expect(plain.certificateDetails(.toClient).count == 3)
    var settings = ProtocolSettings()
    settings.tls.trustedRoots = [TrustedRoot(root.der)]
    #expect(Self.read(turns, settings)?.findings == [])
    settings.tls.trustedRoots = [TrustedRoot(SampleCertificate.der)]
    #expect(Self.read(turns, settings)?.findings == ["foreign_issuer"])
  }

  @Test("a signature that was changed does not hold")
  func badSignature() throws {
    var turns = try Self.turns("tlcp-mutual")
    // The last byte of the first certificate belongs to its signature.
    let plain = try #require(Self.read(turns))
    let certificate = try #require(plain.certificates.toClient.first)
    let turn = try #require(turns.firstIndex { $0.1.firstRange(of: certificate.der) != nil })
    let place = try #require(turns[turn].1.firstRange(of: certificate.der))
    turns[turn].1[place.upperBound - 1] ^= 1
    #expect(Self.read(turns)?.findings == ["bad_signature"])
  }

  @Test("plain TLS and no TLS where TLCP is asked for are told of, and TLCP is not")
  func obligation() throws {
    let server = IPAddress(v4: 0xCB00_7150)
    var settings = ProtocolSettings()
    settings.tls.tlcpServers = [server: [8443]]
    let plain = Self.read(
      [(.toServer, TLSMessages.client), (.toClient, TLSMessages.server)], settings, server: server)
    #expect(plain?.findings == ["required"])
    #expect(Self.read(try Self.turns("tlcp"), settings, server: server)?.findings == [])
    for (port, isTold) in [(8443, true), (80, false)] as [(UInt16, Bool)] {
      let flow = conversation(.tcp, to: port, settings)
      flow.server = server
      flow.send(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8), .toServer)
      #expect(flow.events.contains(.tlcpRequired) == isTold)
    }
  }

  @Test(
    "records and segments cut and joined at random give the same facts",
    arguments: ["tlcp", "tlcp-mutual", "tlcp-resumed", "tlcp-usage"])
  func recut(name: String) throws {
    let turns = try Self.turns(name)
    let whole = Self.facts(Self.read(turns))
    for seed in 1...60 as ClosedRange<UInt64> {
      var random = SeededGenerator(state: seed)
      var pieces: [(Direction, [UInt8])] = []
      var encrypted = Pair(both: false)
      for (direction, bytes) in turns {
        var rest = Self.recordsAnew(bytes, &encrypted[direction], &random)[...]
        while !rest.isEmpty {
          let size = [1, 7, 90, 1460][Int.random(in: 0...3, using: &random)]
          let count = min(Int.random(in: 1...size, using: &random), rest.count)
          pieces.append((direction, Array(rest.prefix(count))))
          rest = rest.dropFirst(count)
        }
      }
      #expect(Self.facts(Self.read(pieces)) == whole, "seed \(seed)")
    }
  }

  /// Handshake records before the change to encryption joined and cut again; others as they are.
  private static func recordsAnew(
    _ bytes: [UInt8], _ isEncrypted: inout Bool, _ random: inout SeededGenerator
  ) -> [UInt8] {
    var out: [UInt8] = [], pending: [UInt8] = [], position = 0
    func flush(_ random: inout SeededGenerator) {
      while !pending.isEmpty {
        let count = min(Int.random(in: 1...400, using: &random), pending.count)
        out += TLSMessages.record(22, Array(pending.prefix(count)), version: 0x0101)
        pending.removeFirst(count)
      }
    }
    while position + 5 <= bytes.count {
      let end = min(position + 5 + (Int(bytes[position + 3]) << 8 | Int(bytes[position + 4])), bytes.count)
      let record = bytes[position..<end]
      position = end
      if record.first == 22, !isEncrypted {
        pending += record.dropFirst(5)
        continue
      }
      flush(&random)
      if record.first == 20 { isEncrypted = true }
      out += record
    }
    flush(&random)
    return out
  }

  @Test("a suite that is built on identities has an identity where others have certificates")
  func identities() {
    let random = TLSMessages.random
    let hello = TLSMessages.handshake(1, [1, 1] + random + [0, 0, 2, 0xE0, 0x57, 1, 0])
    let answer = TLSMessages.handshake(2, [1, 1] + random + [0, 0xE0, 0x57, 0])
    let parts = TLSMessages.vector(Array("gate@example".utf8)) + TLSMessages.vector([1, 2], 3)
    let identity = TLSMessages.handshake(11, parts)
    let transaction = Self.read([
      (.toServer, TLSMessages.record(22, hello, version: 0x0101)),
      (.toClient, TLSMessages.record(22, answer + identity, version: 0x0101)),
    ])
    #expect(transaction?.handshakeFacts.identity.toClient.map(text) == "gate@example")
    #expect(transaction?.events == [])
    #expect(transaction?.serverHello.map { TLSSuite($0.cipherSuite).text } == "IBC_SM4_GCM_SM3")
  }
}
