import Foundation
import Protocols
import Testing
import Wire

/// A conversation of one protocol, as its parser is shown it: what the laws cut, join and damage.
struct ProtocolSample: Sendable, CustomTestStringConvertible {
  struct Turn: Sendable {
    let direction: Direction
    let bytes: [UInt8]
  }

  let name: String
  let entryName: String
  let transport: ApplicationProtocol.Transport
  let port: UInt16
  let turns: [Turn]

  var testDescription: String { name }
  var byteCount: Int { turns.reduce(0) { $0 + $1.bytes.count } }

  /// Samples of every protocol in the catalogue; a law says that none is without.
  static let all: [ProtocolSample] =
    dns + mdns + http + http2 + tls + ssh + mail + ftp + pop3 + tftp + dcerpc + smb + radius + l2tp + sip
    + mqtt
    + quic + snmp + webSocket + ldap + postgreSQL + rfb + ntp + dhcp + dnp3 + modbus + enip + ike + kerberos
    + nfs

  init(
    _ name: String, of entryName: String, _ transport: ApplicationProtocol.Transport, _ port: UInt16,
    _ turns: [(Direction, [UInt8])]
  ) {
    self.name = name
    self.entryName = entryName
    self.transport = transport
    self.port = port
    self.turns = turns.map { Turn(direction: $0.0, bytes: $0.1) }
  }

  static func joined(_ parts: [UInt8]...) -> [UInt8] { parts.flatMap { $0 } }

  private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  // MARK: DNS

  private static let question = joined(
    [0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 1], label("signal"), label("example"), [0, 0, 16, 0, 1],
    [0, 0, 41, 4, 0xd0, 0, 0, 0, 0, 0, 0])

  private static let answer = joined(
    [0x12, 0x34, 0x81, 0x80, 0, 1, 0, 5, 0, 1, 0, 0], label("signal"), label("example"), [0, 0, 16, 0, 1],
    record(16, joined(label("smoke by day"), label("fire by night"))),
    record(5, joined(label("alias"), [0xc0, 0x13])), record(1, [192, 0, 2, 7]),
    record(15, joined([0, 10], label("mail"), [0xc0, 0x13])),
    record(33, joined([0, 1, 0, 2, 0x1f, 0x90], label("host"), [0])),
    record(
      6, joined(label("ns"), [0xc0, 0x13], label("root"), [0xc0, 0x13], [UInt8](repeating: 1, count: 20))))

  private static func label(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }

  private static func record(_ type: UInt8, _ data: [UInt8]) -> [UInt8] {
    joined([0xc0, 0x0c, 0, type, 0, 1, 0, 0, 0, 60, 0, UInt8(data.count)], data)
  }

  private static func framed(_ message: [UInt8]) -> [UInt8] {
    joined([UInt8(message.count >> 8), UInt8(message.count & 0xff)], message)
  }

  private static let dns = [
    ProtocolSample("dns over UDP", of: "dns", .udp, 53, [(.toServer, question), (.toClient, answer)]),
    ProtocolSample(
      "dns over TCP", of: "dns", .tcp, 53,
      [
        (.toServer, joined(framed(question), framed(question))),
        (.toClient, joined(framed(answer), framed(answer))),
      ]),
  ]

  // MARK: HTTP

  /// `hello` in gzip, stored (RFC 1952).
  private static let zipped = joined(
    [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 5, 0, 0xfa, 0xff], text("hello"),
    [0x86, 0xa6, 0x10, 0x36, 5, 0, 0, 0])

  private static let upload = text(
    """
    --edge\r
    Content-Disposition: form-data; name="f"; filename="a.jsp"\r
    Content-Type: text/plain\r
    \r
    <% out %>\r
    --edge\r
    Content-Disposition: form-data; name="t"\r
    \r
    text\r
    --edge--\r

    """)

  private static let requests = text(
    """
    GET /a/%2e%2e/b?x=1&y=%41 HTTP/1.1\r
    Host: tower.example:8080\r
    Cookie: a=b\r
    User-Agent: x\r
    X-Long: 1\r
     2\r
    \r
    HEAD / HTTP/1.0\r
    \r

    """)

  private static let responses = joined(
    text("HTTP/1.1 200 OK\r\nServer: s\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"),
    chunked(zipped), text("HTTP/1.0 304 Not Modified\r\n\r\n"))

  private static let uploadRequest = joined(
    text("POST /up.jsp HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=edge\r\n"),
    text("Content-Length: \(upload.count)\r\n\r\n"), upload)

  private static let http = [
    ProtocolSample(
      "http pipelined, compressed, in chunks", of: "http", .tcp, 80,
      [(.toServer, requests), (.toClient, responses)]),
    ProtocolSample(
      "http upload", of: "http", .tcp, 80,
      [
        (.toServer, uploadRequest),
        (.toClient, text("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok")),
        (.toServer, text("GET /next HTTP/1.1\r\nHost: h\r\nRange: bytes=0-9\r\n\r\n")),
        (
          .toClient,
          text("HTTP/1.1 206 P\r\nContent-Range: bytes 0-9/20\r\nContent-Length: 10\r\n\r\n0123456789")
        ),
      ]),
  ]

  private static func chunked(_ bytes: [UInt8]) -> [UInt8] {
    let (first, second) = (Array(bytes.prefix(9)), Array(bytes.dropFirst(9)))
    return joined(
      text("9;x=y\r\n"), first, text("\r\n\(String(second.count, radix: 16))\r\n"), second,
      text("\r\n0\r\nTrailer: t\r\n\r\n"))
  }

  // MARK: Multicast DNS

  private static let mdns = [
    ProtocolSample("mdns", of: "mdns", .udp, 5353, [(.toServer, question), (.toServer, answer)])
  ]

