import Protocols
import Testing
import Wire

@testable import Detection

@Suite("Words for refused rules")
struct RuleWordingTests {
  /// The first error of a rule with these options.
  private func problem(_ options: String, _ header: String = "alert http any any -> any any") -> RuleProblem?
  {
    load("\(header) (\(options) sid:7;)").problems.first { $0.severity == .error }
  }

  @Test(
    "a refused rule has our message with a remedy, and the line that Suricata writes",
    arguments: [
      (
        "content:\"AA\"; depth:50; depth:20;", "detect-depth",
        "can't use multiple depths for the same content."
      ),
      (
        "content:\"AA\"; offset:5; offset:5;", "detect-offset",
        "can't use multiple offsets for the same content."
      ),
      (
        "content:\"A\"; content:\"B\"; within:3; within:3;", "detect-within",
        "can't use multiple withins for the same content."
      ),
      (
        "content:\"A\"; content:\"B\"; distance:3; distance:3;", "detect-distance",
        "can't use multiple distances for the same content."
      ),
      (
        "content:\"A\"; content:\"B\"; depth:50; distance:5;", "detect-distance",
        "can't use a relative keyword like within/distance with a absolute relative keyword like "
          + "depth/offset for the same content."
      ),
      ("content:\"ABC\"; depth:2;", "detect-depth", "depth:2 smaller than content of len 3."),
      ("content:\"A\"; depth:d;", "detect-depth", "unknown byte_ keyword var seen in depth - d."),
      ("content:\"A\"; isdataat:foo;", "detect-isdataat", "Unknown byte_extract var seen in isdataat - foo"),
      (
        "content:\"|22 2 22|\";", "detect-content",
        "Incomplete hex code in content - |22 2 22|. Invalidating signature."
      ),
      (
        "content:\"|l0 01|\";", "detect-content",
        "Invalid hex code in content - |l0 01|, hex l. Invalidating signature."
      ),
      ("content:\"a\"\";", "detect-content", "Invalid unescaped double quote within content section."),
      (
        "content:AA;", "detect-parse",
        "invalid formatting to content keyword: value must be double quoted 'content'"
      ),
      ("content;", "detect-parse", "invalid formatting or malformed option to content keyword: 'content'"),
      (
        "content:\"AA\" depth:20;", "detect-parse",
        "bad option value formatting (possible missing semicolon) for keyword content: '\"AA\" depth:20'"
      ),
      ("content:\"AA\";;", "detect-parse", "unknown rule keyword ''."),
      ("nothing:5;", "detect-parse", "unknown rule keyword 'nothing'."),
      ("nocase;", "detect-nocase", "nocase needs preceding content option"),
      ("to_md5;", "detect", "transforms must directly follow stickybuffers"),
      (
        "http.uri; bsize:4; content:\"12345\";", "detect-bsize",
        "signature can't match as required content length 5 exceeds bsize value: 4"
      ),
      ("http.method; content:\"GET \";", "detect-http-method", "http_method pattern with trailing space"),
    ])
  func words(options: String, module: String, text: String) {
    let problem = problem(options)
    #expect(problem?.counterpart == RuleProblem.Counterpart(module: module, text: text))
    #expect(problem?.message.isEmpty == false)
    #expect(problem?.remedy.isEmpty == false)
    #expect(problem?.position.line == 1)
  }

  @Test("contents that dsize excludes, and protocols that are none, are told in both wordings")
  func headersAndSizes() {
    let size = problem(
      "dsize:10; content:\"thisstringisgreaterthan10bytes\";", "alert udp any any -> any any")
    #expect(
      size?.counterpart?.text == "signature can't match as required content length 30 exceeds dsize value 10")
    let name = problem("content:\"a\";", "alert foo any any -> any any")
    #expect(name?.counterpart?.text.hasPrefix("protocol \"foo\" cannot be used in a signature.") == true)
    let host = problem("http.host; content:\"ALLCAPS.COM\";")
    #expect(host?.counterpart?.text.hasPrefix("rule 7: A pattern with uppercase") == true)
  }

  @Test("an event rule of a protocol without a parser is left out, and that is said")
  func leftOut() throws {
    let unparsed = ReferenceEvents.names.keys.sorted().first { name in
      ProtocolCatalogue.index(named: name).map { !ProtocolCatalogue.all[$0].isParsed } ?? true
    }
    guard let name = unparsed, let event = ReferenceEvents.names[name]?.sorted().first else { return }
    let loaded = load("alert ip any any -> any any (app-layer-event:\(name).\(event); sid:1;)")
    #expect(loaded.signatures.isEmpty)
    #expect(loaded.refused.isEmpty)
    #expect(loaded.skippedCount == 1)
    #expect(loaded.problems.map(\.severity) == [.warning])
  }

  @Test("a refused rule knows its first error")
  func firstError() {
    let loaded = load(tcp("content:\"A\"; depth:5; depth:6; foo;"), "alert tcp any any any (sid:1;)")
    #expect(loaded.refused.count == 2)
    #expect(loaded.refused.contains { $0.problem?.counterpart?.module == "detect-depth" })
    #expect(loaded.refused.allSatisfy { $0.problem != nil })
  }
}
