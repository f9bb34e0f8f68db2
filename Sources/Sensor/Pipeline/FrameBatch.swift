import Wire

/// Frames on their way to one worker's thread, copied into one array that is reused.
final class FrameBatch {
  struct Frame: Sendable {
    let number: UInt64
    let timeNanoseconds: Int64
    let linkType: Int32
    let wireLength: Int
    /// What was known of checksums before the frame: a worker sees only some of the frames.
    var checksums: PacketDecoder.ChecksumTrial?
    /// Events of the frame's fragment, with those that only defragmentation finds.
    var fragmentEvents: DecoderEventSet?
    /// Of datagrams that the frame completes: 1 for the first.
    var position = 0
  }

  enum Kind: Sendable {
    case frame
    /// A datagram put together from fragments, the last of which is given.
    case datagram(Packet)
    /// The packets' clock moved on.
    case tick
  }

  struct Record: Sendable {
    let kind: Kind
    let frame: Frame
    let start: Int
    let count: Int
  }

  private(set) var bytes: [UInt8] = []
  private(set) var records: [Record] = []

  func append(_ bytes: RawSpan, _ frame: Frame) {
    records.append(Record(kind: .frame, frame: frame, start: self.bytes.count, count: bytes.byteCount))
    self.bytes.append(bytes)
  }

  func append(datagram: [UInt8], like packet: Packet, _ frame: Frame) {
    records.append(Record(kind: .datagram(packet), frame: frame, start: bytes.count, count: datagram.count))
    bytes += datagram
  }

  func appendTick(_ nanoseconds: Int64, _ number: UInt64) {
    let frame = Frame(number: number, timeNanoseconds: nanoseconds, linkType: 0, wireLength: 0)
    records.append(Record(kind: .tick, frame: frame, start: bytes.count, count: 0))
  }

  func clear() {
    bytes.removeAll(keepingCapacity: true)
    records.removeAll(keepingCapacity: true)
  }
}
