import CLinux
import Wire

// A flow's place in the table is seldom in the processor's caches. Who knows the frame that comes next says
// so ahead: then it is there when it is looked up.
extension FlowTable {
  /// Asks for the place of a frame's flow, where a few bytes tell it: Ethernet, IP without options, TCP or
  /// UDP. Nothing else comes of it.
  @inline(__always)
  package func foresee(_ frame: RawSpan, linkType: Int32) {
    guard linkType == 1, frame.byteCount >= 38 else { return }
    let hash: UInt64
    if frame.u16(12) == 0x0800, frame[14] == 0x45, frame[23] == 17 || frame[23] == 6 {
      hash = FlowKey.hash(
        IPAddress(v4: frame.u32(26)), frame.u16(34), IPAddress(v4: frame.u32(30)), frame.u16(36), frame[23],
        seed)
    } else if frame.u16(12) == 0x86DD, frame[20] == 17 || frame[20] == 6, frame.byteCount >= 58 {
      hash = FlowKey.hash(
        IPAddress(v6High: frame.u64(22), low: frame.u64(30)), frame.u16(54),
        IPAddress(v6High: frame.u64(38), low: frame.u64(46)), frame.u16(56), frame[20], seed)
    } else {
      return
    }
    let position = Int(truncatingIfNeeded: hash & 0xffff_ffff) & mask
    // Sound: the address is one of the table's, and nothing is read from it.
    unsafe entries.withUnsafeBufferPointer { places in
      guard let base = places.baseAddress, position < places.count else { return }
      unsafe fengsui_prefetch(base + position)
    }
  }
}
