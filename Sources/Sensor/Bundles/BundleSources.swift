import Foundation

/// The files that go into a bundle: those that were named, and those of folders that were named.
struct BundleSources {
  private(set) var files: [(name: String, bytes: [UInt8])] = []
  private var names: Set<String> = []
  private var bytesLeft = BundleLimits.bundleBytes

  /// Collects files; throws `RunFailure` where one cannot be read, or two have the same name.
  init(_ paths: [String]) throws {
    for path in paths {
      if FileManager.default.isFolder(path) {
        try addFolder(path, "")
      } else {
        try add(path, (path as NSString).lastPathComponent)
      }
    }
    guard files.contains(where: { $0.name.hasSuffix(".rules") }) else {
      throw RunFailure(
        "there are no .rules files in \(paths.joined(separator: " ")); name them or their folder")
    }
  }

  private mutating func addFolder(_ path: String, _ prefix: String) throws {
    let found = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    for name in found where !name.hasPrefix(".") {
      let inner = "\(path)/\(name)"
      if Self.isLink(inner) { continue }
      if FileManager.default.isFolder(inner) {
        try addFolder(inner, "\(prefix)\(name)/")
      } else {
        try add(inner, prefix + name)
      }
    }
  }

  private mutating func add(_ path: String, _ name: String) throws {
    do {
      try BundleArchive.check(BundleManifest.folder + name)
    } catch {
      throw RunFailure("\(path) cannot go into a bundle: \(error.reason)")
    }
    guard names.insert(name).inserted else {
      throw RunFailure("\(path): there is another file named \(name); give one of them another name")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw RunFailure("\(path) cannot be read; check its name and rights")
    }
    bytesLeft -= data.count
    guard bytesLeft > 0, files.count < BundleLimits.files else {
      throw RunFailure("the files are more than a bundle may hold; leave out what is no rule or list")
    }
    files.append((name, [UInt8](data)))
  }

  private static func isLink(_ path: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.type] as? FileAttributeType == .typeSymbolicLink
  }
}
