/// Why some bytes could not be read: hostile or cut input, never an error of the program.
///
/// Thrown by every reader of the packet path with typed throws, so that it costs no allocation.
package struct ParseFailure: Error, Equatable, Sendable {
  /// What was wrong.
  package enum Reason: UInt8, Sendable {
    /// Fewer bytes than the structure needs: more may come (a stream) or not (a packet).
    case truncated
    /// A value that the format forbids.
    case malformed
    /// A bound of `Limits` was reached.
    case limit
  }

  /// What was wrong.

  package let reason: Reason
  /// Offset of the failure in bytes from the start of what was being read.
  package let offset: Int

  /// A failure at an offset.
  @inlinable
  package init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}
