import Foundation

/// What an evidence folder says of itself: its files with their digests, when it was sealed, and by which
/// key. The
/// signature covers exactly these bytes.
package struct EvidenceManifest: Codable, Sendable, Equatable {
  /// A file of the folder.
  package struct File: Codable, Sendable, Equatable {
    package let path: String
    package let bytes: Int
    package let sha256: String
    package let sm3: String
  }

  package let format: String
  package let version: Int
  /// What the evidence is about.
  package let subject: String
  /// When it was sealed, in seconds since 1970.
  package let sealed: Int64
  package let algorithm: String
  /// SHA-256 of the public key.
  package let key: String
  package let files: [File]

  /// How it was signed, for people.
  package var algorithmName: String { SigningKey.Algorithm(rawValue: algorithm)?.name ?? algorithm }

  static let format = "fengsui evidence"
  static let version = 1
  /// Names of the manifest and of its signature.
  package static let fileName = "manifest.json"
  package static let signatureName = "manifest.sig"

  var encoded: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return [UInt8]((try? encoder.encode(self)) ?? Data()) + [0x0a]
  }
}

/// Seals a folder of evidence, so that a changed byte shows: digests of every file in a manifest that is
/// signed.
package enum EvidenceSeal {
  /// Files of a folder, and bytes of a manifest and of a signature: no evidence folder comes near.
  private static let filesMax = 100_000
  private static let manifestBytesMax = 64 << 20
  private static let signatureBytesMax = 4_096
  private static let chunkBytes = 1 << 20

  /// Seals all files of a folder with a private key. Throws `RunFailure`.
  package static func seal(_ folder: String, subject: String, keyPath: String) throws -> EvidenceManifest {
    let key = try RuleBundles.key(keyPath, isPrivate: true)
    let manifest = EvidenceManifest(
      format: EvidenceManifest.format, version: EvidenceManifest.version, subject: subject,
      sealed: Int64(Date().timeIntervalSince1970), algorithm: key.algorithm.rawValue, key: key.fingerprint,
      files: try names(in: folder).map { try file($0, in: folder) })
    let text = manifest.encoded
    guard let signature = key.sign(text) else {
      throw RunFailure("\(keyPath) cannot sign: name the private key, as 'fengsui rules key' has written it")
    }
    do {
      try Data(text).write(
        to: URL(fileURLWithPath: "\(folder)/\(EvidenceManifest.fileName)"), options: .atomic)
      try (Data(signature).base64EncodedData() + [0x0a]).write(
        to: URL(fileURLWithPath: "\(folder)/\(EvidenceManifest.signatureName)"), options: .atomic)
    } catch {
      throw RunFailure("\(folder): the seal cannot be written; check the folder's space and rights")
    }
    return manifest
  }

  /// Whether a folder is as it was sealed by one of the keys: what is not, each a sentence. Throws
  /// `RunFailure`
  /// where there is no seal of theirs.
  package static func verify(_ folder: String, keyPaths: [String]) throws -> (EvidenceManifest, [String]) {
    let text = try contents("\(folder)/\(EvidenceManifest.fileName)", bytesMax: manifestBytesMax)
    let line = try contents("\(folder)/\(EvidenceManifest.signatureName)", bytesMax: signatureBytesMax)
    let keys = try keyPaths.map { try RuleBundles.key($0, isPrivate: false) }
    guard let signature = Data(base64Encoded: Data(line), options: .ignoreUnknownCharacters),
      let key = keys.first(where: { $0.verifies([UInt8](signature), of: text) })
    else {
      throw RunFailure(
        "\(folder) is refused: none of the trusted keys has sealed it, or its manifest was changed since")
    }
    guard let manifest = try? JSONDecoder().decode(EvidenceManifest.self, from: Data(text)),
      manifest.format == EvidenceManifest.format, manifest.version == EvidenceManifest.version,
      manifest.key == key.fingerprint, manifest.algorithm == key.algorithm.rawValue,
      manifest.files.count <= filesMax
    else { throw RunFailure("\(folder) is refused: its manifest is of another form than this program's") }
    var problems: [String] = []
    for sealed in manifest.files {
      guard isInside(sealed.path) else {
        problems.append("\(sealed.path) is outside the folder")
        continue
      }
      guard let now = try? file(sealed.path, in: folder) else {
        problems.append("\(sealed.path) is missing or cannot be read")
        continue
      }
      if now != sealed { problems.append("\(sealed.path) was changed since it was sealed") }
    }
    let known = Set(manifest.files.map(\.path))
    for name in try names(in: folder) where !known.contains(name) {
      problems.append("\(name) was put there since it was sealed")
    }
    return (manifest, problems)
  }

  private static func isInside(_ path: String) -> Bool {
    !path.isEmpty && !path.hasPrefix("/") && !path.split(separator: "/").contains("..")
  }

  /// Files below a folder, sorted, without the seal itself. Links are not followed.
  private static func names(in folder: String) throws -> [String] {
    guard let walk = FileManager.default.enumerator(atPath: folder) else {
      throw RunFailure("\(folder): there is no such folder")
    }
    var names: [String] = []
    while let name = walk.nextObject() as? String {
      let type = walk.fileAttributes?[.type] as? FileAttributeType
      guard type != .typeDirectory,
        ![EvidenceManifest.fileName, EvidenceManifest.signatureName].contains(name)
      else { continue }
      names.append(name)
      if names.count > filesMax { throw RunFailure("\(folder) holds more than \(filesMax) files") }
    }
    return names.sorted()
  }

  private static func file(_ name: String, in folder: String) throws -> EvidenceManifest.File {
    guard let handle = FileHandle(forReadingAtPath: "\(folder)/\(name)"), let digest = SealDigest() else {
      throw RunFailure("\(folder)/\(name) cannot be read, or this OpenSSL has no SM3")
    }
    defer { try? handle.close() }
    var count = 0
    while let data = try? handle.read(upToCount: chunkBytes), !data.isEmpty {
      count += data.count
      digest.update([UInt8](data))
    }
    guard let values = digest.values() else { throw RunFailure("\(folder)/\(name): no digest") }
    return EvidenceManifest.File(path: name, bytes: count, sha256: values.sha256, sm3: values.sm3)
  }

  private static func contents(_ path: String, bytesMax: Int) throws -> [UInt8] {
    guard let handle = FileHandle(forReadingAtPath: path),
      let data = try? handle.read(upToCount: bytesMax + 1), data.count <= bytesMax
    else { throw RunFailure("\(path) is missing, cannot be read, or is too large: the folder is not sealed") }
    try? handle.close()
    return [UInt8](data)
  }
}
