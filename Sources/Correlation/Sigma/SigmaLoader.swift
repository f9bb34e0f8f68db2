package import Detection
import Wire
import Yams

/// Reads Sigma rules and correlations from YAML, one or several documents a file, with positions in errors.
package struct SigmaLoader {
  private var reader: DocumentReader
  private var rules: [SigmaRule] = []
  /// Where each of them begins.
  private var places: [Node] = []
  private var source = SigmaLogSource(nil)

  private static let known = [
    "title", "id", "name", "related", "status", "description", "references", "author", "date", "modified",
    "logsource", "detection", "fields", "falsepositives", "level", "tags", "correlation", "taxonomy",
    "license", "scope", "custom", "generate", "sigma_version", "fengsui",
  ]

  /// The rules of a file that can be used, and all that is wrong with it.
  package static func load(_ text: String, file: String) -> (rules: [SigmaRule], problems: [RuleProblem]) {
    load([(text, file)])
  }

  /// The rules of several files, that may name each other's.
  package static func load(
    _ texts: [(text: String, file: String)]
  ) -> (rules: [SigmaRule], problems: [RuleProblem]) {
    var loaders = texts.map { text, file in
      var loader = SigmaLoader(reader: DocumentReader(file: file))
      for document in loader.reader.documents(text) { loader.read(document) }
      return loader
    }
    let names = Set(loaders.flatMap(\.rules).flatMap { [$0.identifier, $0.name] })
    var known: Set<String> = []
    for index in loaders.indices {
      loaders[index].checkReferences(names)
      loaders[index].checkIdentifiers(&known)
    }
    return (loaders.flatMap(\.rules), loaders.flatMap(\.reader.problems))
  }

  private mutating func read(_ root: Node) {
    let before = reader.problems.count
    let values = fields(root)
    let title = reader.text(values, "title", root)
    source = SigmaLogSource(values["logsource"])
    checkLevel(values)
    let body = values["correlation"].flatMap { correlation($0) } ?? detection(values, root)
    guard let title, let body, reader.problems.count == before else { return }
    var rule = SigmaRule(
      identifier: values["id"]?.scalar?.string ?? title, name: values["name"]?.scalar?.string ?? "",
      title: title, level: values["level"]?.scalar?.string ?? "medium",
      tags: reader.items(values["tags"], "tags").compactMap { $0.scalar?.string }, body: body)
    rule.eventTypes = source.eventTypes
    rule.isForeign = source.isForeign
    readOwn(values["fengsui"], &rule)
    if case .correlation(var correlation) = body, reader.flag(values, "generate") == true {
      correlation.generates = true
      rule.body = .correlation(correlation)
    }
    rules.append(rule)
    places.append(root)
  }

  /// The members of a rule. Fields of one's own are allowed (Sigma specification, rules); what is nearly the
  /// name of a known one is taken for a slip.
  private mutating func fields(_ root: Node) -> [String: Node] {
    let values = reader.fields(root, known: nil, of: "a Sigma rule")
    for (name, node) in values.sorted(by: { $0.key < $1.key }) where !Self.known.contains(name) {
      guard let meant = Self.known.first(where: { Self.isSlip(name, of: $0) }) else { continue }
      reader.complain(at: node, "unknown key '\(DocumentReader.shown(name))'", "write '\(meant)'")
    }
    return values
  }

  /// The same letters in another order or case, or one too many or too few.
  private static func isSlip(_ name: String, of known: String) -> Bool {
    let (one, other) = (Array(name.lowercased().utf8), Array(known.utf8))
    guard abs(one.count - other.count) <= 1, one.count <= 40 else { return false }
    if one.sorted() == other.sorted() { return true }
    let (short, long) = one.count < other.count ? (one, other) : (other, one)
    let same = zip(short, long).prefix { $0 == $1 }.count
    return short.dropFirst(same).elementsEqual(long.dropFirst(same + 1))
      || short.dropFirst(same + 1).elementsEqual(long.dropFirst(same + 1))
  }

  private mutating func checkLevel(_ values: [String: Node]) {
    let levels = ["informational", "low", "medium", "high", "critical"]
    guard let node = values["level"], !levels.contains(node.scalar?.string ?? "") else { return }
    reader.complain(
      at: node, "'\(DocumentReader.shown(node.scalar?.string))' is no level",
      "use one of: \(levels.joined(separator: ", "))")
  }

  /// `fengsui: {chinese: …, outcome: success}`: what Sigma has no field for.
  private mutating func readOwn(_ node: Node?, _ rule: inout SigmaRule) {
    guard let node else { return }
    let values = reader.fields(node, known: ["chinese", "outcome"], of: "'fengsui'")
    rule.chinese = reader.optionalText(values, "chinese") ?? ""
    rule.outcome = reader.choice(values, "outcome", node, default: .attempt) ?? .attempt
  }

  // MARK: Detection

  private mutating func detection(_ values: [String: Node], _ root: Node) -> SigmaRule.Body? {
    guard values["correlation"] == nil else { return nil }
    guard let node = values["detection"] else {
      reader.complain(at: root, "'detection' is missing", "write 'detection:' with searches and a condition")
      return nil
    }
    var parts = reader.fields(node, known: nil, of: "the detection")
    let conditions = parts.removeValue(forKey: "condition")
    parts.removeValue(forKey: "timeframe")
    var searches: [String: SigmaSearch] = [:]
    for (name, part) in parts.sorted(by: { $0.key < $1.key }) { searches[name] = search(part) }
    guard let conditions else {
      reader.complain(at: node, "'condition' is missing", "write 'condition: selection'")
      return nil
    }
    let lines = conditions.sequence.map { Array($0) } ?? [conditions]
    var parsed: [SigmaCondition] = []
    for line in lines {
      do {
        parsed.append(
          try SigmaConditionParser.parse(line.scalar?.string ?? "", names: Array(searches.keys)))
      } catch {
        reader.complain(
          at: line, DocumentReader.shown(error.message),
          "combine names of searches with and, or, not, 1 of, all of")
      }
    }
    guard let first = parsed.first, parsed.count == lines.count else { return nil }
    return .detection(condition: parsed.count == 1 ? first : .any(parsed), searches: searches)
  }

  private mutating func search(_ node: Node) -> SigmaSearch {
    guard node.sequence != nil else { return SigmaSearch(alternatives: [map(node)]) }
    let items = reader.items(node, "search")
    if items.allSatisfy({ $0.mapping != nil }) { return SigmaSearch(alternatives: items.map { map($0) }) }
    let words = items.compactMap { $0.scalar?.string }.map {
      SigmaValue.pattern(SigmaPattern($0, anchor: .contains))
    }
    return SigmaSearch(alternatives: [[SigmaMatch(field: nil, values: words)]])
  }

  private mutating func map(_ node: Node) -> [SigmaMatch] {
    if let text = node.scalar?.string {
      return [SigmaMatch(field: nil, values: [.pattern(SigmaPattern(text, anchor: .contains))])]
    }
    return reader.fields(node, known: nil, of: "a search").sorted { $0.key < $1.key }
      .compactMap { match($0.key, $0.value) }
  }

  private mutating func match(_ key: String, _ node: Node) -> SigmaMatch? {
    var modifiers = SigmaModifiers()
    let words = key.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    for word in words.dropFirst() where !modifiers.take(word) {
      let remedy =
        word == "expand"
        ? "write the values that the placeholder stands for"
        : "use one of: \(SigmaModifiers.names)"
      reader.complain(at: node, "'\(DocumentReader.shown(word))' is no modifier known here", remedy)
      return nil
    }
    if words.first?.isEmpty ?? true { modifiers.isForKeywords() }
    let nodes = node.sequence.map { Array($0) } ?? [node]
    var values: [SigmaValue] = []
    for item in nodes {
      guard let scalar = item.scalar else {
        reader.complain(
          at: item, "a value must be a text or a number", "write one value, or a list of values")
        return nil
      }
      let isPlain = scalar.style == .plain || scalar.style == .any
      guard let made = modifiers.values(scalar.string, isPlain: isPlain) else {
        reader.complain(
          at: item,
          "'\(DocumentReader.shown(scalar.string))' does not fit the modifiers of "
            + "'\(DocumentReader.shown(key))'",
          "see the Sigma specification for what they take")
        return nil
      }
      values += made
    }
    let field = words[0].isEmpty ? nil : source.field(words[0])
    var match = SigmaMatch(field: field, values: values, needsAll: modifiers.needsAll)
    match.isNegated = modifiers.isNegated
    return match
  }

  // MARK: Correlation

  private mutating func correlation(_ node: Node) -> SigmaRule.Body? {
    let known = ["type", "rules", "group-by", "timespan", "condition", "aliases", "generate"]
    let values = reader.fields(node, known: known, of: "a correlation")
    let kind: SigmaCorrelation.Kind? = reader.choice(values, "type", node)
    let rules = strings(values["rules"], "rules")
    if rules.isEmpty { reader.complain(at: node, "'rules' is missing", "name the rules that are looked at") }
    let timespan = timespan(values, node)
    var correlation = SigmaCorrelation(
      kind: kind ?? .eventCount, rules: rules, groupBy: strings(values["group-by"], "group-by"),
      timespanNanoseconds: timespan ?? 0, bounds: [], aliases: aliases(values["aliases"]))
    correlation.generates = reader.flag(values, "generate") ?? false
    if let condition = values["condition"] {
      if condition.scalar != nil, kind == .temporal || kind == .temporalOrdered {
        expression(condition, &correlation)
      } else {
        bounds(condition, &correlation)
      }
    }
    let needsBound = kind != .temporal && kind != .temporalOrdered
    if needsBound, correlation.bounds.isEmpty {
      reader.complain(at: node, "'condition' is missing", "write 'condition: {gte: 10}'")
    }
    if needsBound, kind != .eventCount, correlation.field == nil {
      reader.complain(
        at: values["condition"] ?? node, "'field' is missing", "write 'condition: {field: NAME, gte: 10}'")
    }
    return kind != nil && timespan != nil ? .correlation(correlation) : nil
  }

  private mutating func strings(_ node: Node?, _ key: String) -> [String] {
    if let text = node?.scalar?.string, !text.isEmpty { return [text] }
    return reader.items(node, key).compactMap { $0.scalar?.string }
  }

  /// `rule_a and not rule_b`, of a temporal correlation.
  private mutating func expression(_ node: Node, _ correlation: inout SigmaCorrelation) {
    do {
      let text = (node.scalar?.string ?? "").replacing("AND", with: "and").replacing("OR", with: "or")
        .replacing("NOT", with: "not")
      correlation.expression = try SigmaConditionParser.parse(text, names: correlation.rules)
    } catch {
      reader.complain(
        at: node, DocumentReader.shown(error.message), "combine names of its rules with and, or, not")
    }
  }

  private mutating func bounds(_ node: Node, _ correlation: inout SigmaCorrelation) {
    let known = SigmaCorrelation.Bound.Relation.allCases.map(\.rawValue) + ["field", "percentile"]
    for (key, value) in reader.fields(node, known: known, of: "the condition").sorted(by: { $0.key < $1.key })
    {
      if key == "field" {
        correlation.field = value.scalar?.string
      } else if let number = value.scalar.flatMap({ Double($0.string) }), number.isFinite {
        if key == "percentile" {
          correlation.percentile = min(max(number, 0), 100)
        } else if let relation = SigmaCorrelation.Bound.Relation(rawValue: key) {
          correlation.bounds.append(SigmaCorrelation.Bound(relation: relation, value: number))
        }
      } else {
        reader.complain(at: value, "'\(key)' needs a number", "write '\(key): 10'")
      }
    }
  }

  private mutating func timespan(_ values: [String: Node], _ node: Node) -> Int64? {
    guard let text = reader.text(values, "timespan", node) else { return nil }
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
    if let last = text.last, let unit = units[last], let count = Int64(text.dropLast()),
      (1...1_000_000).contains(count)
    {
      return count * unit * 1_000_000_000
    }
    reader.complain(
      at: values["timespan"], "'\(DocumentReader.shown(text))' is no span", "write it as 30s, 5m, 2h or 1d")
    return nil
  }

  private mutating func aliases(_ node: Node?) -> [String: [String: String]] {
    guard let node else { return [:] }
    return reader.fields(node, known: nil, of: "the aliases").mapValues { value in
      reader.fields(value, known: nil, of: "an alias").compactMapValues { $0.scalar?.string }
    }
  }

  /// Correlations must name rules that are there.
  private mutating func checkReferences(_ names: Set<String>) {
    for (rule, place) in zip(rules, places) {
      guard case .correlation(let correlation) = rule.body else { continue }
      for name in correlation.rules where !names.contains(name) {
        reader.complain(
          at: place,
          "'\(DocumentReader.shown(rule.title))' names the rule '\(DocumentReader.shown(name))', "
            + "which is not there",
          "name a rule of these files by its name or id")
      }
    }
  }

  /// What an incident's evidence is counted by must be one rule's own.
  private mutating func checkIdentifiers(_ known: inout Set<String>) {
    for (rule, place) in zip(rules, places) where !known.insert(rule.identifier).inserted {
      reader.complain(
        at: place, "the rule '\(DocumentReader.shown(rule.identifier))' is there twice",
        "give each rule an id of its own")
    }
  }
}
