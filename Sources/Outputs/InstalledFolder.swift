/// Files and folders that are put in place so that a crash leaves either what was or what comes, never
/// half of it: written beside, brought to the disk, then renamed.
package enum InstalledFolder {
  /// Writes a new file and brings it to the disk; one of that name must not be there. Only its owner may read
  /// a private one.
  package static func write(
    _ bytes: RawSpan, to path: String, isPrivate: Bool = false
  ) throws(OutputFailure) {
    let (file, error) = FileDescriptorOwner.create(path, isPrivate: isPrivate)
    guard let file else { throw failure(path, error) }
    let (_, writeError) = file.write(bytes)
    guard writeError == 0 else { throw failure(path, writeError) }
    let syncError = file.synchronize()
    guard syncError == 0 else { throw failure(path, syncError) }
  }

  /// Makes a folder; one that is there is no error.
  package static func make(_ path: String) throws(OutputFailure) {
    let error = FileSystem.makeFolder(path)
    guard error == 0 else { throw failure(path, error) }
  }

  /// Gives a folder or link its name, in one step, and brings that to the disk.
  package static func move(_ path: String, to target: String, in folder: String) throws(OutputFailure) {
    let error = FileSystem.move(path, to: target)
    guard error == 0 else { throw failure(target, error) }
    try synchronize(folder)
  }

  /// Makes a symbolic link.
  package static func link(_ path: String, to target: String) throws(OutputFailure) {
    let error = FileSystem.link(path, to: target)
    guard error == 0 else { throw failure(path, error) }
  }

  /// Brings the names in a folder to the disk.
  package static func synchronize(_ folder: String) throws(OutputFailure) {
    let (opened, error) = FileDescriptorOwner.openFolder(folder)
    guard let opened else { throw failure(folder, error) }
    let syncError = opened.synchronize()
    guard syncError == 0 else { throw failure(folder, syncError) }
  }

  private static func failure(_ path: String, _ error: Int32) -> OutputFailure {
    OutputFailure(
      path: path, reason: "cannot be written: \(SystemError.text(error))", remedy: SystemError.remedy(error))
  }
}
