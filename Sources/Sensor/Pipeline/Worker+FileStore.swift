import Detection
import Events
import Outputs
import Protocols
import Wire

// From a file's bytes to the file store.
extension Worker {
  /// Bytes of a file that wait in memory before they are written beside the store.
  private static let unstoredBytesMax = 64 * 1024

  /// Hands on what transactions' files have brought since the last time.
  func keepFiles(of transaction: Transaction, _ subject: EventSubject) {
    guard let store = fileStore, let settings = context.fileStore else { return }
    let detection = subject.flow?.detection as? FlowDetection
    for file in transaction.files where file.unstored != nil && !file.isLogged {
      if settings.keepsAll || detection?.keepsFiles[file.direction] == true { file.isWanted = true }
      let waiting = file.unstored?.count ?? 0
      if waiting >= Self.unstoredBytesMax { write(file, store, subject) }
    }
  }

  /// A file has come to its end: it is moved into the store if it is wanted, else forgotten.
  mutating func settle(_ file: TransferredFile, _ subject: EventSubject) {
    guard let store = fileStore, file.unstored != nil else { return }
    if file.isWanted, file.size > 0, let digest = file.sha256 {
      write(file, store, subject)
      if file.isBegun {
        let name = String(decoding: Digest.hexadecimal(digest), as: UTF8.self)
        file.isStored = store.finish(Self.temporaryName(file, subject), sha256: name)
      }
    } else if file.isBegun {
      store.discard(Self.temporaryName(file, subject))
    }
    file.unstored = nil
  }

  private func write(_ file: TransferredFile, _ store: FileStore, _ subject: EventSubject) {
    let bytes = file.unstored ?? []
    guard !bytes.isEmpty else { return }
    file.unstored = []
    if store.append(bytes.rawSpan, to: Self.temporaryName(file, subject), isFirst: !file.isBegun) {
      file.isBegun = true
    } else {
      // Half a file is of no use: what is there is taken away.
      store.discard(Self.temporaryName(file, subject))
      file.isBegun = false
      file.unstored = nil
    }
  }

  /// Writes what is known of a stored file beside it (`write-fileinfo`).
  mutating func writeRecord(of file: TransferredFile, _ subject: EventSubject, _ bytes: RawSpan) {
    guard let store = fileStore, context.fileStore?.writesRecords == true, file.isStored,
      let digest = file.sha256
    else { return }
    let encoder = encoders.first { $0.wants(.fileinfo) } ?? EVEEncoder(settings: .standard)
    encoder.encodeFile(file, subject, frame: bytes, into: &line)
    let record = line.takeLine()
    let name = String(decoding: Digest.hexadecimal(digest), as: UTF8.self)
    let suffix = "\(subject.packet.timeNanoseconds / 1_000_000_000).\(file.identifier)"
    store.writeRecord(record.rawSpan, sha256: name, suffix: suffix)
  }

  private static func temporaryName(_ file: TransferredFile, _ subject: EventSubject) -> String {
    "\(subject.flow?.identifier ?? 0)-\(file.identifier)"
  }
}
