import Wire

/// A file of lines: buffered, appended to or begun anew, reopened on demand.
///
/// However writing fails, the file ends with a whole line: what a full disk cut off is taken back. After
/// a failure every further call fails the same way, so that nothing is written behind a gap.
package final class LineFile {
  package let path: String
  private let appends: Bool
  private var file: FileDescriptorOwner?
  private var buffer: [UInt8] = []
  private let bufferBytesMax: Int
  /// Length of the file up to the last whole line.
  private var length: Int64 = 0
  private var failure: OutputFailure?

  /// Opens the file. Throws `OutputFailure` where that is not possible.
  ///
  /// - Parameters:
  ///   - appends: what the file holds is kept (`append: yes`).
  ///   - bufferBytesMax: bytes gathered before the system is asked to write them.
  package init(path: String, appends: Bool, bufferBytesMax: Int = 256 * 1024) throws(OutputFailure) {
    self.path = path
    self.appends = appends
    self.bufferBytesMax = bufferBytesMax
    buffer.reserveCapacity(bufferBytesMax)
    try open(appends: appends)
  }

  /// Takes whole lines, each with its line feed. Where there are many of them, they are written from where
  /// they lie.
  package func write(lines: RawSpan) throws(OutputFailure) {
    if let failure { throw failure }
    if lines.byteCount >= bufferBytesMax / 4 {
      try flush()
      try put(lines)
      return
    }
    buffer.append(lines)
    if buffer.count >= bufferBytesMax { try flush() }
  }

  /// Gives everything taken so far to the system.
  package func flush() throws(OutputFailure) {
    if let failure { throw failure }
    guard !buffer.isEmpty, file != nil else { return }
    var lines: [UInt8] = []
    swap(&lines, &buffer)
    try put(lines.rawSpan)
    lines.removeAll(keepingCapacity: true)
    swap(&lines, &buffer)
  }

  /// Writes whole lines, or takes back the part of a line that a failure has left.
  private func put(_ lines: RawSpan) throws(OutputFailure) {
    guard let file else { return }
    let (written, error) = file.write(lines)
    if error == 0 {
      length &+= Int64(written)
      return
    }
    var whole = written
    while whole > 0, lines[whole &- 1] != 0x0A { whole &-= 1 }
    length &+= Int64(whole)
    file.truncate(to: length)
    throw remember(failed("cannot be written", error))
  }

  /// Writes what is pending and lets go of the file.
  package func close() throws(OutputFailure) {
    if file == nil { return }
    defer { file = nil }
    try flush()
  }

  /// Opens the path again, as log rotation asks: the old file has been moved away.
  package func reopen() throws(OutputFailure) {
    try close()
    try open(appends: true)
  }

  private func open(appends: Bool) throws(OutputFailure) {
    let (opened, error) = FileDescriptorOwner.open(path, appends: appends)
    guard let opened else { throw remember(failed("cannot be opened", error)) }
    file = opened
    length = opened.length
  }

  private func remember(_ failure: OutputFailure) -> OutputFailure {
    self.failure = failure
    return failure
  }

  private func failed(_ what: String, _ error: Int32) -> OutputFailure {
    OutputFailure(
      path: path, reason: "\(what): \(SystemError.text(error))", remedy: SystemError.remedy(error))
  }
}
