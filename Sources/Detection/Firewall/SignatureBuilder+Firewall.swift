import Protocols
import Wire

// Actions and hooks of the firewall.
extension SignatureBuilder {
  /// How far the action reaches; in the firewall's own files also where the rule stands.
  mutating func takeActionWords() throws(RuleProblem) {
    let words = rule.actionWords
    let scope = words.first.flatMap { word in
      word.split(separator: ":").dropFirst().first.flatMap { FirewallRole.Scope(rawValue: String($0)) }
    }
    signature.writtenScope = scope
    let isAccept = words.first?.hasPrefix("accept") == true
    guard context.isFirewall else {
      if isAccept {
        throw RuleProblem(
          at: rule.position, "accept is an action of the firewall's own rules",
          remedy: "write pass, or move the rule to a file of firewall.rule-files")
      }
      if words.contains("alert"), rule.action != .alert { signature.wantsAlert = true }
      return
    }
    guard let action = FirewallRole.Action(words: words.isEmpty ? [rule.action.keyword] : words) else {
      throw RuleProblem(
        at: rule.position, "rules of the firewall accept or drop",
        remedy: "write accept:hook, accept:flow, drop:packet or drop:flow")
    }
    var role = FirewallRole(action)
    role.order = context.nextFirewallOrder()
    signature.firewall = role
  }

  /// A hook of packets: `all`, `flow_start`, `pre_flow`, `pre_stream`.
  mutating func takePacketHook(_ hook: Rule.HeaderField, _ place: SourcePosition) throws(RuleProblem) {
    switch hook.text {
    case "all", "filter": break
    case "flow_start":
      signature.firewall?.table = .flowStart
      if signature.firewall == nil { signature.flowConditions.append(.number(.packetsOwn, .equal(1))) }
    case "pre_flow" where signature.firewall != nil: signature.firewall?.table = .preFlow
    case "pre_stream" where signature.firewall != nil: signature.firewall?.table = .preStream
    default:
      throw RuleProblem(
        at: place, "\(rule.protocolName.text) has no hook “\(hook.text)”",
        remedy: "write all or flow_start, or no hook")
    }
    let isFilter = hook.text == "all" || hook.text == "flow_start"
    signature.firewall?.hook = isFilter ? "packet:filter" : "packet:\(hook.text)"
  }

  /// Before its flow is known, a packet cannot be asked for it.
  func checkEarlyHook() throws(RuleProblem) {
    guard signature.firewall?.table == .preFlow, !signature.flowConditions.isEmpty else { return }
    throw RuleProblem(
      at: rule.position, "at the hook pre_flow there is no flow yet that the rule could ask for",
      remedy: "remove flow, or write the hook pre_stream or all"
    ).inSuricata(
      "detect-parse",
      "rule \(signature.identity.id) uses hook \"pre_flow\", but keyword \"flow\" doesn't support this hook")
  }

  /// A hook of a protocol in a rule of the firewall; `<` before it stands for all hooks up to it.
  mutating func takeFirewallHook(
    _ hook: Rule.HeaderField, _ index: Int, _ place: SourcePosition
  ) throws(RuleProblem) {
    let entry = ProtocolCatalogue.all[index]
    let isEarly = hook.text.hasPrefix("<")
    let name = isEarly ? String(hook.text.dropFirst()) : hook.text
    let names = entry.progress
    let direction: Direction
    let step: Int
    if let found = names.toServer.firstIndex(of: name) {
      (direction, step) = (.toServer, found)
    } else if let found = names.toClient.firstIndex(of: name) {
      (direction, step) = (.toClient, found)
    } else if let generic = Self.genericHooks[name] {
      (direction, step) = (generic.direction, generic.isComplete ? names[generic.direction].count - 1 : 0)
    } else {
      let near = Spelling.nearest(to: name, among: names.toServer + names.toClient)
      throw RuleProblem(
        at: place, "\(entry.name) has no hook “\(name)”",
        remedy: "write \(near ?? (names.toServer + names.toClient).joined(separator: ", "))")
    }
    if isEarly, signature.firewall?.action.accepts != true || signature.firewall?.action.scope == .packet {
      throw RuleProblem(
        at: place, "only what accepts a hook, transaction or flow lets through what comes before a hook",
        remedy: "write \(entry.name):\(name)"
      ).inSuricata(
        "detect-parse",
        "rule \(signature.identity.id): auto-accept notation (<hook) can only be used with accept:flow, "
          + "accept:tx and accept:hook")
    }
    bufferDirections.insert(direction)
    signature.firewall?.table = .application(
      protocolIndex: index, isToServer: direction == .toServer, step: step, isEarly: isEarly)
    signature.firewall?.hook = "\(entry.name):\(name)"
  }
}
