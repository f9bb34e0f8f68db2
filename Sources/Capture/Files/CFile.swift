import Glibc
import Wire

/// A file that is read from front to back: the boundary to open(2), read(2) and stat(2).
final class CFile {
  private let descriptor: Int32
  private let closes: Bool
  /// Size in bytes, or 0 where it is not a regular file.
  let size: UInt64

  /// Opens a file, or standard input for "-".
  init(path: String) throws(CaptureProblem) {
    let descriptor = path == "-" ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CaptureProblem(file: path, reason: Self.message(errno), remedy: Self.remedy(errno))
    }
    self.descriptor = descriptor
    closes = path != "-"
    var status = stat()
    // Sound: fstat writes into the local structure and keeps no pointer.
    let isKnown = unsafe fstat(descriptor, &status) == 0
    size = isKnown && status.st_mode & S_IFMT == S_IFREG ? UInt64(max(0, status.st_size)) : 0
  }

  deinit {
    if closes { close(descriptor) }
  }

  /// Reads up to `count` bytes into the array at `offset`; 0 at the end of the file.
  func read(into array: inout [UInt8], at offset: Int, count: Int) throws(Failure) -> Int {
    precondition(offset >= 0 && count >= 0 && offset &+ count <= array.count, "read past the buffer")
    while true {
      let result = unsafe array.withUnsafeMutableBytes { buffer in
        // Sound: the precondition has shown that the range lies in the buffer, which read(2) fills.
        unsafe buffer.baseAddress.map { unsafe Glibc.read(descriptor, $0 + offset, count) } ?? 0
      }
      if result >= 0 { return result }
      if errno != EINTR { throw Failure(reason: Self.message(errno)) }
    }
  }

  /// Reading failed: the medium, or a connection.
  struct Failure: Error {
    /// What the system said, without a full stop.
    let reason: String
  }

  /// What is at a path.
  enum Kind {
    case file
    case folder
    case missing
  }

  /// What is at a path, links followed.
  static func kind(of path: String) -> Kind {
    var status = stat()
    // Sound: stat writes into the local structure and keeps no pointer.
    guard unsafe stat(path, &status) == 0 else { return .missing }
    return status.st_mode & S_IFMT == S_IFDIR ? .folder : .file
  }

  /// The names in a folder, sorted; nil where it cannot be read.
  static func names(in path: String) -> [String]? {
    // Sound: the directory is closed before leaving; each entry is copied out before the next is asked for.
    guard let directory = unsafe opendir(path) else { return nil }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private static func message(_ code: Int32) -> String {
    switch code {
    case ENOENT: return "there is no such file"
    case EACCES: return "reading it is not permitted"
    case EISDIR: return "it is a folder"
    case EMFILE, ENFILE: return "too many files are open"
    default:
      // Sound: strerror gives a string that lives until the next call of this thread; it is copied.
      return unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
  }

  private static func remedy(_ code: Int32) -> String {
    switch code {
    case ENOENT: "check the path"
    case EACCES: "ask for permission to read it, or run as a user who has it"
    case EMFILE, ENFILE: "raise the limit with ulimit -n"
    default: "check the file and the disk that it is on"
    }
  }
}
