import Wire

/// A file that names the process of a run. It is locked while the run goes on, so that a file that a killed
/// run has left names nobody.
package final class ProcessMark {
  private let path: String
  private let file: FileDescriptorOwner

  /// Marks the calling process; nil where the file cannot be written, or another process holds it.
  package init?(path: String, process: Int32) {
    guard let file = FileDescriptorOwner.open(path, appends: true).0, file.lock() else { return nil }
    file.truncate(to: 0)
    guard file.write(Array("\(process)\n".utf8).rawSpan).error == 0 else { return nil }
    self.path = path
    self.file = file
  }

  /// Takes the file away: the run is over.
  package func remove() { FileSystem.remove(path) }

  /// Whether a process holds the mark. The file must be there.
  package static func isHeld(_ path: String) -> Bool {
    guard FileSystem.exists(path), let file = FileDescriptorOwner.open(path, appends: true).0 else {
      return false
    }
    return !file.lock()
  }
}
