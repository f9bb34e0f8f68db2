import Wire

/// A growing buffer of a transaction: an HTTP body after decoding, a file's data.
///
/// It keeps the bytes up to a limit from its start; what comes later is counted but not kept for detection.
package final class Body {
  /// What is asked for with every packet. It is the module's own: the compiler sees all that changes it, and
  /// proves once that accesses keep apart instead of having that asked at each of them.
  private var core = Core()

  /// The part of a body that is no bytes.
  private struct Core: BitwiseCopyable {
    var total: UInt64 = 0
    var lost: UInt64 = 0
    var keptCount = 0
    var inspectFrom = 0
    var isComplete = false
    var isLookedAt = false
  }

  private var kept: [UInt8] = []

  /// The bytes kept, from the body's start.
  package var bytes: [UInt8] { kept }
  /// How many they are.
  package var keptCount: Int { core.keptCount }
  /// Bytes seen in all, kept or not.
  package var total: UInt64 {
    get { core.total }
    set { core.total = newValue }
  }
  /// No more bytes will come.
  package var isComplete: Bool {
    get { core.isComplete }
    set { core.isComplete = newValue }
  }
  /// Bytes that were lost; they count in `total`.
  package var lost: UInt64 { core.lost }
  /// How many bytes detection wants before it looks for the first time, unless the body is complete.
  package var inspectFrom: Int {
    get { core.inspectFrom }
    set { core.inspectFrom = newValue }
  }
  /// Detection has looked at it.
  package var isLookedAt: Bool {
    get { core.isLookedAt }
    set { core.isLookedAt = newValue }
  }

  package init() {}

  /// As many bytes are kept as will be: what comes later is not.
  package var isFull: Bool {
    let core = core
    return UInt64(core.keptCount) &+ core.lost < core.total
  }

  /// Some bytes were lost.
  package var hasGap: Bool { core.lost > 0 }

  /// So many bytes were lost.
  package func skip(_ count: UInt64) {
    core.total &+= count
    core.lost &+= count
  }

  /// Takes bytes; keeps those below `bytesMax` from the body's start (0: all). Gives how many were kept.
  /// `expected`: how long the body says it will be, where it does.
  @discardableResult
  package func append(_ new: RawSpan, bytesMax: Int, expected: Int = 0) -> Int {
    let room = bytesMax == 0 ? new.byteCount : max(bytesMax &- core.keptCount, 0)
    let count = min(room, new.byteCount)
    append(new, keeping: count, upTo: bytesMax == 0 ? .max : bytesMax, expected: expected)
    return count
  }

  /// Takes bytes and keeps the first `count` of them. No more than `most` will be kept in all.
  func append(_ new: RawSpan, keeping count: Int, upTo most: Int = .max, expected: Int = 0) {
    core.total &+= UInt64(new.byteCount)
    guard count > 0 else { return }
    let known = core.keptCount
    // Taken out for the time, so that no access to the body lasts.
    var bytes: [UInt8] = []
    swap(&bytes, &kept)
    if bytes.capacity &- known < count {
      bytes.reserveCapacity(Self.capacity(for: known &+ count, upTo: most, expected: expected))
    }
    bytes.append(new.part(0, count))
    swap(&bytes, &kept)
    core.keptCount = known &+ count
  }

  /// Room for `wanted` bytes and some that will come: bodies are long, and each time that room is made all
  /// that there is moves. What a body says of its length is believed up to a multiple of what came.
  private static func capacity(for wanted: Int, upTo most: Int, expected: Int) -> Int {
    guard wanted < longBytes else { return wanted }
    let likely = expected > wanted ? min(wanted &* 16, expected) : wanted &* 4
    return max(min(likely, most), wanted)
  }

  /// From here on room is made as for any other array.
  private static let longBytes = 1 << 20
}
