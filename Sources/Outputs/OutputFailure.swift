/// An output that cannot be written any more: where, why, and what to do about it.
package struct OutputFailure: Error, Sendable, Equatable, CustomStringConvertible {
  package let path: String
  package let reason: String
  package let remedy: String

  package init(path: String, reason: String, remedy: String) {
    self.path = path
    self.reason = reason
    self.remedy = remedy
  }

  /// `path: reason; remedy`.
  package var description: String { "\(path): \(reason); \(remedy)" }
}
