import Detection
import Foundation
import Protocols
import Testing

/// Laws of the rule language, over its catalogues and over our own rules.
@Suite struct RuleLawTests {
  /// A whole rule that shows each keyword of the catalogue and of the protocols' fields.
  static let examples: [(name: String, text: String)] = {
    let own = KeywordCatalogue.all.filter { !$0.example.isEmpty }.map {
      // A rule that configures something begins with that word.
      let action = $0.name == "config" ? "config" : "alert"
      return (name: $0.name, text: rule($0.exampleProtocol, $0.example, action: action))
    }
    let fields = ProtocolCatalogue.all.flatMap { entry in
      entry.fields.filter { $0.keyword != nil }.map {
        (name: $0.keyword ?? "", text: rule(entry.name, $0.example))
      }
    }
    return own + fields
  }()

  private static func rule(_ name: String, _ options: String, action: String = "alert") -> String {
    "\(action) \(name) any any -> any any (\(options) sid:1;)"
  }

  /// Whether a line is one that rule files may hold besides rules: empty, indented or a remark.
  private static func isRemark(_ text: String) -> Bool {
    text.utf8.first.map { [0x20, 0x23, 0x3b].contains($0) } ?? true
  }

  private static func load(_ text: String) -> (accepted: Int, errors: [String], skipped: Int) {
    var environment = RuleEnvironment()
    _ = environment.reputation.readCategories("1,Scanners,Hosts that scan", file: "categories")
    // Lists that examples name: a line of the right length for each kind of digest.
    environment.lists.exists = { _ in true }
    environment.lists.read = { path in
      let lengths = [("md5", 32), ("sha1", 40), ("sha256", 64)]
      guard let length = lengths.first(where: { path.hasSuffix($0.0) })?.1 else { return [] }
      return Array(String(repeating: "a", count: length).utf8)
    }
    let loaded = RuleLoader.load(files: [("law.rules", text)], environment: environment)
    let compiled = RuleSet(loaded.signatures)
    let problems = (loaded.problems + compiled.problems).filter { $0.severity == .error }
    return (compiled.signatures.count, problems.map(\.description), loaded.skippedCount)
  }

  @Test("every keyword shows itself in an example")
  func everyKeywordHasAnExample() {
    let fields = ProtocolCatalogue.all.flatMap(\.fields).filter { $0.keyword != nil && $0.example.isEmpty }
    #expect(fields.compactMap(\.keyword) == [])
    let keywords = KeywordCatalogue.all.filter { $0.example.isEmpty }.map(\.name)
    #expect(keywords == ["sid"])
    let silent = KeywordCatalogue.all.filter { keyword in
      !([keyword.name] + keyword.aliases).contains { keyword.example.contains($0) }
    }
    #expect(silent.map(\.name).filter { $0 != "sid" } == [])
  }

  @Test("every keyword's example parses and compiles")
  func examplesHold() {
    // These ask for a script or a database of the site's, and are refused where it is not there.
    let askingForFiles: Set = ["geoip", "lua", "luaxform"]
    for (name, text) in Self.examples {
      let (accepted, errors, _) = Self.load(text)
      if askingForFiles.contains(name) {
        #expect(accepted == 0 && errors.count == 1, "\(name): \(errors)")
        continue
      }
      #expect(accepted == 1 && errors == [], "\(name): \(text)")
    }
  }

  @Test("every example prints and parses back equal")
  func examplesPrint() {
    for (name, text) in Self.examples { Self.expectRoundTrip(text, "\(name)") }
  }

  @Test("every rule of ours prints and parses back equal, and is taken")
  func ownRules() throws {
    let folder = Project.folder.appendingPathComponent("Rules")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".rules")
    }
    #expect(!names.isEmpty)
    for name in names.sorted() {
      let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      #expect(Self.expectRoundTrip(text, name) > 0)
      #expect(Self.load(text).errors == [])
    }
  }

  @Test("any prefix of a rule is refused or taken, never a trap")
  func prefixes() {
    for (_, text) in Self.examples {
      let bytes = Array(text.utf8)
      for count in stride(from: bytes.count - 1, to: 30, by: -5) {
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        let (accepted, errors, skipped) = Self.load(text + (count % 2 == 0 ? ";)" : "; sid:1;)"))
        #expect(accepted + skipped == (errors.isEmpty ? 1 : 0), "\(text)")
      }
    }
  }

  @Test("any change of a rule is refused or taken, never a trap")
  func changes() {
    let values = Array("\";:,|\\!<>-()$[]{}/ 09aZ\u{0}\u{ff}".utf8)
    var generator = SeededGenerator(seed: 11)
    for (_, text) in Self.examples {
      for _ in 0..<12 {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          let place = Int.random(in: bytes.indices, using: &generator)
          bytes[place] = values.randomElement(using: &generator) ?? 0
        }
        let loaded = RuleLoader.load(files: [("law.rules", bytes)], environment: RuleEnvironment())
        let compiled = RuleSet(loaded.signatures)
        let errors = (loaded.problems + compiled.problems).filter { $0.severity == .error }
        let text = String(decoding: bytes, as: UTF8.self)
        let wanted = errors.isEmpty && !Self.isRemark(text) ? 1 : 0
        #expect(compiled.signatures.count + loaded.skippedCount == wanted, "\(text)")
      }
    }
  }

  @Test("numbers at the ends of their ranges are refused or taken, never a trap")
  func numbers() {
    let values = [
      "0", "-1", "255", "256", "65535", "65536", "2147483648", "4294967295", "4294967296",
      "9223372036854775807",
      "-9223372036854775808", "18446744073709551616", "1e9", "0xffffffffffffffffff", "", ">4294967295", "<0",
      "9-1",
      "9223372036854775807<>9223372036854775807",
    ]
    for (_, text) in Self.examples where text.contains(where: \.isNumber) {
      for value in values {
        // The last number before the sid, wherever it stands.
        guard let end = text.range(of: " sid:1;")?.lowerBound,
          let last = text[..<end].lastIndex(where: \.isNumber)
        else { continue }
        var first = last
        while first > text.startIndex, text[text.index(before: first)].isNumber {
          first = text.index(before: first)
        }
        _ = Self.load(text.replacingCharacters(in: first...last, with: value))
      }
    }
  }

  /// Parses, prints and parses again; how many rules there were.
  @discardableResult
  private static func expectRoundTrip(_ text: String, _ name: String) -> Int {
    let (rules, _) = RuleParser.parse(text, file: name)
    for rule in rules {
      let (again, problems) = RuleParser.parse(rule.description, file: name)
      #expect(problems.isEmpty && again == [rule], "\(name): \(rule)")
      #expect(again.first?.description == rule.description)
    }
    #expect(!rules.isEmpty, "\(name) has no rule: \(text)")
    return rules.count
  }
}
