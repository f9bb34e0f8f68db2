import Protocols
import Wire

/// `rules explain`: how this engine looks at a rule, in the order in which it does.
package struct RuleExplanation: Sendable, Codable {
  package let sid: UInt32
  package let revision: UInt32
  package let message: String
  /// `file:line:column`.
  package let place: String
  /// Suricata's word for what the rule looks at: `pkt`, `stream`, `app_tx` …
  package let kind: String
  /// Protocols and direction of the group of rules that it is in.
  package let group: String
  /// The bytes that call the rule up, and their buffer; nil: it is asked whenever its group is.
  package let pattern: String?
  /// What must hold, in the order in which it is asked.
  package let conditions: [String]

  package init(_ signature: Signature, _ names: LoadedRules) {
    let identity = signature.identity
    sid = identity.id
    revision = identity.revision
    message = identity.message
    place = identity.position.text
    let analysis = RuleAnalysis(signature, names)
    kind = analysis.kind.rawValue
    group = Self.group(of: signature)
    pattern = (signature.isTwoSided ? nil : FastPattern.choose(signature, ProtocolCatalogue.all)).map {
      pattern in
      "\(MatchAnalysis.text(pattern.literal.bytes)) in \(pattern.buffer.keyword)"
    }
    conditions = Self.conditions(signature, analysis)
  }

  /// The explanation as lines for people.
  package var text: String {
    var lines = [
      "sid \(sid) rev \(revision): \(message)", "  at         \(place)", "  kind       \(kind)",
      "  group      \(group)", "  called by  \(pattern ?? "every packet or transaction of its group")",
    ]
    for (number, condition) in conditions.enumerated() {
      lines.append("  \(number == 0 ? "then asks  " : "           ")\(number + 1). \(condition)")
    }
    return lines.joined(separator: "\n")
  }

  private static func group(of signature: Signature) -> String {
    var words: [String] = []
    if !signature.protocols.isEmpty {
      words.append(signature.protocols.map { ProtocolCatalogue.all[$0].name }.joined(separator: ", "))
    } else if let numbers = signature.header.ipProtocols {
      let names: [UInt8: String] = [1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6", 132: "sctp"]
      words.append(numbers.map { names[$0] ?? "protocol \($0)" }.joined(separator: ", "))
    } else {
      words.append("ip")
    }
    switch signature.direction {
    case .toServer?: words.append("to the server")
    case .toClient?: words.append("to the client")
    case nil: words.append("both directions")
    }
    if !signature.header.destinationPorts.isAny {
      let ports = signature.header.destinationPorts.ranges.map { range in
        range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
      }
      words.append("port \(ports.joined(separator: ","))")
    }
    return words.joined(separator: ", ")
  }

  /// Flow and packet first, then the header, marks, and the buffers; bytes of transactions last.
  private static func conditions(_ signature: Signature, _ analysis: RuleAnalysis) -> [String] {
    var lines: [String] = []
    let cheap = analysis.headerMatches.filter { $0.list == "packet" && !isState($0.name) }
    lines += cheap.map { "\($0.name)\(argument($0.place, analysis))" }
    let header = signature.header
    if !header.source.isAny || !header.destination.isAny || !header.sourcePorts.isAny
      || !header.destinationPorts.isAny
    {
      lines.append("addresses and ports of the header")
    }
    let state = analysis.headerMatches.filter { $0.list == "packet" && isState($0.name) }
    lines += state.map { "\($0.name)\(argument($0.place, analysis))" }
    for inspection in signature.inspections {
      let buffer = ([inspection.buffer.keyword] + inspection.buffer.transforms.map(\.keyword))
        .joined(separator: " → ")
      for place in inspection.conditions.indices {
        lines.append("\(buffer): \(text(of: inspection.conditions[place]))")
      }
    }
    let limits = analysis.headerMatches.filter { $0.list == "threshold" }
    lines += limits.map { "\($0.name)\(argument($0.place, analysis))" }
    return lines
  }

  private static func isState(_ name: String) -> Bool {
    ["flowbits", "xbits", "hostbits", "flowint"].contains(name)
  }

  private static func argument(_ place: Int, _ analysis: RuleAnalysis) -> String {
    analysis.options[place].value.map { ":" + $0 } ?? ""
  }

  private static func text(of condition: BufferCondition) -> String {
    switch condition {
    case .content(let content):
      var words = ["\(content.isNegated ? "not " : "")content \(MatchAnalysis.text(content.pattern))"]
      if content.ignoresCase { words.append("in any case") }
      if content.startsWith { words.append("at the start") }
      if content.endsWith { words.append("at the end") }
      let places = [
        ("from", content.offset), ("within the first", content.depth), ("distance", content.distance),
        ("within", content.within),
      ]
      for (word, operand) in places {
        switch operand {
        case .constant(let number)?: words.append("\(word) \(number)")
        case .variable?: words.append("\(word) a variable")
        case nil: break
        }
      }
      return words.joined(separator: ", ")
    case .pattern(let pattern): return "\(pattern.isNegated ? "not " : "")pcre /\(pattern.expression)/"
    case .byteTest: return "byte_test"
    case .byteJump: return "byte_jump"
    case .byteExtract: return "byte_extract"
    case .byteMath: return "byte_math"
    case .isDataAt(_, _, let isNegated): return isNegated ? "no data at the place" : "data at the place"
    case .size: return "size"
    case .absent: return "the buffer is absent"
    case .entropy: return "entropy"
    case .asn1: return "asn1"
    case .base64Decode: return "base64_decode"
    case .number: return "number"
    case .dataset(let condition):
      switch condition.command {
      case .set: return "put into a data set"
      case .unset: return "taken out of a data set"
      case .isSet: return "in a data set"
      case .isNotSet: return "not in a data set"
      case .reputation: return "reputation in a data set"
      }
    case .fileSize: return "size of the file"
    case .fileDigest(_, let isNegated): return isNegated ? "digest not in the list" : "digest in the list"
    case .fileStored: return "the file is kept"
    }
  }
}
