import Wire

/// What a client asks an FTP server for (RFC 959 §4.1 and the extensions).
enum FTPCommand {
  /// Words that are known; a request with another one is shown without it. The longest stand before those
  /// that they begin with.
  private static let words: [[UInt8]] = [
    "ABOR", "ACCT", "ALLO", "APPE", "CDUP", "CHMOD", "CWD", "DELE", "EPRT", "EPSV", "HELP", "IDLE", "LIST",
    "MAIL", "MDTM", "MKD", "MLFL", "MLSD", "MODE", "MRCP", "MRSQ", "MSAM", "MSND", "MSOM", "NLST", "NOOP",
    "PASS", "PASV", "PORT", "PWD", "QUIT", "REIN", "REST", "RETR", "RMD", "RNFR", "RNTO", "SITE", "SIZE",
    "SMNT", "STAT", "STOR", "STOU", "STRU", "SYST", "TYPE", "UMASK", "USER",
  ].map { Array($0.utf8) }

  /// The word that a line begins with, if it is known.
  static func word(of line: RawSpan) -> [UInt8]? {
    words.first { LineText.begins(line, with: $0) }
  }

  /// The words that a line beginning so asks to change to TLS (RFC 4217 §4).
  static let startTLS = [Array("AUTH TLS".utf8), Array("AUTH SSL".utf8)]

  /// The address and port of PORT: six numbers (RFC 959 §4.1.2).
  static func hostPort(_ text: RawSpan) -> (address: UInt32, port: UInt16)? {
    var numbers: [UInt32] = []
    var position = 0
    while numbers.count < 6 {
      guard let number = number(text, &position, maximum: 255) else { return nil }
      numbers.append(number)
      if numbers.count < 6 {
        guard position < text.byteCount, text[position] == UInt8(ascii: ",") else { return nil }
        position &+= 1
      }
    }
    let address = numbers[0] << 24 | numbers[1] << 16 | numbers[2] << 8 | numbers[3]
    return (address, UInt16(truncatingIfNeeded: numbers[4] << 8 | numbers[5]))
  }

  /// The port of EPRT: `|family|address|port|` (RFC 2428 §2).
  static func extendedPort(_ text: RawSpan) -> UInt16? {
    guard text.byteCount > 0 else { return nil }
    let delimiter = text[0]
    var position = 1
    for _ in 0..<2 {
      guard let next = text.firstIndex(of: delimiter, from: position) else { return nil }
      position = next &+ 1
    }
    return port(text, &position, delimiter)
  }

  /// The port in the reply to PASV: six numbers within brackets (RFC 959 §4.1.2).
  static func passivePort(_ text: RawSpan) -> UInt16? {
    guard let open = text.firstIndex(of: UInt8(ascii: "("), from: 0) else { return nil }
    return hostPort(text.part(open &+ 1, text.byteCount))?.port
  }

  /// The port in the reply to EPSV: `(|||port|)` (RFC 2428 §3).
  static func extendedPassivePort(_ text: RawSpan) -> UInt16? {
    guard let open = text.firstIndex(of: UInt8(ascii: "("), from: 0), text.byteCount > open &+ 4 else {
      return nil
    }
    let delimiter = text[open &+ 1]
    guard text[open &+ 2] == delimiter, text[open &+ 3] == delimiter else { return nil }
    var position = open &+ 4
    return port(text, &position, delimiter)
  }

  private static func port(_ text: RawSpan, _ position: inout Int, _ delimiter: UInt8) -> UInt16? {
    guard let number = number(text, &position, maximum: 65_535), position < text.byteCount,
      text[position] == delimiter
    else { return nil }
    return UInt16(truncatingIfNeeded: number)
  }

  private static func number(_ text: RawSpan, _ position: inout Int, maximum: UInt32) -> UInt32? {
    var value: UInt32 = 0
    let start = position
    while position < text.byteCount, let digit = ASCII.decimalDigit(text[position]) {
      value = value &* 10 &+ UInt32(digit)
      guard value <= maximum else { return nil }
      position &+= 1
    }
    return position > start ? value : nil
  }
}
