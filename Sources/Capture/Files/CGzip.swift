import CZlib
import Wire

/// The stream of a file in gzip: the boundary to zlib. Source: RFC 1952.
@safe
final class CGzip {
  private let stream: UnsafeMutablePointer<z_stream>
  private var input: [UInt8]
  private var inputStart = 0
  private var inputEnd = 0
  private var isAtEnd = false
  /// Compressed bytes that were taken in.
  private(set) var bytesRead: UInt64 = 0

  /// A stream whose first compressed bytes are `head`.
  init?(head: [UInt8]) {
    // Sound: the structure is allocated here, zeroed as zlib wants it, and freed in deinit.
    unsafe stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    input = [UInt8](repeating: 0, count: max(65_536, head.count))
    input.replaceSubrange(0..<head.count, with: head)
    inputEnd = head.count
    bytesRead = UInt64(head.count)
    // 15 bits of window, and 16 for the gzip wrapper.
    let size = unsafe Int32(MemoryLayout<z_stream>.size)
    guard unsafe inflateInit2_(stream, 15 + 16, zlibVersion(), size) == Z_OK else { return nil }
  }

  deinit {
    // Sound: inflateEnd accepts a stream whose init failed; nothing uses the memory afterwards.
    unsafe inflateEnd(stream)
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
  }

  /// Writes up to `count` bytes into the array at `offset`; 0 at the end.
  func read(from file: CFile, into array: inout [UInt8], at offset: Int, count: Int)
    throws(CFile.Failure) -> Int
  {
    precondition(offset >= 0 && count >= 0 && offset &+ count <= array.count, "read past the buffer")
    guard count > 0 else { return 0 }
    while !isAtEnd {
      if inputStart == inputEnd {
        inputStart = 0
        inputEnd = try file.read(into: &input, at: 0, count: input.count)
        bytesRead &+= UInt64(inputEnd)
        if inputEnd == 0 { throw CFile.Failure(reason: "the gzip stream ends before its end mark") }
      }
      let (status, produced) = step(&array, offset, count)
      if status == Z_STREAM_END { try finishMember(file) }
      if produced > 0 { return produced }
      if status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR {
        throw CFile.Failure(reason: "the gzip stream is damaged")
      }
    }
    return 0
  }

  /// Inflates what there is; gives zlib's status and how many bytes came out.
  private func step(_ array: inout [UInt8], _ offset: Int, _ count: Int) -> (Int32, Int) {
    let available = inputEnd &- inputStart
    return unsafe array.withUnsafeMutableBytes { output in
      unsafe input.withUnsafeMutableBytes { source in
        guard let output = output.baseAddress, let source = source.baseAddress else {
          return (Z_DATA_ERROR, 0)
        }
        // Sound: both ranges lie in their buffers, which outlive the call; zlib keeps to the counts given.
        unsafe stream.pointee.next_in = (source + inputStart).assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_in = UInt32(available)
        unsafe stream.pointee.next_out = (output + offset).assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_out = UInt32(clamping: count)
        let status = unsafe inflate(stream, Z_NO_FLUSH)
        inputStart = inputEnd &- Int(unsafe stream.pointee.avail_in)
        let left = Int(unsafe stream.pointee.avail_out)
        unsafe stream.pointee.next_in = nil
        unsafe stream.pointee.next_out = nil
        return (status, min(count, Int(UInt32.max)) &- left)
      }
    }
  }

  /// A file may be several streams one after the other; anything else behind one is ignored, as gzip does.
  private func finishMember(_ file: CFile) throws(CFile.Failure) {
    if inputEnd &- inputStart < 2 {
      let left = inputEnd &- inputStart
      if left == 1 { input[0] = input[inputStart] }
      inputStart = 0
      let more = try file.read(into: &input, at: left, count: input.count &- left)
      bytesRead &+= UInt64(more)
      inputEnd = left &+ more
    }
    let hasNext =
      inputEnd &- inputStart >= 2 && input[inputStart] == 0x1f && input[inputStart &+ 1] == 0x8b
    // Sound: the stream was initialised and is only reset.
    let isReset = unsafe inflateReset(stream) == Z_OK
    isAtEnd = !(hasNext && isReset)
  }
}
