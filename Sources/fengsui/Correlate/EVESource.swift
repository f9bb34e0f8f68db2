import Correlation
import Events
import Foundation

/// One EVE file, or standard input, read line by line: bounded, wherever it came from and however it grows.
final class EVESource {
  /// How far a source was read: what a checkpoint keeps.
  struct Position: Codable {
    var path: String
    /// Bytes of whole lines that were taken.
    var offset: UInt64
    var line: UInt64
  }

  private(set) var position: Position
  private(set) var reader: EVEReader
  /// The next event, where one was looked at already.
  private var ahead: (event: Event, position: Position)?
  private var cursor: Position
  private let handle: FileHandle
  private var buffer: [UInt8] = []
  private var start = 0
  private var searched = 0
  private var isDiscarding = false
  private static let chunkBytes = 1 << 20

  init(path: String, from earlier: Position?, keepsLines: Bool) throws {
    reader = EVEReader(keepsLines: keepsLines)
    position = earlier ?? Position(path: path, offset: 0, line: 0)
    cursor = position
    if path == "-" {
      handle = .standardInput
      position = Position(path: path, offset: 0, line: 0)
      cursor = position
      return
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw Complaint("\(path): the file cannot be read; check its name and rights")
    }
    self.handle = handle
    if cursor.offset > 0 {
      let size = try handle.seekToEnd()
      if size < cursor.offset { cursor = Position(path: path, offset: 0, line: 0) }
      try handle.seek(toOffset: cursor.offset)
      position = cursor
    }
  }

  /// Time of the next event, or nil where there is none (yet).
  func peekNanoseconds() throws -> Int64? {
    if ahead == nil, let event = try read() { ahead = (event, cursor) }
    return ahead.map { $0.event.timeNanoseconds }
  }

  /// The next event, or nil where there is none (yet).
  func next() throws -> Event? {
    if let known = ahead {
      ahead = nil
      position = known.position
      return known.event
    }
    let event = try read()
    position = cursor
    return event
  }

  private func read() throws -> Event? {
    while true {
      if let end = lineEnd() {
        let begin = start
        start = end + 1
        searched = start
        cursor.offset &+= UInt64(end + 1 - begin)
        cursor.line &+= 1
        if isDiscarding {
          isDiscarding = false
          reader.countTooLong()
          continue
        }
        if let event = reader.event(buffer, from: begin, to: end, number: cursor.line) { return event }
        continue
      }
      guard try fill() else { return nil }
    }
  }

  private func lineEnd() -> Int? {
    while searched < buffer.count {
      if buffer[searched] == 10 { return searched }
      searched += 1
    }
    return nil
  }

  /// Reads on; false at the end of what there is.
  private func fill() throws -> Bool {
    if start > 0 {
      buffer.removeFirst(start)
      searched -= start
      start = 0
    }
    if buffer.count > EVEReader.lineBytesMax {
      // No line of use is that long: its end is looked for without keeping it.
      isDiscarding = true
      cursor.offset &+= UInt64(buffer.count)
      buffer.removeAll(keepingCapacity: true)
      searched = 0
    }
    guard let more = try handle.read(upToCount: Self.chunkBytes), !more.isEmpty else { return false }
    buffer += more
    return true
  }

  /// Takes a last line that no line feed ended: nothing more will come.
  func takeRest() -> Event? {
    guard start < buffer.count, !isDiscarding else { return nil }
    cursor.line &+= 1
    let event = reader.event(buffer, from: start, to: buffer.count, number: cursor.line)
    cursor.offset &+= UInt64(buffer.count - start)
    start = buffer.count
    searched = start
    position = cursor
    return event
  }
}

extension Event {
  /// Event time.
  var timeNanoseconds: Int64 {
    switch self {
    case .alert(let alert): alert.timeNanoseconds
    case .flow(let flow): flow.endNanoseconds
    case .record(let record): record.timeNanoseconds
    }
  }
}
