/// A keyword of the rule language, with everything that the reference page and the tests need.
///
/// Keywords on fields of protocols need none of these: a `Field` gives them.
package struct Keyword: Sendable {
  /// Where the keyword stands in the reference.
  package enum Group: String, Sendable, CaseIterable {
    case payload, header, flow, transform, meta, protocols
  }

  /// Whether a value follows the keyword.
  package enum Argument: Sendable { case none, optional, required }

  /// Whether the value stands in double quotes.
  package enum Quotes: Sendable { case none, optional, mandatory }

  /// Takes the value into the signature that is being built, or says what is wrong with it.
  package typealias Parse = @Sendable (KeywordValue, inout SignatureBuilder) throws(RuleProblem) -> Void

  package let name: String
  package let aliases: [String]
  package let group: Group
  package let summary: String
  /// The Suricata version whose form is taken.
  package let source: String
  /// Form of the value, for the reference and for messages.
  package let values: String
  /// Options of a rule that show the keyword; with `header`, a whole rule's test.
  package let example: String
  /// Protocol of the example's rule.
  package let exampleProtocol: String
  package let argument: Argument
  package let quotes: Quotes
  package let isNegatable: Bool
  package let parse: Parse

  package init(
    _ name: String, aliases: [String] = [], _ group: Group, _ summary: String, source: String = "Suricata 8",
    argument: Argument = .required, quotes: Quotes = .none, isNegatable: Bool = false, values: String = "",
    example: String, exampleProtocol: String = "tcp", parse: @escaping Parse
  ) {
    self.name = name
    self.aliases = aliases
    self.group = group
    self.summary = summary
    self.source = source
    self.argument = argument
    self.quotes = quotes
    self.isNegatable = isNegatable
    self.values = values
    self.example = example
    self.exampleProtocol = exampleProtocol
    self.parse = parse
  }
}
