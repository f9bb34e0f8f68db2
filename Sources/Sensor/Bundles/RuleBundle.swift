import Foundation
import Protocols

/// A signed bundle of rules, for sites that no network reaches: rules, their classifications and lists in one
/// file that can be carried there and trusted.
package struct RuleBundle: Sendable {
  package let manifest: BundleManifest
  /// Names without the bundle's folder, and bytes.
  let files: [(name: String, bytes: [UInt8])]

  /// Opens a bundle that one of the keys has signed; throws `RunFailure` with one sentence where anything
  /// about it is not as it was made. Nothing of it is used before the signature has been verified.
  static func open(_ bytes: [UInt8], named path: String, keys: [SigningKey]) throws -> RuleBundle {
    do {
      return try open(bytes, keys)
    } catch {
      throw RunFailure("\(path) is refused: \(error.reason)")
    }
  }

  private static func open(_ bytes: [UInt8], _ keys: [SigningKey]) throws(BundleArchive.Flaw) -> RuleBundle {
    guard bytes.count <= BundleLimits.bundleBytes else {
      throw BundleArchive.Flaw("it is larger than \(BundleLimits.bundleBytes >> 20) MB")
    }
    var archive = BundleArchive(bytes)
    let first = try archive.next(bytesMax: BundleLimits.manifestBytes)
    guard let first, first.name == BundleManifest.fileName else {
      throw BundleArchive.Flaw("it does not begin with \(BundleManifest.fileName)")
    }
    let second = try archive.next(bytesMax: BundleLimits.signatureBytes)
    guard let second, second.name == BundleManifest.signatureName,
      let signature = Data(base64Encoded: Data(second.bytes), options: .ignoreUnknownCharacters)
    else { throw BundleArchive.Flaw("it has no signature") }
    guard let key = keys.first(where: { $0.verifies([UInt8](signature), of: first.bytes) }) else {
      throw BundleArchive.Flaw("none of the trusted keys has signed it, or it was changed since")
    }
    let manifest = try read(first.bytes, key)
    var files: [(name: String, bytes: [UInt8])] = []
    for file in manifest.files {
      let entry = try archive.next(bytesMax: file.bytes)
      guard let entry else { throw BundleArchive.Flaw("\(file.path) is missing") }
      try check(entry, file)
      files.append((String(file.path.dropFirst(BundleManifest.folder.count)), entry.bytes))
    }
    if let more = try archive.next(bytesMax: BundleLimits.bundleBytes) {
      throw BundleArchive.Flaw("\(more.name) is in it, but not in its manifest")
    }
    return RuleBundle(manifest: manifest, files: files)
  }

  private static func read(_ bytes: [UInt8], _ key: SigningKey) throws(BundleArchive.Flaw) -> BundleManifest {
    guard let manifest = try? JSONDecoder().decode(BundleManifest.self, from: Data(bytes)) else {
      throw BundleArchive.Flaw("its manifest cannot be read")
    }
    guard manifest.format == BundleManifest.format, manifest.version == BundleManifest.version else {
      throw BundleArchive.Flaw("its format is version \(manifest.version), which this program does not know")
    }
    guard manifest.key == key.fingerprint else {
      throw BundleArchive.Flaw("its manifest names another key than the one that signed it")
    }
    guard !manifest.files.isEmpty, manifest.files.count <= BundleLimits.files else {
      throw BundleArchive.Flaw("it holds \(manifest.files.count) files")
    }
    for file in manifest.files {
      guard file.path.hasPrefix(BundleManifest.folder), file.path.count > BundleManifest.folder.count else {
        throw BundleArchive.Flaw("\(file.path) is outside its folder \(BundleManifest.folder)")
      }
    }
    return manifest
  }

  private static func check(
    _ entry: BundleArchive.Entry, _ file: BundleManifest.File
  ) throws(BundleArchive.Flaw) {
    guard entry.name == file.path else {
      throw BundleArchive.Flaw("\(entry.name) stands where its manifest has \(file.path)")
    }
    guard entry.bytes.count == file.bytes, digest(entry.bytes, .sha256) == file.sha256 else {
      throw BundleArchive.Flaw("\(entry.name) is not the file that was signed: its SHA-256 differs")
    }
    if let sm3 = file.sm3, digest(entry.bytes, .sm3) != sm3 {
      throw BundleArchive.Flaw("\(entry.name) is not the file that was signed: its SM3 differs")
    }
  }

  /// A digest in hexadecimal.
  static func digest(_ bytes: [UInt8], _ kind: Digest.Kind) -> String {
    String(decoding: Digest.hexadecimal(Digest.compute(kind, bytes.rawSpan)), as: UTF8.self)
  }

  // MARK: Making

  /// The bytes of a bundle of some files, signed.
  static func make(
    _ files: [(name: String, bytes: [UInt8])], name: String, rules: Int, created: Int64, key: SigningKey
  ) throws -> [UInt8] {
    let manifest = BundleManifest(
      format: BundleManifest.format, version: BundleManifest.version, name: name, created: created,
      algorithm: key.algorithm.rawValue, key: key.fingerprint, rules: rules,
      files: files.map {
        BundleManifest.File(
          path: BundleManifest.folder + $0.name, bytes: $0.bytes.count, sha256: digest($0.bytes, .sha256),
          sm3: digest($0.bytes, .sm3))
      })
    let text = manifest.encoded
    guard let signature = key.sign(text) else {
      throw RunFailure("the key cannot sign: name the private key, as 'fengsui rules key' has written it")
    }
    let line = [UInt8](Data(signature).base64EncodedData()) + [0x0a]
    var entries = [
      BundleArchive.Entry(name: BundleManifest.fileName, bytes: text),
      BundleArchive.Entry(name: BundleManifest.signatureName, bytes: line),
    ]
    entries += files.map { BundleArchive.Entry(name: BundleManifest.folder + $0.name, bytes: $0.bytes) }
    do {
      return try BundleArchive.write(entries, seconds: created)
    } catch {
      throw RunFailure("the bundle cannot be written: \(error.reason)")
    }
  }
}
