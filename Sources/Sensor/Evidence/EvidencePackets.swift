package import Capture
import Foundation
package import Wire

/// Cuts the packets of an incident out of captures: those between its attackers and victims, around the time
/// in which each pair was seen.
package struct EvidencePackets: Sendable {
  /// Two hosts and when what they exchange belongs to the incident.
  package struct Pair: Sendable {
    let ends: Ends
    let span: ClosedRange<Int64>

    /// `first` and `last` in nanoseconds since 1970.
    package init(_ one: IPAddress, _ other: IPAddress, first: Int64, last: Int64) {
      ends = Ends(one, other)
      let (margin, begin, end) = (EvidencePackets.marginNanoseconds, min(first, last), max(first, last))
      let low = begin < .min + margin ? Int64.min : begin - margin
      let high = end > .max - margin ? Int64.max : end + margin
      span = low...high
    }
  }

  struct Ends: Hashable, Sendable {
    private let low: IPAddress
    private let high: IPAddress

    init(_ one: IPAddress, _ other: IPAddress) {
      (low, high) = one < other ? (one, other) : (other, one)
    }
  }

  /// The handshake before an alert and the answers after it belong to it: a minute.
  private static let marginNanoseconds: Int64 = 60_000_000_000
  private var spans: [Ends: [ClosedRange<Int64>]] = [:]

  package init(_ pairs: [Pair]) {
    for pair in pairs { spans[pair.ends, default: []].append(pair.span) }
  }

  /// What was cut out of some captures.
  package struct Cut: Sendable {
    /// Names of the files written, one for each link type.
    package var files: [String] = []
    package var packets = 0
    package var problems: [CaptureProblem] = []
  }

  /// Whether a packet belongs to it: also inside of tunnels.
  func holds(_ packet: Packet) -> Bool {
    spans[Ends(packet.source, packet.destination)]?.contains { $0.contains(packet.timeNanoseconds) } ?? false
  }

  /// Writes the packets to `<folder>/packets.pcap`, in order of time; further link types get a file of their
  /// own. Throws `RunFailure`.
  package func cut(_ paths: [String], to folder: String) throws -> Cut {
    var captures: CaptureSet
    do {
      captures = try CaptureSet(paths)
    } catch {
      throw RunFailure(error.description)
    }
    var result = Cut()
    var writers: [Int32: PcapWriter] = [:]
    var decoder = PacketDecoder(DecoderSettings())
    var packets: [Packet] = []
    var batch = PacketBatch()
    while captures.fill(&batch) {
      for index in 0..<batch.count {
        let frame = batch.frame(index)
        packets.removeAll(keepingCapacity: true)
        decoder.decode(
          batch.bytes(index), number: batch.number(index), timeNanoseconds: frame.timeNanoseconds,
          linkType: frame.linkType, wireLength: Int(frame.wireLength), into: &packets)
        guard packets.contains(where: { holds($0) }) else { continue }
        result.packets += 1
        if writers[frame.linkType] == nil {
          let name = writers.isEmpty ? "packets.pcap" : "packets-\(frame.linkType).pcap"
          writers[frame.linkType] = try PcapWriter("\(folder)/\(name)", linkType: frame.linkType)
          result.files.append(name)
        }
        try writers[frame.linkType]?.write(batch.bytes(index), frame)
      }
    }
    for writer in writers.values { try writer.close() }
    result.problems = captures.problems
    return result
  }
}

/// Writes a pcap file with times in nanoseconds.
private final class PcapWriter {
  private let path: String
  private let handle: FileHandle
  private var buffer: [UInt8] = []
  private static let bufferBytes = 1 << 20
  /// Longer packets are none of a capture's: the limit of libpcap.
  private static let snapBytes: UInt32 = 262_144

  init(_ path: String, linkType: Int32) throws {
    self.path = path
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let handle = FileHandle(forWritingAtPath: path)
    else { throw RunFailure("\(path): the packets cannot be written; check the folder's space and rights") }
    self.handle = handle
    for number in [0xa1b2_3c4d, 0x0004_0002, 0, 0, Self.snapBytes, UInt32(bitPattern: linkType)] {
      append(number)
    }
  }

  func write(_ bytes: RawSpan, _ frame: CapturedFrame) throws {
    append(UInt32(truncatingIfNeeded: frame.timeNanoseconds / 1_000_000_000))
    append(UInt32(truncatingIfNeeded: frame.timeNanoseconds % 1_000_000_000))
    append(UInt32(clamping: bytes.byteCount))
    append(UInt32(clamping: frame.wireLength))
    buffer.append(bytes)
    if buffer.count >= Self.bufferBytes { try flush() }
  }

  func close() throws {
    try flush()
    try handle.close()
  }

  private func flush() throws {
    do {
      try handle.write(contentsOf: Data(buffer))
    } catch {
      throw RunFailure("\(path): the packets cannot be written; check the folder's space and rights")
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private func append(_ number: UInt32) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      buffer.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }
}
