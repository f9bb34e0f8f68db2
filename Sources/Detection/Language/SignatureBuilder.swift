import Protocols
import Wire

/// A signature while its rule's options are taken in, one after the other.
///
/// Knows which buffer the next content is for and which content the next modifier is for; the keywords do the
/// rest.
package struct SignatureBuilder {
  /// The rule as parsed.
  let rule: Rule
  /// What all rules of the set share.
  let context: CompilerContext
  /// What has been built so far.
  package var signature: Signature
  /// Problems found so far: warnings, and errors of single options.
  var problems: [RuleProblem] = []
  /// The option at hand.
  var option: Rule.Option?

  /// Protocol of the rule's header.
  var header = HeaderProtocol.ip
  /// The sticky buffer that is set; nil: payload.
  var stickyBuffer: BufferReference?
  /// Position of the sticky buffer's inspection, once it has a condition.
  var stickyIndex: Int?
  /// Keyword that set the sticky buffer, for messages.
  var stickyName = ""
  /// Where the last content went: inspection and condition.
  var lastContent: (inspection: Int, condition: Int)?
  /// Position of the inspection that the last match went to: without a sticky buffer, relatives follow it.
  var lastMatch: Int?
  /// The last content was refused: what modifies it is not complained about again.
  var contentIsBroken = false
  /// The last buffer could not be set: what stands in it is not complained about again.
  var bufferIsBroken = false
  /// Slots of variables by name.
  var slots: [String: Int] = [:]
  /// Keywords of which a rule can have one.
  var seen: Set<String> = []
  /// The direction that `flow` asks for, and those that buffers have.
  var flowDirection: Direction?
  var bufferDirections: Set<Direction> = []
  /// Conditions that only a single packet can meet.
  var requiresPacket = false
  /// `fast_pattern` was used.
  var hasFastPattern = false
  /// `base64_decode` was used.
  var hasBase64Decode = false
  /// The rule is well formed and can never match: it is not taken, and that is no error.
  var isLeftOut = false
  /// The rule's protocol has no parser.
  var unparsedProblem: RuleProblem?
  /// The direction that the option at hand is marked with: `http.header: to_client;` in a rule with `=>`.
  var mark: Direction?
  /// `urilen` was used: its sizes are compared with contents in another way than those of `bsize`.
  var hasURILength = false
  /// Inspections whose buffer `urilen` gives one size.
  var uriSizes: [(inspection: Int, size: Int64)] = []
  /// The content that `rawbytes` stands behind.
  var rawContent: (inspection: Int, condition: Int)?
  /// Conditions of `flow` with the place of the option, for checks against buffers.
  var flowOffset = 0

  init(_ rule: Rule, _ context: CompilerContext) {
    self.rule = rule
    self.context = context
    var identity = SignatureIdentity()
    identity.position = rule.position
    identity.text = rule.text.text
    signature = Signature(identity: identity, action: rule.action, header: HeaderCondition())
  }

  /// A problem at the option at hand.
  package func problem(
    _ message: String, _ severity: RuleProblem.Severity = .error, remedy: String
  ) -> RuleProblem {
    RuleProblem(severity, at: rule.text.position(at: option?.offset ?? 0), message, remedy: remedy)
  }

  /// Notes a warning at the option at hand.
  mutating func warn(_ message: String, remedy: String) {
    problems.append(problem(message, .warning, remedy: remedy))
  }

  /// Refuses the second use of a keyword that a rule can have once.
  mutating func once(_ keyword: String, inSuricata words: String? = nil) throws(RuleProblem) {
    if !seen.insert(keyword).inserted {
      throw problem("a rule has \(keyword) only once", remedy: "remove one of them")
        .inSuricata("detect-\(keyword)", words ?? "duplicated '\(keyword)' keyword detected")
    }
  }

  /// The slot of a variable that an earlier option fills.
  func slot(named value: KeywordValue) throws(RuleProblem) -> Int {
    if let slot = slots[value.text] { return slot }
    let near = Spelling.nearest(to: value.text, among: slots.keys).map { ": write \($0)?" } ?? ""
    // Scripts around Suricata look for its words in the log.
    throw value.problem(
      "there is no variable “\(value.text)” yet",
      remedy: "set it in an option before this one, or write a number\(near)"
    ).inSuricata(
      Self.variableModules[option?.name ?? ""] ?? "detect-\(option?.name ?? "")", wording(value.text))
  }

  /// What the reference sensor says of a variable that was not set, which differs from keyword to keyword.
  private func wording(_ name: String) -> String {
    let keyword = option?.name ?? ""
    switch keyword {
    case "depth", "offset", "distance", "within":
      return "unknown byte_ keyword var seen in \(keyword) - \(name)."
    default: return "Unknown byte_extract var seen in \(keyword) - \(name)"
    }
  }

  private static let variableModules = [
    "byte_test": "detect-bytetest", "byte_jump": "detect-bytejump", "byte_math": "detect-byte-math",
  ]

  /// A slot for a variable that the option at hand fills. Setting it again refills the same slot.
  mutating func makeSlot(_ name: KeywordValue) throws(RuleProblem) -> Int {
    guard !name.isEmpty, !name.bytes.contains(where: { isBlank($0) }) else {
      throw name.problem(
        "“\(name.text)” is no name for a variable", remedy: "use letters, digits and underscores")
    }
    if let slot = slots[name.text] { return slot }
    slots[name.text] = slots.count
    return slots.count - 1
  }

  /// A number within bounds, or a variable's slot.
  func operand(_ value: KeywordValue, in range: ClosedRange<Int64>, _ what: String) throws(RuleProblem)
    -> Operand
  {
    if value.integer != nil { return .constant(try value.integer(in: range, what)) }
    guard let first = value.bytes.first, first != UInt8(ascii: "-") else {
      throw value.problem("\(what) is missing", remedy: "write a number or the name of a variable")
    }
    return .variable(try slot(named: value))
  }
}

/// The protocol that a rule's header names.
enum HeaderProtocol: Sendable, Equatable {
  case ip, tcp, udp, icmp, sctp, packetHeader
  case application(Int)
}
