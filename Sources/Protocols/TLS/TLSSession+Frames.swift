import Wire

/// Frames of TLS (rules: `frame:tls.pdu`).
enum TLSFrame: String, FrameKind {
  /// A record; its header of five bytes; its payload.
  case pdu
  case header = "hdr"
  case data
  /// The payload of a record with an alert, or with a heartbeat.
  case alert, heartbeat
  /// A message of SSL 2.0: its length and type; the whole.
  case ssl2Header = "ssl2.hdr"
  case ssl2PDU = "ssl2.pdu"
}

extension TLSSession {
  /// Announces a record whose header is there, with its parts.
  func announceRecord(_ type: UInt8, _ length: Int, _ position: Int, _ direction: Direction) {
    announce(TLSFrame.header, direction, at: position, length: 5)
    announce(TLSFrame.pdu, direction, at: position, length: length &+ 5)
    announce(TLSFrame.data, direction, at: position &+ 5, length: length)
    if type == 21 {
      announce(TLSFrame.alert, direction, at: position &+ 5, length: length)
    } else if type == 24 {
      announce(TLSFrame.heartbeat, direction, at: position &+ 5, length: length)
    }
  }

  /// Announces a message of SSL 2.0: two or three bytes of length and padding, then its type.
  func announceSSL2(_ bytes: RawSpan, _ position: Int, _ direction: Direction) {
    let headerCount = bytes[0] & 0x80 != 0 ? 2 : 3
    guard bytes.byteCount > headerCount else { return }
    let length = Int(bytes.u16(0) & (headerCount == 2 ? 0x7fff : 0x3fff))
    announce(TLSFrame.ssl2Header, direction, at: position, length: headerCount &+ 1)
    announce(TLSFrame.ssl2PDU, direction, at: position, length: length &+ headerCount)
  }
}
