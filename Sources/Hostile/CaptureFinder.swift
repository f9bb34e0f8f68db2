import Foundation

/// Finds captures by their first bytes, whatever their names, each content once.
enum CaptureFinder {
  /// Magic numbers of pcap in both byte orders and resolutions, and of pcapng.
  private static let magics: [[UInt8]] = [
    [0xd4, 0xc3, 0xb2, 0xa1], [0xa1, 0xb2, 0xc3, 0xd4], [0x4d, 0x3c, 0xb2, 0xa1], [0xa1, 0xb2, 0x3c, 0x4d],
    [0x0a, 0x0d, 0x0d, 0x0a],
  ]

  /// All captures below some folders, sorted by path; a file that was named is taken as it is.
  static func captures(below folders: [String]) -> [String] {
    var seen: Set<UInt64> = []
    return folders.flatMap(files).sorted().filter { path in
      guard isCapture(path), let data = FileManager.default.contents(atPath: path) else { return false }
      return seen.insert(Variant.hash([UInt8](data))).inserted
    }
  }

  /// Files of rules in the capture's folder.
  static func rules(beside capture: String) -> [String] {
    let folder = URL(fileURLWithPath: capture).deletingLastPathComponent().path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().filter { $0.hasSuffix(".rules") }.map { "\(folder)/\($0)" }
  }

  private static func files(_ path: String) -> [String] {
    guard let found = FileManager.default.enumerator(atPath: path) else { return [path] }
    let names = found.allObjects.compactMap { $0 as? String }
    return names.isEmpty ? [path] : names.map { "\(path)/\($0)" }
  }

  private static func isCapture(_ path: String) -> Bool {
    guard let handle = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? handle.close() }
    guard let first = try? handle.read(upToCount: 4) else { return false }
    return magics.contains([UInt8](first))
  }
}

/// The written events, looked at as any reader would.
enum EventLines {
  /// Number of the first line that is no JSON object.
  static func firstBroken(in path: String) -> Int? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    for (index, line) in data.split(separator: 0x0a).enumerated() {
      let object = try? JSONSerialization.jsonObject(with: Data(line))
      if !(object is [String: Any]) { return index + 1 }
    }
    return nil
  }
}
