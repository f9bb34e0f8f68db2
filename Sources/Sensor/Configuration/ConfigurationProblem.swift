package import Detection

/// Something wrong with the configuration: where, what, and what to write instead.
package struct ConfigurationProblem: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Severity: Sendable {
    /// The run must not begin.
    case error
    /// The setting is left at its default.
    case warning
  }

  package let severity: Severity
  package let position: SourcePosition
  package let message: String
  package let remedy: String

  package init(_ severity: Severity, at position: SourcePosition, _ message: String, remedy: String) {
    self.severity = severity
    self.position = position
    self.message = message
    self.remedy = remedy
  }

  /// `file:line:column: what; what to write instead`.
  package var description: String {
    let place = position.line > 0 ? "\(position.file):\(position.line):\(position.column)" : position.file
    return "\(place): \(message)" + (remedy.isEmpty ? "" : "; \(remedy)")
  }
}
