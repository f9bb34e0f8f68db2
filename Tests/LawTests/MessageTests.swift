import Foundation
import Synchronization
import Testing
import Wire

@testable import Detection

/// What is told of rules and files that are wrong: each message of the sources is shown by an example in
/// `Tests/Messages/examples.txt`, with its place and its remedy.
///
/// An example is a line, or several with `⏎` between them; the messages follow, each behind a tab. `{a×90}`
/// stands for ninety of them. A word with `@` begins examples of other files than rules, or of rules under
/// other settings: see `Kind`.
/// `MESSAGES=update swift test --filter MessageTests` writes the messages anew: read the difference.
@Suite struct MessageTests {
  struct Example {
    let text: String
    var messages: [String] = []
  }

  enum Kind: String {
    case threshold = "@threshold", classification = "@classification", reference = "@reference"
    case categories = "@categories", scores = "@scores"
    /// Options of a rule, and behind a bar the lines of the list that it names.
    case list = "@list"
    /// What a review says of rules that load.
    case review = "@review"
    /// Rules of the firewall.
    case firewall = "@firewall"
    /// Rules whose scripts may run, and rules that may neither run scripts nor write data sets.
    case scripts = "@scripts", locked = "@locked"
    /// A data set of the configuration: its name, its kind and its file; hash sizes are few.
    case dataset = "@dataset"
    /// A rule in Latin 1.
    case latin = "@latin"
    /// Groups of addresses, or of ports, as the configuration has them: a name, `=` and a text to a line.
    case addresses = "@addresses", ports = "@ports"
    /// Rules where fingerprints are switched off.
    case switchedOff = "@off"
    /// Rules where there is a database of countries, and where scripts have no room for their state.
    case countries = "@countries", cramped = "@cramped"
    /// A script of `outputs.lua`.
    case output = "@output"
    /// An expression of which a signature was made without asking whether it is one.
    case expression = "@expression"
  }

  private static let folder = Project.folder.appendingPathComponent("Tests/Messages")

  private static func examples() throws -> [Example] {
    let text = try String(contentsOf: folder.appendingPathComponent("examples.txt"), encoding: .utf8)
    var examples: [Example] = []
    for line in text.split(separator: "\n") {
      if line.hasPrefix("\t"), !examples.isEmpty {
        examples[examples.count - 1].messages.append(String(line.dropFirst()))
      } else {
        examples.append(Example(text: String(line)))
      }
    }
    return examples
  }

  /// What is told of an example.
  private static func messages(of example: String) -> [String] {
    let text = example.replacing("⏎", with: "\n").replacing(#/\{([^}]+)×([0-9]+)\}/#) {
      String(repeating: String($0.1), count: Int($0.2) ?? 0)
    }
    let problems: [RuleProblem]
    if let space = text.firstIndex(of: " "), let kind = Kind(rawValue: String(text[..<space])) {
      problems = Self.problems(kind, String(text[text.index(after: space)...]))
    } else {
      problems = load(text)
    }
    return problems.map { "\($0)".replacing("\n", with: "⏎") }
  }

