/// Bounds of a bundle of rules: it comes from outside.
enum BundleLimits {
  /// Bytes of a whole bundle: ET Open has 25 MB, lists of digests may have some hundreds.
  static let bundleBytes = 512 << 20
  /// Files of a bundle.
  static let files = 4096
  /// Bytes of a file's name with its folders: what a header of the archive has room for.
  static let nameBytes = 100
  /// Folders within folders.
  static let depth = 8
  /// Bytes of the manifest: a line for each file.
  static let manifestBytes = 4 << 20
  /// Bytes of the signature in Base64.
  static let signatureBytes = 512
}
