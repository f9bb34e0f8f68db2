import Wire

/// Reading domain names out of a message (RFC 1035 §3.1, §4.1.4).
///
///     +--+--+--+--+--+--+--+--+       +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
///     | 0  0|  label length   | …     | 1  1|        offset from the message's start   |
///     +--+--+--+--+--+--+--+--+       +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
///
/// A name of more than `DNSLimits.nameBytes` is cut there and still read to its end. Too many steps after a
/// pointer end the name with what was read; before one, and where a pointer leads to itself, the name's end
/// cannot be known: it is malformed, like a label that runs past the message. Within a record's data the end
/// of the data also ends a name.
package enum DNSName {
  /// What was odd about a name, without making the message unreadable.
  package struct Oddities: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Longer than is kept, or cut for another reason.
    package static let tooLong = Oddities(rawValue: 1)
    /// A pointer leads to itself.
    package static let infiniteLoop = Oddities(rawValue: 2)
    /// More labels and pointers than are followed.
    package static let tooManyLabels = Oddities(rawValue: 4)
  }

  /// Steps over the name at `offset`: where it ends in the message, and what is odd about it.
  static func skip(
    _ message: RawSpan, at offset: Int, within limit: Int = .max
  ) throws(ParseFailure) -> (end: Int, oddities: Oddities) {
    if let run = run(message, at: offset), run.end <= limit { return (run.end, []) }
    var walk = Walk(offset, limit: min(limit, message.byteCount))
    var length = 0
    while let label = try walk.next(message) {
      length &+= label.count &+ (length > 0 ? 1 : 0)
      if length > DNSLimits.nameBytes { walk.oddities.insert(.tooLong) }
    }
    return (walk.end, walk.oddities)
  }

  /// The name at `offset` as text with dots and without the last one; empty for the root or where there is
  /// none.
  package static func text(_ message: RawSpan, at offset: Int, within limit: Int = .max) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(64)
    appendText(message, at: offset, within: limit, to: &result)
    return result
  }

  /// Appends the name at `offset` as text: no allocation where the array has room.
  package static func appendText(
    _ message: RawSpan, at offset: Int, within limit: Int = .max, to result: inout [UInt8]
  ) {
    let start = result.count
    if let run = run(message, at: offset), run.end <= limit {
      append(run, of: message, to: &result)
      return
    }
    var walk = Walk(offset, limit: min(limit, message.byteCount))
    while let label = try? walk.next(message) {
      if result.count > start { result.append(0x2E) }
      result.append(message.part(label.offset, label.count))
      if result.count &- start >= DNSLimits.nameBytes {
        result.removeSubrange((start &+ DNSLimits.nameBytes)...)
        return
      }
    }
  }

  /// Where the labels of the name at `offset` lie, each behind its length and without the root's, if they are
  /// one behind the other as in nearly all names; nil for any other. Within a record's data the name ends at
  /// `limit`.
  static func labels(_ message: RawSpan, at offset: Int, within limit: Int = .max) -> Range<Int>? {
    guard let run = run(message, at: offset), run.end <= limit else { return nil }
    return run.start..<run.root
  }

  /// Where the labels of a name lie: one behind the other from `start` to the root's at `root`. The name
  /// itself, which may be a pointer to them, ends at `end`.
  private struct Run {
    var start: Int
    var root: Int
    var end: Int
  }

  /// The labels of a sound name, as nearly all are: in one piece, perhaps behind a pointer. Nil for any
  /// other.
  private static func run(_ message: RawSpan, at offset: Int) -> Run? {
    let count = message.byteCount
    var (start, end, steps) = (offset, -1, 0)
    guard start >= 0, start &+ 1 < count else { return nil }
    if message[start] >= 0xC0 {
      end = start &+ 2
      start = Int(message[start] & 0x3F) << 8 | Int(message[start &+ 1])
      steps = 1
    }
    var position = start
    while position < count, steps < DNSLimits.nameSteps {
      let head = Int(message[position])
      if head == 0 {
        if position &- start > DNSLimits.nameBytes { return nil }
        return Run(start: start, root: position, end: end < 0 ? position &+ 1 : end)
      }
      if head >= 0x40 { return nil }
      position &+= 1 &+ head
      steps &+= 1
    }
    return nil
  }

  /// Appends labels in one piece, and puts dots over the lengths between them.
  private static func append(_ run: Run, of message: RawSpan, to result: inout [UInt8]) {
    guard run.root > run.start else { return }
    let first = run.start &+ 1
    let place = result.count &- first
    result.append(message.part(first, run.root &- first))
    var position = first &+ Int(message[run.start])
    while position < run.root {
      result[place &+ position] = 0x2E
      position &+= 1 &+ Int(message[position])
    }
  }

  /// One pass over the labels of a name.
  private struct Walk {
    var position: Int
    /// Where the name ends in the message, set by the first pointer.
    var end: Int
    var oddities: Oddities = []
    private var hasJumped = false
    private var hasLabels = false
    private var steps = 0
    private var isDone = false
    /// Where the data that hold the name end; no bound any more after the first pointer.
    private let limit: Int

    init(_ offset: Int, limit: Int) {
      position = offset
      end = offset
      self.limit = limit
    }

    mutating func next(_ message: RawSpan) throws(ParseFailure) -> (offset: Int, count: Int)? {
      guard !isDone else { return nil }
      while true {
        if !hasJumped, hasLabels, position == limit {
          stop(at: position)
          return nil
        }
        guard position >= 0, position < message.byteCount else {
          throw ParseFailure(.truncated, at: position)
        }
        let head = Int(message[position])
        if head == 0 {
          stop(at: position &+ 1)
          return nil
        }
        steps &+= 1
        if steps > DNSLimits.nameSteps {
          guard hasJumped else { throw ParseFailure(.malformed, at: position) }
          oddities.formUnion([.tooManyLabels, .tooLong])
          stop(at: position)
          return nil
        }
        if head < 0x40 {
          let label = (offset: position &+ 1, count: head)
          let bound = hasJumped ? message.byteCount : limit
          guard label.count <= bound &- label.offset else { throw ParseFailure(.truncated, at: position) }
          hasLabels = true
          position = label.offset &+ label.count
          return label
        }
        guard head >= 0xC0 else { throw ParseFailure(.malformed, at: position) }
        guard position &+ 1 < message.byteCount else { throw ParseFailure(.truncated, at: position) }
        let target = (head & 0x3F) << 8 | Int(message[position &+ 1])
        if !hasJumped {
          end = position &+ 2
          hasJumped = true
        }
        guard target != position else { throw ParseFailure(.malformed, at: position) }
        position = target
      }
    }

    private mutating func stop(at place: Int) {
      if !hasJumped { end = place }
      isDone = true
    }
  }
}