  private static func problems(_ kind: Kind, _ text: String) -> [RuleProblem] {
    var reputation = Reputation()
    switch kind {
    case .threshold: return ThresholdRules.parse(text, file: "x", variables: variables).1
    case .classification: return Classifications.parse(text, file: "x").1
    case .reference: return ReferenceKinds.parse(text, file: "x").1
    case .categories: return reputation.readCategories(text, file: "x")
    case .scores:
      reputation = Reputation(entriesMax: 3)
      _ = reputation.readCategories("1,Scanners,Hosts that scan", file: "x")
      return reputation.readScores(text, file: "x")
    case .review:
      return RuleReview.warnings(RuleLoader.load(files: [("x", text)], environment: environment()))
    case .firewall: return load(text) { $0.firewallFiles = ["x"] }
    case .scripts: return load(text) { $0.scripts.allowsRules = true }
    case .locked:
      return load(text) {
        $0.scripts.allowsRules = false
        $0.lists.allowsWrite = false
      }
    case .dataset: return load("", change: { declare(text, &$0.lists) })
    case .addresses: return RuleVariables(addressGroups: groups(text), portGroups: [:]).problems()
    case .ports: return RuleVariables(addressGroups: [:], portGroups: groups(text)).problems()
    case .switchedOff: return load(text) { $0.switchedOff = ["ja3", "ja4"] }
    case .countries: return load(text) { $0.countries = NoCountry() }
    case .cramped:
      return load(text) {
        $0.scripts.allowsRules = true
        $0.scripts.bytesMax = 64
      }
    case .output: return output(text)
    case .expression: return expression(text)
    case .latin:
      let bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
      return RuleLoader.load(files: [("x", bytes)], environment: environment()).problems.filter {
        $0.position.file == "x"
      }
    case .list:
      let parts = text.split(separator: "¦", maxSplits: 1).map(String.init)
      let options = parts[0].trimmingCharacters(in: .whitespaces)
      let name = options.hasPrefix("file") ? "http" : "dns"
      return load("alert \(name) any any -> any any (msg:\"m\"; \(options) sid:1;)", list: parts.last ?? "")
    }
  }

  private static let variables: RuleVariables = {
    var variables = RuleVariables.standard
    variables.addresses["CIRCLE"] = RuleVariables.Definition("$ROUND")
    variables.addresses["ROUND"] = RuleVariables.Definition("$CIRCLE")
    return variables
  }()

  private static func declare(_ text: String, _ lists: inout ListSettings) {
    let words = text.split(separator: " ").map(String.init)
    var declaration = ListSettings.Declaration(
      name: words[0], kind: words[1], position: SourcePosition(file: "x", line: 1, column: 1))
    if words.count > 2 { declaration.load = words[2] }
    lists.totalHashSizesMax = 10_000
    declaration.hashSize = 8000
    lists.declarations = [declaration]
    declaration.name += "-more"
    lists.declarations.append(declaration)
  }

  private static func load(
    _ text: String, list: String? = nil, change: (inout RuleEnvironment) -> Void = { _ in }
  ) -> [RuleProblem] {
    var environment = environment(list: list)
    change(&environment)
    let loaded = RuleLoader.load(files: [("x", text)], environment: environment)
    // The circle of variables is told with every file: it is shown by its own example.
    let problems = loaded.problems.filter { list == nil || $0.position.file != "vars.address-groups.CIRCLE" }
    return problems.filter { !$0.position.file.hasPrefix("vars.") || text.contains("CIRCLE") }
      + RuleSet(loaded.signatures).problems
  }

  private static func environment(list: String? = nil) -> RuleEnvironment {
    var environment = RuleEnvironment()
    environment.variables = variables
    _ = environment.reputation.readCategories("1,Scanners,Hosts that scan", file: "categories")
    environment.lists.exists = { !$0.hasSuffix("missing.lst") }
    environment.lists.read = { path in
      if path.hasSuffix("missing.lst") { return nil }
      if path.hasSuffix("large.lua") { return [UInt8](repeating: 0x20, count: 1 << 20 + 1) }
      return Array((list ?? (path.hasSuffix("empty.lst") ? "" : "a")).utf8)
    }
    return environment
  }

  @Test("each example is told as it is written down, with place and remedy")
  func examplesHold() throws {
    let examples = try Self.examples()
    if ProcessInfo.processInfo.environment["MESSAGES"] == "update" {
      let lines = examples.flatMap { [$0.text] + Self.messages(of: $0.text).map { "\t" + $0 } }
      let file = Self.folder.appendingPathComponent("examples.txt")
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
      return
    }
    #expect(examples.count > 250)
    for example in examples {
      #expect(!example.messages.isEmpty, "nothing is told of \(example.text)")
      #expect(Self.messages(of: example.text) == example.messages, "\(example.text)")
    }
  }

