import Wire

/// How the points of an object are written: a line of `DNP3Layouts`.
struct DNP3Layout: Sendable {
  /// One member of a point.
  struct Member: Sendable {
    let name: String
    let form: Form
  }

  enum Form: Sendable {
    /// Bits of a byte, from the lowest one that is left.
    case bits(Int)
    /// Little-endian, of so many bytes.
    case unsigned(Int), signed(Int)
    case float32, float64
    /// Bytes: text, or data.
    case bytes(Length, isText: Bool)
    /// So many bytes, a text up to a NUL.
    case code(Int)
  }

  enum Length: Sendable {
    /// What the member at this position says.
    case member(Int)
    /// What is left of the point, no more than this.
    case rest(max: Int)
  }

  /// Which prefixes a point must have.
  enum Prefix: Sendable { case any, size, size16 }

  private(set) var members: [Member] = []
  private(set) var prefix = Prefix.any
  /// Bits of a point where several are in a byte.
  private(set) var packedBits: Int?

  /// The layouts by group and variation. A line that cannot be read is left out: its objects are unknown.
  static let all: [UInt16: DNP3Layout] = {
    var layouts: [UInt16: DNP3Layout] = [:]
    for line in DNP3Layouts.table.split(separator: "\n") {
      var words = line.split(separator: " ").flatMap { word -> [Substring] in
        guard word.first == "$" else { return [word] }
        return (DNP3Layouts.common[String(word.dropFirst())] ?? "").split(separator: " ")
      }
      guard words.count > 2, let group = UInt8(words[0]), let variation = UInt8(words[1]) else { continue }
      words.removeFirst(2)
      layouts[key(group, variation)] = DNP3Layout(words)
    }
    return layouts
  }()

  static func key(_ group: UInt8, _ variation: UInt8) -> UInt16 { UInt16(group) << 8 | UInt16(variation) }

  /// Nil where a word cannot be read.
  private init?(_ words: [Substring]) {
    var isPacked = false
    for word in words {
      switch word {
      case "packed": isPacked = true
      case "sized": prefix = .size
      case "sized16": prefix = .size16
      default:
        guard let form = form(word) else { return nil }
        members.append(Member(name: Self.name(word), form: form))
      }
    }
    if isPacked, case .bits(let count)? = members.first?.form { packedBits = count }
  }

  private static func name(_ word: Substring) -> String { String(word.prefix { !"/:=".contains($0) }) }

  /// What stands behind a member's name; nil where nothing does, or its length does not stand before it.
  private func form(_ word: Substring) -> Form? {
    guard let mark = word.firstIndex(where: { "/:=".contains($0) }) else { return nil }
    let rest = word[word.index(after: mark)...]
    let number = Int(rest.drop { !$0.isNumber }.prefix { $0.isNumber })
    switch word[mark] {
    case "/": return .bits(number ?? 1)
    case "=" where rest.hasPrefix("code"): return .code(number ?? 0)
    case "=":
      let isText = rest.hasPrefix("text")
      if rest.contains("*") { return .bytes(.rest(max: rest.hasSuffix("8") ? 255 : 65_535), isText: isText) }
      let other = rest.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }
      return members.firstIndex { $0.name == other }.map { .bytes(.member($0), isText: isText) }
    default: break
    }
    let bytes = (number ?? 8) / 8
    switch rest.first {
    case "s": return .signed(bytes)
    case "f": return bytes == 4 ? .float32 : .float64
    default: return .unsigned(bytes)
    }
  }
}

/// What a member of a point holds.
package enum DNP3Value: Sendable {
  case unsigned(UInt64), signed(Int64), float(Double), text([UInt8]), data([UInt8]), code([UInt8])
}

extension DNP3Layout {
  /// Reads a point of members that stand in whole bytes; gives where it ends, nil where it is cut or says
  /// what cannot be.
  ///
  /// - Parameters:
  ///   - size: what stands before the point, where that is its size or an index.
  ///   - take: is given each member, if wanted.
  func read(
    _ bytes: RawSpan, from start: Int, size: UInt32, _ take: ((String, DNP3Value) -> Void)? = nil
  ) -> Int? {
    var position = start
    var (octet, bitsLeft) = (UInt8(0), 0)
    var numbers: [Int] = []
    for member in members {
      let value: DNP3Value
      switch member.form {
      case .bits(let count):
        if bitsLeft == 0 {
          guard position < bytes.byteCount else { return nil }
          (octet, bitsLeft) = (bytes[position], 8)
          position &+= 1
        }
        value = .unsigned(UInt64(octet & UInt8(truncatingIfNeeded: 1 << count &- 1)))
        octet >>= UInt8(truncatingIfNeeded: count)
        bitsLeft &-= count
      case .bytes(let length, let isText):
        guard let count = byteCount(length, numbers, position &- start, size),
          count <= bytes.byteCount &- position
        else { return nil }
        value = content(bytes.part(position, count), isText: isText, isWanted: take != nil)
        position &+= count
      case .code(let count):
        guard count <= bytes.byteCount &- position else { return nil }
        value = .code(Array(bytes.part(position, count).copied().prefix { $0 != 0 }))
        position &+= count
      case .unsigned, .signed, .float32, .float64:
        guard let number = number(member.form, bytes, at: position) else { return nil }
        value = number.value
        position &+= number.byteCount
      }
      if case .unsigned(let number) = value {
        numbers.append(Int(clamping: number))
      } else {
        numbers.append(0)
      }
      take?(member.name, value)
    }
    return position
  }

  private func number(_ form: Form, _ bytes: RawSpan, at position: Int) -> (value: DNP3Value, byteCount: Int)?
  {
    let count: Int
    switch form {
    case .unsigned(let bytes), .signed(let bytes): count = bytes
    case .float32: count = 4
    default: count = 8
    }
    guard count <= bytes.byteCount &- position else { return nil }
    let number = bytes.littleEndian(position, count)
    switch form {
    case .signed(2): return (.signed(Int64(Int16(truncatingIfNeeded: number))), count)
    case .signed: return (.signed(Int64(Int32(truncatingIfNeeded: number))), count)
    case .float32: return (.float(Double(Float(bitPattern: UInt32(truncatingIfNeeded: number)))), count)
    case .float64: return (.float(Double(bitPattern: number)), count)
    default: return (.unsigned(number), count)
    }
  }

  /// Bytes that a text or data has; nil where the point's size is less than what was read of it, or more than
  /// it can be.
  private func byteCount(_ length: Length, _ numbers: [Int], _ read: Int, _ size: UInt32) -> Int? {
    switch length {
    case .member(let place): return numbers.indices.contains(place) ? numbers[place] : nil
    case .rest(let most):
      let count = Int(size) &- read
      if count < 0 { return nil }
      // As in the reference, a size of four bytes counts by its lower half.
      if most > 255 { return count & 0xFFFF }
      return count <= most ? count : nil
    }
  }

  private func content(_ bytes: RawSpan, isText: Bool, isWanted: Bool) -> DNP3Value {
    let copy = isWanted ? bytes.copied() : []
    return isText ? .text(copy) : .data(copy)
  }
}

extension RawSpan {
  /// A little-endian number of up to eight bytes. Traps if it does not fit.
  func littleEndian(_ offset: Int, _ count: Int) -> UInt64 {
    var number: UInt64 = 0
    for index in 0..<count { number |= UInt64(self[offset &+ index]) << UInt64(8 &* index) }
    return number
  }
}
