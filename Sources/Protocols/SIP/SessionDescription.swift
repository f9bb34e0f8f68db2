import Wire

/// What a body says about a session (SDP, RFC 8866): lines of a letter, `=` and a value.
///
///     v o s [i] [u] [e] [p] [c] [b]… (t [r])… [z] [k] [a]… (m [i] [c] [b]… [k] [a]…)…
///
/// Differs from Suricata: values are taken as they are, whatever their own grammar says, as a session without
/// a name (`s=-`) or with media of a new kind is a session all the same. A line of another form ends the
/// reading; what was read before it counts, once there is a time.
package struct SessionDescription: Sendable {
  /// One stream of media.
  package struct Media: Sendable {
    package internal(set) var media: [UInt8] = []
    package internal(set) var information: [UInt8]?
    package internal(set) var connection: [UInt8]?
    package internal(set) var bandwidths: [[UInt8]] = []
    package internal(set) var key: [UInt8]?
    package internal(set) var attributes: [[UInt8]] = []
  }

  /// When the session takes place.
  package struct Time: Sendable {
    package let time: [UInt8]
    package internal(set) var `repeat`: [UInt8]?
  }

  package private(set) var origin: [UInt8] = []
  package private(set) var name: [UInt8] = []
  package private(set) var information: [UInt8]?
  package private(set) var uri: [UInt8]?
  package private(set) var email: [UInt8]?
  package private(set) var phone: [UInt8]?
  package private(set) var connection: [UInt8]?
  package private(set) var bandwidths: [[UInt8]] = []
  package private(set) var times: [Time] = []
  package private(set) var zone: [UInt8]?
  package private(set) var key: [UInt8]?
  package private(set) var attributes: [[UInt8]] = []
  package private(set) var media: [Media] = []

  /// Reads a body; nil where it describes no session.
  init?(_ body: RawSpan) {
    var lines = Lines(body)
    guard lines.take("v")?.elementsEqual("0".utf8) == true, let origin = lines.take("o"),
      let name = lines.take("s")
    else { return nil }
    self.origin = Self.joined(origin)
    self.name = name
    information = lines.take("i")
    uri = lines.take("u")
    email = lines.take("e")
    phone = lines.take("p")
    connection = lines.take("c").map(Self.joined)
    bandwidths = lines.takeAll("b")
    while times.count < SIPLimits.descriptionLines, let time = lines.take("t") {
      times.append(Time(time: Self.joined(time), repeat: lines.take("r").map(Self.joined)))
      // One more is of no use to anybody.
      while lines.take("r") != nil {}
    }
    guard !times.isEmpty else { return nil }
    zone = lines.take("z").map(Self.joined)
    key = lines.take("k")
    attributes = lines.takeAll("a")
    while media.count < SIPLimits.descriptionLines, let line = lines.take("m") {
      media.append(
        Media(
          media: Self.joined(line), information: lines.take("i"),
          connection: lines.take("c").map(Self.joined), bandwidths: lines.takeAll("b"), key: lines.take("k"),
          attributes: lines.takeAll("a")))
    }
  }

  /// A value with one blank between its words.
  private static func joined(_ value: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for byte in value {
      let isBlank = byte == 0x20 || byte == 0x09
      if isBlank, result.last == 0x20 { continue }
      result.append(isBlank ? 0x20 : byte)
    }
    return result
  }

  /// A cursor over lines.
  private struct Lines: ~Escapable {
    private let bytes: RawSpan
    private var position = 0

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) {
      self.bytes = bytes
    }

    /// Takes the next line's value, if the line has this letter.
    @_lifetime(self: copy self)
    mutating func take(_ letter: Unicode.Scalar) -> [UInt8]? {
      guard position &+ 1 < bytes.byteCount, bytes[position] == UInt8(ascii: letter),
        bytes[position &+ 1] == UInt8(ascii: "=")
      else { return nil }
      let start = position &+ 2
      guard let feed = bytes.firstIndex(of: 0x0A, from: start) else { return nil }
      position = feed &+ 1
      let hasReturn = feed > start && bytes[feed &- 1] == 0x0D
      return bytes.part(start, feed &- start &- (hasReturn ? 1 : 0)).copied()
    }

    /// Takes all lines with this letter that follow, as many as there is room for.
    @_lifetime(self: copy self)
    mutating func takeAll(_ letter: Unicode.Scalar) -> [[UInt8]] {
      var values: [[UInt8]] = []
      while let value = take(letter) {
        if values.count < SIPLimits.descriptionLines { values.append(value) }
      }
      return values
    }
  }
}
