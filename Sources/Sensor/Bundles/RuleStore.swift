import Foundation
import Outputs

/// The bundles that were imported at a site: each in a folder of its own, `current` a link to the one in
/// force.
///
///     DIR/current -> versions/0003     DIR/versions/0003/…, 0003.json     DIR/keys/*.pub
///
/// A version is written beside, brought to the disk and renamed, then the link is exchanged in one step: at
/// every moment, and after every crash, `current` is one whole version.
package struct RuleStore {
  /// A version that is there.
  package struct Version: Sendable, Encodable {
    package let number: Int
    package let isCurrent: Bool
    package let manifest: BundleManifest
  }

  package let folder: String
  /// Versions kept, the one in force among them: older ones go.
  static let versionsMax = 10

  package init(folder: String) {
    self.folder = folder
  }

  /// Where the rules in force are: what `-S` is to name.
  package var currentPath: String { "\(folder)/current" }
  private var versionsPath: String { "\(folder)/versions" }

  /// All versions, the oldest first.
  package var versions: [Version] {
    let current = currentNumber
    let names = (try? FileManager.default.contentsOfDirectory(atPath: versionsPath)) ?? []
    return names.compactMap { name in
      guard name.hasSuffix(".json"), let number = Int(name.dropLast(5)),
        let data = FileManager.default.contents(atPath: "\(versionsPath)/\(name)"),
        let manifest = try? JSONDecoder().decode(BundleManifest.self, from: data),
        FileManager.default.fileExists(atPath: path(of: number))
      else { return nil }
      return Version(number: number, isCurrent: number == current, manifest: manifest)
    }.sorted { $0.number < $1.number }
  }

  /// The version in force.
  package var current: Version? { versions.first(where: \.isCurrent) }

  /// Public keys that the site trusts.
  var keyPaths: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/keys")) ?? []
    return names.filter { $0.hasSuffix(".pub") }.sorted().map { "\(folder)/keys/\($0)" }
  }

  func path(of number: Int) -> String { "\(versionsPath)/\(Self.name(number))" }

  /// Writes a bundle's files as the next version, which is not in force yet; throws `RunFailure`.
  func add(_ bundle: RuleBundle) throws -> Int {
    let number = (numbers.max() ?? 0) + 1
    let incoming = "\(versionsPath)/.incoming-\(UUID().uuidString)"
    do {
      try makeFolders(folder)
      try InstalledFolder.make(versionsPath)
      try InstalledFolder.make(incoming)
      for file in bundle.files { try write(file, into: incoming) }
      try InstalledFolder.synchronize(incoming)
      try? FileManager.default.removeItem(atPath: "\(path(of: number)).json")
      try InstalledFolder.write(bundle.manifest.encoded.rawSpan, to: "\(path(of: number)).json")
      try InstalledFolder.move(incoming, to: path(of: number), in: versionsPath)
    } catch let failure as OutputFailure {
      try? FileManager.default.removeItem(atPath: incoming)
      throw RunFailure("the rules in force stay: \(failure.description)")
    }
    return number
  }

  /// Puts a version in force; throws `RunFailure` where that is not possible.
  func activate(_ number: Int) throws {
    guard !FileManager.default.fileExists(atPath: currentPath) || currentNumber != nil else {
      throw RunFailure("\(currentPath) is no link that 'fengsui rules import' has made; move it away")
    }
    let link = "\(folder)/.current-\(UUID().uuidString)"
    do {
      try InstalledFolder.link(link, to: "versions/\(Self.name(number))")
      try InstalledFolder.move(link, to: currentPath, in: folder)
    } catch {
      try? FileManager.default.removeItem(atPath: link)
      throw RunFailure("the rules in force stay: \(error.description)")
    }
  }

  /// Takes a version away that shall not be used.
  func remove(_ number: Int) {
    try? FileManager.default.removeItem(atPath: "\(path(of: number)).json")
    try? FileManager.default.removeItem(atPath: path(of: number))
  }

  /// Takes the oldest versions away, never the one in force nor the one before it.
  func removeOldest() {
    let known = versions
    guard let current = known.firstIndex(where: \.isCurrent) else { return }
    let excess = known.count - Self.versionsMax
    for (index, version) in known.enumerated() where index < excess && index < current - 1 {
      remove(version.number)
    }
  }

  /// Holds the store for as long as the value lives; throws `RunFailure` where another process has it. The
  /// file stays: were it removed, two processes could each lock one of their own.
  func lock() throws -> ProcessMark {
    try makeFolders(folder)
    guard let mark = ProcessMark(path: "\(folder)/.lock", process: getpid()) else {
      throw RunFailure("\(folder) is being changed by another process, or may not be written to")
    }
    return mark
  }

  private var currentNumber: Int? {
    guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: currentPath),
      target.hasPrefix("versions/")
    else { return nil }
    return Int(target.dropFirst("versions/".count))
  }

  private var numbers: [Int] {
    ((try? FileManager.default.contentsOfDirectory(atPath: versionsPath)) ?? []).compactMap {
      Int($0.split(separator: ".").first ?? "")
    }
  }

  private func write(_ file: (name: String, bytes: [UInt8]), into incoming: String) throws(OutputFailure) {
    var folder = incoming
    for part in file.name.split(separator: "/").dropLast() {
      folder += "/\(part)"
      try InstalledFolder.make(folder)
    }
    try InstalledFolder.write(file.bytes.rawSpan, to: "\(incoming)/\(file.name)")
    if folder != incoming { try InstalledFolder.synchronize(folder) }
  }

  private func makeFolders(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw RunFailure("\(path): the folder cannot be made; name a writable one with --into")
    }
  }

  private static func name(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
