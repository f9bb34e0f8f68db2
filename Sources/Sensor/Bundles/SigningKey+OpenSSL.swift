import COpenSSL
import Protocols

/// A key that bundles are signed with, or the public half that they are verified with: the C boundary to
/// OpenSSL's signatures.
///
/// Ed25519 (RFC 8032), or SM2 with SM3 (GB/T 32918.2) and the identity that the standard gives where users
/// have none. Keys are PEM files, as OpenSSL's own tools write them.
@safe
final class SigningKey {
  /// The way of signing.
  enum Algorithm: String, Sendable, CaseIterable {
    case ed25519, sm2

    /// What people call it.
    var name: String { self == .ed25519 ? "Ed25519" : "SM2 with SM3" }
  }

  let algorithm: Algorithm
  private let key: OpaquePointer

  /// The identity of a signer who has none of his own (GM/T 0009, section 10).
  private static let identity = Array("1234567812345678".utf8)
  /// Signatures are some 70 bytes; PEM files of such keys some hundreds.
  private static let signatureBytesMax = 256
  private static let textBytesMax = 16 << 10

  private init?(owning key: OpaquePointer?) {
    guard let key = unsafe key else { return nil }
    // Sound: the key is a valid one of OpenSSL, owned by this object from here on; names are C constants.
    if unsafe EVP_PKEY_is_a(key, "ED25519") == 1 {
      algorithm = .ed25519
    } else if unsafe EVP_PKEY_is_a(key, "SM2") == 1 {
      algorithm = .sm2
    } else {
      unsafe EVP_PKEY_free(key)
      return nil
    }
    unsafe self.key = key
  }

  deinit {
    // Sound: the key is this object's own.
    unsafe EVP_PKEY_free(key)
  }

  /// Makes a key; nil where OpenSSL does not offer the algorithm.
  static func make(_ algorithm: Algorithm) -> SigningKey? {
    let name = algorithm == .ed25519 ? "ED25519" : "SM2"
    // Sound: the context is freed on every way; the key that is made belongs to the object.
    guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, name, nil) else { return nil }
    defer { unsafe EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard unsafe EVP_PKEY_keygen_init(context) == 1, unsafe EVP_PKEY_generate(context, &key) == 1 else {
      return nil
    }
    return unsafe SigningKey(owning: key)
  }

  /// Reads a key from PEM text: a private one (PKCS #8, without password), or a public one. Nil for anything
  /// else.
  static func read(_ text: [UInt8], isPrivate: Bool) -> SigningKey? {
    guard text.count <= textBytesMax else { return nil }
    // Sound: the memory BIO copies nothing and reads within the text, which lives during the call. The
    // callback gives no password, so that nobody is asked for one.
    return unsafe text.withUnsafeBufferPointer { bytes -> SigningKey? in
      guard let input = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
      defer { unsafe BIO_free(input) }
      let key =
        isPrivate
        ? unsafe PEM_read_bio_PrivateKey(input, nil, { _, _, _, _ in 0 }, nil)
        : unsafe PEM_read_bio_PUBKEY(input, nil, { _, _, _, _ in 0 }, nil)
      return unsafe SigningKey(owning: key)
    }
  }

  /// The key as PEM text.
  func text(isPrivate: Bool) -> [UInt8]? {
    // Sound: the BIO is freed on every way; what is read from it is within the array's length.
    guard let output = unsafe BIO_new(BIO_s_mem()) else { return nil }
    defer { unsafe BIO_free(output) }
    let status =
      isPrivate
      ? unsafe PEM_write_bio_PKCS8PrivateKey(output, key, nil, nil, 0, nil, nil)
      : unsafe PEM_write_bio_PUBKEY(output, key)
    guard status == 1 else { return nil }
    var text = [UInt8](repeating: 0, count: Self.textBytesMax)
    let count = unsafe BIO_read(output, &text, Int32(text.count))
    return count > 0 ? Array(text.prefix(Int(count))) : nil
  }

  /// SHA-256 of the public key (DER of SubjectPublicKeyInfo), in hexadecimal: how people compare keys.
  var fingerprint: String {
    // Sound: without a place to write to, OpenSSL allocates the encoding, which is copied and freed.
    var encoded: UnsafeMutablePointer<UInt8>?
    let count = unsafe i2d_PUBKEY(key, &encoded)
    guard count > 0, let start = unsafe encoded else { return "" }
    defer { unsafe CRYPTO_free(start, #file, #line) }
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: Int(count)))
    return String(decoding: Digest.hexadecimal(Digest.compute(.sha256, bytes.rawSpan)), as: UTF8.self)
  }

  /// Signs some bytes; nil where the key has no private half.
  func sign(_ message: [UInt8]) -> [UInt8]? {
    unsafe withContext { context in
      guard
        unsafe EVP_DigestSignInit(context, nil, digest, nil, key) == 1
      else { return nil }
      var signature = [UInt8](repeating: 0, count: Self.signatureBytesMax)
      var count = signature.count
      // Sound: the signature's buffer has the room that is told; the message is only read.
      let status = unsafe EVP_DigestSign(context, &signature, &count, message, message.count)
      return status == 1 ? Array(signature.prefix(count)) : nil
    }
  }

  /// Whether a signature is this key's on the bytes.
  func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    guard !signature.isEmpty, signature.count <= Self.signatureBytesMax else { return false }
    let isValid = unsafe withContext { context -> Bool? in
      guard unsafe EVP_DigestVerifyInit(context, nil, digest, nil, key) == 1 else { return nil }
      // Sound: both arrays are only read, within their lengths.
      return unsafe EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
    return isValid ?? false
  }

  /// SM3 for SM2; Ed25519 has a digest of its own.
  private var digest: OpaquePointer? {
    // Sound: the description is a constant of the library.
    algorithm == .sm2 ? unsafe EVP_sm3() : nil
  }

  /// Calls `body` with a context for one signature.
  private func withContext<Result>(_ body: (OpaquePointer) -> Result?) -> Result? {
    // Sound: both contexts are freed on every way, the outer one first, as it uses the inner one.
    guard let inner = unsafe EVP_PKEY_CTX_new(key, nil) else { return nil }
    defer { unsafe EVP_PKEY_CTX_free(inner) }
    guard let context = unsafe EVP_MD_CTX_new() else { return nil }
    defer { unsafe EVP_MD_CTX_free(context) }
    if algorithm == .sm2 {
      let identity = Self.identity
      guard unsafe EVP_PKEY_CTX_set1_id(inner, identity, Int32(identity.count)) == 1 else { return nil }
      unsafe EVP_MD_CTX_set_pkey_ctx(context, inner)
    }
    return unsafe body(context)
  }
}
