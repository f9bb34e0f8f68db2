import Protocols
import Testing
import Wire

@testable import Detection

@Suite("File keywords")
struct FileKeywordTests {
  private func load(_ options: String, files: [String: String] = [:]) -> LoadedRules {
    var environment = RuleEnvironment()
    environment.lists.read = { path in files[path].map { Array($0.utf8) } }
    return RuleLoader.load(
      files: [("/rules/a.rules", "alert http any any -> any any (\(options) sid:1;)")],
      environment: environment)
  }

  /// Runs a rule on a response that carries one file.
  private func alerts(_ loaded: LoadedRules, _ body: String, name: String = "/a.txt") -> (
    Bool, TransferredFile?
  ) {
    let rules = RuleSet(loaded.signatures, datasets: loaded.datasets)
    var settings = ProtocolSettings()
    settings.hashesMD5 = true
    settings.hashesSHA256 = true
    let conversation = Conversation(.tcp, sourcePort: 1025, destinationPort: 80, settings: settings)
    let clock = PacketClock(nanoseconds: 1)
    let request = Array("GET \(name) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
    let response = Array("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
    conversation.stream(request.rawSpan, .toServer, clock)
    conversation.stream(response.rawSpan, .toClient, clock)
    var packet = Fixture.packet([], port: 80, port: 1025, ipProtocol: 6)
    packet.tcpFlags = 0x10
    let none: [UInt8] = []
    guard let flow = try? Fixture.flow(packet, none) else { return (false, nil) }
    var inspector = Inspector(rules)
    var alerts: [Alert] = []
    inspector.inspect(
      packet, none.rawSpan, .toClient, flow: flow, conversation: conversation, stream: nil, into: &alerts)
    return (!alerts.isEmpty, conversation.session?.openTransactions.first?.files.first)
  }

  @Test(
    "a file's size is compared",
    arguments: [
      ("filesize:3;", true), ("filesize:>3;", false), ("filesize:2<>5;", true), ("filesize:!3;", false),
    ])
  func sizes(options: String, matches: Bool) {
    #expect(alerts(load(options), "abc").0 == matches)
  }

  @Test("a file's digest is looked for in a list")
  func digests() {
    let md5 = "900150983cd24fb0d6963f7d28e17f72"
    let files = ["/rules/l": "# known\n\(md5)  abc.txt\nnonsense\n"]
    let loaded = load("filemd5:l;", files: files)
    #expect(loaded.problems.map(\.position.line) == [3])
    #expect(alerts(loaded, "abc").0)
    #expect(!alerts(loaded, "abd").0)
    #expect(alerts(load("filemd5:!l;", files: files), "abd").0)
    #expect(RuleSet(loaded.signatures).fileNeeds.md5)
  }

  @Test("libmagic says what a file is")
  func magic() {
    let pdf = "%PDF-1.4\n" + String(repeating: "x", count: 600)
    #expect(alerts(load("filemagic:\"pdf document\";"), pdf).0)
    #expect(alerts(load("file.magic; content:\"PDF\"; startswith;"), pdf).0)
    #expect(!alerts(load("filemagic:\"ELF\";"), pdf).0)
    #expect(alerts(load("filemagic:!\"ELF\";"), pdf).0)
  }

  @Test("a matching filestore marks the file, in the direction asked for")
  func store() throws {
    let (fires, file) = alerts(load("filename:\"a.txt\"; filestore;"), "abc")
    #expect(fires && file?.isWanted == true)
    #expect(alerts(load("filename:\"b.txt\"; filestore;"), "abc").1?.isWanted == false)
    #expect(alerts(load("filename:\"a.txt\"; filestore:request;"), "abc").1?.isWanted == false)
    #expect(alerts(load("filename:\"a.txt\"; filestore:both,flow;"), "abc").1?.isWanted == true)
  }

  @Test("file.data with absent holds where there is no file")
  func absent() {
    #expect(alerts(load("flow:to_client; file.data; absent;"), "").0)
    #expect(!alerts(load("flow:to_client; file.data; absent;"), "abc").0)
    #expect(alerts(load("flow:to_client; file.data; absent:or_else; content:!\"x\";"), "abc").0)
  }

  @Test("what is wrong with a file keyword is told")
  func problems() {
    let cases: [(options: String, words: String)] = [
      ("filemd5:none;", "opening hash file none: No such file or directory"),
      ("filemd5:empty;", "holds no digest"), ("filesize:abc;", "abc"),
      ("filestore:foo;", "is no direction of files"), ("filestore:request,foo;", "is no scope"),
      ("filestore; filestore;", "only once"),
    ]
    for entry in cases {
      let problems = load(entry.options, files: ["/rules/empty": "xyz\n"]).problems
      #expect(problems.contains { $0.message.contains(entry.words) }, "\(entry.options): \(problems)")
    }
  }

  /// Alerts of a rule on a form with two files, the second of which comes later: one list for each part.
  private func alertsOnForm(_ options: String) throws -> [[Alert]] {
    let loaded = load(options)
    #expect(loaded.problems.isEmpty)
    let head = "POST /u HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    func part(_ name: String) -> String {
      "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\(name)\"\r\n\r\ndata of \(name)\r\n"
    }
    let parts = [part("one.jpg"), part("two.jpg") + "--b--\r\n"]
    let length = parts.reduce(0) { $0 + $1.utf8.count }
    let texts = [head + "Content-Length: \(length)\r\n\r\n" + parts[0], parts[1]]
    let conversation = Conversation(
      .tcp, sourcePort: 1025, destinationPort: 80, settings: ProtocolSettings())
    var packet = Fixture.packet([], port: 1025, port: 80, ipProtocol: 6)
    packet.tcpFlags = 0x10
    let none: [UInt8] = []
    let flow = try Fixture.flow(packet, none)
    var inspector = Inspector(RuleSet(loaded.signatures, datasets: loaded.datasets))
    return texts.map { text in
      conversation.stream(Array(text.utf8).rawSpan, .toServer, PacketClock(nanoseconds: 1))
      var alerts: [Alert] = []
      inspector.inspect(
        packet, none.rawSpan, .toServer, flow: flow, conversation: conversation, stream: nil, into: &alerts)
      return alerts
    }
  }

  @Test(
    "a rule on files is asked again for each further file, and fires once for each",
    arguments: [
      ("filename:\".jpg\";", [1, 1]), ("filename:\"one\";", [1, 0]), ("filename:\"two\";", [0, 1]),
      ("http.method; content:\"POST\"; filename:\".jpg\";", [1, 1]),
      ("http.method; content:\"POST\";", [1, 0]),
    ])
  func eachFile(options: String, counts: [Int]) throws {
    #expect(try alertsOnForm(options).map(\.count) == counts)
  }
}
