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

  /// Whether a path is in normal form as it stands, as nearly all are: no escapes, no character beyond ASCII,
  /// no separator that would be another one or dropped, no segment that begins with a dot.
  func isPlain(path raw: [UInt8], _ range: Range<Int>) -> Bool {
    if lowercases { return false }
    var before: UInt8 = 0x2F
    if range.isEmpty || raw[range.lowerBound] == 0x2F { before = 0 }
    for index in range {
      let byte = raw[index]
      if byte >= 0x80 || byte == 0x25 || byte == 0x5C { return false }
      if before == 0x2F, byte == 0x2F || byte == 0x2E { return false }
      before = byte
    }
    return true
  }

  /// Whether a query or fragment is.
  func isPlain(query raw: [UInt8], _ range: Range<Int>) -> Bool {
    for index in range where raw[index] == 0x25 || raw[index] == 0x2B && decodesPlus { return false }
    return true
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

  /// UTF-8 sequences, overlong ones too, as the single bytes that they are taken for. What breaks off counts
  /// as one byte that cannot be read, and what the end cuts as one less than it has bytes, as in the
  /// reference.
  func bestFit(_ path: [UInt8]) -> [UInt8] {
    guard convertsUTF8, path.contains(where: { $0 >= 0x80 }) else { return path }
    var result: [UInt8] = []
    result.reserveCapacity(path.count)
    var position = 0
    while position < path.count {
      switch Self.sequence(path, at: position) {
      case .whole(let codePoint, let length):
        result.append(BestFitTable.byte(for: codePoint))
        position &+= length
      case .broken(let length):
        result.append(Self.unreadable)
        position &+= length
      case .cut(let length):
        result.append(contentsOf: repeatElement(Self.unreadable, count: length &- 1))
        position &+= length
      }
    }
    return result
  }

  /// Stands for bytes that cannot be read: a question mark.
  private static let unreadable: UInt8 = 0x3F

  /// What a sequence of bytes is, with how many of them.
  private enum Sequence {
    case whole(UInt32, Int), broken(Int), cut(Int)
  }

  /// One sequence (RFC 3629 §4), overlong forms allowed.
  private static func sequence(_ path: [UInt8], at position: Int) -> Sequence {
    let first = path[position]
    let more: Int
    var value: UInt32
    switch first {
    case 0..<0x80: return .whole(UInt32(first), 1)
    case 0xC0...0xDF: (more, value) = (1, UInt32(first & 0x1F))
    case 0xE0...0xEF: (more, value) = (2, UInt32(first & 0x0F))
    case 0xF0...0xF4: (more, value) = (3, UInt32(first & 0x07))
    default: return .broken(1)
    }
    // Surrogates, and what lies beyond all characters.
    let limit: UInt8 = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF
    for offset in 1...more {
      guard position &+ offset < path.count else { return .cut(offset) }
      let byte = path[position &+ offset]
      guard byte & 0xC0 == 0x80, offset > 1 || byte <= limit else { return .broken(offset) }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    return .whole(value, more &+ 1)
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
