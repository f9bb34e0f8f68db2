import Protocols
import Wire

/// What transformations make of bytes, each by itself.
enum Transformation {
  /// Runs of white space become their first byte.
  static func compressingWhitespace(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var wasSpace = false
    for byte in bytes {
      let isSpace = byte.isSpace
      if !isSpace || !wasSpace { result.append(byte) }
      wasSpace = isSpace
    }
    return result
  }

  /// `%41` becomes `A`, and a plus sign a space; what is no valid code stays.
  static func urlDecoding(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0x25, index + 2 < bytes.count, let high = bytes[index + 1].hexValue,
        let low = bytes[index + 2].hexValue
      {
        result.append(high << 4 | low)
        index += 3
      } else {
        result.append(byte == 0x2b ? 0x20 : byte)
        index += 1
      }
    }
    return result
  }

  /// Names of headers, up to the colon of each line, in lower case.
  static func loweringHeaders(_ bytes: [UInt8]) -> [UInt8] {
    var isName = true
    return bytes.map { byte in
      if byte == 0x0a {
        isName = true
      } else if byte == 0x3a {
        isName = false
      }
      return isName ? byte.lowercased : byte
    }
  }

  /// Without the lines that begin with a colon (HTTP/2's pseudo headers).
  static func strippingPseudoHeaders(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0a).map { $0 + 1 } ?? bytes.count
      if bytes[start] != 0x3a { result += bytes[start..<end] }
      start = end
    }
    return result
  }

  /// Bytes combined with the key, again and again.
  static func combining(_ bytes: [UInt8], with key: [UInt8]) -> [UInt8] {
    guard !key.isEmpty else { return bytes }
    return bytes.indices.map { bytes[$0] ^ key[$0 % key.count] }
  }

  /// The last label, or the last two where the second level is shared (`co.uk`, `com.cn`, `in-addr.arpa`):
  /// the public suffix.
  ///
  /// Differs from Suricata: the list of public suffixes is not consulted; suffixes beyond these are rare in
  /// rules.
  static func publicSuffix(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
    let labels = bytes.split(separator: 0x2e)
    guard labels.count >= 2, let last = labels.last else { return nil }
    let second = labels[labels.count - 2]
    let shared =
      last.count == 2 ? Self.secondLevels : last.elementsEqual(Self.infrastructure) ? Self.reverse : []
    let isShared = shared.contains { $0.elementsEqual(second) }
    return isShared ? bytes[second.startIndex...] : bytes[last.startIndex...]
  }

  /// The public suffix with the label before it: the registered domain.
  static func registeredDomain(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
    guard let suffix = publicSuffix(bytes), suffix.startIndex >= 2 else { return nil }
    let before = bytes[..<(suffix.startIndex - 1)]
    guard !before.isEmpty else { return nil }
    let start = before.lastIndex(of: 0x2e).map { $0 + 1 } ?? 0
    return bytes[start...]
  }

  private static let secondLevels: [[UInt8]] = [
    "ac", "co", "com", "edu", "go", "gob", "gov", "govt", "mil", "ne", "net", "or", "org", "sch",
  ].map { Array($0.utf8) }

  private static let infrastructure = Array("arpa".utf8)

  /// What stands before `arpa` (RFC 3172).
  private static let reverse: [[UInt8]] = [
    "e164", "home", "in-addr", "ip6", "iris", "uri", "urn",
  ].map { Array($0.utf8) }
}

extension UInt8 {
  /// Space, tab and the line breaks, as in the C locale.
  var isSpace: Bool { self == 32 || (self >= 9 && self <= 13) }

  /// Value of a hexadecimal digit.
  var hexValue: UInt8? {
    switch self {
    case 48...57: self - 48
    case 65...70: self - 55
    case 97...102: self - 87
    default: nil
    }
  }
}

