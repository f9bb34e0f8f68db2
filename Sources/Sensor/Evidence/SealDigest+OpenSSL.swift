// The formatter joins the words of `for unsafe`.
// swift-format-ignore-file

import COpenSSL

/// SHA-256 and SM3 (GB/T 32905) of a file's bytes in one reading: the C boundary to OpenSSL's digests.
@safe
final class SealDigest {
  private let contexts: [OpaquePointer]

  /// Nil where OpenSSL offers one of the two not.
  init?() {
    var contexts: [OpaquePointer] = unsafe []
    // Sound: the contexts are this object's own and freed in deinit, or here where it is not made; the
    // algorithms are static tables of the library.
    for unsafe type in unsafe [EVP_sha256(), EVP_sm3()] {
      guard let context = unsafe EVP_MD_CTX_new() else { break }
      guard unsafe EVP_DigestInit_ex(context, type, nil) == 1 else {
        unsafe EVP_MD_CTX_free(context)
        break
      }
      unsafe contexts.append(context)
    }
    unsafe self.contexts = contexts
    if unsafe contexts.count < 2 { return nil }
  }

  deinit {
    // Sound: each context is this object's own.
    for unsafe context in unsafe contexts { unsafe EVP_MD_CTX_free(context) }
  }

  /// Takes the next bytes.
  func update(_ bytes: [UInt8]) {
    // Sound: OpenSSL reads exactly `count` bytes of the array during the call.
    for unsafe context in unsafe contexts { _ = unsafe EVP_DigestUpdate(context, bytes, bytes.count) }
  }

  /// Both digests in hexadecimal; nothing may follow.
  func values() -> (sha256: String, sm3: String)? {
    var texts: [String] = []
    for unsafe context in unsafe contexts {
      var length: UInt32 = 0
      var value = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
      // Sound: the array has room for any digest; OpenSSL writes `length` bytes of it.
      guard unsafe EVP_DigestFinal_ex(context, &value, &length) == 1 else { return nil }
      texts.append(
        value.prefix(Int(length)).map { byte in
          let digits = String(byte, radix: 16)
          return digits.count == 1 ? "0" + digits : digits
        }.joined())
    }
    return texts.count == 2 ? (texts[0], texts[1]) : nil
  }
}
