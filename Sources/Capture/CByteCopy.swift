import Wire

/// Copies of whole ranges of bytes: the boundary to memcpy.
enum ByteCopy {
  /// Copies `bytes` into an array that has room for them at `offset`.
  @inline(__always)
  static func copy(_ bytes: RawSpan, into target: inout [UInt8], at offset: Int) {
    let count = bytes.byteCount
    precondition(
      offset >= 0 && offset <= target.count && count <= target.count &- offset, "copy past the end")
    unsafe target.withUnsafeMutableBytes { to in
      unsafe bytes.withUnsafeBytes { from in
        guard let to = to.baseAddress, let from = from.baseAddress else { return }
        // Sound: the precondition has shown that the range lies in the target; two arrays never overlap.
        unsafe (to + offset).copyMemory(from: from, byteCount: count)
      }
    }
  }

  /// Moves the bytes of a range to the front of the array they are in.
  static func moveToFront(_ array: inout [UInt8], from offset: Int, count: Int) {
    precondition(offset >= 0 && count >= 0 && offset &+ count <= array.count, "move past the end")
    guard offset > 0, count > 0 else { return }
    unsafe array.withUnsafeMutableBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      // Sound: both ranges lie in the array; copyMemory allows them to overlap.
      unsafe base.copyMemory(from: UnsafeRawPointer(base + offset), byteCount: count)
    }
  }
}
