import Wire

/// Finds the files in a multipart/form-data body as it comes (RFC 7578, RFC 2046 §5.1.1).
///
///     "--" boundary CRLF  headers CRLF CRLF  data CRLF "--" boundary …  "--" boundary "--"
///
/// Only parts with a file name are files; the others are form fields and are passed over.
final class HTTPMultipart {
  /// Bytes of one part's headers.
  static let headerBytesMax = 4096
  /// Files of one body.
  static let filesMax = 1024

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

  /// `boundary` is the parameter of Content-Type.
  init(_ boundary: [UInt8], bytesMax: Int, makeFile: @escaping ([UInt8]) -> TransferredFile) {
    delimiter = [0x2D, 0x2D] + boundary
    self.bytesMax = bytesMax
    self.makeFile = makeFile
  }

  /// The boundary of a `multipart/form-data` Content-Type, or nil.
  static func boundary(_ type: [UInt8]) -> [UInt8]? {
    guard HTTPText.startsWith(type, type.indices, "multipart/form-data") else { return nil }
    guard let boundary = parameter("boundary", of: type), !boundary.isEmpty, boundary.count <= 200 else {
      return nil
    }
    return boundary
  }

  /// A parameter's value, without its quotes: `name=value` or `name="value"`.
  static func parameter(_ name: String, of value: [UInt8]) -> [UInt8]? {
    var position = 0
    while let semicolon = value[position...].firstIndex(of: 0x3B) {
      position = semicolon &+ 1
      while position < value.count, HTTPText.isSpace(value[position]) { position &+= 1 }
      guard HTTPText.startsWith(value, position..<value.count, name) else { continue }
      var after = position &+ name.utf8.count
      while after < value.count, HTTPText.isSpace(value[after]) { after &+= 1 }
      guard after < value.count, value[after] == 0x3D else { continue }
      after &+= 1
      while after < value.count, HTTPText.isSpace(value[after]) { after &+= 1 }
      if after < value.count, value[after] == 0x22 {
        let start = after &+ 1
        let end = value[start...].firstIndex(of: 0x22) ?? value.count
        return Array(value[start..<end])
      }
      let end = value[after...].firstIndex(of: 0x3B) ?? value.count
      return Array(value[HTTPText.trimmed(value, after..<end)])
    }
    return nil
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
  func finish(isCut: Bool) -> [HTTPEvent] {
    guard state != .done else { return [] }
    var events: [HTTPEvent] = []
    if state == .data {
      give(pending.indices)
      file?.close(.truncated)
      if let file, file.size == 0 { events.append(.multipartNoFileData) }
    } else if state == .headers {
      events.append(.multipartGenericError)
    }
    file = nil
    pending = []
    state = .done
    return events
  }

  /// One step from `position`; the offset from which to go on, or nil where more bytes are needed.
  private func step(_ position: Int, _ events: inout [HTTPEvent]) -> Int? {
    switch state {
    case .preamble: return skipPreamble(position)
    case .afterBoundary: return readAfterBoundary(position)
    case .headers: return readHeaders(position, &events)
    case .data: return readData(position, &events)
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
    guard let end = pending[position...].firstIndex(of: 0x0A) else { return nil }
    state = .headers
    return end &+ 1
  }

  private func readHeaders(_ position: Int, _ events: inout [HTTPEvent]) -> Int? {
    var lines: [Range<Int>] = []
    var start = position
    while let end = pending[start...].firstIndex(of: 0x0A) {
      let lineEnd = end > start && pending[end &- 1] == 0x0D ? end &- 1 : end
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
    let headers = HTTPHeaderReader.read(pending, lines: lines, headersMax: 64)
    if !headers.faults.isEmpty { events.append(.multipartInvalidHeader) }
    guard let disposition = headers.value(of: "content-disposition"),
      let name = Self.parameter("filename", of: disposition), files < Self.filesMax
    else { return }
    files &+= 1
    file = makeFile(name)
  }

  private func readData(_ position: Int, _ events: inout [HTTPEvent]) -> Int? {
    guard let found = find(delimiter, from: position) else {
      // What could be the beginning of the next delimiter, with its line break, is kept back.
      let keep = max(position, pending.count &- delimiter.count &- 2)
      give(position..<keep)
      return keep > position ? keep : nil
    }
    var end = found
    if end > position, pending[end &- 1] == 0x0A { end &-= 1 }
    if end > position, end < found, pending[end &- 1] == 0x0D { end &-= 1 }
    give(position..<end)
    if let file, file.size == 0 { events.append(.multipartNoFileData) }
    file?.close()
    file = nil
    state = .afterBoundary
    return found &+ delimiter.count
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
