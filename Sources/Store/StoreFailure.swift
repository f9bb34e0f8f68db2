import GRDB

/// A database that cannot be opened or written: where, why, and what to do about it.
package struct StoreFailure: Error, Sendable, CustomStringConvertible {
  package let path: String
  package let reason: String
  package let remedy: String

  init(path: String, reason: String, remedy: String) {
    self.path = path
    self.reason = reason
    self.remedy = remedy
  }

  /// Puts an error of SQLite into words; nil where the error is none of its.
  init?(_ error: any Error, path: String) {
    guard let error = error as? DatabaseError else { return nil }
    self.path = path
    switch error.resultCode {
    case .SQLITE_FULL:
      (reason, remedy) = ("no space is left on the disk", "free some space or name another folder")
    case .SQLITE_IOERR:
      (reason, remedy) = (
        "the disk takes no more or reports an error",
        "free some space, check the disk, or name another folder"
      )
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH:
      (reason, remedy) = ("it may not be written", "check the rights of its folder or name another one")
    case .SQLITE_NOTADB, .SQLITE_CORRUPT:
      (reason, remedy) = ("it is no database, or it is damaged", "move it away or name another folder")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      (reason, remedy) = ("another program writes to it", "end that program or name another folder")
    default:
      (reason, remedy) = ("\(error.message ?? "error \(error.resultCode)")", "check the disk and its rights")
    }
  }

  /// Runs `body`; what SQLite refuses becomes a `StoreFailure`.
  static func telling<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      if let failure = StoreFailure(error, path: path) { throw failure }
      throw error
    }
  }

  /// `path: reason; remedy`.
  package var description: String { "\(path): \(reason); \(remedy)" }
}
