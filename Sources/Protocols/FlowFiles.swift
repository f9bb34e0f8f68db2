import Wire

/// What the files of one flow share: they are numbered, and their digests begun as the configuration asks.
final class FlowFiles {
  private let settings: ProtocolSettings
  private var count: UInt64 = 0

  init(_ settings: ProtocolSettings) {
    self.settings = settings
  }

  /// A new file.
  func make(_ direction: Direction, _ name: [UInt8]) -> TransferredFile {
    count &+= 1
    let file = TransferredFile(direction: direction, name: name)
    file.identifier = count
    if settings.keepsFiles { file.unstored = [] }
    file.startDigests(settings)
    return file
  }

  /// Hands bytes to a file, of which detection keeps `bytesMax`; where files are kept and the store's own
  /// limit is reached, the file ends there.
  func append(_ bytes: RawSpan, to file: TransferredFile, bytesMax: Int) {
    guard settings.keepsFiles, settings.fileBytesMax > 0 else {
      file.append(bytes, bytesMax: bytesMax)
      return
    }
    let room = max(settings.fileBytesMax &- Int(clamping: file.size), 0)
    file.append(bytes.part(0, room), bytesMax: bytesMax)
    if room < bytes.byteCount { file.close(.truncated) }
  }
}
