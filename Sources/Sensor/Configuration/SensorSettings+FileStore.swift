import Detection

/// `outputs.file-store`: which files are kept, and where.
package struct FileStoreSettings: Sendable {
  /// Below the log folder, unless absolute (`dir`).
  package var folder = "filestore"
  /// All files are kept, whatever rules say (`force-filestore`).
  package var keepsAll = false
  /// What is known of a file is written beside it (`write-fileinfo`).
  package var writesRecords = false
  /// Bytes of a file that are kept, 0 for all; nil: as many as streams are put together (`stream-depth`).
  package var bytesMax: Int?

  package init() {}
}

extension SensorSettings {
  /// `file-store`, of which only version 2 is known. Each write opens its file anew, so that `max-open-files`
  /// always holds.
  mutating func readFileStore(_ node: ConfigurationNode, _ reader: inout SettingReader) {
    if let version = node["version"], version.value != "2" {
      reader.report(
        at: version.position, "file-store version \(version.value ?? "") is not known",
        remedy: "write `version: 2`")
      return
    }
    var store = FileStoreSettings()
    if let folder = node["dir"]?.value { store.folder = folder }
    reader.flag("force-filestore", in: node, &store.keepsAll)
    reader.flag("write-fileinfo", in: node, &store.writesRecords)
    if let depth = node["stream-depth"] {
      var bytes = 0
      reader.bytes("stream-depth", in: node, &bytes)
      if bytes > 0, streams.depthBytes > 0, bytes < streams.depthBytes {
        reader.report(
          .warning, at: depth.position,
          "file-store.stream-depth value \(bytes) has no effect since it's less than "
            + "stream.reassembly.depth value",
          remedy: "raise it, or lower stream.reassembly.depth")
        bytes = streams.depthBytes
      }
      store.bytesMax = bytes
    }
    var files = 0
    reader.integer("max-open-files", in: node, 0...1_000_000, &files)
    readDigests(of: node, &reader)
    fileStore = store
  }

  /// `force-hash` and `force-magic`: what files are told with, whatever rules ask.
  mutating func readDigests(of node: ConfigurationNode, _ reader: inout SettingReader) {
    reader.flag("force-magic", in: node, &showsMagic)
    for digest in reader.list("force-hash", in: node) ?? [] {
      switch digest.text.lowercased() {
      case "md5": protocols.hashesMD5 = true
      case "sha1": protocols.hashesSHA1 = true
      case "sha256": protocols.hashesSHA256 = true
      case "sm3": protocols.hashesSM3 = true
      default:
        reader.report(
          .warning, at: digest.position, "`\(digest.text)` is no digest for files",
          remedy: "write md5, sha1, sha256 or sm3")
      }
    }
  }
}
