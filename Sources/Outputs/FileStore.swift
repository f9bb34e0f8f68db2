import Wire

/// The store of transferred files: each under its SHA-256, in a folder named by its first two digits.
///
/// A file is written beside the store while it comes, and moved into it when it is whole, so that whatever
/// happens no file of the store is cut. Confined to one worker; workers share the folder, not the object.
package final class FileStore {
  package let folder: String
  /// What the disk refused.
  package private(set) var errors: UInt64 = 0
  /// The first failure, to be told once.
  package private(set) var failure: String?
  private var madeFolders: Set<String> = []

  package init(folder: String) {
    self.folder = folder
    makeFolder(folder)
    makeFolder("\(folder)/tmp")
  }

  /// Appends bytes to a file that is not whole yet. What a run that was killed has left of the name goes with
  /// the first bytes (`isFirst`). False where writing is not possible.
  package func append(_ bytes: RawSpan, to name: String, isFirst: Bool) -> Bool {
    let path = temporary(name)
    let (file, error) = FileDescriptorOwner.open(path, appends: !isFirst)
    guard let file else { return note(path, error) }
    let (_, writeError) = file.write(bytes)
    return writeError == 0 || note(path, writeError)
  }

  /// Moves a file to its place; one that is there already has the same bytes and stays.
  package func finish(_ name: String, sha256: String) -> Bool {
    let target = path(of: sha256)
    makeFolder("\(folder)/\(sha256.prefix(2))")
    if FileSystem.exists(target) {
      discard(name)
      return true
    }
    let error = FileSystem.move(temporary(name), to: target)
    return error == 0 || note(target, error)
  }

  /// Takes away what was written of a file that nobody wants.
  package func discard(_ name: String) { FileSystem.remove(temporary(name)) }

  /// Writes what is known of a file beside it.
  package func writeRecord(_ record: RawSpan, sha256: String, suffix: String) {
    let path = "\(path(of: sha256)).\(suffix).json"
    let (file, error) = FileDescriptorOwner.open(path, appends: false)
    guard let file else {
      _ = note(path, error)
      return
    }
    let (_, writeError) = file.write(record)
    if writeError != 0 { _ = note(path, writeError) }
  }

  private func path(of sha256: String) -> String { "\(folder)/\(sha256.prefix(2))/\(sha256)" }

  private func temporary(_ name: String) -> String { "\(folder)/tmp/\(name)" }

  private func makeFolder(_ path: String) {
    guard madeFolders.insert(path).inserted else { return }
    let error = FileSystem.makeFolder(path)
    if error != 0 { _ = note(path, error) }
  }

  private func note(_ path: String, _ error: Int32) -> Bool {
    errors &+= 1
    if failure == nil { failure = "\(path): \(SystemError.text(error)); \(SystemError.remedy(error))" }
    return false
  }
}
