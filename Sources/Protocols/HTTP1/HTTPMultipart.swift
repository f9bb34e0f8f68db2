import Wire

/// Finds the files in a multipart body as it comes (RFC 7578, RFC 2046 §5.1.1).
///
///     "--" boundary CRLF  headers CRLF CRLF  data CRLF "--" boundary …  "--" boundary "--"
///
/// Only parts with a file name are files; the others are form fields and are passed over. Line feeds alone
/// are taken for line breaks too. Differs from Suricata: it finds no file in a body of bare line feeds,
/// servers do.
final class HTTPMultipart {
  /// Bytes of one part's headers.
  static let headerBytesMax = 4096
  /// Files of one body.
  static let filesMax = 1024
  /// Bytes of a boundary; RFC 2046 allows 70.
  static let boundaryBytesMax = 200

  private enum State {
    case preamble, afterBoundary, headers, data, done
  }

  private let delimiter: [UInt8]
  private let bytesMax: Int
  private let makeFile: ([UInt8]) -> TransferredFile
  private var state = State.preamble
  private var pending: [UInt8] = []
  private var file: TransferredFile?
  private var files = 0
  /// The next byte begins a line: a delimiter may stand there.
  private var isAtLineStart = true

  /// `boundary` is the parameter of Content-Type.
  init(_ boundary: [UInt8], bytesMax: Int, makeFile: @escaping ([UInt8]) -> TransferredFile) {
    delimiter = [0x2D, 0x2D] + boundary
    self.bytesMax = bytesMax
    self.makeFile = makeFile
  }

  /// The boundary of a multipart Content-Type, or nil.
  static func boundary(_ type: [UInt8]) -> [UInt8]? {
    guard type.starts(with: "multipart/".utf8), let boundary = HTTPParameters.mime("boundary", of: type),
      boundary.count <= boundaryBytesMax
    else { return nil }
    return boundary
  }

  /// Takes bytes; gives what was wrong.
  func take(_ bytes: RawSpan) -> [HTTPEvent] {
    guard state != .done else { return [] }
    pending.append(bytes)
    var events: [HTTPEvent] = []
    var position = 0
    while let next = step(position, &events) { position = next }
    pending.removeFirst(min(position, pending.count))
    return events
  }

  /// The body has ended.
  func finish(isCut: Bool) {
    guard state != .done else { return }
    if state == .data {
      // A line break kept back for a delimiter that did not come belongs to none.
      var end = pending.count
      if !isCut, end > 0, pending[end &- 1] == 0x0A { end = lineBreakStart(end &- 1, from: 0) }
      give(0..<end)
      file?.close(isCut ? .truncated : .closed)
    }
    file = nil
    pending = []
    state = .done
  }

  /// One step from `position`; the offset from which to go on, or nil where more bytes are needed.
  private func step(_ position: Int, _ events: inout [HTTPEvent]) -> Int? {
    switch state {
    case .preamble: return skipPreamble(position)
    case .afterBoundary: return readAfterBoundary(position)
    case .headers: return readHeaders(position, &events)
    case .data: return readData(position)
    case .done: return nil
    }
  }

  private func skipPreamble(_ position: Int) -> Int? {
    if let found = find(delimiter, from: position) {
      state = .afterBoundary
      return found &+ delimiter.count
    }
    let keep = max(position, pending.count &- delimiter.count)
    return keep > position ? keep : nil
  }

  private func readAfterBoundary(_ position: Int) -> Int? {
    guard pending.count &- position >= 2 else { return nil }
    if pending[position] == 0x2D, pending[position &+ 1] == 0x2D {
      state = .done
      return nil
    }
    guard let end = pending[position...].firstIndex(of: 0x0A) else {
      return pending.count &- 1 > position ? pending.count &- 1 : nil
    }
    state = .headers
    return end &+ 1
  }

  private func readHeaders(_ position: Int, _ events: inout [HTTPEvent]) -> Int? {
    var lines: [Range<Int>] = []
    var start = position
    while let end = pending[start...].firstIndex(of: 0x0A) {
      let lineEnd = lineBreakStart(end, from: start)
      if lineEnd == start {
        beginPart(lines, &events)
        return end &+ 1
      }
      lines.append(start..<lineEnd)
      start = end &+ 1
    }
    guard pending.count &- position > Self.headerBytesMax else { return nil }
    events.append(.multipartGenericError)
    state = .preamble
    return start
  }

  private func beginPart(_ lines: [Range<Int>], _ events: inout [HTTPEvent]) {
    state = .data
    isAtLineStart = true
    let headers = HTTPHeaderReader.read(pending, lines: lines, headersMax: 64)
    if !headers.faults.isEmpty { events.append(.multipartInvalidHeader) }
    guard let disposition = headers.value(of: .contentDisposition),
      let name = HTTPParameters.mime("filename", of: disposition), !name.isEmpty, files < Self.filesMax
    else { return }
    files &+= 1
    file = makeFile(name)
  }

  private func readData(_ position: Int) -> Int? {
    var search = position
    while let found = find(delimiter, from: search) {
      if found == position ? isAtLineStart : pending[found &- 1] == 0x0A {
        give(position..<(found > position ? lineBreakStart(found &- 1, from: position) : found))
        file?.close()
        file = nil
        state = .afterBoundary
        return found &+ delimiter.count
      }
      search = found &+ 1
    }
    // What could be the beginning of the next delimiter, with its line break, is kept back.
    let keep = max(position, pending.count &- delimiter.count &- 2)
    guard keep > position else { return nil }
    give(position..<keep)
    isAtLineStart = pending[keep &- 1] == 0x0A
    return keep
  }

  /// Offset of the line break whose line feed stands at `feed`: that of a carriage return before it, if any.
  private func lineBreakStart(_ feed: Int, from start: Int) -> Int {
    feed > start && pending[feed &- 1] == 0x0D ? feed &- 1 : feed
  }

  private func give(_ range: Range<Int>) {
    guard !range.isEmpty, let file else { return }
    let bytes = pending
    file.append(bytes.rawSpan.part(range.lowerBound, range.count), bytesMax: bytesMax)
  }

  private func find(_ text: [UInt8], from position: Int) -> Int? {
    guard let first = text.first, pending.count &- position >= text.count else { return nil }
    let last = pending.count &- text.count
    var index = position
    while index <= last {
      if pending[index] == first, pending[index..<(index &+ text.count)].elementsEqual(text) { return index }
      index &+= 1
    }
    return nil
  }
}
