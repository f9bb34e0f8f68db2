import Wire

/// Many frames in one buffer, handed on as a whole and used again: nothing is allocated per frame.
///
/// A file's reader fills it without copying: the buffer is a piece of the file, and frames lie in it where
/// the file has them. Merging and live capture append copies.
package struct PacketBatch: ~Copyable, Sendable {
  /// The buffer that frames lie in.
  var storage: [UInt8]
  /// How many bytes of the buffer are used.
  var used = 0
  /// The frames, in order.
  var frames: [CapturedFrame] = []
  /// Number of the batch's first frame in the run, from 1; the others follow.
  package internal(set) var firstNumber: UInt64 = 1

  /// A batch for up to `capacityBytes` bytes of frames; it grows for one that is larger, up to the bound.
  package init(capacityBytes: Int = CaptureLimits.chunkBytes) {
    storage = [UInt8](repeating: 0, count: max(4096, min(capacityBytes, 1 << 26)))
    frames.reserveCapacity(1024)
  }

  /// How many frames there are.
  @inline(__always)
  package var count: Int { frames.count }
  /// Whether there is no frame.

  package var isEmpty: Bool { frames.isEmpty }

  /// What the capture says about the frame at `index`.
  @inline(__always)
  package func frame(_ index: Int) -> CapturedFrame { frames[index] }

  /// Number of the frame at `index` in the run.
  @inline(__always)
  package func number(_ index: Int) -> UInt64 { firstNumber &+ UInt64(truncatingIfNeeded: index) }

  /// The bytes of the frame at `index`.
  @inline(__always)
  @_lifetime(borrow self)
  package func bytes(_ index: Int) -> RawSpan {
    let frame = frames[index]
    return storage.rawSpan.part(Int(frame.offset), Int(frame.length))
  }

  /// The bytes of the frame behind that at `index`, or its own where it is the last.
  @inline(__always)
  @_lifetime(borrow self)
  package func bytesAhead(of index: Int) -> RawSpan { bytes(min(index &+ 1, frames.count &- 1)) }

  /// Calls `body` for each frame, in order.
  @inline(__always)
  package func forEach(_ body: (_ bytes: RawSpan, _ number: UInt64, _ frame: CapturedFrame) -> Void) {
    let bytes = storage.rawSpan
    var number = firstNumber
    for frame in frames {
      body(bytes.part(Int(frame.offset), Int(frame.length)), number, frame)
      number &+= 1
    }
  }

  /// Empties the batch; its memory stays.
  package mutating func removeAll() {
    frames.removeAll(keepingCapacity: true)
    used = 0
  }

  /// Appends a copy of a frame; false, and nothing happened, where there is no room for it any more.
  ///
  /// The first frame always finds room: the buffer grows to its size.
  package mutating func append(_ bytes: RawSpan, _ frame: CapturedFrame) -> Bool {
    let length = bytes.byteCount
    if length > storage.count &- used {
      guard frames.isEmpty else { return false }
      used = 0
      grow(to: length)
    }
    var frame = frame
    frame.offset = Int32(truncatingIfNeeded: used)
    frame.length = Int32(truncatingIfNeeded: length)
    ByteCopy.copy(bytes, into: &storage, at: used)
    used &+= length
    frames.append(frame)
    return true
  }

  /// Makes the buffer at least `count` bytes long; what is in it stays.
  mutating func grow(to count: Int) {
    if count > storage.count { storage += [UInt8](repeating: 0, count: count &- storage.count) }
  }
}
