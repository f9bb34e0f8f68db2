/// A place in a file of rules or configuration, for messages.
package struct SourcePosition: Sendable, Hashable {
  package let file: String
  /// From 1.
  package let line: Int
  /// From 1, in characters.
  package let column: Int

  package init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }
}

/// Something wrong with a rule: where, what, and what to write instead.
package struct RuleProblem: Error, Sendable, Equatable {
  package enum Severity: Sendable {
    /// The rule is refused.
    case error
    /// The rule is taken, but is probably not what was meant.
    case warning
  }

  package let severity: Severity
  package let position: SourcePosition
  package let message: String
  package let remedy: String

  package init(_ severity: Severity = .error, at position: SourcePosition, _ message: String, remedy: String) {
    self.severity = severity
    self.position = position
    self.message = message
    self.remedy = remedy
  }
}

/// What is done when a rule matches, in Suricata's order of precedence.
package enum RuleAction: UInt8, Sendable, CaseIterable {
  case pass, drop, reject, rejectSource, rejectDestination, rejectBoth, alert, config
}

/// A rule as it is written, with the positions of its parts: what the parser gives and the printer prints.
package struct Rule: Sendable {
  package struct Option: Sendable, Hashable {
    package let name: String
    /// Text after the colon with its quotes and escapes, or nil.
    package let value: String?
    package let position: SourcePosition

    package init(name: String, value: String?, position: SourcePosition) {
      self.name = name
      self.value = value
      self.position = position
    }
  }

  package var action: RuleAction
  /// `tcp`, `http`, `tcp-pkt`, … as written.
  package var protocolName: String
  /// A rule hook: `request_line` of `http1:request_line`.
  package var hook: String?
  /// Addresses and ports as written, with variables.
  package var source: String
  package var sourcePorts: String
  package var destination: String
  package var destinationPorts: String
  /// `<>` instead of `->`.
  package var isBidirectional: Bool
  package var options: [Option]
  package var position: SourcePosition
  /// Positions of the protocol, the four address and port fields, in the order above.
  package var headerPositions: [SourcePosition]

  package init(
    action: RuleAction, protocolName: String, hook: String?, source: String, sourcePorts: String,
    destination: String, destinationPorts: String, isBidirectional: Bool, options: [Option],
    position: SourcePosition, headerPositions: [SourcePosition]
  ) {
    self.action = action
    self.protocolName = protocolName
    self.hook = hook
    self.source = source
    self.sourcePorts = sourcePorts
    self.destination = destination
    self.destinationPorts = destinationPorts
    self.isBidirectional = isBidirectional
    self.options = options
    self.position = position
    self.headerPositions = headerPositions
  }
}
