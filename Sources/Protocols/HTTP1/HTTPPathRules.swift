/// How a personality decodes paths and queries.
struct HTTPPathRules {
  let convertsBackslashes: Bool
  let compressesSeparators: Bool
  let decodesSeparators: Bool
  let decodesPercentU: Bool
  let lowercases: Bool
  let decodesPlus: Bool
  /// UTF-8 in paths becomes single bytes.
  let convertsUTF8: Bool

  init(_ profile: HTTPProfile) {
    let lenient: Bool
    switch profile.personality {
    case .ids, .iis4, .iis5, .iis51, .iis6, .iis7, .iis75: lenient = true
    case .minimal, .generic, .apache2: lenient = false
    }
    let compresses = profile.personality != .minimal
    convertsBackslashes = profile.convertsBackslashes ?? (lenient || profile.personality == .generic)
    compressesSeparators = profile.compressesSeparators ?? compresses
    decodesSeparators = profile.decodesSeparators ?? (lenient || profile.personality == .generic)
    decodesPercentU = profile.decodesPercentU ?? lenient
    lowercases = profile.lowercasesPath ?? false
    decodesPlus = profile.decodesPlusInQuery
    convertsUTF8 = profile.personality == .ids
  }

  /// Undoes percent signs in a path, unifies separators and drops repeated ones.
  func decodePath(_ raw: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(raw.count)
    var position = raw.startIndex
    while position < raw.endIndex {
      var byte = raw[position]
      if byte == 0x25, let (value, length) = decodeEscape(raw, at: position) {
        if Self.isSeparator(value), !decodesSeparators {
          result.append(contentsOf: raw[position..<(position &+ length)])
          position &+= length
          continue
        }
        byte = value
        position &+= length
      } else {
        position &+= 1
      }
      if byte == 0x5C, convertsBackslashes { byte = 0x2F }
      if byte == 0x2F, compressesSeparators, result.last == 0x2F { continue }
      result.append(lowercases ? HTTPText.lowercased(byte) : byte)
    }
    return result
  }

  /// Undoes percent signs, and pluses where asked for, in a query or fragment.
  func decodeQuery(_ raw: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(raw.count)
    var position = raw.startIndex
    while position < raw.endIndex {
      let byte = raw[position]
      if byte == 0x25, let (value, length) = decodeEscape(raw, at: position) {
        result.append(value)
        position &+= length
        continue
      }
      result.append(byte == 0x2B && decodesPlus ? 0x20 : byte)
      position &+= 1
    }
    return result
  }

  private static func isSeparator(_ byte: UInt8) -> Bool { byte == 0x2F || byte == 0x5C }

  /// The byte that `%xx` or `%uxxxx` stands for, and how many bytes it takes; nil where it is not one.
  private func decodeEscape(_ raw: ArraySlice<UInt8>, at position: Int) -> (UInt8, Int)? {
    func hex(_ offset: Int) -> UInt32? {
      let index = position &+ offset
      return index < raw.endIndex ? HTTPText.hexValue(raw[index]).map(UInt32.init) : nil
    }
    if decodesPercentU, position &+ 1 < raw.endIndex, raw[position &+ 1] | 0x20 == 0x75 {
      guard let a = hex(2), let b = hex(3), let c = hex(4), let d = hex(5) else { return nil }
      return (BestFitTable.byte(for: a << 12 | b << 8 | c << 4 | d), 6)
    }
    guard let high = hex(1), let low = hex(2) else { return nil }
    return (UInt8(truncatingIfNeeded: high << 4 | low), 3)
  }

  /// UTF-8 sequences, overlong ones too, as the single bytes that they are taken for.
  func bestFit(_ path: [UInt8]) -> [UInt8] {
    guard convertsUTF8, path.contains(where: { $0 >= 0x80 }) else { return path }
    var result: [UInt8] = []
    result.reserveCapacity(path.count)
    var position = 0
    while position < path.count {
      let (codePoint, length) = Self.decodeUTF8(path, at: position)
      result.append(codePoint.map(BestFitTable.byte) ?? 0x3F)
      position &+= length
    }
    return result
  }

  /// One sequence, overlong forms allowed. Nil for bytes that begin none.
  private static func decodeUTF8(_ path: [UInt8], at position: Int) -> (UInt32?, Int) {
    let first = path[position]
    if first < 0x80 { return (UInt32(first), 1) }
    let length: Int
    var value: UInt32
    switch first {
    case 0xC0...0xDF: (length, value) = (2, UInt32(first & 0x1F))
    case 0xE0...0xEF: (length, value) = (3, UInt32(first & 0x0F))
    case 0xF0...0xF7: (length, value) = (4, UInt32(first & 0x07))
    default: return (nil, 1)
    }
    guard position &+ length <= path.count else { return (nil, 1) }
    for offset in 1..<length {
      let byte = path[position &+ offset]
      guard byte & 0xC0 == 0x80 else { return (nil, 1) }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    return (value, length)
  }

  /// The path without `.` and `..` segments; `..` at the root goes nowhere (RFC 3986 §5.2.4, but that a
  /// trailing dot segment leaves no separator behind).
  static func removingDotSegments(_ path: [UInt8]) -> [UInt8] {
    guard path.contains(0x2E) else { return path }
    let segments = path.split(separator: 0x2F, omittingEmptySubsequences: false)
    guard segments.contains(where: { $0.elementsEqual([0x2E]) || $0.elementsEqual([0x2E, 0x2E]) }) else {
      return path
    }
    var kept: [ArraySlice<UInt8>] = []
    let isRooted = path.first == 0x2F
    for segment in segments {
      if segment.elementsEqual([0x2E]) { continue }
      if segment.elementsEqual([0x2E, 0x2E]) {
        if kept.count > (isRooted ? 1 : 0) { kept.removeLast() }
        continue
      }
      kept.append(segment)
    }
    return Array(kept.joined(separator: [0x2F]))
  }
}
