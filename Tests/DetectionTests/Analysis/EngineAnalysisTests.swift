import Testing

@testable import Detection

@Suite("Engine analysis")
struct EngineAnalysisTests {
  private func analysis(_ text: String) -> String {
    EngineAnalysis.files(load(text)).first { $0.name == "rules.json" }?.text ?? ""
  }

  @Test(
    "the kind of a rule is told",
    arguments: [
      ("alert ip 1.2.3.4 any -> any any (sid:1;)", "ip_only"),
      ("alert tcp any any -> !10.0.0.0/8 any (sid:1;)", "like_ip_only"),
      ("alert tcp any any -> any any (app-layer-protocol:!http; sid:1;)", "pd_only"),
      ("alert pkthdr any any -> any any (decode-event:ipv4.pkt_too_small; sid:1;)", "de_only"),
      ("alert ip any any -> any any (ttl:5; sid:1;)", "pkt"),
      ("alert tcp any any -> any any (content:\"abc\"; sid:1;)", "stream"),
      ("alert tcp any any -> any any (content:\"abc\"; startswith; sid:1;)", "pkt_stream"),
      ("alert tcp-pkt any any -> any any (content:\"abc\"; sid:1;)", "pkt"),
      ("alert http any any -> any any (sid:1;)", "app_layer"),
      ("alert http any any -> any any (http.uri; content:\"abc\"; sid:1;)", "app_tx"),
    ])
  func kinds(rule: String, kind: String) {
    #expect(analysis(rule).contains("\"type\":\"\(kind)\""), "\(analysis(rule))")
  }

  @Test("patterns are written as rules write them")
  func patterns() {
    #expect(MatchAnalysis.text(Array("GET \0a".utf8)) == "GET|20 00|a")
    #expect(MatchAnalysis.text([0x15, 0x03, 0x01]) == "|15 03 01|")
  }

  @Test("fast_pattern decides, else transactions before payload, long before short")
  func choice() {
    let marked = load(
      "alert http any any -> any any (http.uri; content:\"abcdef\"; content:\"x\"; fast_pattern; sid:1;)")
    #expect(marked.signatures.first.flatMap(PatternChoice.init)?.content.pattern == Array("x".utf8))
    let plain = load(
      "alert http any any -> any any (content:\"abcde\"; http.uri; content:\"abc\"; content:\"abcd\"; sid:1;)"
    )
    #expect(plain.signatures.first.flatMap(PatternChoice.init)?.content.pattern == Array("abcd".utf8))
  }

  @Test("ports are cut where rules begin and end")
  func groups() {
    let text = EngineAnalysis.groups(
      load(
        "alert tcp any any -> any 80:100 (flow:to_server; content:\"abc\"; sid:2;)",
        "alert tcp any any -> any 100:120 (flow:to_server; content:\"abc\"; sid:3;)"))
    #expect(
      text.contains(
        "{\"port\":100,\"port2\":100,\"rulegroup\":{\"id\":0,\"rules\":[{\"sig_id\":2},{\"sig_id\":3}]"))
    #expect(text.contains("\"port\":80,\"port2\":99"))
    #expect(text.contains("\"port\":101,\"port2\":120"))
  }

  @Test("text is escaped as JSON asks")
  func escapes() {
    #expect(AnalysisValue.text("a\"\\\n\u{1}").json == "\"a\\\"\\\\\\n\\u0001\"")
  }

  @Test("an explanation names the pattern and the order of the conditions")
  func explanation() throws {
    let loaded = load(
      "alert http any any -> any 80 (flow:established,to_server; http.uri; content:\"abcdef\"; sid:5;)")
    let explanation = RuleExplanation(try #require(loaded.signatures.first), loaded)
    #expect(explanation.pattern == "abcdef in http.uri")
    #expect(explanation.conditions.first == "flow:established,to_server")
    #expect(explanation.conditions.last == "http.uri: content abcdef")
    #expect(explanation.group == "http, http2, to the server, port 80")
  }
}