  @Test("every message of the sources has an example")
  func everyMessageIsShown() throws {
    let shown = try Self.examples().flatMap(\.messages)
    let literals = Self.sourceMessages()
    #expect(literals.count > 200)
    let unshown = literals.filter { fragments in !shown.contains { Self.holds(fragments, in: $0) } }
      .map { $0.joined(separator: "…") }
    #expect(unshown == [], "messages without example: add one to examples.txt")
  }

  /// Whether the fixed parts of a message stand in a text, one after the other.
  private static func holds(_ fragments: [String], in text: String) -> Bool {
    var rest = text[...]
    for fragment in fragments {
      guard let range = rest.range(of: fragment) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }

  /// The first text of every problem that the sources can tell, as its parts between what is filled in.
  private static func sourceMessages() -> [[String]] {
    let call = #/(?:RuleProblem\(\s*(?:\.\w+,\s*)?at: [^"]*?,\s*|\b(?:problem|refuse|warn)\(\s*)"/#
      .wordBoundaryKind(.simple)
    let root = Project.folder.appendingPathComponent("Sources/Detection")
    let names = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.allObjects ?? []
    var found: Set<[String]> = []
    for case let file as URL in names where file.pathExtension == "swift" {
      guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
      for match in text.matches(of: call) {
        let fragments = Self.fragments(of: text[match.range.upperBound...])
        if !fragments.isEmpty { found.insert(fragments) }
      }
    }
    return found.sorted { $0.joined() < $1.joined() }
  }

  /// The fixed parts of a literal, up to its closing quote.
  private static func fragments(of text: Substring) -> [String] {
    var fragments: [String] = []
    var current = ""
    var rest = text
    while let character = rest.popFirst(), character != "\"" {
      guard character == "\\" else {
        current.append(character)
        continue
      }
      guard let escaped = rest.popFirst() else { break }
      guard escaped == "(" else {
        current.append(escaped)
        continue
      }
      fragments.append(current)
      current = ""
      var depth = 1
      while depth > 0, let inner = rest.popFirst() { depth += inner == "(" ? 1 : inner == ")" ? -1 : 0 }
    }
    return (fragments + [current]).filter { !$0.isEmpty }
  }
}

/// Where the examples need what no text says.
extension MessageTests {
  /// A database that knows no address: names of countries are asked about before.
  private struct NoCountry: CountrySource {
    func country(of address: IPAddress) -> UInt16? { nil }
  }

  /// Keeps what scripts log.
  private final class Sink: ScriptSink {
    let messages = Mutex<[String]>([])

    func printed(_ text: [UInt8]) {}
    func logged(_ level: ScriptLogLevel, _ message: String) { messages.withLock { $0.append(message) } }
  }

  private static func groups(_ text: String) -> [String: String] {
    var groups: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
      groups[parts[0]] = parts.last
    }
    return groups
  }

  /// What is logged of a script of the configuration.
  private static func output(_ text: String) -> [RuleProblem] {
    let sink = Sink()
    var settings = ScriptSettings()
    settings.sink = sink
    _ = ScriptOutputs([ScriptOutputs.Source(path: "out.lua", text: Array(text.utf8))], settings)
    let position = SourcePosition(file: "x", line: 1, column: 1)
    return sink.messages.withLock { $0 }.map { message in
      let parts = message.components(separatedBy: "; ")
      return RuleProblem(at: position, parts[0], remedy: parts.dropFirst().joined(separator: "; "))
    }
  }

  /// What is told when signatures are compiled whose expression nobody has read.
  private static func expression(_ text: String) -> [RuleProblem] {
    let rule = "alert tcp any any -> any any (msg:\"m\"; pcre:\"/a/\"; sid:1;)"
    var signatures = RuleLoader.load(files: [("x", rule)], environment: environment()).signatures
    for index in signatures.indices {
      for inspection in signatures[index].inspections.indices {
        signatures[index].inspections[inspection].conditions = [
          .pattern(PatternCondition(expression: text, options: 0))
        ]
      }
    }
    return RuleSet(signatures).problems
  }
}
