import Wire

/// Undoes the content codings of a body, one within the other (RFC 9110 §8.4).
///
/// Servers send `deflate` as zlib or as bare deflate, gzip under either name, headers that zlib refuses, and
/// plain data under a coding's name; browsers show all of that. So the first bytes of each layer are held
/// until something came out: if they cannot be decoded as announced, the other formats are tried on them, and
/// if none fits they pass as they are. What is tried does not depend on how the bytes were cut.
final class HTTPContentDecoder {
  /// Bytes of a layer's beginning that are held for a second try.
  static let heldBytesMax = 4096
  /// Bytes that a second try may give: what is held cannot honestly give more.
  static let trialBytesMax = 4 << 20
  /// The ratio over which output counts as a bomb: deflate cannot reach it.
  static let bombRatio: UInt64 = 2048

  private enum State {
    /// Nothing came out yet.
    case undecided
    /// The announced format failed: bytes are collected for the others.
    case collecting
    case decodes
    case passesThrough
    /// Ended, or broken after something came out: what follows is dropped.
    case isSpent
  }

  /// One coding.
  private final class Layer {
    let coding: HTTPContentCoding
    var inflater: Inflater?
    var state = State.undecided
    /// The input so far, until something came out.
    var held: [UInt8] = []

    init(_ coding: HTTPContentCoding) {
      self.coding = coding
      inflater = coding.formats.first.map { Inflater($0) }
      if inflater == nil { state = .passesThrough }
    }

    /// Nothing more comes out: what decoding took is given back, as flows may be idle for long.
    func end() {
      state = .isSpent
      inflater = nil
    }
  }

  private var layers: [Layer]
  private let profile: HTTPProfile
  private var inputBytes: UInt64 = 0
  private var outputBytes: UInt64 = 0
  private var isStopped = false
  /// What was found wrong, in order.
  private(set) var events: [HTTPEvent] = []

  /// A decoder for the codings in the order in which they are to be undone.
  init(_ codings: [HTTPContentCoding], _ profile: HTTPProfile) {
    layers = codings.map(Layer.init)
    self.profile = profile
  }

  /// Decodes `bytes` and gives what came out, piece by piece.
  func decode(_ bytes: RawSpan, _ give: (RawSpan) -> Void) {
    inputBytes &+= UInt64(bytes.byteCount)
    push(bytes, 0, give)
  }

  /// The body has ended: what is still held is tried, or passes as it is.
  func finish(_ give: (RawSpan) -> Void) {
    for (index, layer) in layers.enumerated() {
      switch layer.state {
      case .collecting: tryOthers(layer, index, give)
      case .undecided: passHeld(layer, index, give)
      case .decodes, .passesThrough, .isSpent: break
      }
    }
  }

  private func push(_ bytes: RawSpan, _ index: Int, _ give: (RawSpan) -> Void) {
    guard !isStopped, bytes.byteCount > 0 else { return }
    guard index < layers.count else {
      outputBytes &+= UInt64(bytes.byteCount)
      give(bytes)
      checkBomb()
      return
    }
    let layer = layers[index]
    switch layer.state {
    case .isSpent:
      return
    case .passesThrough:
      push(bytes, index &+ 1, give)
    case .decodes:
      run(bytes, layer, index, give)
    case .undecided, .collecting:
      let kept = min(bytes.byteCount, Self.heldBytesMax &- layer.held.count)
      if layer.state == .undecided { run(bytes.part(0, kept), layer, index, give) }
      if layer.state == .undecided || layer.state == .collecting {
        layer.held.append(bytes.part(0, kept))
        guard layer.held.count == Self.heldBytesMax else { return }
        if layer.state == .collecting { tryOthers(layer, index, give) }
        if layer.state == .undecided { layer.state = .decodes }
      }
      push(bytes.part(kept, bytes.byteCount), index, give)
    }
  }

  /// Feeds one layer until its input is used up.
  private func run(_ bytes: RawSpan, _ layer: Layer, _ index: Int, _ give: (RawSpan) -> Void) {
    guard let inflater = layer.inflater else { return }
    let outcome = inflater.decode(bytes) { piece in
      if layer.state == .undecided {
        layer.state = .decodes
        layer.held = []
      }
      push(piece, index &+ 1, give)
      return !isStopped
    }
    switch outcome {
    case .needsInput: break
    case .ended, .stopped:
      // What follows the compressed data, checksums or noise, is no content.
      layer.end()
    case .failed:
      if layer.state == .undecided {
        layer.state = .collecting
      } else {
        events.append(.gzipDecompressionFailed)
        layer.end()
      }
    }
  }

