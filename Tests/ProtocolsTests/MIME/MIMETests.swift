import Testing
import Wire

@testable import Protocols

@Suite struct MIMETests {
  private func mail(
    _ body: String, pieces: Int = 1000, _ change: (inout SMTPSettings) -> Void = { _ in }
  ) throws -> (mail: SMTPTransaction, events: [String]) {
    var settings = ProtocolSettings()
    change(&settings.smtp)
    let conversation = conversation(.tcp, to: 25, settings)
    for (direction, line) in SMTPTests.hello + SMTPTests.envelope {
      conversation.send(Array(line.utf8), direction)
    }
    conversation.send(Array((body + ".\r\n").utf8), .toServer, pieces: pieces)
    let mail = try #require(conversation.session?.openTransactions.first as? SMTPTransaction)
    return (mail, conversation.names(ofEventsIn: mail))
  }

  private func file(_ encoding: String, _ content: String) -> String {
    "Content-Disposition: attachment; filename=f\r\nContent-Transfer-Encoding: \(encoding)\r\n\r\n\(content)"
  }

  private func content(_ mail: SMTPTransaction) -> [String] { mail.files.map { text($0.data.bytes) } }

  @Test("folded headers are joined, the first of a name counts", arguments: [1, 6, 1000])
  func headers(pieces: Int) throws {
    let (mail, _) = try mail(
      "From: a\r\n b\r\n\tc\r\nno header\r\nReceived: r1\r\nFROM: second\r\nreceived: r2\r\n\r\nbody\r\n",
      pieces: pieces)
    let message = try #require(mail.message)
    #expect(message.value("from").map(text) == "abc")
    #expect(message.values("received").map(text) == ["r1", "r2"])
  }

  @Test("headers without the blank line behind them are none")
  func noHeaders() throws {
    #expect(try mail("From: a\r\n").mail.message?.value("from") == nil)
  }

