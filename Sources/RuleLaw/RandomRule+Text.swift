import Wire

extension RandomRule {
  /// The rule as a line of a file.
  package var text: String {
    let body = options.map(\.text).joined(separator: " ")
    return "alert \(header.text) (msg:\"law \(sid)\"; \(body) sid:\(sid); rev:1;)"
  }
}

extension RandomHeader {
  var text: String {
    let arrow = isTwoSided ? "=>" : isBidirectional ? "<>" : "->"
    return
      "\(protocolName) \(source.text) \(sourcePort.text) \(arrow) \(destination.text) \(destinationPort.text)"
  }
}

extension RandomHeader.Address {
  var text: String {
    switch self {
    case .any: "any"
    case .one(let address): "\(address)"
    case .not(let address): "!\(address)"
    case .network(let address, let bits): "\(address)/\(bits)"
    case .list(let list): "[\(list.map { "\($0)" }.joined(separator: ","))]"
    }
  }
}

extension RandomHeader.Port {
  var text: String {
    switch self {
    case .any: "any"
    case .one(let port): "\(port)"
    case .not(let port): "!\(port)"
    case .range(let low, let high): "\(low):\(high)"
    case .list(let list): "[\(list.map { "\($0)" }.joined(separator: ","))]"
    }
  }
}

extension RandomOption {
  var text: String {
    switch self {
    case .buffer(let name, let transforms): ([name] + transforms).map { $0 + ";" }.joined(separator: " ")
    case .part(let part): part.text
    case .packet(let keyword, let check): "\(keyword):\(check.text(equalSign: keyword == "tcp.flags"));"
    case .transaction(let keyword, let check): "\(keyword):\(check.text());"
    case .flags(let modifier, let bits): "flags:\(modifier.map(String.init) ?? "")\(Self.letters(of: bits));"
    case .flow(let words): "flow:\(words.joined(separator: ","));"
    case .text(let text): text
    }
  }

  private static func letters(of bits: UInt8) -> String {
    let names: [(UInt8, String)] = [
      (1, "F"), (2, "S"), (4, "R"), (8, "P"), (16, "A"), (32, "U"), (64, "E"), (128, "C"),
    ]
    let letters = names.filter { bits & $0.0 != 0 }.map(\.1).joined()
    return letters.isEmpty ? "0" : letters
  }
}

extension NumberCheck {
  func text(equalSign: Bool = false) -> String {
    switch self {
    case .equal(let value): equalSign ? "=\(value)" : "\(value)"
    case .not(let value): "!\(value)"
    case .less(let value): "<\(value)"
    case .greater(let value): ">\(value)"
    case .between(let low, let high): "\(low)<>\(high)"
    }
  }
}

extension Amount {
  var text: String {
    switch self {
    case .number(let number): "\(number)"
    case .variable(let name): name
    }
  }
}

extension BufferPart {
  var text: String {
    switch self {
    case .content(let content): content.text
    case .pattern(let pattern): pattern.text
    case .byteTest(let test):
      "byte_test:\(test.reading.count),\(test.isNegated ? "!" : "")\(test.comparison),\(test.value.text),"
        + "\(test.reading.offset)\(test.reading.words);"
    case .byteJump(let jump): jump.text
    case .byteExtract(let extract):
      "byte_extract:\(extract.reading.count),\(extract.reading.offset),\(extract.name)"
        + (extract.multiplier == 1 ? "" : ",multiplier \(extract.multiplier)") + "\(extract.reading.words);"
    case .byteMath(let math): math.text
    case .isDataAt(let amount, let isRelative, let isNegated):
      "isdataat:\(isNegated ? "!" : "")\(amount.text)\(isRelative ? ",relative" : "");"
    case .size(let keyword, let check): "\(keyword):\(check.text());"
    }
  }
}

extension NumberReading {
  /// The words after the numbers, each behind a comma.
  var words: String {
    var words: [String] = []
    if isRelative { words.append("relative") }
    if isLittle { words.append("little") }
    if let text { words += ["string", text.rawValue] }
    if let mask { words.append("bitmask 0x\(String(mask, radix: 16))") }
    return words.map { "," + $0 }.joined()
  }
}

extension ByteJumpPart {
  var text: String {
    var text = "byte_jump:\(reading.count),\(reading.offset)\(reading.words)"
    if multiplier != 1 { text += ",multiplier \(multiplier)" }
    if aligns { text += ",align" }
    if let start { text += "," + start }
    if postOffset != 0 { text += ",post_offset \(postOffset)" }
    return text + ";"
  }
}

extension ByteMathPart {
  var text: String {
    var text = "byte_math:bytes \(reading.count), offset \(reading.offset), oper \(operation), "
    text += "rvalue \(value.text), result \(name)"
    if reading.isRelative { text += ", relative" }
    if reading.isLittle { text += ", endian little" }
    if let base = reading.text { text += ", string \(base.rawValue)" }
    if let mask = reading.mask { text += ", bitmask 0x\(String(mask, radix: 16))" }
    return text + ";"
  }
}

extension ContentPart {
  var text: String {
    var text = "content:\(isNegated ? "!" : "")\"\(Self.quoted(bytes))\";"
    if ignoresCase { text += " nocase;" }
    if let offset { text += " offset:\(offset.text);" }
    if let depth { text += " depth:\(depth.text);" }
    if let distance { text += " distance:\(distance.text);" }
    if let within { text += " within:\(within.text);" }
    if startsWith { text += " startswith;" }
    if endsWith { text += " endswith;" }
    if isFastPattern { text += " fast_pattern;" }
    if isRaw { text += " rawbytes;" }
    return text
  }

  /// Letters, digits and a few others stand for themselves, the rest in hexadecimal.
  static func quoted(_ bytes: [UInt8]) -> String {
    var text = ""
    var isHex = false
    for byte in bytes {
      let isText = isLetterOrDigit(byte) || [0x20, 0x2e, 0x2d, 0x2f, 0x3d, 0x5f].contains(byte)
      if isText == isHex {
        text += "|"
        isHex.toggle()
      } else if isHex {
        text += " "
      }
      text += isText ? String(UnicodeScalar(byte)) : twoDigits(byte)
    }
    return isHex ? text + "|" : text
  }

  static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
  }

  static func twoDigits(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}

extension PatternPart {
  var text: String {
    let body = pieces.map { Self.text(of: $0.piece) + Self.text($0.minimum, $0.maximum) }.joined()
    let flags = (ignoresCase ? "i" : "") + (dotTakesAll ? "s" : "") + (isRelative ? "R" : "")
    return "pcre:\(isNegated ? "!" : "")\"/\(isAnchored ? "^" : "")\(body)/\(flags)\";"
  }

  private static func text(_ minimum: Int, _ maximum: Int) -> String {
    switch (minimum, maximum) {
    case (1, 1): ""
    case (0, 1): "?"
    case (0, .max): "*"
    case (1, .max): "+"
    case (let low, .max): "{\(low),}"
    case (let low, let high): "{\(low),\(high)}"
    }
  }

  private static func text(of piece: Piece) -> String {
    switch piece {
    case .literal(let byte): escaped(byte)
    case .any: "."
    case .digit: "\\d"
    case .word: "\\w"
    case .space: "\\s"
    case .range(let low, let high): "[\(escaped(low))-\(escaped(high))]"
    case .outside(let byte): "[^\(escaped(byte))]"
    }
  }

  private static func escaped(_ byte: UInt8) -> String {
    ContentPart.isLetterOrDigit(byte) ? String(UnicodeScalar(byte)) : "\\x" + ContentPart.twoDigits(byte)
  }
}