  /// The data is not what it was announced as: tries the other formats on what is held, then lets it pass.
  private func tryOthers(_ layer: Layer, _ index: Int, _ give: (RawSpan) -> Void) {
    let held = layer.held
    var starts: [(Inflater.Format, Int)] = layer.coding.formats.dropFirst().map { ($0, 0) }
    if layer.coding == .gzip, let start = Self.gzipHeaderLength(held) {
      // Browsers pass over flags and checksums of the header that zlib refuses.
      starts.insert((.rawDeflate, start), at: 0)
    }
    for (format, start) in starts {
      let inflater = Inflater(format)
      let rest = Array(held[start...])
      guard let trial = Self.trial(inflater, rest.rawSpan) else { continue }
      layer.held = []
      if trial.hasEnded {
        layer.end()
      } else {
        layer.inflater = inflater
        layer.state = .decodes
      }
      push(trial.output.rawSpan, index &+ 1, give)
      return
    }
    passHeld(layer, index, give)
  }

  private func passHeld(_ layer: Layer, _ index: Int, _ give: (RawSpan) -> Void) {
    let held = layer.held
    layer.held = []
    layer.state = .passesThrough
    push(held.rawSpan, index &+ 1, give)
  }

  /// Decodes all of `bytes`, or gives nil where they are not of the format or nothing comes out.
  private static func trial(_ inflater: Inflater, _ bytes: RawSpan) -> (output: [UInt8], hasEnded: Bool)? {
    var output: [UInt8] = []
    let outcome = inflater.decode(bytes) { piece in
      guard output.count < trialBytesMax else { return false }
      output.append(piece)
      return true
    }
    switch outcome {
    case .ended, .needsInput: return output.isEmpty ? nil : (output, outcome == .ended)
    case .failed, .stopped: return nil
    }
  }

  /// Length of a gzip header (RFC 1952 §2.3), whatever its flags and checksum say; nil where it is not whole.
  private static func gzipHeaderLength(_ bytes: [UInt8]) -> Int? {
    guard bytes.count > 10, bytes[0] == 0x1F, bytes[1] == 0x8B else { return nil }
    let flags = bytes[3]
    var position = 10
    if flags & 0x04 != 0 {
      guard position &+ 2 <= bytes.count else { return nil }
      position &+= 2 &+ Int(bytes[position]) &+ Int(bytes[position &+ 1]) << 8
    }
    for flag: UInt8 in [0x08, 0x10] where flags & flag != 0 {
      guard position < bytes.count, let end = bytes[position...].firstIndex(of: 0) else { return nil }
      position = end &+ 1
    }
    if flags & 0x02 != 0 { position &+= 2 }
    return position < bytes.count ? position : nil
  }

  private func checkBomb() {
    let isBomb =
      outputBytes > UInt64(clamping: profile.bombBytesMin) && outputBytes / Self.bombRatio > inputBytes
      || outputBytes > UInt64(clamping: profile.decodedBytesMax)
    guard isBomb else { return }
    events.append(.compressionBomb)
    isStopped = true
  }
}

/// A content coding by its registered name (RFC 9110 §8.4.1).
enum HTTPContentCoding: Equatable {
  case gzip, deflate, brotli, lzma

  /// The formats that a body of this coding may really have, likeliest first.
  var formats: [Inflater.Format] {
    switch self {
    case .gzip: [.gzip, .zlib, .rawDeflate]
    case .deflate: [.zlib, .rawDeflate, .gzip]
    case .brotli: [.brotli]
    case .lzma: []
    }
  }

  /// Reads a Content-Encoding value: codings in the order in which they are to be undone, and what is odd.
  static func list(_ value: [UInt8], layersMax: Int) -> (codings: [HTTPContentCoding], events: [HTTPEvent]) {
    var codings: [HTTPContentCoding] = []
    var events: [HTTPEvent] = []
    var tokens: [Range<Int>] = []
    var start = 0
    for position in 0...value.count
    where position == value.count || value[position] == 0x2C || HTTPText.isSpace(value[position]) {
      if start < position { tokens.append(start..<position) }
      start = position &+ 1
    }
    for token in tokens {
      if HTTPText.find(value, token, "gzip") != nil {
        if !["gzip", "x-gzip"].contains(where: { HTTPText.equals(value, token, $0) }) {
          events.append(.abnormalContentEncoding)
        }
        codings.append(.gzip)
      } else if HTTPText.find(value, token, "deflate") != nil {
        if !["deflate", "x-deflate"].contains(where: { HTTPText.equals(value, token, $0) }) {
          events.append(.abnormalContentEncoding)
        }
        codings.append(.deflate)
      } else if HTTPText.equals(value, token, "br") {
        codings.append(.brotli)
      } else if HTTPText.equals(value, token, "lzma") {
        codings.append(.lzma)
      } else if !HTTPText.equals(value, token, "identity"), !HTTPText.equals(value, token, "inflate") {
        events.append(.abnormalContentEncoding)
      }
    }
    if codings.count > layersMax {
      events.append(.tooManyEncodingLayers)
      codings = Array(codings.prefix(layersMax))
    }
    return (codings.reversed(), events)
  }
}
