/// A growing buffer of a transaction: an HTTP body after decoding, a file's data.
///
/// It keeps the bytes up to a limit from its start; what comes later is counted but not kept for detection.
package final class Body {
  /// The bytes kept, from the body's start.
  package var bytes: [UInt8] = []
  /// Bytes seen in all, kept or not.
  package var total: UInt64 = 0
  /// No more bytes will come.
  package var isComplete = false
  /// Some bytes were lost.
  package var hasGap = false
  /// How many bytes detection wants before it looks for the first time, unless the body is complete.
  package var inspectFrom = 0

  package init() {}
}
