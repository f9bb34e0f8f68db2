/// What rules are read against: groups, classifications, references, and the thresholds of threshold.config.
package struct RuleEnvironment: Sendable {
  /// Groups of addresses and ports.
  package var variables: RuleVariables
  /// Class types.
  package var classifications: Classifications
  /// Kinds of references.
  package var references: ReferenceKinds
  /// Entries of threshold.config.
  package var thresholds: ThresholdRules
  /// Scores of addresses.
  package var reputation = Reputation()
  /// Packets can be dropped and changed: `replace` and the like are of use.
  package var isInline: Bool
  /// The order in which actions count (`action-order`).
  package var actions = SignatureOrder.standardActions
  /// Files whose rules are the firewall's.
  package var firewallFiles: Set<String> = []
  /// What rules may ask for with `requires: feature`.
  package var features: Set<String> = []
  /// Beginnings of keywords whose values the configuration switches off (`ja3`, `ja4`).
  package var switchedOff: Set<String> = []
  /// Names that have numbers already, from the rules that these take the place of.
  package var names = RuleNames()
  /// Tells the country of addresses.
  package var countries: (any CountrySource)?
  /// Why nobody does, in Suricata's words.
  package var countriesProblem: String?
  /// What rules' scripts may do.
  package var scripts = ScriptSettings()
  /// Lists that rules name: data sets and digests.
  package var lists: ListSettings

  package init(
    variables: RuleVariables = .standard, classifications: Classifications = .standard,
    references: ReferenceKinds = .standard, thresholds: ThresholdRules = ThresholdRules(),
    isInline: Bool = false, lists: ListSettings = ListSettings()
  ) {
    self.variables = variables
    self.classifications = classifications
    self.references = references
    self.thresholds = thresholds
    self.isInline = isInline
    self.lists = lists
  }
}

/// Numbers for names, in the order in which they were first seen.
package struct NameTable: Sendable {
  package private(set) var names: [String] = []
  private var indices: [String: Int] = [:]

  package init() {}

  /// The number of a name: a new one if it was not seen before.
  package mutating func intern(_ name: String) -> Int {
    if let index = indices[name] { return index }
    names.append(name)
    indices[name] = names.count - 1
    return names.count - 1
  }

  /// The number of a name that was seen.
  package func index(of name: String) -> Int? { indices[name] }
}

/// The names that the rules of a set share. A set that follows another begins with its names, so that bits,
/// numbers and captures of flows and hosts keep their numbers.
package struct RuleNames: Sendable {
  package var flowBits = NameTable()
  package var flowIntegers = NameTable()
  package var xbits = NameTable()
  package var hostBits = NameTable()
  package var captures = NameTable()

  package init() {}
}

/// The names that rules of one set share, and results that many rules ask for again. Confined to one loading.
final class CompilerContext {
  /// What the rules are read against.
  let environment: RuleEnvironment
  var flowBits: NameTable
  var flowIntegers: NameTable
  var xbits: NameTable
  var hostBits: NameTable
  var captures: NameTable
  var datasets: DatasetRegister
  /// Lists of digests by kind and path, and what was wrong with them.
  var digestLists: [String: DigestList] = [:]
  var listProblems: [RuleProblem] = []
  /// Class types and reference kinds that were complained about once.
  var complaints: Set<String> = []
  /// The file at hand is one of the firewall's.
  var isFirewall = false
  private var firewallOrder = 0
  private var addresses: [String: AddressSet] = [:]
  private var ports: [String: PortSet] = [:]

  init(_ environment: RuleEnvironment) {
    self.environment = environment
    let names = environment.names
    (flowBits, flowIntegers, captures) = (names.flowBits, names.flowIntegers, names.captures)
    (xbits, hostBits) = (names.xbits, names.hostBits)
    datasets = DatasetRegister(environment.lists)
    datasets.declare()
  }

  /// All names with their numbers.
  var names: RuleNames {
    var names = RuleNames()
    (names.flowBits, names.flowIntegers, names.captures) = (flowBits, flowIntegers, captures)
    (names.xbits, names.hostBits) = (xbits, hostBits)
    return names
  }

  /// The place of the next rule of the firewall.
  func nextFirewallOrder() -> Int {
    firewallOrder += 1
    return firewallOrder
  }

  /// The addresses of a header field; the same text is worked out once.
  func addressSet(_ field: Rule.HeaderField, in text: RuleText) throws(RuleProblem) -> AddressSet {
    if let known = addresses[field.text] { return known }
    let set = try ListEvaluator.addresses(
      field.text, at: text.position(at: field.offset), environment.variables)
    addresses[field.text] = set
    return set
  }

  /// The ports of a header field; the same text is worked out once.
  func portSet(_ field: Rule.HeaderField, in text: RuleText) throws(RuleProblem) -> PortSet {
    if let known = ports[field.text] { return known }
    let set = try ListEvaluator.ports(field.text, at: text.position(at: field.offset), environment.variables)
    ports[field.text] = set
    return set
  }
}
