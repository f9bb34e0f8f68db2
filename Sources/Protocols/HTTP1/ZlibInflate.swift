import CZlib
import Wire

/// A running decompression by zlib: the C boundary to it.
@safe
final class ZlibInflate {
  /// What a stream is wrapped in.
  enum Wrapping { case gzip, zlib, none }

  /// What came of some input.
  enum Outcome {
    case needsInput, failed
    /// The receiver wants no more.
    case stopped
    /// The stream has ended behind so many bytes of the input.
    case ended(used: Int)
  }

  private static let pieceBytesMax = 32 * 1024
  private let stream: UnsafeMutablePointer<z_stream>

  /// Nil where there is no memory.
  init?(_ wrapping: Wrapping) {
    // Sound: allocated once, initialised at once, and freed in deinit; zlib asks that it does not move.
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let windowBits: Int32 =
      switch wrapping {
      case .gzip: MAX_WBITS + 16
      case .none: -MAX_WBITS
      case .zlib: MAX_WBITS
      }
    // Sound: the structure is the caller's, of the size that zlib is told.
    let status = unsafe inflateInit2_(
      stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      unsafe stream.deallocate()
      return nil
    }
  }

  deinit {
    // Sound: it was opened in init.
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// The checksum of the zlib format, gone on with.
  static func checksum(_ value: UInt32, _ bytes: RawSpan) -> UInt32 {
    // Sound: the bytes are only read, during the call.
    unsafe bytes.withUnsafeBytes { buffer in
      let base = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
      guard let base = unsafe base else { return value }
      return UInt32(truncatingIfNeeded: unsafe adler32(UInt(value), base, UInt32(clamping: buffer.count)))
    }
  }

  /// A bare stream goes on behind `history`.
  func resume(_ history: RawSpan) {
    // Sound: zlib copies the bytes during the call.
    _ = unsafe history.withUnsafeBytes { buffer in
      unsafe inflateSetDictionary(
        stream, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(clamping: buffer.count))
    }
  }

  /// The next `count` bits, before those of the input.
  func prime(_ bits: Int, count: Int) {
    guard count > 0 else { return }
    _ = unsafe inflatePrime(stream, Int32(count), Int32(truncatingIfNeeded: bits))
  }

  /// Decodes `input` and gives what comes out piece by piece, until it is used up or the receiver says false.
  func run(_ input: RawSpan, _ give: (RawSpan) -> Bool) -> Outcome {
    // Sound: zlib reads `avail_in` bytes of the input and writes `avail_out` bytes of the room during the
    // call only; both pointers are cleared afterwards. A piece is what it has just written.
    unsafe input.withUnsafeBytes { source in
      unsafe withUnsafeTemporaryAllocation(byteCount: Self.pieceBytesMax, alignment: 16) { room in
        defer {
          unsafe stream.pointee.next_in = nil
          unsafe stream.pointee.next_out = nil
        }
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
          mutating: source.baseAddress?.assumingMemoryBound(to: UInt8.self))
        unsafe stream.pointee.avail_in = UInt32(clamping: source.count)
        while true {
          unsafe stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
          unsafe stream.pointee.avail_out = UInt32(clamping: room.count)
          let status = unsafe inflate(stream, Z_SYNC_FLUSH)
          let produced = room.count &- Int(unsafe stream.pointee.avail_out)
          if produced > 0 {
            let piece = unsafe UnsafeRawBufferPointer(rebasing: room[..<produced])
            guard unsafe give(piece.bytes) else { return .stopped }
          }
          switch status {
          case Z_STREAM_END: return .ended(used: source.count &- Int(unsafe stream.pointee.avail_in))
          case Z_OK, Z_BUF_ERROR: if produced < room.count { return .needsInput }
          default: return .failed
          }
        }
      }
    }
  }
}