  // MARK: TLS

  private static let tls = [
    "portal", "news", "mail", "tlcp", "tlcp-mutual", "tlcp-resumed", "tlcp-usage",
  ].map { recording in
    ProtocolSample("tls \(recording)", of: "tls", .tcp, 443, turns(of: recording))
  }

  // MARK: SSH

  private static let offer = joined(
    [UInt8](repeating: 9, count: 16),
    ["kex", "key", "aes", "aes2", "mac", "mac2", "none", "zlib", "", ""].flatMap {
      [0, 0, 0, UInt8($0.utf8.count)] + Array($0.utf8)
    }, [0, 0, 0, 0, 0])

  private static func packet(_ message: UInt8, _ payload: [UInt8]) -> [UInt8] {
    joined([0, 0, 0, UInt8(payload.count + 2), 4, message], payload)
  }

  private static let ssh = [
    ProtocolSample(
      "ssh", of: "ssh", .tcp, 22,
      [
        (.toServer, text("SSH-2.0-OpenSSH_9.2 comment\r\n")), (.toClient, text("SSH-2.0-dropbear\n")),
        (.toServer, packet(20, offer)), (.toClient, joined(packet(20, offer), packet(31, [1, 2, 3]))),
        (.toClient, packet(21, [0, 0, 0, 0])), (.toServer, packet(21, [0, 0, 0, 0])),
      ])
  ]

  // MARK: Mail

  private static let message = text(
    """
    From: "A, b" <a@tower.example>\r
    To: c@d,\r
     e@f\r
    Subject: signal\r
    Received: by x\r
    Content-Type: multipart/mixed; boundary="edge"\r
    \r
    preamble\r
    --edge\r
    Content-Transfer-Encoding: quoted-printable\r
    \r
    see http://tower.example/x=3D1 now=\r
     and then\r
    --edge\r
    Content-Type: application/zip; name="a.zip"\r
    Content-Transfer-Encoding: base64\r
    \r
    aGVsbG8gd29y\r
    bGQhIQ==\r
    --edge--\r
    .\r

    """)

  private static let mail = [
    ProtocolSample(
      "smtp", of: "smtp", .tcp, 25,
      [
        (.toClient, text("220 mail.example ESMTP\r\n")), (.toServer, text("EHLO tower\r\n")),
        (.toClient, text("250-mail.example\r\n250 CHUNKING\r\n")),
        (.toServer, text("MAIL FROM:<a@b> SIZE=1\r\nRCPT TO:<c@d>\r\nRCPT TO:<e@f>\r\nDATA\r\n")),
        (.toClient, text("250 a\r\n250 b\r\n250 c\r\n354 d\r\n")), (.toServer, message),
        (.toClient, text("250 queued\r\n")),
        (.toServer, text("MAIL FROM:<g@h>\r\nBDAT 6\r\nDATA\r\nBDAT 2 LAST\r\nxyQUIT\r\n")),
        (.toClient, text("250 a\r\n250 b\r\n250 c\r\n221 bye\r\n")),
      ])
  ]

  // MARK: FTP

  private static let ftp = [
    ProtocolSample(
      "ftp", of: "ftp", .tcp, 21,
      [
        (.toClient, text("220-tower\r\n220 FTP ready\r\n")), (.toServer, text("USER anonymous\r\n")),
        (.toClient, text("331 name\r\n")), (.toServer, text("PASS a@b\r\nPORT 10,0,0,9,200,1\r\n")),
        (.toClient, text("230 in\r\n200 ok\r\n")), (.toServer, text("RETR secret.txt\r\n")),
        (.toClient, text("150 opening\r\n226 done\r\n")), (.toServer, text("EPSV\r\nfoo bar\r\n")),
        (.toClient, text("229 now (|||33333|)\r\n500 what\r\n")),
      ])
  ]

  // MARK: POP3, TFTP

  private static let pop3 = [
    ProtocolSample(
      "pop3", of: "pop3", .tcp, 110,
      [
        (.toClient, text("+OK ready\r\n")), (.toServer, text("USER a\r\nPASS b c\r\n")),
        (.toClient, text("+OK name\r\n-ERR no\r\n")), (.toServer, text("AUTH PLAIN\r\n")),
        (.toClient, text("+ \r\n")), (.toServer, text("dGVzdA==\r\n")), (.toClient, text("+OK in\r\n")),
        (.toServer, text("LIST\r\nRETR 1\r\nwhat\r\n")),
        (.toClient, text("+OK\r\n1 20\r\n..2\r\n.\r\n+OK\r\nFrom: x\r\n\r\nhi\r\n.\r\n-ERR\r\n")),
      ])
  ]

  private static let tftp = [
    ProtocolSample(
      "tftp", of: "tftp", .udp, 69, [(.toServer, joined([0, 1], text("boot.bin"), [0], text("octet"), [0]))])
  ]

  /// A recorded session of `Captures/tls`: a line for each turn, `>` from the client, `<` from the server.
  private static func turns(of recording: String) -> [(Direction, [UInt8])] {
    let file = Project.folder.appendingPathComponent("Captures/tls/\(recording).hex")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(whereSeparator: \.isWhitespace).map { line in
      (line.first == ">" ? .toServer : .toClient, bytes(ofHexadecimal: line.dropFirst()))
    }
  }

  static func bytes(ofHexadecimal text: Substring) -> [UInt8] {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}

/// Where the project's files are.
enum Project {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
}

/// Numbers that look random and are the same each time.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    var value = state ^ (state >> 33)
    value &*= 0xff51_afd7_ed55_8ccd
    return value ^ (value >> 29)
  }
}
