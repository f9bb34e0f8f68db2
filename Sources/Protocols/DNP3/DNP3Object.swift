import Wire

/// A header of objects in a message, and where their points lie (IEEE 1815-2012 §4.2.2.7).
package struct DNP3Object: Sendable, BitwiseCopyable {
  package let group: UInt8
  package let variation: UInt8
  package let qualifier: UInt8
  /// Indexes or addresses of the first and the last one, where the header has them.
  package let start: UInt32
  package let stop: UInt32
  package let count: UInt32
  /// Where the points begin in the message, and how many of them could be read.
  let pointsStart: Int
  let pointsRead: Int

  /// What stands before each point: an index (1 to 3) or a size (4 to 6).
  package var prefixCode: UInt8 { qualifier >> 4 & 7 }
  package var rangeCode: UInt8 { qualifier & 15 }
  package var hasPoints: Bool { pointsRead > 0 }
  /// Each point has its size before it.
  package var isSized: Bool { 4...6 ~= prefixCode }
}

/// A point of an object, beside its members.
package struct DNP3Point: Sendable {
  /// What stands before it.
  package let prefix: UInt32
  package let index: UInt32
}

/// Reads the objects of a message. What is wrong ends it: objects do not say how long they are.
struct DNP3ObjectReader {
  enum Outcome {
    /// All of them were read; what follows cannot be told, or is cut.
    case complete, cut
    case unknownObject, tooManyPoints, tooManyObjects
  }

  private let settings: DNP3Settings
  private(set) var objects: [DNP3Object] = []

  init(_ settings: DNP3Settings) {
    self.settings = settings
  }

  /// Reads all from a place of the message on.
  mutating func read(_ bytes: RawSpan, from start: Int) -> Outcome {
    var position = start
    var points: UInt64 = 0
    while position < bytes.byteCount {
      guard position &+ 3 <= bytes.byteCount else { return .cut }
      if objects.count >= settings.objectsMax { return .tooManyObjects }
      let (group, variation, qualifier) = (bytes[position], bytes[position &+ 1], bytes[position &+ 2])
      position &+= 3
      let range = DNP3Range(bytes, at: position, qualifier & 15)
      guard let range else {
        objects.append(
          DNP3Object(
            group: group, variation: variation, qualifier: qualifier, start: 0, stop: 0, count: 0,
            pointsStart: position, pointsRead: 0))
        return .cut
      }
      position &+= range.byteCount
      var end = position
      var (pointsRead, outcome) = (0, Outcome.complete)
      if variation != 0, range.count != 0 {
        points &+= UInt64(range.count)
        if points > UInt64(settings.pointsMax) {
          outcome = .tooManyPoints
        } else if let layout = DNP3Layout.all[DNP3Layout.key(group, variation)] {
          let result = layout.walk(
            bytes, from: position, prefixCode: qualifier >> 4 & 7, range.start, range.count)
          pointsRead = result.points
          if let whole = result.end { end = whole } else { outcome = .unknownObject }
        } else {
          outcome = .unknownObject
        }
      }
      objects.append(
        DNP3Object(
          group: group, variation: variation, qualifier: qualifier, start: range.start, stop: range.stop,
          count: range.count, pointsStart: position, pointsRead: pointsRead))
      guard case .complete = outcome else { return outcome }
      position = end
    }
    return .complete
  }
}

/// Which objects a header is about (IEEE 1815-2012, table 4-5).
private struct DNP3Range {
  private(set) var start: UInt32 = 0
  private(set) var stop: UInt32 = 0
  private(set) var count: UInt32 = 0
  private(set) var byteCount = 0

  /// Nil where it is cut, or its code is reserved.
  init?(_ bytes: RawSpan, at position: Int, _ code: UInt8) {
    let width: Int
    switch code {
    case 0, 3, 7, 11: width = 1
    case 1, 4, 8: width = 2
    case 2, 5, 9: width = 4
    case 6: return
    default: return nil
    }
    byteCount = code < 6 ? 2 &* width : width
    guard position &+ byteCount <= bytes.byteCount else { return nil }
    let first = UInt32(truncatingIfNeeded: bytes.littleEndian(position, width))
    if code < 6 {
      start = first
      stop = UInt32(truncatingIfNeeded: bytes.littleEndian(position &+ width, width))
      count = stop &- start &+ 1
    } else {
      count = first
    }
  }
}

