import Wire

/// Frames of HTTP/1 (rules: `frame:http1.request`).
enum HTTPFrame: String, FrameKind {
  /// A message from its first line to the end of its body.
  case request, response
}

/// Where messages begin and end in their stream: worked out only where frames are asked for.
///
/// The reader's steps say nothing of frames; what they did shows in the transaction that is being read.
struct HTTPFrameTrack {
  /// Offset at which the line begins that may begin the next message.
  var lineStart = Pair<UInt64>(both: 0)
  /// The message whose frame is open, and where that begins.
  var open = Pair<(transaction: HTTPTransaction, start: UInt64)?>(both: nil)
  /// The frame that was closed last.
  var closed = Pair<(start: UInt64, end: UInt64)?>(both: nil)
}

extension HTTPSession {
  /// Before a step of a direction's reader: a message may begin here.
  func noteLineStart(_ bytes: RawSpan, _ position: Int, _ direction: Direction) {
    guard let frames, frameTrack.open[direction] == nil else { return }
    let reader = direction == .toServer ? requests : responses
    guard reader.pending.isEmpty, reader.state == .firstLine else { return }
    var start = position
    while start < bytes.byteCount, bytes[start] == 0x0D || bytes[start] == 0x0A { start &+= 1 }
    let lineStart = frames.offset(of: start, direction)
    frameTrack.lineStart[direction] = lineStart
    // Line breaks right after a body count to it.
    let before = direction == .toServer ? requested?.request : responded?.response
    if start > position, before?.framing == .length, let (begun, end) = frameTrack.closed[direction],
      end == frames.offset(of: position, direction)
    {
      frameTrack.closed[direction] = (begun, lineStart)
      frames.announce(Self.frameKind(direction), direction, start: begun, length: lineStart &- begun)
    }
  }

  private static func frameKind(_ direction: Direction) -> UInt8 {
    (direction == .toServer ? HTTPFrame.request : .response).number
  }

  /// After a step: the message at hand has begun, or has come to its end at `position`.
  func followFrames(_ position: Int, _ direction: Direction) {
    guard let frames else { return }
    followFrames(endOffset: frames.offset(of: position, direction), direction)
  }

  /// The same, by the offset in the stream that reading has come to.
  func followFrames(endOffset: UInt64, _ direction: Direction) {
    guard let frames else { return }
    if let (transaction, start) = frameTrack.open[direction], transaction.state.isComplete(direction) {
      frames.announce(
        Self.frameKind(direction), direction, start: start, length: endOffset &- min(start, endOffset),
        transaction: transaction.number)
      frameTrack.open[direction] = nil
      frameTrack.closed[direction] = (start, endOffset)
    }
    guard frameTrack.open[direction] == nil else { return }
    guard let transaction = direction == .toServer ? current : answered else {
      announceFirstLine(direction)
      return
    }
    let start = frameTrack.lineStart[direction]
    frameTrack.open[direction] = (transaction, start)
    frames.announce(
      Self.frameKind(direction), direction, start: start, transaction: transaction.number)
  }

  /// A message begins with the first byte of its line; its transaction is known once the line is whole.
  private func announceFirstLine(_ direction: Direction) {
    let reader = direction == .toServer ? requests : responses
    guard !reader.pending.isEmpty, reader.state == .firstLine || reader.state == .afterJunkLine,
      direction == .toServer || !awaiting.isEmpty
    else { return }
    frames?.announce(Self.frameKind(direction), direction, start: frameTrack.lineStart[direction])
  }

  /// Bytes are being lost: the message at hand may end within them, where its length says.
  func followFrames(lost count: Int, _ state: HTTPReader.State, _ direction: Direction) {
    guard let frames else { return }
    var end = UInt64(clamping: count)
    if case .body(let left) = state { end = min(end, left) }
    followFrames(endOffset: frames.offset(of: 0, direction) &+ end, direction)
  }
}