  @Test("addresses are divided at commas outside of quotes")
  func addresses() {
    let cases = [
      ("<a>, <b>,<c>", ["<a>", "<b>", "<c>"]), ("\"x,y\" <z>,w", ["\"x,y\" <z>", "w"]), ("", []),
      (" ,", [","]),
    ]
    for (value, parts) in cases { #expect(MIMEMessage.addresses(Array(value.utf8)).map(text) == parts) }
  }

  @Test("parts with a name are files, without the line end before the boundary", arguments: [1, 11, 1000])
  func parts(pieces: Int) throws {
    let (mail, _) = try mail(
      """
      Content-Type: multipart/mixed; boundary="b1"\r
      \r
      preamble\r
      --b1\r
      Content-Type: multipart/alternative; boundary=b2\r
      \r
      --b2\r
      Content-Type: text/plain; name="in ner.txt"\r
      \r
      one\r
      two\r
      --b2--\r
      --b1\r
      Content-Disposition: attachment;\r
       filename*0="a"; filename*1=b.bin\r
      Content-Transfer-Encoding: base64\r
      \r
      aGVs\r
      bG8=\r
      --b1--\r
      epilogue\r

      """, pieces: pieces)
    #expect(mail.files.map { text($0.name) } == ["in ner.txt", "ab.bin"])
    #expect(content(mail) == ["one\r\ntwo", "hello"])
    #expect(mail.files.allSatisfy { $0.state == .closed })
    #expect(mail.message?.attachments.map(text) == ["in ner.txt", "ab.bin"])
  }

  @Test("a message within a message is read like a part")
  func inner() throws {
    let (mail, _) = try mail(
      "From: o\r\nContent-Type: message/rfc822; name=m.eml\r\n\r\nFrom: i\r\n"
        + "Content-Disposition: attachment; filename=deep\r\n\r\nx\r\n")
    #expect(mail.message?.value("from").map(text) == "o")
    #expect(mail.message?.attachments.map(text) == ["m.eml", "deep"])
    #expect(mail.files.map { text($0.name) } == ["deep"])
  }

  @Test("quoted-printable and Base64 are undone as the reference does", arguments: [1, 4, 1000])
  func encodings(pieces: Int) throws {
    let cases: [(String, String, String, [String])] = [
      ("base64", "aGVs*bG8=\r\n\r\naGVsb\r\nG8=\r\n", "hellohello", []),
      ("base64", "aGVsbG8=\r\na===\r\naGVs\r\n", "hello", ["mime_invalid_base64", "mime_invalid_base64"]),
      ("Quoted-Printable", "a=3Db=\r\nc =zz=4\r\n\r\n", "a=bc \r\n", ["mime_invalid_qp"]),
      ("quoted-printable", "x=3d\r\n", "x\r\n", ["mime_invalid_qp"]),
      ("7bit", "a\r\nb\r\n", "a\r\nb", []),
    ]
    for (encoding, body, wanted, events) in cases {
      let found = try mail(file(encoding, body), pieces: pieces)
      #expect(content(found.mail) == [wanted])
      #expect(found.events == events)
    }
  }

  @Test("Base64 is undone however its lines are cut and whatever stands between its digits", arguments: 0..<4)
  func base64Law(seed: UInt64) {
    var generator = SeededGenerator(state: seed)
    for _ in 0..<200 {
      let bytes = (0..<Int.random(in: 0...120, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      var text: [UInt8] = []
      Base64.append(encoding: bytes.rawSpan, to: &text)
      var decoder = MIMEDecoder()
      var output: [UInt8] = []
      while !text.isEmpty {
        var line = Array(text.prefix(Int.random(in: 1...76, using: &generator)))
        text.removeFirst(line.count)
        if seed > 0, Bool.random(using: &generator) {
          let noise: UInt8 = [0x2a, 0x2d, 0xc3, 0x80 + 0x41, 0].randomElement(using: &generator) ?? 0
          line.insert(noise, at: Int.random(in: 0...line.count, using: &generator))
        }
        #expect(decoder.base64(line.rawSpan, to: &output))
      }
      decoder.finish(&output)
      #expect(output == bytes)
    }
  }

  @Test("web addresses are found in text, in Base64 too", arguments: [1, 13, 1000])
  func urls(pieces: Int) throws {
    let plain = "Subject: u\r\n\r\nsee HTTP://a.b/c?d <http://e.f> \"http://g.h/\" ftp://i\r\n"
    #expect(try mail(plain, pieces: pieces).mail.message?.urls.map(text) == ["a.b/c?d", "e.f", "g.h/"])
    let encoded = "Content-Transfer-Encoding: base64\r\n\r\naHR0cDovL2EuYi9jIGQ=\r\n"
    #expect(try mail(encoded, pieces: pieces).mail.message?.urls.map(text) == ["a.b/c"])
    let image = "Content-Type: image/png\r\n\r\nhttp://a.b\r\n"
    #expect(try mail(image, pieces: pieces).mail.message?.urls == [])
    let schemes = try mail(plain, pieces: pieces) {
      $0.mime.schemes = ["ftp"]
      $0.mime.showsScheme = true
    }
    #expect(schemes.mail.message?.urls.map(text) == ["ftp://i\r\n"])
  }

  @Test("what is too long is an event and read as far as it goes", arguments: [50, 9000])
  func limits(pieces: Int) throws {
    let x = { String(repeating: "x", count: $0) }
    let cases: [(String, [String])] = [
      ("From: " + x(1100) + "\r\n\r\n", ["mime_long_line"]),
      ("From: " + x(5000) + "\r\n\r\n", ["mime_long_line", "mime_long_header_value"]),
      (x(76) + ": v\r\n\r\n", ["mime_long_header_name"]),
      ("Content-Type: a/b; boundary=" + x(255) + "\r\n\r\n", ["mime_long_boundary"]),
      ("Content-Type: a/b; name=" + x(256) + "\r\n\r\n", ["mime_long_filename"]),
      (file("base64", x(77) + "\r\n"), ["mime_long_enc_line"]),
    ]
    for (body, events) in cases { #expect(try mail(body, pieces: pieces).events == events) }
  }

  @Test("the body's digest is that of its bytes as they were sent", arguments: [1, 1000])
  func digest(pieces: Int) throws {
    let found = try mail("Subject: x\r\n\r\nhello\r\n", pieces: pieces) { $0.mime.hashesBody = true }
    let digest = found.mail.message?.bodyMD5.map { text(Digest.hexadecimal($0)) }
    #expect(digest == "af5597c29467a96523a70787c319f4db")
  }

  @Test("a message of parts and headers without end stays within bounds")
  func bounds() throws {
    let part = "--b\r\nContent-Type: text/plain; name=n\r\n\r\nhttp://a.b/\r\n"
    let (mail, _) = try mail(
      "Content-Type: multipart/mixed; boundary=b\r\n" + String(repeating: "X: y\r\n", count: 5000) + "\r\n"
        + String(repeating: part, count: 3000))
    #expect(mail.files.count <= 256 && mail.message?.attachments.count ?? 0 <= 256)
    #expect(mail.message?.urls.count ?? 0 <= 1024 && mail.message?.headers.count ?? 0 <= 2048)
  }
}
