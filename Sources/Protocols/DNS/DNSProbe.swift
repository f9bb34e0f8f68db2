import Wire

/// Tells DNS from other traffic on its port.
enum DNSProbe {
  /// A datagram is DNS if the whole message can be read; a request also has to ask something.
  static func datagram(_ bytes: RawSpan, _ direction: Direction) -> Recognition {
    do throws(ParseFailure) {
      let message = try DNSContents(bytes, isKept: false)
      guard message.isResponse || message.questionCount > 0 else { return .no }
      return message.isResponse == (direction == .toClient) ? .yes : .yesReversed
    } catch { return .no }
  }

  /// A datagram can be read as a whole.
  static func isReadable(_ bytes: RawSpan) -> Bool {
    do throws(ParseFailure) {
      _ = try DNSContents(bytes, isKept: false)
      return true
    } catch { return false }
  }

  /// A stream is DNS if it begins with a length and a header that fit each other.
  static func stream(_ bytes: RawSpan, _ direction: Direction) -> Recognition {
    if bytes.byteCount >= 2, Int(bytes.u16(0)) < DNSMessage.headerBytes { return .no }
    guard bytes.byteCount >= 2 &+ DNSMessage.headerBytes else { return .needsMore }
    guard looksLikeStream(bytes) else { return .no }
    let isResponse = bytes[4] & 0x80 != 0
    return isResponse == (direction == .toClient) ? .yes : .yesReversed
  }

  /// The length before the message leaves room for what the header's counts promise, and the header is one in
  /// use.
  static func looksLikeStream(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount >= 2 &+ DNSMessage.headerBytes else { return false }
    let length = Int(bytes.u16(0))
    let flags = bytes.u16(4)
    let questions = Int(bytes.u16(6))
    let records = Int(bytes.u16(8)) &+ Int(bytes.u16(10)) &+ Int(bytes.u16(12))
    guard flags >> 11 & 0xF < 7, questions &+ records > 0 else { return false }
    return length >= DNSMessage.headerBytes &+ questions &* 5 &+ records &* 11
  }
}
