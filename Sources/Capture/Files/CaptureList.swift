/// The files that a command line's paths stand for.
struct CaptureList {
  /// Whether folders within folders are looked into.
  let isRecursive: Bool
  /// The files found so far, in the order in which they are read.
  private(set) var files: [String] = []
  /// Folders that gave nothing.
  private(set) var problems: [CaptureProblem] = []

  /// What a capture in a folder may be called; a file that is named outright may be called anything.
  static let suffixes = [".pcap", ".pcapng", ".cap", ".gz"]

  /// How deep folders may lie in folders: links can make circles.
  static let depthMax = 32
  /// An empty list.

  init(isRecursive: Bool) {
    self.isRecursive = isRecursive
  }

  /// Adds a file, or the captures in a folder.
  mutating func add(_ path: String) {
    if path != "-", CFile.kind(of: path) == .folder {
      let before = files.count
      addFolder(path, depth: 0)
      if files.count == before {
        problems.append(
          CaptureProblem(
            file: path, reason: "there is no capture in the folder",
            remedy: "captures there are found by their names: \(Self.suffixes.joined(separator: ", "))"))
      }
    } else {
      files.append(path)
    }
  }

  private mutating func addFolder(_ path: String, depth: Int) {
    guard let names = CFile.names(in: path) else {
      problems.append(
        CaptureProblem(
          file: path, reason: "the folder cannot be read", remedy: "ask for permission to read it"))
      return
    }
    let prefix = path.hasSuffix("/") ? path : path + "/"
    for name in names {
      switch CFile.kind(of: prefix + name) {
      case .folder: if isRecursive && depth < Self.depthMax { addFolder(prefix + name, depth: depth + 1) }
      case .file: if Self.suffixes.contains(where: name.hasSuffix) { files.append(prefix + name) }
      case .missing: break
      }
    }
  }
}
