import Protocols
import Testing

@testable import Detection

@Suite("Keyword catalogue")
struct CatalogueTests {
  @Test("keywords stand sorted, and no name stands twice")
  func names() {
    let names = KeywordCatalogue.all.map(\.name)
    #expect(names == names.sorted())
    let all = KeywordCatalogue.all.flatMap { [$0.name] + $0.aliases }
    #expect(all.count == Set(all).count)
  }

  @Test("every keyword has a summary, and its example holds", arguments: KeywordCatalogue.all.map(\.name))
  func examples(name: String) throws {
    let keyword = try #require(KeywordCatalogue.all.first { $0.name == name })
    #expect(keyword.summary.hasSuffix("."))
    #expect(keyword.argument == .none || !keyword.values.isEmpty)
    for word in [keyword.name] + keyword.aliases {
      let example = keyword.example.replacing(keyword.name, with: word)
      // A rule that configures something begins with that word.
      let action = name == "config" ? "config" : "alert"
      let header = "\(action) \(keyword.exampleProtocol) any any -> any any"
      let text = "\(header) (\(example) \(name == "sid" ? "" : "sid:1;"))"
      var environment = RuleEnvironment()
      _ = environment.reputation.readCategories("1,Scanners,Hosts that scan", file: "categories")
      // Lists that examples name: a line of the right length for each kind of digest.
      environment.lists.exists = { _ in true }
      environment.countries = TwoCountries()
      environment.lists.read = { path in
        if path.hasSuffix(".lua") {
          return Array("function init() return {} end function transform() end".utf8)
        }
        let lengths = [("md5", 32), ("sha1", 40), ("sha256", 64)]
        guard let length = lengths.first(where: { path.hasSuffix($0.0) })?.1 else { return [] }
        return Array(String(repeating: "a", count: length).utf8)
      }
      let rules = name == "sid" ? text.replacing("( ", with: "(sid:1; ") : text
      let problems = RuleLoader.load(files: [("x.rules", rules)], environment: environment).problems
      #expect(problems.filter { $0.severity == .error } == [], "\(text)")
      let rule = try #require(parse(text).rules.first)
      #expect(parse(rule.description).rules == [rule])
    }
  }

  @Test("the example of every field holds")
  func fieldExamples() {
    for entry in ProtocolCatalogue.all {
      for field in entry.fields where field.keyword != nil && !field.example.isEmpty {
        let text = "alert \(entry.name) any any -> any any (\(field.example) sid:1;)"
        #expect(load(text).problems == [], "\(text)")
      }
    }
  }

  @Test(
    "an old modifier stays one, whatever another protocol calls a buffer of its own",
    arguments: ProtocolCatalogue.all.flatMap { entry in entry.fields.flatMap(\.modifiers) })
  func modifiers(name: String) {
    let isTaken = ["to_server", "to_client"].contains { direction in
      load("alert http any any -> any any (flow:\(direction); content:\"a\"; \(name); sid:1;)").problems == []
    }
    #expect(isTaken)
    guard case .modifier? = KeywordTable.standard[name] else {
      Issue.record("\(name) is no modifier")
      return
    }
  }

  @Test("a keyword that is not evaluated refuses its rule and says so", arguments: UnevaluatedKeywords.names)
  func unevaluated(name: String) {
    guard case .unevaluated? = KeywordTable.standard[name] else { return }
    let problems = load(tcp("\(name):x; content:\"abcd\";")).problems
    #expect(problems.count == 1)
    #expect(problems.first?.message.contains("not evaluated yet") == true)
  }

  @Test(
    "a misspelt keyword is told with the nearest one",
    arguments: [("contant", "content"), ("htp.uri", "http.uri")])
  func nearest(wrong: String, right: String) {
    #expect(load(tcp("\(wrong):\"a\";")).problems.first?.remedy.contains(right) == true)
  }

  @Test("no value stops a keyword", arguments: KeywordCatalogue.all.map(\.name))
  func hostileValues(name: String) {
    let values = [
      "", "!", "\"\"", "\"", ",", ",,,,,,", "|", "-", "<>", "&=", "=", "x", "-9223372036854775808",
      "99999999999999999999", "\"/\"", "\"//\"", "\"/(/\"", "\"|\"", "\"\\\"", "1,2,3,4,5,6", "a b c d", ":",
      ".", "..",
      "set", "set,", "value", "value .", "version", "&1!=", "烽燧", String(repeating: "[", count: 1000),
    ]
    for value in values {
      let loaded = load(tcp("content:\"a\"; \(name):\(value); content:\"b\"; \(name);"))
      #expect(loaded.signatures.count == 1 || !loaded.problems.isEmpty, "\(name):\(value)")
    }
  }

  @Test("the reference lists every keyword once, with its group")
  func reference() {
    let names = KeywordReference.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Set(names).isSuperset(of: ["content", "http.uri", "dns.query", "tls.sni", "to_md5"]))
    #expect(KeywordReference.all.allSatisfy { !$0.group.isEmpty && !$0.summary.isEmpty })
  }
}
