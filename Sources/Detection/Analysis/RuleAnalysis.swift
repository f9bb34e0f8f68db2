import Protocols
import Wire

/// What `rules.json` tells of one rule: how it was compiled, in the words of Suricata's own file, so that the
/// tools which read that file keep working.
struct RuleAnalysis {
  /// At what a rule looks, and so how often.
  enum Kind: String {
    case ipOnly = "ip_only", likeIPOnly = "like_ip_only", protocolOnly = "pd_only", decoderOnly = "de_only"
    case packet = "pkt", packetStream = "pkt_stream", stream
    case applicationLayer = "app_layer", transaction = "app_tx"
  }

  let signature: Signature
  let names: LoadedRules
  /// The rule's options as written.
  let options: [Rule.Option]
  let protocolName: String
  let choice: PatternChoice?
  let kind: Kind

  init(_ signature: Signature, _ names: LoadedRules) {
    self.signature = signature
    self.names = names
    let rule = RuleParser.parse(signature.identity.text, file: signature.identity.position.file).rules.first
    options = rule?.options ?? []
    protocolName = rule?.protocolName.text.lowercased() ?? ""
    choice = PatternChoice(signature)
    kind = Self.kind(of: signature, options: options)
  }

  /// One line of the file.
  var value: AnalysisValue {
    let identity = signature.identity
    var pairs: [(String, AnalysisValue)] = [
      ("class", .text("threat detection")), ("raw", .text(identity.text)),
      ("id", .number(Int64(identity.id))),
      ("gid", .number(Int64(identity.group))), ("rev", .number(Int64(identity.revision))),
    ]
    if !identity.message.isEmpty { pairs.append(("msg", .text(identity.message))) }
    pairs += [
      ("app_proto", .text(applicationProtocol)), ("requirements", .texts(requirements)),
      ("match_policy", .pairs([("actions", .texts(actions)), ("scope", .text(scope))])),
      ("type", .text(kind.rawValue)), ("flags", .texts(flags)), ("pkt_engines", packetEngines),
      ("frame_engines", .list([])),
    ]
    let engines = self.engines
    if !engines.isEmpty { pairs.append(("engines", .list(engines))) }
    pairs.append(("lists", lists))
    if let prefilter { pairs.append(("prefilter", prefilter)) }
    if let choice, prefilter == nil {
      let inspection = signature.inspections[choice.inspection]
      var content = MatchAnalysis(inspection, in: self).content(choice.condition)
      if choice.content.ignoresCase {
        // What is searched is in small letters.
        let bytes = choice.content.pattern.map(\.asciiLowercased)
        content[0] = ("pattern", .text(MatchAnalysis.text(bytes)))
      }
      content.insert(("buffer", .text(Self.bufferName(inspection.buffer))), at: 0)
      pairs.append(("mpm", .pairs(content)))
    }
    let notes = self.notes
    if !notes.isEmpty { pairs.append(("notes", .texts(notes))) }
    return .pairs(pairs)
  }

  /// The protocol that the rule is bound to.
  var applicationProtocol: String {
    guard let index = signature.protocols.first else { return "unknown" }
    let others = signature.protocols.dropFirst().filter { $0 != SignatureBuilder.dnsOverHTTP2 }
    if !others.isEmpty, !["http", "http1", "http2"].contains(protocolName) { return "unknown" }
    let name = ProtocolCatalogue.all[index].name
    return name == "http" && protocolName != "http1" ? "http_any" : name
  }

  private var actions: [String] {
    if signature.isSilent { return [] }
    return switch signature.action {
    case .pass: ["pass"]
    case .alert: ["alert"]
    case .drop: ["alert", "drop"]
    case .reject, .rejectSource, .rejectDestination, .rejectBoth: ["alert", "drop", "reject"]
    case .config: ["config"]
    }
  }

  private var scope: String {
    switch kind {
    case .packet, .decoderOnly: "packet"
    case .stream, .packetStream: "flow_if_stateful"
    case .ipOnly, .likeIPOnly, .protocolOnly, .applicationLayer, .transaction: "flow"
    }
  }

  /// What has been turned into something else than was written.
  private var notes: [String] {
    var notes: [String] = []
    let hasOnly = options.contains { $0.name == "fast_pattern" && $0.value == "only" }
    if hasOnly {
      notes.append(
        "'fast_pattern:only' option is silently ignored and is interpreted as regular 'fast_pattern'")
    }
    for inspection in signature.inspections {
      guard let place = inspection.conditions.firstIndex(where: { $0.isContent || $0.movesCursor }),
        case .content(let content) = inspection.conditions[place], content.isRelative
      else { continue }
      if content.within != nil {
        notes.append("'within' option for pattern w/o previous content was converted to 'depth'")
      }
      if content.distance != nil {
        notes.append("'distance' option for pattern w/o previous content was converted to 'offset'")
      }
    }
    let hasRawFlag = options.contains { option in
      guard option.name == "pcre", let value = option.value, let slash = value.lastIndex(of: "/") else {
        return false
      }
      return value[slash...].contains("B")
    }
    if hasRawFlag { notes.append("'/B' (rawbytes) option is a no-op and is silently ignored") }
    return notes
  }

  /// The condition that `prefilter` names, where it is none of a content.
  private var prefilter: AnalysisValue? {
    guard let place = options.firstIndex(where: { $0.name == "prefilter" }), place > 0 else { return nil }
    guard let match = headerMatches.last(where: { $0.place < place }), match.place == place - 1 else {
      return nil
    }
    return .pairs([("buffer", .text("packet")), ("name", .text(match.name))])
  }
}

extension BufferCondition {
  /// It leaves a place behind itself that relatives count from.
  var movesCursor: Bool {
    switch self {
    case .content, .pattern, .byteJump, .byteExtract, .byteMath: true
    default: false
    }
  }
}
