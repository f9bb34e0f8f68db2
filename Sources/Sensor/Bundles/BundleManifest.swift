import Foundation

/// What a bundle says of itself: which files it holds, when it was made, which key signed it. The signature
/// covers exactly these bytes.
package struct BundleManifest: Codable, Sendable, Equatable {
  /// A file of the bundle.
  package struct File: Codable, Sendable, Equatable {
    package let path: String
    package let bytes: Int
    package let sha256: String
    /// SM3 (GB/T 32905); bundles of earlier versions have none.
    package let sm3: String?
  }

  package let format: String
  package let version: Int
  /// A word of its maker's, for people.
  package let name: String
  /// When it was made, in seconds since 1970: an older bundle does not take the place of a newer one.
  package let created: Int64
  package let algorithm: String
  /// SHA-256 of the public key.
  package let key: String
  package let rules: Int
  package let files: [File]

  static let format = "fengsui rules bundle"
  static let version = 1
  static let fileName = "manifest.json"
  static let signatureName = "manifest.sig"
  /// Folder of the bundle's own files.
  static let folder = "rules/"

  /// The bytes that are signed.
  var encoded: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return [UInt8]((try? encoder.encode(self)) ?? Data()) + [0x0a]
  }

  /// The moment in ISO 8601.
  package var date: String { Date(timeIntervalSince1970: TimeInterval(created)).ISO8601Format() }
}
