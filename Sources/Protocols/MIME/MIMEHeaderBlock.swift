import Wire

/// The headers of a message or a part, as their lines come (RFC 5322 §2.2).
struct MIMEHeaderBlock {
  private(set) var headers: [MIMEMessage.Header] = []
  private var bytes = 0
  private let bytesMax: Int
  private let valueBytes: Int

  /// `valueBytes`: bytes of a value's line from which on it is an oddity.
  init(bytesMax: Int, valueBytes: Int) {
    self.bytesMax = bytesMax
    self.valueBytes = valueBytes
  }

  /// Takes a line without its end; lines without a colon are passed over.
  mutating func take(_ line: RawSpan, isContinuation: Bool, _ oddities: inout [MIMEOddity]) {
    guard line.byteCount > 0 else { return }
    let isFolded = line[0] == 0x20 || line[0] == 0x09
    if isFolded || isContinuation {
      append(isContinuation ? line : line.part(Self.afterBlanks(line, from: 0), line.byteCount), &oddities)
      return
    }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":"), from: 0) else { return }
    if colon > MIMELimits.headerNameBytes { oddities.append(.longHeaderName) }
    let name = line.part(0, min(colon, MIMELimits.headerNameBytes &+ 1))
    guard headers.count < MIMELimits.headers, bytes &+ name.byteCount <= bytesMax else { return }
    bytes &+= name.byteCount
    var lowercased: [UInt8] = []
    ASCII.append(lowercased: name, to: &lowercased)
    headers.append(MIMEMessage.Header(name: lowercased, writtenName: name.copied(), value: []))
    append(line.part(Self.afterBlanks(line, from: colon &+ 1), line.byteCount), &oddities)
  }

  /// Value of the last header with a name.
  func value(_ name: String) -> [UInt8]? {
    headers.last { $0.name.elementsEqual(name.utf8) }?.value
  }

  private mutating func append(_ value: RawSpan, _ oddities: inout [MIMEOddity]) {
    if value.byteCount > valueBytes { oddities.append(.longHeaderValue) }
    guard !headers.isEmpty else { return }
    let kept = value.part(0, bytesMax &- bytes)
    bytes &+= kept.byteCount
    headers[headers.count - 1].value.append(kept)
  }

  private static func afterBlanks(_ line: RawSpan, from position: Int) -> Int {
    var index = position
    while index < line.byteCount, line[index] == 0x20 || line[index] == 0x09 { index &+= 1 }
    return index
  }
}

/// What the headers of a part say of its body (RFC 2045 §5, §6; RFC 2183 §2; RFC 2231 §3).
struct MIMEPartInfo {
  enum Encoding { case none, base64, quotedPrintable }

  var encoding = Encoding.none
  /// Name of the file that the part is, possibly empty; nil: it is none.
  var fileName: [UInt8]?
  var hasLongName = false
  /// Boundary of the parts in it.
  var boundary: [UInt8]?
  var hasLongBoundary = false
  /// The body is a message itself.
  var isMessage = false
  /// Addresses are looked for.
  var isText = true

  init(_ block: MIMEHeaderBlock, _ settings: MIMESettings) {
    if let value = block.value("content-type") { takeType(value) }
    takeEncoding(block, settings)
    for header in block.headers where fileName == nil {
      if header.name.elementsEqual("content-type".utf8) {
        fileName = Self.parameter("name", of: header.value)
      } else if header.name.elementsEqual("content-disposition".utf8) {
        fileName = Self.parameter("filename", of: header.value)
      }
    }
    if let name = fileName, name.count > MIMELimits.fileNameBytes {
      hasLongName = true
      fileName = Array(name.prefix(MIMELimits.fileNameBytes))
    }
  }

  private mutating func takeType(_ value: [UInt8]) {
    let type = value.prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 }
    isText = type.elementsEqual("text/plain".utf8) || type.elementsEqual("text/html".utf8)
    isMessage = type.elementsEqual("message/rfc822".utf8)
    if let found = Self.parameter("boundary", of: value), !found.isEmpty {
      if found.count > MIMELimits.boundaryBytes { hasLongBoundary = true } else { boundary = found }
    }
  }

  private mutating func takeEncoding(_ block: MIMEHeaderBlock, _ settings: MIMESettings) {
    guard let value = block.value("content-transfer-encoding") else { return }
    let word = value.map(ASCII.lowercased)
    if word.elementsEqual("base64".utf8) {
      encoding = settings.decodesBase64 ? .base64 : .none
    } else if word.elementsEqual("quoted-printable".utf8) {
      encoding = settings.decodesQuotedPrintable ? .quotedPrintable : .none
    }
  }

  /// Value of a parameter behind the first `;` of a header. A parameter that comes in numbered pieces is put
  /// together.
  static func parameter(_ name: String, of value: [UInt8]) -> [UInt8]? {
    var pieces: [(number: Int, value: ArraySlice<UInt8>)] = []
    var position = value.firstIndex(of: UInt8(ascii: ";")) ?? value.count
    while position < value.count {
      position += 1
      while position < value.count, ASCII.isSpace(value[position]) { position += 1 }
      let end = endOfParameter(value, from: position)
      if let equals = value[position..<end].firstIndex(of: UInt8(ascii: "=")) {
        let key = value[position..<equals]
        let content = unquoted(value[(equals + 1)..<end])
        if key.elementsEqual(name.utf8) { return Array(content) }
        if let number = pieceNumber(key, name), pieces.count < 64 { pieces.append((number, content)) }
      }
      position = end
    }
    guard !pieces.isEmpty else { return nil }
    return pieces.sorted { $0.number < $1.number }.flatMap { $0.value }
  }

  /// Offset of the `;` behind a parameter: one within quotes is none.
  private static func endOfParameter(_ value: [UInt8], from start: Int) -> Int {
    var isQuoted = false
    var index = start
    while index < value.count {
      if value[index] == UInt8(ascii: "\""), index == start || value[index - 1] != UInt8(ascii: "\\") {
        isQuoted.toggle()
      }
      if value[index] == UInt8(ascii: ";"), !isQuoted { break }
      index += 1
    }
    return index
  }

  private static func unquoted(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let quote = UInt8(ascii: "\"")
    guard value.count >= 2, value.first == quote, value.last == quote else { return value }
    return value.dropFirst().dropLast()
  }

  /// The number in `name*number`.
  private static func pieceNumber(_ key: ArraySlice<UInt8>, _ name: String) -> Int? {
    let digits = key.dropFirst(name.utf8.count + 1)
    guard key.starts(with: (name + "*").utf8), 1...3 ~= digits.count else { return nil }
    var number = 0
    for byte in digits {
      guard let digit = ASCII.decimalDigit(byte) else { return nil }
      number = number * 10 + Int(digit)
    }
    return number
  }
}
