import Detection
import Foundation

/// Files of data sets and other lists: read before a run, written after it.
enum DatasetFiles {
  /// Bytes of one list: some tens of millions of digests.
  private static let bytesMax = 2 << 30

  /// Reads a list that a rule or the configuration names; nil where it is no file that can be read.
  @Sendable
  static func read(_ path: String) -> [UInt8]? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard let attributes, attributes[.type] as? FileAttributeType != .typeDirectory,
      (attributes[.size] as? Int ?? 0) <= bytesMax
    else { return nil }
    return FileManager.default.contents(atPath: path).map { [UInt8]($0) }
  }

  /// Writes the sets that are kept. Each is written beside the old file, which it then replaces, so that
  /// whatever happens one of the two is whole. Gives what could not be written.
  static func save(_ datasets: [Dataset]) -> [String] {
    datasets.compactMap { dataset in
      guard let path = dataset.savePath else { return nil }
      do {
        let folder = (path as NSString).deletingLastPathComponent
        if !folder.isEmpty {
          try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        try Data(dataset.lines).write(to: URL(fileURLWithPath: path), options: .atomic)
        return nil
      } catch {
        return "\(path): the data set \(dataset.name) cannot be written; check the folder's space and rights"
      }
    }
  }
}
