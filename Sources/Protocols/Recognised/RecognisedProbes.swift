import Wire

/// Looks at first messages whose form says more than fixed bytes. All are monotone: they decide on a prefix
/// of fixed length, or wait for it.
enum RecognisedProbes {
  /// A greeting of FTP: `220` and somewhere in the line `FTP`, but not `SMTP`.
  static let ftpBanner: Recognised.Probe = { bytes, direction, _ in
    direction == .toClient ? greeting(bytes, naming: "FTP", not: "SMTP") : .no
  }

  /// A greeting of SMTP: `220` and somewhere in the line `SMTP`.
  static let smtpBanner: Recognised.Probe = { bytes, direction, _ in
    direction == .toClient ? greeting(bytes, naming: "SMTP", not: "") : .no
  }

  /// On their own ports FTP and SMTP are a reply code, or a command of three or four letters.
  static let replyOrCommand: Recognised.Probe = { bytes, direction, _ in
    if direction == .toClient {
      guard bytes.byteCount >= 4 else { return prefixIsDigits(bytes) ? .needsMore : .no }
      return prefixIsDigits(bytes.part(0, 3)) && (bytes[3] == 0x20 || bytes[3] == 0x2D) ? .yes : .no
    }
    return command(bytes, letters: 3...4)
  }

  /// POP3's commands are of three or four letters.
  static let popCommand: Recognised.Probe = { bytes, direction, _ in
    direction == .toServer ? command(bytes, letters: 3...4) : .no
  }

  /// IMAP: a tag of letters and digits, a blank, a command of letters.
  static let taggedCommand: Recognised.Probe = { bytes, direction, _ in
    guard direction == .toServer else { return .no }
    var index = 0
    while index < bytes.byteCount, isAlphanumeric(bytes[index]) {
      index &+= 1
      if index > 32 { return .no }
    }
    guard index < bytes.byteCount else { return .needsMore }
    guard index > 0, bytes[index] == 0x20 else { return .no }
    return command(bytes.part(index &+ 1, bytes.byteCount), letters: 3...12)
  }

  /// DCE/RPC (C706): version 5.0 and a type of its own over streams, version 4 over datagrams.
  static let dcerpc: Recognised.Probe = { bytes, _, transport in
    if transport == .udp {
      guard bytes.byteCount >= 80 else { return .no }
      let length = Int(bytes[4] & 0x10 != 0 ? bytes.u16(74).byteSwapped : bytes.u16(74))
      return bytes[0] == 4 && bytes[1] <= 10 && bytes[4] & 0xEE == 0 && bytes[5] <= 3
        && length == bytes.byteCount &- 80 ? .yes : .no
    }
    guard bytes.byteCount > 0 else { return .needsMore }
    guard bytes[0] == 5 else { return .no }
    if bytes.byteCount > 1, bytes[1] > 1 { return .no }
    if bytes.byteCount > 2, bytes[2] > 19 { return .no }
    guard bytes.byteCount >= 8 else { return .needsMore }
    return bytes[4] & 0xEE == 0 && bytes[5] <= 3 && bytes[6] == 0 && bytes[7] == 0 ? .yes : .no
  }

  /// PostgreSQL: the length of a first message, of which servers take 10,000 bytes; the answer to it.
  static let postgres: Recognised.Probe = { bytes, direction, _ in
    guard bytes.byteCount > 0 else { return .needsMore }
    if direction == .toClient {
      let isAnswer = [0x52, 0x45, 0x53, 0x4E].contains(bytes[0])
      return isAnswer ? .yes : .no
    }
    guard bytes[0] == 0 else { return .no }
    guard bytes.byteCount >= 8 else { return .needsMore }
    return 8...10_000 ~= bytes.u32(0) ? .yes : .no
  }

  /// Telnet begins with the negotiation of an option.
  static let telnet: Recognised.Probe = { bytes, _, _ in
    guard bytes.byteCount >= 2 else { return bytes.byteCount == 0 || bytes[0] == 0xFF ? .needsMore : .no }
    return bytes[0] == 0xFF && 0xFA...0xFE ~= bytes[1] ? .yes : .no
  }
}
