import Wire

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
  /// Bytes that were lost; they count in `total`.
  package private(set) var lost: UInt64 = 0
  /// How many bytes detection wants before it looks for the first time, unless the body is complete.
  package var inspectFrom = 0
  /// Detection has looked at it.
  package var isLookedAt = false

  package init() {}

  /// As many bytes are kept as will be: what comes later is not.
  package var isFull: Bool { UInt64(bytes.count) &+ lost < total }

  /// Some bytes were lost.
  package var hasGap: Bool { lost > 0 }

  /// So many bytes were lost.
  package func skip(_ count: UInt64) {
    total &+= count
    lost &+= count
  }

  /// Takes bytes; keeps those below `bytesMax` from the body's start (0: all). Gives how many were kept.
  @discardableResult
  package func append(_ new: RawSpan, bytesMax: Int) -> Int {
    total &+= UInt64(new.byteCount)
    let room = bytesMax == 0 ? new.byteCount : max(bytesMax &- bytes.count, 0)
    guard room > 0 else { return 0 }
    let kept = min(room, new.byteCount)
    bytes.append(new.part(0, kept))
    return kept
  }
}
