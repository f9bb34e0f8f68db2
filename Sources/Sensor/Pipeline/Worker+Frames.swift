import Detection
import Events
import Flows
import Protocols
import Wire

// Frames of protocols: their records, and what alerts on them show.
extension Worker {
  /// Writes the records of the frames of a direction that are due, and forgets those that nobody asks for any
  /// more.
  mutating func finishFrames(
    _ log: FrameLog, _ conversation: Conversation, _ subject: EventSubject, _ bytes: RawSpan, isEnd: Bool
  ) {
    let direction = subject.direction
    let session = subject.flow?.tcp
    if recordsFrames {
      let side = conversation.isReversed ? direction.opposite : direction
      let isOver = isEnd || session.map { $0.state > .established || $0.isAtEnd(side) } ?? true
      let there = conversation.reached(direction)
      for position in log.frames[direction].indices {
        let frame = log.frames[direction][position]
        if frame.isLogged { continue }
        let count = session == nil ? frame.length ?? 0 : there &- min(frame.start, there)
        let isWhole = frame.length.map { count >= $0 } ?? false
        guard isOver || isWhole || count >= Self.longFrameBytes else { continue }
        log.noteLogged(position, direction)
        report(frame, conversation, subject, bytes)
      }
    }
    defer {
      if let session {
        let side = conversation.isReversed ? direction.opposite : direction
        let oldest = log.oldest(direction, reachingBack: session.chunkBytes(side))
        session.retain(side, from: min(oldest, conversation.pendingStart(direction)))
      }
    }
    // Rules have been asked before, on all frames that are whole.
    let reached = session == nil ? .max : conversation.reached(direction)
    let isClosed = session?.state == .closed
    log.removeAll(direction) { frame in
      guard isClosed || frame.end.map({ $0 <= reached }) ?? false else { return false }
      return !recordsFrames || frame.isLogged
    }
  }

  /// From as many bytes on a frame is told of before it is whole, as the reference does.
  private static let longFrameBytes: UInt64 = 2500

  private mutating func report(
    _ frame: ProtocolFrame, _ conversation: Conversation, _ subject: EventSubject, _ bytes: RawSpan
  ) {
    let subject = subject.copy()
    subject.protocols = conversation.protocols
    complete(subject, bytes)
    for (output, encoder) in encoders.enumerated() where encoder.wants(.frame) {
      let bytesMax = encoder.settings.framePayloadBytesMax
      guard let shown = describe(frame, conversation, subject, bytes, bytesMax: bytesMax) else { continue }
      encoder.encodeFrame(shown, subject, packetBytes: bytes, into: &line)
      keepLine(nextOrder(subject.flow), output, -1)
    }
  }

  /// What events show of a frame; nil where its protocol is gone.
  func describe(
    _ frame: ProtocolFrame, _ conversation: Conversation, _ subject: EventSubject, _ bytes: RawSpan,
    bytesMax: Int
  ) -> FrameDescription? {
    guard let index = conversation.protocolIndex else { return nil }
    let names = ProtocolCatalogue.all[index].frameNames
    guard names.indices.contains(Int(frame.kind)) else { return nil }
    let direction = subject.direction
    var payload: [UInt8] = []
    guard let session = subject.flow?.tcp else {
      let datagram = subject.packet.payload(of: bytes)
      let start = Int(clamping: frame.start)
      let length = Int(clamping: frame.length ?? UInt64(max(datagram.byteCount &- start, 0)))
      payload.append(datagram.part(start, min(length, bytesMax)))
      return FrameDescription(
        frame, name: names[Int(frame.kind)], direction: direction, lengthBytes: UInt64(length),
        isComplete: length <= datagram.byteCount - min(start, datagram.byteCount), isInStream: false,
        payload: payload)
    }
    let side = conversation.isReversed ? direction.opposite : direction
    let reached = conversation.reached(direction)
    let isAtEnd = session.state > .established || session.isAtEnd(side) || subject.origin == .flowTimeout
    let stored = session.storedEnd(side)
    let length = frame.length ?? stored &- min(frame.start, stored)
    let shown = max(reached, session.acknowledgedEnd(side))
    let end = min(frame.start &+ length, max(shown, frame.start))
    // The reference keeps a byte of its buffer for the end of the text.
    session.dump(side, from: frame.start, to: end, bytesMax: max(bytesMax - 1, 0), into: &payload)
    return FrameDescription(
      frame, name: names[Int(frame.kind)], direction: direction, lengthBytes: length,
      isComplete: frame.end.map { max(stored, reached) >= $0 } ?? isAtEnd, isInStream: true,
      payload: payload)
  }
}
