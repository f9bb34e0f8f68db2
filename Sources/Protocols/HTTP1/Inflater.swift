import CBrotli
import Wire

/// A running decompression of one content coding: by ISA-L or zlib, or the C boundary to brotli.
///
/// It gives output in pieces of at most 32 KiB, so that a small input can never make it allocate much at
/// once, and takes memory only from the first byte of a stream to the last. Whether ISA-L or zlib decodes
/// never shows.
@safe
final class Inflater {
  /// The formats that are understood.
  enum Format {
    case gzip, zlib, rawDeflate, brotli
  }

  /// What came of some input.
  enum Outcome {
    /// All input was used, more is wanted.
    case needsInput
    /// The compressed data has come to its end.
    case ended
    case failed
    /// The receiver wanted no more.
    case stopped
  }

  private enum Stage {
    case header, body, trailer
    /// zlib does all of it.
    case whole
    case over(Outcome)
  }

  private static let pieceBytesMax = 32 * 1024

  let format: Format
  private let isFast: Bool
  private var stage: Stage
  private var wrapping: DeflateWrapping
  private var fast: ISALInflate?
  private var zlib: ZlibInflate?
  private var brotli: OpaquePointer?

  /// A stream that stays open for long is not `isFast`: it leaves the few fast states to others.
  init(_ format: Format, isFast: Bool = true) {
    self.format = format
    self.isFast = isFast
    wrapping = DeflateWrapping(format == .gzip ? .gzip : format == .zlib ? .zlib : .none)
    stage = isFast ? .header : .whole
    guard format == .brotli else { return }
    // Sound: the decoder is owned by this object alone and freed in deinit.
    unsafe brotli = BrotliDecoderCreateInstance(nil, nil, nil)
    stage = unsafe brotli != nil ? .whole : .over(.failed)
  }

  deinit {
    fast?.giveBack()
    // Sound: it was made in init; brotli's destructor takes nil.
    if format == .brotli { unsafe BrotliDecoderDestroyInstance(brotli) }
  }

  /// Decodes `input` and gives what comes out piece by piece, until it is used up or the receiver says false.
  func decode(_ input: RawSpan, _ give: (RawSpan) -> Bool) -> Outcome {
    switch stage {
    case .header: begin(input, give)
    case .body: fast == nil ? runBare(input, give) : runFast(input, give)
    case .trailer: readTrailer(input)
    case .whole: format == .brotli ? runBrotli(input, give) : runWhole(input, give)
    case .over(let outcome): outcome
    }
  }

  private func begin(_ input: RawSpan, _ give: (RawSpan) -> Bool) -> Outcome {
    switch wrapping.readHeader(input) {
    case .incomplete:
      return .needsInput
    case .odd(let before):
      stage = .whole
      return before.isEmpty ? runWhole(input, give) : runWhole((before + input.copied()).rawSpan, give)
    case .read(let used):
      guard used < input.byteCount || format == .rawDeflate else { return .needsInput }
      stage = .body
      fast = ISALInflate.take()
      return decode(input.part(used, .max), give)
    }
  }

  private func runFast(_ input: RawSpan, _ give: (RawSpan) -> Bool) -> Outcome {
    guard let fast else { return end(.failed) }
    let outcome = fast.run(input) { piece in
      wrapping.count(piece)
      return give(piece)
    }
    switch outcome {
    case .needsInput: return .needsInput
    case .stopped: return end(.stopped)
    case .ended(let following, let count):
      release()
      stage = .trailer
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: following >> UInt64($0 &* 8)) }
      return readTrailer(bytes.rawSpan)
    case .doubtful(let rest):
      guard let zlib = ZlibInflate(.none) else { return end(.failed) }
      let before = fast.handOver(to: zlib)
      release()
      self.zlib = zlib
      return runBare((before + rest).rawSpan, give)
    }
  }

  /// The body alone goes to zlib.
  private func runBare(_ input: RawSpan, _ give: (RawSpan) -> Bool) -> Outcome {
    if zlib == nil { zlib = ZlibInflate(.none) }
    guard let zlib else { return end(.failed) }
    let outcome = zlib.run(input) { piece in
      wrapping.count(piece)
      return give(piece)
    }
    guard case .ended(let used) = outcome else { return settle(outcome) }
    release()
    stage = .trailer
    return readTrailer(input.part(used, .max))
  }

  private func runWhole(_ input: RawSpan, _ give: (RawSpan) -> Bool) -> Outcome {
    if zlib == nil { zlib = ZlibInflate(wrapping.wrapping) }
    guard let zlib else { return end(.failed) }
    return settle(zlib.run(input, give))
  }

  private func settle(_ outcome: ZlibInflate.Outcome) -> Outcome {
    switch outcome {
    case .needsInput: .needsInput
    case .failed: end(.failed)
    case .stopped: end(.stopped)
    case .ended: end(.ended)
    }
  }

  private func readTrailer(_ bytes: RawSpan) -> Outcome {
    if let isRight = wrapping.readTrailer(nil) { return end(isRight ? .ended : .failed) }
    for position in 0..<bytes.byteCount {
      if let isRight = wrapping.readTrailer(bytes[position]) { return end(isRight ? .ended : .failed) }
    }
    return .needsInput
  }

  /// Nothing more comes out: what decoding took is given back.
  private func end(_ outcome: Outcome) -> Outcome {
    release()
    stage = .over(outcome)
    return outcome
  }

  private func release() {
    fast?.giveBack()
    fast = nil
    zlib = nil
  }

  private func runBrotli(_ input: RawSpan, _ give: (RawSpan) -> Bool) -> Outcome {
    // Sound: brotli reads and writes at most the two counts during the call. A piece is what it has just
    // written.
    let outcome: Outcome = unsafe input.withUnsafeBytes { source in
      unsafe withUnsafeTemporaryAllocation(byteCount: Self.pieceBytesMax, alignment: 16) { room in
        var nextIn = unsafe source.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var availableIn = source.count
        while true {
          var nextOut = unsafe room.baseAddress?.assumingMemoryBound(to: UInt8.self)
          var availableOut = room.count
          let status = unsafe BrotliDecoderDecompressStream(
            brotli, &availableIn, &nextIn, &availableOut, &nextOut, nil)
          let produced = room.count &- availableOut
          if produced > 0 {
            let piece = unsafe UnsafeRawBufferPointer(rebasing: room[..<produced])
            guard unsafe give(piece.bytes) else { return .stopped }
          }
          switch status {
          case BROTLI_DECODER_RESULT_SUCCESS: return .ended
          case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT: return .needsInput
          case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT: continue
          default: return .failed
          }
        }
      }
    }
    if outcome != .needsInput { stage = .over(outcome) }
    return outcome
  }
}
