import Wire

/// A request target split into its parts and brought into the form that `http.uri` shows (RFC 3986, RFC 9112
/// §3.2).
///
///     scheme "://" user ":" password "@" host ":" port  path  "?" query  "#" fragment
///
/// Percent signs are undone, `%u` and UTF-8 become the bytes that Windows servers take them for, separators
/// are unified and dot segments removed, so that a rule need not know how a path was disguised.
struct HTTPURI {
  /// Parts before decoding, as ranges over the raw target.
  var scheme: Range<Int>?
  var user: Range<Int>?
  var host: Range<Int>?
  var port: Range<Int>?
  var path: Range<Int>
  /// With its question mark.
  var query: Range<Int>?
  /// With its number sign.
  var fragment: Range<Int>?

  /// Splits a target; an authority alone (`host:port`) is what CONNECT has.
  init(_ raw: [UInt8], isAuthority: Bool) {
    path = 0..<0
    var position = 0
    if isAuthority {
      readAuthority(raw, 0..<raw.count)
      path = raw.count..<raw.count
      return
    }
    if let first = raw.first, first != 0x2F {
      position = readScheme(raw)
    }
    let rest = position
    while position < raw.count, raw[position] != 0x3F, raw[position] != 0x23 { position &+= 1 }
    path = rest..<position
    if position < raw.count, raw[position] == 0x3F {
      let start = position
      while position < raw.count, raw[position] != 0x23 { position &+= 1 }
      query = start..<position
    }
    if position < raw.count { fragment = position..<raw.count }
  }

  /// Reads `scheme:` and what follows up to the path; gives the path's offset.
  private mutating func readScheme(_ raw: [UInt8]) -> Int {
    var position = 0
    while position < raw.count, raw[position] != 0x3A, raw[position] != 0x2F, raw[position] != 0x3F,
      raw[position] != 0x23
    {
      position &+= 1
    }
    guard position > 0, position < raw.count, raw[position] == 0x3A else { return 0 }
    scheme = 0..<position
    position &+= 1
    func byte(_ offset: Int) -> UInt8? { offset < raw.count ? raw[offset] : nil }
    if byte(position) == 0x2F {
      guard byte(position &+ 1) == 0x2F, byte(position &+ 2) != nil, byte(position &+ 2) != 0x2F else {
        return position
      }
      position &+= 2
    }
    let start = position
    while position < raw.count, raw[position] != 0x2F, raw[position] != 0x3F, raw[position] != 0x23 {
      position &+= 1
    }
    readAuthority(raw, start..<position)
    return position
  }

  private mutating func readAuthority(_ raw: [UInt8], _ range: Range<Int>) {
    var start = range.lowerBound
    if let at = range.first(where: { raw[$0] == 0x40 }) {
      user = start..<at
      start = at &+ 1
    }
    (host, port) = Self.splitHost(raw, start..<range.upperBound)
  }

  /// Splits `host:port` and `[v6]:port`.
  static func splitHost(_ raw: [UInt8], _ range: Range<Int>) -> (host: Range<Int>, port: Range<Int>?) {
    guard !range.isEmpty else { return (range, nil) }
    if raw[range.lowerBound] == 0x5B {
      guard let close = range.first(where: { raw[$0] == 0x5D }) else { return (range, nil) }
      let after = close &+ 1
      if after < range.upperBound, raw[after] == 0x3A {
        return (range.lowerBound..<after, (after &+ 1)..<range.upperBound)
      }
      return (range.lowerBound..<after, nil)
    }
    guard let colon = range.first(where: { raw[$0] == 0x3A }) else { return (range, nil) }
    return (range.lowerBound..<colon, (colon &+ 1)..<range.upperBound)
  }

  /// The buffer of `http.uri`, and the path alone.
  func normalized(
    _ raw: [UInt8], _ profile: HTTPProfile, isDoubleEncoded: inout Bool
  ) -> (uri: [UInt8], path: [UInt8]) {
    let rules = HTTPPathRules(profile)
    let isPlain = rules.isPlain(path: raw, path)
    let normalPath =
      isPlain ? Self.copy(raw, path) : self.path(raw, rules, profile, isDoubleEncoded: &isDoubleEncoded)
    if isPlain, path.lowerBound == 0, !profile.uriIncludesAll,
      rules.isPlain(query: raw, path.upperBound..<raw.count)
    {
      return (raw, normalPath)
    }
    var result: [UInt8] = []
    result.reserveCapacity(raw.count)
    if profile.uriIncludesAll { appendAuthority(raw, to: &result) }
    result.append(contentsOf: normalPath)
    for part in [query, fragment] {
      guard let part else { continue }
      var decoded = rules.decodeQuery(raw[part])
      if profile.decodesQueryTwice {
        let twice = rules.decodeQuery(decoded[...])
        if twice != decoded { isDoubleEncoded = true }
        decoded = twice
      }
      result.append(contentsOf: decoded)
    }
    return (result, normalPath)
  }

  private static func copy(_ raw: [UInt8], _ range: Range<Int>) -> [UInt8] {
    range.count == raw.count ? raw : raw.rawSpan.part(range.lowerBound, range.count).copied()
  }

  private func path(
    _ raw: [UInt8], _ rules: HTTPPathRules, _ profile: HTTPProfile, isDoubleEncoded: inout Bool
  ) -> [UInt8] {
    var decoded = rules.decodePath(raw[path])
    if profile.decodesPathTwice {
      let twice = rules.decodePath(decoded[...])
      if twice != decoded { isDoubleEncoded = true }
      decoded = twice
    }
    return HTTPPathRules.removingDotSegments(rules.bestFit(decoded))
  }

  private func appendAuthority(_ raw: [UInt8], to result: inout [UInt8]) {
    if let scheme {
      result.append(contentsOf: raw[scheme])
      result.append(contentsOf: "://".utf8)
    }
    if let user {
      result.append(contentsOf: raw[user])
      result.append(0x40)
    }
    if let host { result.append(contentsOf: raw[host].map(HTTPText.lowercased)) }
    if let port {
      result.append(0x3A)
      result.append(contentsOf: raw[port])
    }
  }
}