extension Inspector {
  /// The bytes after a buffer's transformations, or nil where one of them leaves nothing to match.
  mutating func transform(_ bytes: RawSpan, for buffer: Int32) -> [UInt8]? {
    var current = bytes.copied()
    // Nothing is made of nothing: not even a digest.
    for transform in program.buffers[Int(buffer)].transforms where !current.isEmpty {
      guard let changed = apply(transform, to: current) else { return nil }
      current = changed
    }
    return current
  }

  private mutating func apply(_ transform: Transform, to bytes: [UInt8]) -> [UInt8]? {
    switch transform {
    case .compressWhitespace: return Transformation.compressingWhitespace(bytes)
    case .stripWhitespace: return bytes.filter { !$0.isSpace }
    case .toMD5: return Digest.of(bytes.rawSpan, .md5)
    case .toSHA1: return Digest.of(bytes.rawSpan, .sha1)
    case .toSHA256: return Digest.of(bytes.rawSpan, .sha256)
    case .dotPrefix: return bytes.isEmpty ? bytes : [0x2e] + bytes
    case .urlDecode: return Transformation.urlDecoding(bytes)
    case .toLowercase: return bytes.map(\.lowercased)
    case .toUppercase: return bytes.map { $0 >= 97 && $0 <= 122 ? $0 - 32 : $0 }
    case .headerLowercase: return Transformation.loweringHeaders(bytes)
    case .stripPseudoHeaders: return Transformation.strippingPseudoHeaders(bytes)
    case .xor(let key): return Transformation.combining(bytes, with: key)
    case .pcrexform(let expression): return capture(expression, in: bytes)
    // What is no name leaves an empty buffer, not none.
    case .domain: return Transformation.registeredDomain(bytes).map(Array.init) ?? []
    case .topLevelDomain: return Transformation.publicSuffix(bytes).map(Array.init) ?? []
    case .fromBase64(let offset, let count, let mode): return decode(bytes, offset, count, mode)
    case .gunzip(let maximum): return Decompression.expand(bytes.rawSpan, .gzip, bytesMax: maximum)
    case .zlibDeflate(let maximum): return Decompression.expand(bytes.rawSpan, .zlib, bytesMax: maximum)
    case .subslice(let offset, let count, let truncates): return slice(bytes, offset, count, truncates)
    case .script(let script): return scripts?.transform(script, bytes) ?? bytes
    }
  }

  /// The first group captured; where the expression does not match, the buffer as it is.
  private mutating func capture(_ expression: String, in bytes: [UInt8]) -> [UInt8] {
    guard let pattern = program.transformPatterns[expression],
      pattern.firstMatch(in: bytes.rawSpan, from: 0, matcher.patterns) != nil,
      let group = matcher.patterns.group(1)
    else { return bytes }
    return Array(bytes[group.start..<min(group.end, bytes.count)])
  }

  /// Decodes a part, all that follows where the count is 0. What cannot be decoded is left as it is, and so
  /// is, as in the reference, what has no byte behind the part.
  private mutating func decode(_ bytes: [UInt8], _ offset: Int, _ count: Int, _ mode: Base64Mode) -> [UInt8]?
  {
    guard offset >= 0, offset < bytes.count, count == 0 || count < bytes.count - offset else { return bytes }
    var decoded: [UInt8] = []
    Base64Text.decode(bytes.rawSpan.part(offset, count == 0 ? bytes.count : count), mode, into: &decoded)
    return decoded.isEmpty ? bytes : decoded
  }

  /// A part of the bytes; a negative offset counts from the end.
  private mutating func slice(_ bytes: [UInt8], _ offset: Int, _ count: Int?, _ truncates: Bool) -> [UInt8]? {
    let start = offset < 0 ? bytes.count + max(offset, -bytes.count) : offset
    guard start <= bytes.count else { return nil }
    let wanted = count ?? bytes.count
    let length = wanted < 0 ? bytes.count - start + max(wanted, start - bytes.count) : wanted
    if !truncates && start + min(length, bytes.count) > bytes.count && count != nil { return nil }
    return Array(bytes[start..<min(bytes.count, start + min(length, bytes.count))])
  }
}
