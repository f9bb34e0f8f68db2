import Wire

/// What `pcap-log` of the configuration asks for.
package struct PacketLogSettings: Sendable {
  /// Which packets are kept.
  package enum Condition: Sendable {
    case all
    /// Those of flows with an alert, from it on and what a TCP flow had brought shortly before.
    case alerts
    /// Those that a rule has tagged.
    case tag
  }

  /// Beginning of the files' names; the time of the first packet follows.
  package var name = "log.pcap"
  /// `limit`: bytes after which a new file is begun; 0: never.
  package var bytesMax = 0
  /// `max-files`: files kept, the oldest of which goes; 0: all.
  package var filesMax = 0
  package var condition = Condition.all
  /// `bpf-filter`: packets that it does not match are left out.
  package var filter: String?
  /// `ts-format: usec`: names have microseconds.
  package var hasMicroseconds = false

  package init() {}
}

/// One packet on its way to a `PacketFile`: its link type and header before its bytes.
package enum PacketRecord {
  /// Bytes before the packet's own: the link type, and the header of a record in a pcap file.
  static let headBytes = 20

  /// Appends a record, in the byte order of the files.
  package static func append(
    _ packet: RawSpan, linkType: Int32, nanoseconds: Int64, wireLength: Int, to bytes: inout [UInt8]
  ) {
    let seconds = nanoseconds / 1_000_000_000
    let microseconds = nanoseconds % 1_000_000_000 / 1000
    for number in [
      UInt32(bitPattern: linkType), UInt32(truncatingIfNeeded: seconds),
      UInt32(truncatingIfNeeded: microseconds), UInt32(clamping: packet.byteCount),
      UInt32(clamping: wireLength),
    ] { append(number, to: &bytes) }
    bytes.append(packet)
  }

  /// Stands for a packet that is left out although the log has begun with it: its file is named by it.
  package static func mark(of nanoseconds: Int64) -> [UInt8] {
    let seconds = nanoseconds / 1_000_000_000
    let microseconds = nanoseconds % 1_000_000_000 / 1000
    var bytes: [UInt8] = []
    for number in [
      0, UInt32(truncatingIfNeeded: seconds), UInt32(truncatingIfNeeded: microseconds), markLength, 0,
    ] { append(number, to: &bytes) }
    return bytes
  }

  /// No packet is as long.
  static let markLength = UInt32.max

  static func append(_ number: UInt32, to bytes: inout [UInt8]) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }
}

/// Files of packets in the pcap format: a new one is begun when one has reached its limit, and the oldest
/// goes when there are too many.
package final class PacketFile {
  private let settings: PacketLogSettings
  private let folder: String
  private var file: FileDescriptorOwner?
  private var path = ""
  private var paths: [String] = []
  private var linkType: UInt32 = 0
  private var bytesWritten = 0
  private var buffer: [UInt8] = []
  private var failure: OutputFailure?
  /// When a packet came that is left out, before any that is kept.
  private var begun: (seconds: UInt32, microseconds: UInt32)?

  /// Bytes gathered before the system is asked to write them.
  private static let bufferBytesMax = 256 * 1024
  /// `snaplen` of the files: frames are never longer.
  private static let frameBytesMax: UInt32 = 262_144
  private static let fileHeaderBytes = 24

  package init(_ settings: PacketLogSettings, folder: String) {
    self.settings = settings
    self.folder = folder
  }

  /// Takes whole records (`PacketRecord`), in order.
  package func write(records: RawSpan) throws(OutputFailure) {
    if let failure { throw failure }
    var position = 0
    while records.byteCount &- position >= PacketRecord.headBytes {
      let length = records.u32LittleEndian(position &+ 12)
      if length == PacketRecord.markLength {
        if file == nil, paths.isEmpty, begun == nil {
          begun = (records.u32LittleEndian(position &+ 4), records.u32LittleEndian(position &+ 8))
        }
        position &+= PacketRecord.headBytes
        continue
      }
      let count = Int(length)
      guard count <= records.byteCount &- position &- PacketRecord.headBytes else { return }
      try begin(
        linkType: records.u32LittleEndian(position), seconds: records.u32LittleEndian(position &+ 4),
        microseconds: records.u32LittleEndian(position &+ 8), bytes: count &+ 16)
      buffer.append(records.part(position &+ 4, count &+ 16))
      bytesWritten &+= count &+ 16
      position &+= PacketRecord.headBytes &+ count
      if buffer.count >= Self.bufferBytesMax { try flush() }
    }
  }

  /// Gives everything taken so far to the system.
  package func flush() throws(OutputFailure) {
    if let failure { throw failure }
    guard !buffer.isEmpty, let file else { return }
    let (_, error) = file.write(buffer.rawSpan)
    buffer.removeAll(keepingCapacity: true)
    if error != 0 { throw remember("cannot be written", error) }
  }

  /// Writes what is pending and lets go of the file.
  package func close() throws(OutputFailure) {
    if file == nil { return }
    defer { file = nil }
    try flush()
  }

  /// Begins a file where there is none, or where the next record does not fit into it.
  private func begin(
    linkType: UInt32, seconds: UInt32, microseconds: UInt32, bytes: Int
  ) throws(OutputFailure) {
    let isFull = settings.bytesMax > 0 && bytesWritten &+ bytes > settings.bytesMax
    if file != nil, linkType == self.linkType, !isFull { return }
    try close()
    var suffix = ".\(begun?.seconds ?? seconds)"
    if settings.hasMicroseconds {
      let digits = String(begun?.microseconds ?? microseconds)
      suffix += "." + String(repeating: "0", count: max(6 - digits.count, 0)) + digits
    }
    let base = settings.name.hasPrefix("/") ? settings.name : "\(folder)/\(settings.name)"
    path = base + suffix
    begun = nil
    let (opened, error) = FileDescriptorOwner.open(path, appends: false)
    guard let opened else { throw remember("cannot be opened", error) }
    file = opened
    keepName()
    self.linkType = linkType
    for number in [0xa1b2_c3d4, 0x0004_0002, 0, 0, Self.frameBytesMax, linkType] as [UInt32] {
      PacketRecord.append(number, to: &buffer)
    }
    bytesWritten = Self.fileHeaderBytes
  }

  private func keepName() {
    if paths.last != path { paths.append(path) }
    while settings.filesMax > 0, paths.count > settings.filesMax {
      FileSystem.remove(paths.removeFirst())
    }
  }

  private func remember(_ what: String, _ error: Int32) -> OutputFailure {
    let failure = OutputFailure(
      path: path, reason: "\(what): \(SystemError.text(error))", remedy: SystemError.remedy(error))
    self.failure = failure
    return failure
  }
}

extension RawSpan {
  /// Four bytes, the lowest first.
  fileprivate func u32LittleEndian(_ offset: Int) -> UInt32 { u32(offset).byteSwapped }
}
