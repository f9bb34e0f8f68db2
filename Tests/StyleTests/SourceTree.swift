import Foundation

/// The project's own files, as text: what the style tests look at.
struct SourceTree {
  struct File {
    /// Path below the project's folder.
    let path: String
    let lines: [String]

    /// The target it belongs to: the folder below `Sources`.
    var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
    var name: String { path.split(separator: "/").last.map(String.init) ?? "" }
    /// Generated tables are exempt from the sizes, and say so in their first lines.
    var isGenerated: Bool { lines.prefix(5).contains { $0.contains("Generated table") } }
  }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// All Swift files below a folder of the project, sorted by path.
  static func files(below folder: String) -> [File] {
    let base = root.appendingPathComponent(folder)
    let found = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)
    let urls = (found?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "swift" }
    return urls.sorted { $0.path < $1.path }.compactMap { url in
      guard let text = try? String(contentsOf: url, encoding: .utf8) else { return nil }
      let path = String(url.path.dropFirst(root.path.count + 1))
      return File(
        path: path, lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }
  }
}
