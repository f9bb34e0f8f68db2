import Wire

/// Undoes the content codings of a body, one within the other (RFC 9110 §8.4).
///
/// Servers send `deflate` as zlib or as bare deflate, gzip under either name, and plain data under a coding's
/// name; browsers show all of that. So the first bytes of each layer are held until something came out: if they
/// cannot be decoded as announced, the other formats are tried on them, and if none fits they pass as they are.
final class HTTPContentDecoder {
  /// Bytes of a layer's beginning that are held for a second try.
  static let heldBytesMax = 4096
  /// The ratio over which output counts as a bomb: deflate cannot reach it.
  static let bombRatio = 2048

  /// One coding.
  private final class Layer {
    let coding: HTTPContentCoding
    var inflater: Inflater?
    /// Formats still to be tried.
    var formats: [Inflater.Format]
    /// The input so far, until something came out.
    var held: [UInt8] = []
    var isDecided = false
    var passesThrough = false
    var hasEnded = false
    var triedBare = false
    /// Broken after something came out: what follows is dropped.
    var isSpent = false
    var scratch: [UInt8] = []

    init(_ coding: HTTPContentCoding) {
      self.coding = coding
      formats = coding.formats
      inflater = formats.isEmpty ? nil : Inflater(formats.removeFirst())
      passesThrough = inflater == nil
    }
  }

  private var layers: [Layer]
  private let profile: HTTPProfile
  private var inputBytes: UInt64 = 0
  private var outputBytes: UInt64 = 0
  private var isStopped = false
  /// What was found wrong since last asked.
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

  /// The body has ended: what is still held passes as it is.
  func finish(_ give: (RawSpan) -> Void) {
    for index in layers.indices where !layers[index].isDecided && !layers[index].held.isEmpty {
      let held = layers[index].held
      layers[index].held = []
      layers[index].isDecided = true
      layers[index].passesThrough = true
      events.append(.gzipDecompressionFailed)
      push(held.rawSpan, index &+ 1, give)
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
    if layer.isSpent { return }
    if layer.passesThrough {
      push(bytes, index &+ 1, give)
      return
    }
    if layer.hasEnded {
      pushAfterEnd(bytes, layer, index, give)
      return
    }
    if !layer.isDecided, layer.held.count < Self.heldBytesMax {
      layer.held.append(bytes.part(0, Self.heldBytesMax &- layer.held.count))
    }
    run(bytes, layer, index, give)
  }

  /// Feeds one layer until its input is used up.
  private func run(_ bytes: RawSpan, _ layer: Layer, _ index: Int, _ give: (RawSpan) -> Void) {
    var position = 0
    while position < bytes.byteCount, !isStopped {
      guard let inflater = layer.inflater else { return }
      var output = layer.scratch
      layer.scratch = []
      output.removeAll(keepingCapacity: true)
      let (outcome, used) = inflater.decode(bytes.part(position, bytes.byteCount), to: &output)
      position &+= used
      if !output.isEmpty { layer.isDecided = true }
      push(output.rawSpan, index &+ 1, give)
      layer.scratch = output
      switch outcome {
      case .hasOutput: continue
      case .needsInput:
        if used == 0, output.isEmpty { return }
      case .ended:
        layer.hasEnded = true
        layer.isDecided = true
        pushAfterEnd(bytes.part(position, bytes.byteCount), layer, index, give)
        return
      case .failed:
        fail(bytes.part(position, bytes.byteCount), layer, index, give)
        return
      }
    }
  }

  /// Bytes after the end of the compressed data: another gzip member, or nothing of interest.
  private func pushAfterEnd(_ bytes: RawSpan, _ layer: Layer, _ index: Int, _ give: (RawSpan) -> Void) {
    guard bytes.byteCount > 0 else { return }
    if layer.inflater?.format == .gzip, bytes[0] == 0x1F {
      layer.hasEnded = false
      layer.inflater = Inflater(.gzip)
      run(bytes, layer, index, give)
      return
    }
    layer.hasEnded = false
    if layer.triedBare {
      // The checksum and length that end a gzip member.
      layer.isSpent = true
      return
    }
    layer.passesThrough = true
    push(bytes, index &+ 1, give)
  }

  /// The data is not what it was announced as: tries the other formats, then lets it pass.
  private func fail(_ rest: RawSpan, _ layer: Layer, _ index: Int, _ give: (RawSpan) -> Void) {
    guard !layer.isDecided else {
      events.append(.gzipDecompressionFailed)
      layer.isSpent = true
      return
    }
    if layer.coding == .gzip, !layer.triedBare, let start = Self.gzipHeaderLength(layer.held) {
      // Browsers pass over flags and checksums of the header that zlib refuses.
      layer.triedBare = true
      layer.inflater = Inflater(.rawDeflate)
      let bare = Array(layer.held[start...])
      run(bare.rawSpan, layer, index, give)
      return
    }
    let held = layer.held
    if !layer.formats.isEmpty {
      layer.inflater = Inflater(layer.formats.removeFirst())
      run(held.rawSpan, layer, index, give)
      return
    }
    events.append(.gzipDecompressionFailed)
    layer.held = []
    layer.isDecided = true
    layer.passesThrough = true
    push(held.rawSpan, index &+ 1, give)
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
    if outputBytes > UInt64(clamping: profile.bombBytesMin), outputBytes / Self.ratio > inputBytes {
      events.append(.compressionBomb)
      isStopped = true
    }
    if outputBytes > UInt64(clamping: profile.decodedBytesMax) {
      events.append(.compressionBomb)
      isStopped = true
    }
  }

  private static let ratio = UInt64(bombRatio)
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
