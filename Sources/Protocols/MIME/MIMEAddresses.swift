import Wire

/// Looks for web addresses in the text of a message.
struct MIMEAddresses {
  private let schemes: [[UInt8]]
  private let showsScheme: Bool
  private var bytes = 0
  /// Decoded text whose last line is not complete.
  private var rest: [UInt8] = []

  init(_ settings: MIMESettings) {
    schemes = settings.extractsURLs ? settings.schemes.map { Array(($0 + "://").utf8) } : []
    showsScheme = settings.showsScheme
  }

  var isEmpty: Bool { schemes.isEmpty }

  /// Looks through a line, its end included.
  mutating func look(through line: RawSpan, into urls: inout [[UInt8]]) {
    for scheme in schemes {
      guard let last = scheme.first else { continue }
      var position = 0
      while let start = Self.first(of: last, in: line, from: position) {
        position = start &+ 1
        let end = start &+ scheme.count
        guard line.byteCount >= end,
          ASCII.equalsIgnoringCase(line.part(start, scheme.count), scheme.rawSpan)
        else { continue }
        var stop = end
        while stop < line.byteCount, !Self.ends(line[stop]) { stop &+= 1 }
        position = stop
        guard stop > end else { continue }
        keep(line.part(showsScheme ? start : end, stop &- (showsScheme ? start : end)), &urls)
      }
    }
  }

  /// Takes decoded text: what stands up to its last line feed is looked through.
  mutating func take(decoded text: RawSpan, into urls: inout [[UInt8]]) {
    rest.append(text)
    var lineEnd: Int?
    var index = rest.count
    while index > rest.count - text.byteCount, lineEnd == nil {
      index -= 1
      if rest[index] == 0x0A { lineEnd = index }
    }
    if lineEnd == nil, rest.count >= MIMELimits.textBytes { lineEnd = rest.count - 1 }
    guard let lineEnd else { return }
    let whole = rest
    look(through: whole.rawSpan.part(0, lineEnd), into: &urls)
    rest.removeSubrange(0...lineEnd)
  }

  /// The decoded text has come to its end.
  mutating func finish(into urls: inout [[UInt8]]) {
    guard !rest.isEmpty else { return }
    rest.append(0x0A)
    let whole = rest
    rest = []
    look(through: whole.rawSpan, into: &urls)
  }

  private mutating func keep(_ url: RawSpan, _ urls: inout [[UInt8]]) {
    guard urls.count < MIMELimits.urls, bytes &+ url.byteCount <= MIMELimits.urlBytes else { return }
    bytes &+= url.byteCount
    urls.append(url.copied())
  }

  private static func first(of letter: UInt8, in line: RawSpan, from position: Int) -> Int? {
    var index = position
    while index < line.byteCount {
      if ASCII.lowercased(line[index]) == letter { return index }
      index &+= 1
    }
    return nil
  }

  /// Blanks, quotes and brackets end an address.
  private static func ends(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"),
      UInt8(ascii: "]"):
      true
    default: false
    }
  }
}
