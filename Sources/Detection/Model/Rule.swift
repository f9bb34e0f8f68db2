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
  /// What the reference sensor writes in its log for the same: scripts around it look for its words.
  package private(set) var counterpart: Counterpart?

  /// A line of the reference sensor's log.
  package struct Counterpart: Sendable, Equatable {
    /// The part of it that writes the line.
    package let module: String
    package let text: String
  }

  /// The same problem, with the line that the reference sensor writes for it.
  package func inSuricata(_ module: String, _ text: String) -> RuleProblem {
    var problem = self
    problem.counterpart = Counterpart(module: module, text: text)
    return problem
  }

  package init(_ severity: Severity = .error, at position: SourcePosition, _ message: String, remedy: String)
  {
    self.severity = severity
    self.position = position
    self.message = message
    self.remedy = remedy
  }
}

/// What is done when a rule matches, in Suricata's order of precedence.
package enum RuleAction: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  case pass, drop, reject, rejectSource, rejectDestination, rejectBoth, alert, config
}

/// A rule as it is written, with the places of its parts: what the parser gives and the printer prints.
///
/// Two rules are equal when they say the same; where they stand does not count.
package struct Rule: Sendable {
  package struct Option: Sendable {
    package let name: String
    /// Text after the colon with its quotes and escapes, or nil.
    package let value: String?
    /// Places of the name and of the value in the rule's text, in bytes.
    package let offset: Int
    package let valueOffset: Int

    package init(name: String, value: String?, offset: Int, valueOffset: Int) {
      self.name = name
      self.value = value
      self.offset = offset
      self.valueOffset = valueOffset
    }
  }

  /// A part of the header and its place in the rule's text, in bytes.
  package struct HeaderField: Sendable {
    package var text: String
    package var offset: Int

    package init(_ text: String, offset: Int = 0) {
      self.text = text
      self.offset = offset
    }
  }

  /// Which way packets go.
  package enum Arrow: String, Sendable {
    case oneWay = "->"
    case bothWays = "<>"
    /// A request and its response are matched as one.
    case transaction = "=>"
  }

  package var action: RuleAction
  /// The action as written, where it says more than that: `accept:hook,alert`.
  package var actionWords: [String] = []
  /// `tcp`, `http`, `tcp-pkt`, … as written.
  package var protocolName: HeaderField
  /// A rule hook: `request_line` of `http1:request_line`.
  package var hook: HeaderField?
  /// Addresses and ports as written, with variables.
  package var source: HeaderField
  package var sourcePorts: HeaderField
  package var destination: HeaderField
  package var destinationPorts: HeaderField
  package var arrow: Arrow
  package var options: [Option]
  /// The rule as written and where that is.
  package var text: RuleText

  package init(
    action: RuleAction, protocolName: HeaderField, hook: HeaderField?, source: HeaderField,
    sourcePorts: HeaderField,
    arrow: Arrow, destination: HeaderField, destinationPorts: HeaderField, options: [Option], text: RuleText
  ) {
    self.action = action
    self.protocolName = protocolName
    self.hook = hook
    self.source = source
    self.sourcePorts = sourcePorts
    self.arrow = arrow
    self.destination = destination
    self.destinationPorts = destinationPorts
    self.options = options
    self.text = text
  }

  /// Place of the rule's first character.
  package var position: SourcePosition { text.position(at: 0) }
}

/// The text of one rule, its lines joined, which knows the place of each byte in its file.
package struct RuleText: Sendable {
  /// From `offset` of the text on, it stands in this line, beginning at this column.
  package struct Piece: Sendable {
    package let offset: Int
    package let line: Int
    package let column: Int
  }

  package let file: String
  package let text: String
  /// In ascending order; more than one if lines end with a backslash.
  package let pieces: [Piece]

  package init(file: String, text: String, pieces: [Piece]) {
    self.file = file
    self.text = text
    self.pieces = pieces
  }

  /// Place of a byte of the text: found when a message needs it, so that parsing need not keep places.
  package func position(at offset: Int) -> SourcePosition {
    guard let piece = pieces.last(where: { $0.offset <= offset }) ?? pieces.first else {
      return SourcePosition(file: file, line: 1, column: 1)
    }
    let before = text.utf8.dropFirst(piece.offset).prefix(max(0, offset - piece.offset))
    let characters = before.count { $0 & 0xc0 != 0x80 }
    return SourcePosition(file: file, line: piece.line, column: piece.column + characters)
  }
}
