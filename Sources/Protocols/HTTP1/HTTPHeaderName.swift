import Wire

/// The headers that parsers, rules and records ask for, the shortest first. They are told once, when a header
/// is read: which of them a message has is a set of bits. `HTTPHeaders.Places` has one place for each: a name
/// more needs one more there.
package enum HTTPHeaderName: UInt8, Sendable, CaseIterable {
  case host
  case accept, cookie, server
  case referer, upgrade
  case location
  case userAgent, connection, setCookie
  case contentType
  case contentRange, authorization
  case contentLength
  case acceptEncoding, acceptLanguage, forwardedFor
  case contentEncoding
  case transferEncoding
  case contentDisposition

  /// The name in lower case.
  package var text: String {
    switch self {
    case .host: "host"
    case .userAgent: "user-agent"
    case .accept: "accept"
    case .contentType: "content-type"
    case .contentLength: "content-length"
    case .connection: "connection"
    case .server: "server"
    case .acceptEncoding: "accept-encoding"
    case .acceptLanguage: "accept-language"
    case .cookie: "cookie"
    case .setCookie: "set-cookie"
    case .referer: "referer"
    case .location: "location"
    case .contentEncoding: "content-encoding"
    case .transferEncoding: "transfer-encoding"
    case .contentDisposition: "content-disposition"
    case .contentRange: "content-range"
    case .authorization: "authorization"
    case .upgrade: "upgrade"
    case .forwardedFor: "x-forwarded-for"
    }
  }

  /// Its bit in a set of names.
  @inline(__always)
  var bit: UInt32 { 1 << UInt32(rawValue) }

  /// All names as words, by their numbers.
  private static let words = allCases.map { HTTPNameWords(Array($0.text.utf8).rawSpan) ?? HTTPNameWords() }

  /// The number of the first name that has so many bytes or more.
  private static let starts = (0...HTTPNameWords.bytesMax + 1).map { count in
    allCases.firstIndex { $0.text.utf8.count >= count } ?? allCases.count
  }

  /// The name that some bytes are, in any case.
  init?(_ name: RawSpan) {
    guard let wanted = HTTPNameWords(name) else { return nil }
    let (starts, words) = (Self.starts, Self.words)
    var index = starts[name.byteCount]
    while index < starts[name.byteCount &+ 1] {
      if words[index] == wanted {
        self.init(rawValue: UInt8(truncatingIfNeeded: index))
        return
      }
      index &+= 1
    }
    return nil
  }
}

/// A name of at most 24 bytes in lower case, as three words that are compared at once.
struct HTTPNameWords: BitwiseCopyable {
  static let bytesMax = 24

  private var count = 0
  private var first: UInt64 = 0
  private var second: UInt64 = 0
  private var third: UInt64 = 0

  init() {}

  /// Nil where the name is longer.
  @inline(__always)
  init?(_ name: RawSpan) {
    count = name.byteCount
    guard count > 0, count <= Self.bytesMax else { return nil }
    first = Self.word(name, 0)
    if count > 8 { second = Self.word(name, 8) }
    if count > 16 { third = Self.word(name, 16) }
  }

  @inline(__always)
  static func == (left: HTTPNameWords, right: HTTPNameWords) -> Bool {
    left.first == right.first && left.count == right.count && left.second == right.second
      && left.third == right.third
  }

  /// Up to eight bytes from `offset` on, of which there is one at least.
  @inline(__always)
  private static func word(_ name: RawSpan, _ offset: Int) -> UInt64 {
    let left = name.byteCount &- offset
    if left >= 8 { return lowercased(name.load(offset, as: UInt64.self)) }
    if offset > 0 {
      // The last eight bytes, without those before `offset`.
      let last = name.load(name.byteCount &- 8, as: UInt64.self)
      return lowercased(last >> UInt64(8 &* (8 &- left)))
    }
    var word: UInt64 = 0
    for index in 0..<left { word |= UInt64(name[index]) << UInt64(8 &* index) }
    return lowercased(word)
  }

  /// Eight bytes with their ASCII letters in lower case.
  @inline(__always)
  private static func lowercased(_ word: UInt64) -> UInt64 {
    let seven = word & 0x7F7F_7F7F_7F7F_7F7F
    // Bit 7 of each byte: at least `A`, and more than `Z`.
    let fromA = seven &+ 0x3F3F_3F3F_3F3F_3F3F
    let behindZ = seven &+ 0x2525_2525_2525_2525
    let capitals = fromA & ~behindZ & ~word & 0x8080_8080_8080_8080
    return word | capitals >> 2
  }
}