extension DNP3Layout {
  /// Goes over the points of an object. Gives how many could be read, and where they end: nil where one is
  /// cut.
  func walk(
    _ bytes: RawSpan, from start: Int, prefixCode: UInt8, _ firstIndex: UInt32, _ count: UInt32,
    _ take: ((DNP3Point, RawSpan, Int) -> Void)? = nil
  ) -> (points: Int, end: Int?) {
    switch prefix {
    case .size where !(4...6 ~= prefixCode), .size16 where prefixCode != 5: return (0, nil)
    default: break
    }
    var position = start
    if let packedBits {
      return walkPacked(bytes, from: start, prefixCode, firstIndex, count, packedBits, take)
    }
    guard bytes.byteCount &- start >= Int(count / 8) else { return (0, nil) }
    for place in 0..<Int(count) {
      guard let value = Self.prefix(bytes, &position, prefixCode) else { return (place, nil) }
      guard let end = read(bytes, from: position, size: value) else { return (place, nil) }
      let index = 1...3 ~= prefixCode ? value : firstIndex &+ UInt32(truncatingIfNeeded: place)
      take?(DNP3Point(prefix: value, index: index), bytes, position)
      position = end
    }
    return (Int(count), position)
  }

  /// Points of one or two bits. As in the reference, a byte more than an eighth of their number is read.
  private func walkPacked(
    _ bytes: RawSpan, from start: Int, _ prefixCode: UInt8, _ firstIndex: UInt32, _ count: UInt32,
    _ bits: Int, _ take: ((DNP3Point, RawSpan, Int) -> Void)?
  ) -> (points: Int, end: Int?) {
    var position = start
    guard let value = Self.prefix(bytes, &position, prefixCode) else { return (0, nil) }
    var place = 0
    for _ in 0..<(Int(count) / 8 &+ 1) {
      guard position < bytes.byteCount else { return (place, nil) }
      var bit = 0
      while bit < 8, place < Int(count) {
        let index = 1...3 ~= prefixCode ? value : firstIndex &+ UInt32(truncatingIfNeeded: place)
        take?(DNP3Point(prefix: value, index: index), bytes, position &* 8 &+ bit)
        place &+= 1
        bit &+= bits
      }
      position &+= 1
    }
    return (place, position)
  }

  /// What stands before a point: nothing, one, two or four bytes.
  private static func prefix(_ bytes: RawSpan, _ position: inout Int, _ code: UInt8) -> UInt32? {
    let width = [0, 1, 2, 4, 1, 2, 4, 0][Int(code & 7)]
    guard position &+ width <= bytes.byteCount else { return nil }
    defer { position &+= width }
    return UInt32(truncatingIfNeeded: bytes.littleEndian(position, width))
  }
}

extension DNP3Object {
  /// Gives each point that could be read with its members.
  package func forEachPoint(
    of message: [UInt8], _ take: (DNP3Point, [(name: String, value: DNP3Value)]) -> Void
  ) {
    guard hasPoints, let layout = DNP3Layout.all[DNP3Layout.key(group, variation)] else { return }
    withoutActuallyEscaping(take) { take in
      // Counts that are too large have no points.
      var left = pointsRead
      _ = layout.walk(message.rawSpan, from: pointsStart, prefixCode: prefixCode, start, count) {
        point, bytes, place in
        if left == 0 { return }
        left &-= 1
        take(point, layout.members(bytes, at: place, size: point.prefix))
      }
    }
  }
}

extension DNP3Layout {
  /// The members of the point at a place: of packed points, the place of a bit.
  fileprivate func members(_ bytes: RawSpan, at place: Int, size: UInt32) -> [(
    name: String, value: DNP3Value
  )] {
    if let packedBits {
      let value =
        bytes[place / 8] >> UInt8(truncatingIfNeeded: place % 8)
        & UInt8(truncatingIfNeeded: 1 << packedBits &- 1)
      return [(members[0].name, .unsigned(UInt64(value)))]
    }
    var list: [(name: String, value: DNP3Value)] = []
    _ = read(bytes, from: place, size: size) { list.append(($0, $1)) }
    return list
  }
}
