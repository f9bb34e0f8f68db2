package import Protocols
package import Wire

/// A frame as events show it.
package struct FrameDescription: Sendable {
  package let frame: ProtocolFrame
  /// Its name behind the protocol's: `pdu`.
  package let name: String
  package let direction: Direction
  /// Bytes, as far as they have come where the end is not known.
  package let lengthBytes: UInt64
  /// All of it has come.
  package let isComplete: Bool
  /// It lies in a TCP stream, not in a datagram.
  package let isInStream: Bool
  /// Its bytes, already cut to what is shown, with words for what is missing.
  package let payload: [UInt8]

  package init(
    _ frame: ProtocolFrame, name: String, direction: Direction, lengthBytes: UInt64, isComplete: Bool,
    isInStream: Bool, payload: [UInt8]
  ) {
    self.frame = frame
    self.name = name
    self.direction = direction
    self.lengthBytes = lengthBytes
    self.isComplete = isComplete
    self.isInStream = isInStream
    self.payload = payload
  }
}

extension EVEEncoder {
  /// Appends the record of a frame.
  package func encodeFrame(
    _ frame: FrameDescription, _ subject: EventSubject, packetBytes: RawSpan,
    into line: inout JSONWriter
  ) {
    beginRecord("frame", subject, endpoints: subject.endpoints, into: &line)
    encodeCommon(subject, frame: packetBytes, into: &line)
    encodeApplicationProtocol(subject, into: &line)
    encode(frame, into: &line)
    endRecord(subject, into: &line)
  }

  /// The member `frame`, as the record and an alert on a frame have it.
  func encode(_ frame: FrameDescription, into line: inout JSONWriter) {
    line.beginObject("frame")
    line.member("type", frame.name)
    line.member("id", frame.frame.identifier)
    line.member("direction", literal: frame.direction == .toServer ? "toserver" : "toclient")
    if frame.isInStream { line.member("stream_offset", frame.frame.start) }
    line.member("length", frame.lengthBytes)
    if !frame.isInStream { line.member("complete", frame.isComplete) }
    if !frame.payload.isEmpty {
      line.member("payload", base64: frame.payload.rawSpan)
      line.member("payload_printable", printable: frame.payload.rawSpan)
    }
    if frame.isInStream { line.member("complete", frame.isComplete) }
    if let transaction = frame.frame.transaction { line.member("tx_id", transaction) }
    line.endObject()
  }
}
