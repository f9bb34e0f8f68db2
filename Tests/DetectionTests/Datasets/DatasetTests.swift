import Testing
import Wire

@testable import Detection

/// Rules read with files that exist only here.
private func loadRules(
  _ options: String, files: [String: String] = [:], _ change: (inout ListSettings) -> Void = { _ in }
) -> LoadedRules {
  var environment = RuleEnvironment()
  environment.lists.read = { path in files[path].map { Array($0.utf8) } }
  environment.lists.dataFolder = "/data"
  change(&environment.lists)
  let text = "alert dns any any -> any any (\(options) sid:1;)"
  return RuleLoader.load(files: [("/rules/a.rules", text)], environment: environment)
}

@Suite("Data sets")
struct DatasetTests {
  private func step(_ command: DatasetStep.Command, subdomains: Bool = false) -> DatasetStep {
    DatasetStep(
      dataset: 0, command: command, check: NumberCheck(operation: .greater, first: 100, second: 0),
      matchesSubdomains: subdomains, contextKey: -1)
  }

  private func holds(_ table: DatasetTable, _ step: DatasetStep, _ text: String) -> Bool {
    if case .fails = table.answer(step, Array(text.utf8).rawSpan, []) { return false }
    return true
  }

  @Test("a value that is set holds once, is found from then on, and can be taken out once")
  func changes() {
    let set = Dataset(name: "a", kind: .string, savePath: nil, memcapBytes: 1 << 20, hashSize: 1)
    let table = DatasetTable([set])
    #expect(!holds(table, step(.isSet), "x"))
    #expect(holds(table, step(.isNotSet), "x"))
    #expect(holds(table, step(.set), "x"))
    #expect(!holds(table, step(.set), "x"))
    #expect(holds(table, step(.isSet), "x"))
    #expect(holds(table, step(.unset), "x"))
    #expect(!holds(table, step(.unset), "x"))
    #expect(table.sets[0].lines == [])
  }

  @Test("a set that has reached its memcap takes no more and counts what it refused")
  func memcap() {
    let empty = 64 + 1000 * 104
    let table = DatasetTable([
      Dataset(name: "a", kind: .string, savePath: nil, memcapBytes: empty + 3, hashSize: 1)
    ])
    #expect(holds(table, step(.set), "abc"))
    #expect(!holds(table, step(.set), "d"))
    #expect(table.refused == 1)
    #expect(holds(table, step(.unset), "abc"))
    #expect(holds(table, step(.set), "d"))
  }

