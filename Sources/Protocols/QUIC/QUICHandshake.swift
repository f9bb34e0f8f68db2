import Wire

/// The parts of one direction's hello, put together as they come.
struct QUICHandshake {
  private var bytes: [UInt8] = []
  /// What has come, as ranges in order that do not touch each other.
  private var ranges: [Range<Int>] = []

  /// Adds a part; false where it reaches beyond what is put together.
  mutating func add(_ part: QUICFrames.Part) -> Bool {
    guard part.offset < QUICLimits.handshakeBytes else { return false }
    let start = Int(part.offset)
    let end = start &+ part.bytes.count
    guard end < QUICLimits.handshakeBytes else { return false }
    if bytes.count < end { bytes += [UInt8](repeating: 0, count: end &- bytes.count) }
    bytes.replaceSubrange(start..<end, with: part.bytes)
    note(start..<end)
    return true
  }

  private mutating func note(_ range: Range<Int>) {
    var (low, high) = (range.lowerBound, range.upperBound)
    var rest: [Range<Int>] = []
    for known in ranges {
      if known.upperBound < low || known.lowerBound > high {
        rest.append(known)
      } else {
        low = min(low, known.lowerBound)
        high = max(high, known.upperBound)
      }
    }
    let place = rest.firstIndex { $0.lowerBound > low } ?? rest.count
    rest.insert(low..<high, at: place)
    ranges = rest
  }

  /// What the front of the handshake is, as far as it has come without a gap.
  enum State {
    case needsMore
    /// The kind of the first message, and what follows its length.
    case message(UInt8, [UInt8])
  }

  /// `kind (8) | length (24) | body` (RFC 8446 §4).
  var state: State {
    guard let first = ranges.first, first.lowerBound == 0, first.upperBound >= 4 else { return .needsMore }
    let length = Int(bytes[1]) << 16 | Int(bytes[2]) << 8 | Int(bytes[3])
    guard first.upperBound >= 4 &+ length else { return .needsMore }
    return .message(bytes[0], Array(bytes[4..<4 &+ length]))
  }
}
