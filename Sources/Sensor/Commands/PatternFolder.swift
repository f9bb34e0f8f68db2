import Detection
import Foundation

/// A folder of compiled automata, so that the next start finds the rules' patterns compiled.
///
/// Only files that belong to the user, and that nobody else may write, are read; what is damaged or foreign
/// counts as not there. Files are put in place at once, by renaming.
struct PatternFolder: PatternCache {
  private let path: String

  /// Files kept: those used longest ago go first. A rule set has some dozens.
  private static let filesMax = 1024
  /// No automaton is larger.
  private static let bytesMax = 256 << 20

  /// The folder that the configuration names, if it can be used, else the user's own; nil where there is
  /// none.
  init?(configured: String?, own: String? = Self.ownFolder) {
    guard
      let path = [configured, own].compactMap({ $0 }).first(where: { Self.isUsable($0, makes: $0 == own) })
    else { return nil }
    self.path = path
  }

  static var ownFolder: String? {
    let environment = ProcessInfo.processInfo.environment
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return "\(cache)/fengsui/patterns" }
    return environment["HOME"].map { "\($0)/.cache/fengsui/patterns" }
  }

  private static func isUsable(_ path: String, makes: Bool) -> Bool {
    if makes {
      try? FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    return isOwn(path, .typeDirectory) && FileManager.default.isWritableFile(atPath: path)
  }

  /// Whether the user owns it and nobody else may write to it.
  private static func isOwn(_ path: String, _ type: FileAttributeType) -> Bool {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
      attributes[.type] as? FileAttributeType == type,
      (attributes[.ownerAccountID] as? NSNumber)?.uint32Value == geteuid(),
      let mode = (attributes[.posixPermissions] as? NSNumber)?.uint16Value
    else { return false }
    return mode & 0o022 == 0
  }

  func bytes(named name: String) -> [UInt8]? {
    let file = "\(path)/\(name).patterns"
    guard Self.isOwn(file, .typeRegular),
      let data = FileManager.default.contents(atPath: file), data.count <= Self.bytesMax
    else { return nil }
    return [UInt8](data)
  }

  func keep(_ bytes: [UInt8], named name: String) {
    removeOldest()
    let file = "\(path)/\(name).patterns"
    // A failure costs the next start some time and nothing else.
    try? Data(bytes).write(to: URL(fileURLWithPath: file), options: .atomic)
  }

  /// Makes room for one more file.
  private func removeOldest() {
    // Others keep files of theirs in the same folder: only ours count, and only ours go.
    let all = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let names = all.filter { $0.contains(".patterns") }
    guard names.count >= Self.filesMax else { return }
    let dated = names.map { name -> (date: Date, name: String) in
      let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
      return (attributes?[.modificationDate] as? Date ?? .distantPast, name)
    }
    for old in dated.sorted(by: { ($0.date, $0.name) < ($1.date, $1.name) }).prefix(Self.filesMax / 4) {
      try? FileManager.default.removeItem(atPath: "\(path)/\(old.name)")
    }
  }
}
