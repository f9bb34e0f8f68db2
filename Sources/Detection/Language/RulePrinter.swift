extension RuleAction {
  /// The word that begins a rule.
  package var keyword: String {
    switch self {
    case .pass: "pass"
    case .drop: "drop"
    case .reject: "reject"
    case .rejectSource: "rejectsrc"
    case .rejectDestination: "rejectdst"
    case .rejectBoth: "rejectboth"
    case .alert: "alert"
    case .config: "config"
    }
  }
}

extension Rule: CustomStringConvertible {
  /// The rule in its usual form, on one line: it parses back to an equal rule.
  package var description: String {
    let words = actionWords.isEmpty ? action.keyword : actionWords.joined(separator: ",")
    var text = "\(words) \(protocolName.text)"
    if let hook { text += ":\(hook.text)" }
    text +=
      " \(source.text) \(sourcePorts.text) \(arrow.rawValue) \(destination.text) \(destinationPorts.text) ("
    text += options.map(\.description).joined(separator: " ")
    return text + ")"
  }
}

extension Rule.Option: CustomStringConvertible {
  /// `name:value;` or `name;`.
  package var description: String { value.map { "\(name):\($0);" } ?? "\(name);" }
}

extension Rule.Option: Equatable {
  /// Name and value are the same, wherever they stand.
  package static func == (left: Self, right: Self) -> Bool {
    left.name == right.name && left.value == right.value
  }
}

extension Rule: Equatable {
  /// All parts are the same, wherever they stand.
  package static func == (left: Rule, right: Rule) -> Bool {
    left.action == right.action && left.actionWords == right.actionWords
      && left.protocolName.text == right.protocolName.text
      && left.hook?.text == right.hook?.text && left.source.text == right.source.text
      && left.sourcePorts.text == right.sourcePorts.text && left.arrow == right.arrow
      && left.destination.text == right.destination.text
      && left.destinationPorts.text == right.destinationPorts.text && left.options == right.options
  }
}
