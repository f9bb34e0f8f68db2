import Protocols
import Wire

/// Samples of protocols that carry conversations of people and programs.
extension ProtocolSample {
  private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  // MARK: SIP

  private static let session =
    "v=0\r\no=watch 1 2 IN IP4 tower.example\r\ns=call\r\ni=talk\r\nu=https://tower.example\r\n"
    + "e=watch@tower.example\r\np=+86 1\r\nc=IN IP4 192.0.2.1\r\nb=AS:64\r\nt=0 0\r\nr=7d 1h 0 25h\r\n"
    + "z=0 -1h\r\nk=prompt\r\na=sendrecv\r\nm=audio 49170 RTP/AVP 0\r\ni=voice\r\nc=IN IP4 192.0.2.2\r\n"
    + "b=CT:1\r\nk=prompt\r\na=rtpmap:0 PCMU/8000\r\n"

  private static let invitation =
    "INVITE sip:gate@tower.example SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nFrom: <sip:watch@tower>\r\n"
    + "To: <sip:gate@tower>\r\n ;tag=1\r\nUser-Agent: beacon\r\nc: application/sdp\r\n"
    + "Content-Length: \(session.utf8.count)\r\n\r\n\(session)"

  private static let answer = "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a\r\nl: 2\r\n\r\nhi"

  static let sip = [
    ProtocolSample(
      "SIP over UDP", of: "sip", .udp, 5060, [(.toServer, text(invitation)), (.toClient, text(answer))]),
    ProtocolSample(
      "SIP over TCP", of: "sip", .tcp, 5060,
      [
        (.toServer, text(invitation + "\r\n\r\nACK sip:gate@tower SIP/2.0\r\n\r\n")),
        (.toClient, text(answer + answer)),
        (.toServer, text("BYE sip:gate@tower SIP/2.0\r\nl: 9\r\n\r\nleft")),
      ]),
  ]

  // MARK: WebSocket

  private static let upgrade =
    "GET /watch HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

  private static let agreement =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"

  /// A text that says hello twice, compressed, without the end of its block.
  private static let compressed: [UInt8] = [0xCA, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40, 0x90, 0, 0]

  static let webSocket = [
    ProtocolSample(
      "WebSocket", of: "websocket", .tcp, 80,
      [
        (.toServer, text(upgrade)), (.toClient, text(agreement)),
        (.toServer, joined([0x81, 0x85, 1, 2, 3, 4], [0x69, 0x67, 0x6F, 0x68, 0x6E])),
        (.toClient, joined([0x01, 2], text("se"), [0x89, 0], [0x80, 2], text("en"))),
        (.toServer, joined([0xC1, UInt8(compressed.count)], compressed, [0x82, 126, 0, 3, 1, 2, 3])),
        (.toClient, [0x88, 2, 3, 0xE8]),
      ])
  ]

  // MARK: LDAP

  private static func element(_ tag: UInt8, _ parts: [UInt8]...) -> [UInt8] {
    let content = parts.flatMap { $0 }
    return [tag, UInt8(content.count)] + content
  }

  private static func message(_ number: UInt8, _ tag: UInt8, _ parts: [UInt8]...) -> [UInt8] {
    element(0x30, [2, 1, number], element(tag, parts.flatMap { $0 }))
  }

  private static func string(_ value: String) -> [UInt8] { element(4, text(value)) }

  private static let requests: [UInt8] = joined(
    message(1, 0x60, [2, 1, 3], string("cn=watch"), element(0x80, text("secret"))),
    message(
      2, 0x63, string("dc=tower"), [10, 1, 2, 10, 1, 0, 2, 1, 0, 2, 1, 0, 1, 1, 0],
      element(0x87, text("objectClass")), element(0x30, string("cn"), string("sn"))),
    message(3, 0x66, string("cn=a"), element(0x30, element(0x30, [10, 1, 2], attribute))),
    message(4, 0x68, string("cn=a"), element(0x30, attribute)), message(5, 0x4A, text("cn=a")),
    message(6, 0x6C, string("cn=a"), string("cn=b"), [1, 1, 0xFF], element(0x80, text("dc=c"))),
    message(7, 0x6E, string("cn=a"), element(0x30, string("sn"), string("b"))), message(8, 0x50, [2]),
    message(9, 0x77, element(0x80, text("1.2.3")), element(0x81, text("v"))))

  private static let attribute = element(0x30, string("sn"), element(0x31, string("b"), string("c")))

  private static let responses: [UInt8] = joined(
    message(1, 0x61, result), message(2, 0x64, string("cn=a"), element(0x30, attribute)),
    message(2, 0x73, string("ldap://tower")), message(2, 0x65, result), message(3, 0x67, result),
    message(4, 0x69, result), message(5, 0x6B, result), message(6, 0x6D, result), message(7, 0x6F, result),
    message(9, 0x79, element(0x80, text("1.2.4"))), message(9, 0x78, result, element(0x8A, text("1.2.3"))))

  private static let result: [UInt8] = joined([10, 1, 0], string("dc=tower"), string("fine"))

  static let ldap = [
    ProtocolSample(
      "LDAP over TCP", of: "ldap", .tcp, 389,
      [(.toServer, requests), (.toClient, responses), (.toServer, message(10, 0x42))]),
    ProtocolSample(
      "LDAP over UDP", of: "ldap", .udp, 389,
      [(.toServer, message(5, 0x4A, text("cn=a"))), (.toClient, message(5, 0x6B, result))]),
  ]
}
