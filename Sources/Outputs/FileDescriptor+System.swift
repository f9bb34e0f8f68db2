import Glibc
import Wire

/// An open file: closed when nobody holds it any more.
final class FileDescriptorOwner {
  private let descriptor: Int32

  private init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit { _ = Glibc.close(descriptor) }

  /// Opens a file for writing at its end. The second value is the system's error number, 0 for none.
  static func open(_ path: String, appends: Bool) -> (FileDescriptorOwner?, Int32) {
    let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (appends ? 0 : O_TRUNC)
    // Sound: the path is passed as text that lives during the call.
    let descriptor = unsafe Glibc.open(path, flags, 0o644)
    return descriptor >= 0 ? (FileDescriptorOwner(descriptor), 0) : (nil, errno)
  }

  /// Makes a file that must not be there yet.
  static func create(_ path: String, isPrivate: Bool) -> (FileDescriptorOwner?, Int32) {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
    // Sound: the path is passed as text that lives during the call.
    let descriptor = unsafe Glibc.open(path, flags, isPrivate ? 0o600 : 0o644)
    return descriptor >= 0 ? (FileDescriptorOwner(descriptor), 0) : (nil, errno)
  }

  /// Opens a folder, to bring its names to the disk.
  static func openFolder(_ path: String) -> (FileDescriptorOwner?, Int32) {
    // Sound: the path is passed as text that lives during the call.
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    return descriptor >= 0 ? (FileDescriptorOwner(descriptor), 0) : (nil, errno)
  }

  /// Brings everything that was written to the disk. Gives the system's error number, 0 for none.
  func synchronize() -> Int32 { fsync(descriptor) == 0 ? 0 : errno }

  /// Takes the file's lock for as long as it is open; false where another process has it.
  func lock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

  /// Bytes in the file.
  var length: Int64 { Int64(max(lseek(descriptor, 0, SEEK_END), 0)) }

  /// Writes all bytes, or as many as go: their number, and the system's error number if not all went.
  func write(_ bytes: RawSpan) -> (written: Int, error: Int32) {
    var written = 0
    while written < bytes.byteCount {
      let rest = bytes.part(written, bytes.byteCount &- written)
      // Sound: the pointer and length are the span's own, used only during the call.
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        return (written, errno)
      }
      written &+= count
    }
    return (written, 0)
  }

  /// Takes back what stands behind an offset.
  func truncate(to length: Int64) { _ = ftruncate(descriptor, off_t(length)) }
}

/// The system's error numbers in words.
enum SystemError {
  static func text(_ number: Int32) -> String {
    switch number {
    case ENOSPC: "no space is left on the disk"
    case EDQUOT: "the disk quota is used up"
    case EACCES, EPERM: "permission is denied"
    case EROFS: "the file system is read-only"
    case ENOENT: "its folder does not exist"
    case EEXIST: "there is one already"
    case EISDIR: "it is a folder"
    case EMFILE, ENFILE: "too many files are open"
    case EFBIG: "it has reached the largest size that is allowed"
    case EIO: "the disk reports an error"
    default: "error \(number) of the system"
    }
  }

  static func remedy(_ number: Int32) -> String {
    switch number {
    case ENOSPC, EDQUOT: "free some space or name another folder with -l"
    case EACCES, EPERM, EROFS: "name a folder that may be written to with -l"
    case ENOENT: "make the folder, or name another with -l"
    case EEXIST: "take another name, or remove the old one"
    case EISDIR: "remove the folder, or name another file"
    case EMFILE, ENFILE: "raise the limit on open files (ulimit -n)"
    default: "check the disk, or name another folder with -l"
    }
  }
}

/// Names in the file system.
enum FileSystem {
  /// Makes a folder; one that is there already is no error. Gives the system's error number.
  static func makeFolder(_ path: String) -> Int32 {
    // Sound: the path is passed as text that lives during the call.
    let status = unsafe mkdir(path, 0o755)
    return status == 0 || errno == EEXIST ? 0 : errno
  }

  /// Whether there is something of that name.
  static func exists(_ path: String) -> Bool {
    // Sound: the path is passed as text that lives during the call.
    unsafe access(path, F_OK) == 0
  }

  /// Gives a file another name, in one step. Gives the system's error number.
  static func move(_ path: String, to target: String) -> Int32 {
    // Sound: both paths are passed as text that lives during the call.
    unsafe rename(path, target) == 0 ? 0 : errno
  }

  /// Makes a symbolic link. Gives the system's error number.
  static func link(_ path: String, to target: String) -> Int32 {
    // Sound: both paths are passed as text that lives during the call.
    unsafe symlink(target, path) == 0 ? 0 : errno
  }

  /// Takes a file away, if it is there.
  static func remove(_ path: String) {
    // Sound: the path is passed as text that lives during the call.
    _ = unsafe unlink(path)
  }
}
