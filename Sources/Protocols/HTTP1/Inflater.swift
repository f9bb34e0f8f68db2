import CBrotli
import CZlib
import Wire

/// A running decompression of one content coding: the C boundary to zlib and brotli.
///
/// It gives output in pieces of bounded size, so that a small input can never make it allocate much at once.
@safe
final class Inflater {
  /// The formats that are understood.
  enum Format {
    case gzip, zlib, rawDeflate, brotli
  }

  /// What one call did.
  enum Outcome {
    /// All input was used, more is wanted.
    case needsInput
    /// The output piece is full: call again with what is left of the input.
    case hasOutput
    /// The compressed data has come to its end.
    case ended
    case failed
  }

  /// Largest piece of output of one call: as much as most text of the input's length grows to, so that little
  /// room is made that nothing fills.
  private static func pieceBytes(_ inputBytes: Int) -> Int { min(max(inputBytes &* 5, 2048), 32 * 1024) }

  let format: Format
  private let stream: UnsafeMutablePointer<z_stream>
  private var isOpen = false
  private var brotli: OpaquePointer?

  init(_ format: Format) {
    self.format = format
    // Sound: allocated once, initialised at once, and freed in deinit; zlib asks that it does not move.
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    switch format {
    case .brotli:
      // Sound: the decoder is owned by this object alone and freed in deinit.
      unsafe brotli = BrotliDecoderCreateInstance(nil, nil, nil)
      isOpen = unsafe brotli != nil
    case .gzip, .zlib, .rawDeflate:
      let windowBits: Int32 =
        switch format {
        case .gzip: MAX_WBITS + 16
        case .rawDeflate: -MAX_WBITS
        case .zlib, .brotli: MAX_WBITS
        }
      // Sound: the structure is the caller's, of the size that zlib is told.
      isOpen =
        unsafe inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    }
  }

  deinit {
    // Sound: both were made in init; brotli's destructor takes nil.
    if format == .brotli {
      unsafe BrotliDecoderDestroyInstance(brotli)
    } else if isOpen {
      unsafe inflateEnd(stream)
    }
    unsafe stream.deallocate()
  }

  /// Decodes `input`, appending a piece to `output`: at most 32 KiB. `used` is how much of the input was
  /// taken.
  func decode(_ input: RawSpan, to output: inout [UInt8]) -> (outcome: Outcome, used: Int) {
    guard isOpen else { return (.failed, 0) }
    let room = Self.pieceBytes(input.byteCount)
    output.append(contentsOf: repeatElement(0, count: room))
    let (outcome, used, produced) =
      format == .brotli ? runBrotli(input, &output, room) : runZlib(input, &output, room)
    output.removeLast(room &- produced)
    return (outcome, used)
  }

  private func runZlib(_ input: RawSpan, _ output: inout [UInt8], _ room: Int) -> (Outcome, Int, Int) {
    let available = UInt32(clamping: input.byteCount)
    var status = Z_OK
    let start = output.count &- room
    // Sound: zlib reads `avail_in` bytes of the input and writes `avail_out` bytes of the output during the
    // call only; both pointers are cleared afterwards.
    unsafe input.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
          mutating: source.baseAddress?.assumingMemoryBound(to: UInt8.self))
        unsafe stream.pointee.avail_in = available
        unsafe stream.pointee.next_out = target.baseAddress.map { unsafe $0 + start }
        unsafe stream.pointee.avail_out = UInt32(clamping: room)
        status = unsafe inflate(stream, Z_SYNC_FLUSH)
        unsafe stream.pointee.next_in = nil
        unsafe stream.pointee.next_out = nil
      }
    }
    let used = Int(available) &- Int(unsafe stream.pointee.avail_in)
    let produced = room &- Int(unsafe stream.pointee.avail_out)
    switch status {
    case Z_STREAM_END: return (.ended, used, produced)
    case Z_OK, Z_BUF_ERROR: return (produced == room ? .hasOutput : .needsInput, used, produced)
    default: return (.failed, used, produced)
    }
  }

  private func runBrotli(_ input: RawSpan, _ output: inout [UInt8], _ room: Int) -> (Outcome, Int, Int) {
    var availableIn = input.byteCount
    var availableOut = room
    var status = BROTLI_DECODER_RESULT_ERROR
    let start = output.count &- room
    // Sound: brotli reads and writes at most the two counts during the call.
    unsafe input.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        var nextIn = unsafe source.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var nextOut = unsafe target.baseAddress.map { unsafe $0 + start }
        status = unsafe BrotliDecoderDecompressStream(
          brotli, &availableIn, &nextIn, &availableOut, &nextOut, nil)
      }
    }
    let used = input.byteCount &- availableIn
    let produced = room &- availableOut
    switch status {
    case BROTLI_DECODER_RESULT_SUCCESS: return (.ended, used, produced)
    case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT: return (.needsInput, used, produced)
    case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT: return (.hasOutput, used, produced)
    default: return (.failed, used, produced)
    }
  }
}
