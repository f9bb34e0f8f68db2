/// Parameters of header values: `name=value` or `name="value"`, after semicolons (RFC 9110 §5.6.6).
enum HTTPParameters {
  /// The file name in a response's Content-Disposition. It may stand first; an unfinished quotation and an
  /// empty value are none.
  static func fileName(_ value: [UInt8]) -> [UInt8]? {
    let name = "filename"
    for part in value.indices.split(whereSeparator: { value[$0] == 0x3B }) {
      let range = HTTPText.trimmed(value, part.startIndex..<part.endIndex)
      let start = range.lowerBound &+ name.utf8.count
      guard start < range.upperBound, HTTPText.startsWith(value, range, name), value[start] == 0x3D else {
        continue
      }
      let text = (start &+ 1)..<range.upperBound
      guard let first = text.first.map({ value[$0] }) else { return nil }
      guard first == 0x22 else { return Array(value[text]) }
      guard text.count >= 2, value[text.upperBound &- 1] == 0x22 else { return nil }
      return Array(value[text.dropFirst().dropLast()])
    }
    return nil
  }

  /// A parameter of a MIME header, its name in lower case: quotations with their escapes undone (RFC 2045
  /// §5.1).
  static func mime(_ name: String, of value: [UInt8]) -> [UInt8]? {
    var position = value.firstIndex(of: 0x3B).map { $0 &+ 1 } ?? value.count
    while position < value.count {
      let end = parameterEnd(value, position)
      let range = HTTPText.trimmed(value, position..<end)
      position = end &+ 1
      guard HTTPText.startsWith(value, range, name) else { continue }
      var start = range.lowerBound &+ name.utf8.count
      while start < range.upperBound, HTTPText.isSpace(value[start]) { start &+= 1 }
      guard start < range.upperBound, value[start] == 0x3D else { continue }
      return unquoted(value, HTTPText.trimmed(value, (start &+ 1)..<range.upperBound))
    }
    return nil
  }

  /// Offset of the semicolon after a parameter: one within a quotation does not count.
  private static func parameterEnd(_ value: [UInt8], _ start: Int) -> Int {
    var position = start
    var isQuoted = false
    while position < value.count {
      switch value[position] {
      case 0x5C where isQuoted: position &+= 1
      case 0x22: isQuoted.toggle()
      case 0x3B where !isQuoted: return position
      default: break
      }
      position &+= 1
    }
    return value.count
  }

  private static func unquoted(_ value: [UInt8], _ range: Range<Int>) -> [UInt8] {
    guard range.count >= 2, value[range.lowerBound] == 0x22, value[range.upperBound &- 1] == 0x22 else {
      return Array(value[range])
    }
    var text: [UInt8] = []
    var isEscaped = false
    for byte in value[range.dropFirst().dropLast()] {
      if byte == 0x5C, !isEscaped {
        isEscaped = true
        continue
      }
      isEscaped = false
      text.append(byte)
    }
    return text
  }
}