  @Test("texts are written by their rows, the newest of a row first, other members as they came")
  func lines() {
    var names = Dataset(name: "a", kind: .string, savePath: nil, memcapBytes: 1 << 20, hashSize: 1)
    for name in ["b", "a"] { _ = names.insert(Array(name.utf8)) }
    #expect(String(decoding: names.lines, as: UTF8.self) == "YQ==\nYg==\n")
    var rows = Dataset(name: "a", kind: .string, savePath: nil, memcapBytes: 1 << 20, hashSize: 4096)
    for name in ["param", "param2", "param3"] { _ = rows.insert(Array(name.utf8)) }
    #expect(String(decoding: rows.lines, as: UTF8.self) == "cGFyYW0z\ncGFyYW0y\ncGFyYW0=\n")
    var addresses = Dataset(name: "a", kind: .ip, savePath: nil, memcapBytes: 1 << 20, hashSize: 1)
    _ = addresses.insert([10, 0, 0, 1])
    _ = addresses.insert([0x20, 1] + [UInt8](repeating: 0, count: 13) + [1])
    #expect(
      String(decoding: addresses.lines, as: UTF8.self)
        == "10.0.0.1\n2001:0000:0000:0000:0000:0000:0000:0001\n")
  }

  @Test(
    "a name matches its parents where subdomains count",
    arguments: [(".a.evil.com", true), (".evil.org", false)])
  func subdomains(name: String, isFound: Bool) {
    var set = Dataset(name: "a", kind: .string, savePath: nil, memcapBytes: 1 << 20, hashSize: 1)
    _ = set.insert(Array(".evil.com".utf8))
    let table = DatasetTable([set])
    #expect(holds(table, step(.isSet, subdomains: true), name) == isFound)
    #expect(!holds(table, step(.isSet), ".a.evil.com"))
  }

  @Test("a list is read from beside the rules, a state from the data folder")
  func files() throws {
    let loaded = loadRules(
      "dns.query; dataset:isset,a,type string,load a.lst; dataset:set,b,type md5,state b.lst;",
      files: ["/rules/a.lst": "YWJj\n\nZGVm\n", "/data/b.lst": "00112233445566778899aabbccddeeff\n"])
    #expect(loaded.problems == [])
    #expect(loaded.datasets.map(\.name) == ["a", "b"])
    #expect(loaded.datasets[0].contains(Array("abc".utf8)))
    #expect(
      loaded.datasets[1].contains([
        0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
      ]))
    #expect(loaded.datasets[1].savePath == "/data/b.lst")
    #expect(RuleSet(loaded.signatures, datasets: loaded.datasets).needsOneWorker)
  }

  @Test(
    "workers take turns where rules share state behind a pattern, and one does it all without",
    arguments: [
      ("dns.query; content:\"abcd\"; xbits:set,a,track ip_src;", true, false),
      ("content:\"abcd\"; hostbits:isset,a,src;", true, false),
      ("xbits:isset,a,track ip_src;", false, true),
      ("content:\"abcd\"; xbits:set,a,track tx;", false, false),
      ("content:\"abcd\"; flowbits:set,a;", false, false),
      ("content:\"abcd\"; tag:host,10,packets,src;", false, true),
    ])
  func sharing(options: String, takesTurns: Bool, isAlone: Bool) {
    let rules = RuleSet(loadRules(options).signatures, datasets: [])
    #expect(rules.needsTurns == takesTurns)
    #expect(rules.needsOneWorker == isAlone)
  }

  @Test("an object of JSON lends its members to the alert, with or without the value")
  func records() throws {
    let loaded = loadRules(
      "dns.query; dataset:isset,a,type string,load a.json,format json,value_key i.v,array_key t.l,"
        + "context_key c,remove_key;",
      files: ["/rules/a.json": #"{"t": {"l": [{"i": {"v": "x"}, "n": 1.50, "s": "é\""}, {"n": 2}]}}"#])
    #expect(loaded.problems == [])
    let table = DatasetTable(loaded.datasets)
    guard case .holdsWith(let json) = table.answer(step(.isSet), Array("x".utf8).rawSpan, []) else {
      Issue.record("the value is not found")
      return
    }
    #expect(String(decoding: json, as: UTF8.self) == #"{"i":{},"n":1.50,"s":"é\""}"#)
  }

  @Test("what is wrong with a rule's set is told in Suricata's words")
  func ruleProblems() {
    let cases: [(options: String, words: String)] = [
      ("dataset:isset,a,type string;", "datasets are only supported for sticky buffers"),
      ("dns.query; dataset:foo,a,type string;", "dataset action \"foo\" is not supported"),
      ("dns.query; dataset:isset,a;", "dataset a not defined"),
      ("dns.query; dataset:isset,a,type foo;", "bad type foo"),
      (
        "dns.query; dataset:isset,a,type string,state x,load y;",
        "'state' can not be mixed with 'load' and 'save'"
      ),
      ("dns.query; dataset:isset,a,type string,save /x;", "is an absolute path"),
      ("dns.query; dataset:isset,a,type string,save ../x;", "leads out of the data folder"),
      ("dns.query; dataset:isset,a,type string,load none;", "cannot be read"),
      (
        "dns.query; dataset:isset,a,type string,hashsize 99999999;",
        "exceeds configured 'single-hashsize' limit"
      ),
      ("dns.query; dataset:isset,a,type string,load x,format foo;", "unknown format foo"),
      (
        "dns.query; dataset:isset,a,type string,load x,format json;",
        "json format needs a 'context_key' parameter"
      ),
      (
        "dns.query; dataset:isset,a,type string,load x,format json,context_key c;",
        "json format needs a 'value_key' parameter"
      ),
      (
        "dns.query; dataset:set,a,type string,load x,format json;",
        "json format is not supported for 'set' command"
      ),
      (
        "dns.query; dataset:set,a,type string; dataset:set,a,type md5;",
        "dataset a already exists and is of type string"
      ),
      ("dns.query; datarep:a,?,1,type string;", "datarep operation \"?\" is not supported"),
      ("dns.query; datarep:a,>,1,load x;", "if load is used type must be set as well"),
      ("dns.query; datarep:a,>,70000,type string;", "out of range"),
    ]
    for entry in cases {
      let errors = loadRules(entry.options).problems.filter { $0.severity == .error }
      #expect(errors.first?.message.contains(entry.words) == true, "\(entry.options): \(errors)")
    }
  }

  @Test("what is wrong with a list is told at its line, and refuses the rule where lists are strict")
  func listProblems() {
    let cases: [(kind: String, text: String, words: String)] = [
      ("string", "YWJj\na!b\n", "bad base64 encoding a"),
      ("string", "YWJj\nYWJj,3\n", "Cannot mix dataset and datarep values for set a"),
      ("md5", "# hashes\n\(String(repeating: "g", count: 32))\n", "bad hash a"),
      ("ipv4", "1.2.3.4\n1.2.3\n", "invalid Ipv4 value a"), ("ip", "::1\nabc\n", "invalid Ipv6 value a"),
    ]
    for entry in cases {
      let options = "dns.query; dataset:isset,a,type \(entry.kind),load l;"
      let lenient = loadRules(options, files: ["/rules/l": entry.text])
      #expect(lenient.signatures.count == 1)
      let problem = lenient.problems.last
      #expect(problem?.counterpart?.text.contains(entry.words) == true, "\(entry.kind): \(lenient.problems)")
      #expect(problem?.position.file == "/rules/l" && problem?.position.line == 2)
      let strict = loadRules(options, files: ["/rules/l": entry.text]) { $0.isStrict = true }
      #expect(strict.signatures.isEmpty)
    }
    let rep = loadRules("dns.query; datarep:a,>,1,type string,load l;", files: ["/rules/l": "YWJj,65536\n"])
    #expect(rep.problems.first?.counterpart?.text.contains("invalid datarep value a") == true)
  }

  @Test("a configuration that forbids writing or allows absolute names is obeyed, and noted as Suricata does")
  func policies() {
    let denied = loadRules("dns.query; dataset:set,a,type string,state x;") { $0.allowsWrite = false }
    #expect(
      denied.problems.first?.counterpart?.text == "Rules containing save/state datasets have been disabled")
    let allowed = loadRules("dns.query; dataset:set,a,type string,state /tmp/x;") {
      $0.allowsAbsoluteNames = true
    }
    #expect(allowed.problems == [])
    #expect(allowed.notes == ["Allowing absolute filename for dataset rule: /tmp/x"])
  }

  @Test("no bytes of a list stop the reading", arguments: ["json", "ndjson", "csv"])
  func hostile(format: String) {
    let nested = String(repeating: "[", count: 100_000)
    let texts = [
      nested, "{", "[{\"a\":", "[{\"a\":\"\\u12\"}]", "\u{0}", ",", ",,\n,\n", "[1,2", "{\"a\":{\"a\":{}}}",
      "[{\"a\":\"\\ud800\\ud800\"}]", String(repeating: "A", count: 300_000),
    ]
    for text in texts {
      let loaded = loadRules(
        "dns.query; dataset:isset,a,type string,load l,format \(format),value_key a,context_key c;",
        files: ["/rules/l": text])
      #expect(loaded.problems.count <= ListLimits.problems + 1)
    }
  }
}
