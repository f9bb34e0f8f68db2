import COpenSSL
import Wire

/// The boundary to OpenSSL's digests, for the transformations `to_md5`, `to_sha1` and `to_sha256`.
enum Digest {
  enum Algorithm { case md5, sha1, sha256 }

  /// The digest of the bytes, or nil where OpenSSL does not offer it.
  static func of(_ bytes: RawSpan, _ algorithm: Algorithm) -> [UInt8]? {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var length: UInt32 = 0
    // Sound: the algorithms are static objects of OpenSSL; both buffers live for the call, and the digest's
    // has room for the longest there is.
    let kind =
      switch algorithm {
      case .md5: unsafe EVP_md5()
      case .sha1: unsafe EVP_sha1()
      case .sha256: unsafe EVP_sha256()
      }
    let status = unsafe bytes.withUnsafeBytes { input in
      unsafe digest.withUnsafeMutableBufferPointer { output in
        unsafe EVP_Digest(input.baseAddress, input.count, output.baseAddress, &length, kind, nil)
      }
    }
    return status == 1 ? Array(digest.prefix(Int(length))) : nil
  }
}
