import COpenSSL
import Wire

/// A running digest over a file's bytes: the C boundary to OpenSSL's EVP.
@safe
final class FileDigest {
  /// The digests that files are known by.
  enum Algorithm {
    case md5, sha1, sha256, sm3
  }

  private var context: OpaquePointer?

  /// Begins a digest; nothing comes out where OpenSSL refuses the algorithm (MD5 under FIPS).
  init(_ algorithm: Algorithm) {
    // Sound: the context is owned by this object alone and freed in deinit; the algorithms are static tables.
    unsafe context = EVP_MD_CTX_new()
    let type: OpaquePointer? =
      switch algorithm {
      case .md5: unsafe EVP_md5()
      case .sha1: unsafe EVP_sha1()
      case .sha256: unsafe EVP_sha256()
      case .sm3: unsafe EVP_sm3()
      }
    if unsafe EVP_DigestInit_ex(context, type, nil) != 1 { drop() }
  }

  deinit { drop() }

  /// Takes the next bytes.
  func update(_ bytes: RawSpan) {
    guard unsafe context != nil else { return }
    // Sound: OpenSSL reads exactly `count` bytes of the buffer during the call.
    unsafe bytes.withUnsafeBytes { buffer in
      _ = unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
    }
  }

  /// The digest of the bytes so far; more may follow.
  func value() -> [UInt8]? {
    guard unsafe context != nil else { return nil }
    var length: UInt32 = 0
    var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    // Sound: the copy is this function's own and freed before it returns; the array has room for any digest.
    let copy = unsafe EVP_MD_CTX_new()
    defer { unsafe EVP_MD_CTX_free(copy) }
    guard unsafe EVP_MD_CTX_copy_ex(copy, context) == 1 else { return nil }
    let result = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      unsafe EVP_DigestFinal_ex(copy, buffer.baseAddress, &length)
    }
    return result == 1 ? Array(bytes.prefix(Int(length))) : nil
  }

  private func drop() {
    // Sound: freeing nil is allowed, and the pointer is forgotten at once.
    unsafe EVP_MD_CTX_free(context)
    unsafe context = nil
  }
}
