import COpenSSL
import Wire

/// Whether a certificate was signed by the key of another, and a message by the key of a certificate: the C
/// boundary to OpenSSL's X.509.
///
/// SM2 signatures (GB/T 32918.2) are over SM3 of the signer's identity, which is the standard's own where
/// certificates are concerned (GM/T 0015, GM/T 0009 §10).
enum CertificateSignature {
  /// True or false; nil where one of the two cannot be read or its algorithm is not known to OpenSSL.
  static func isValid(of certificate: [UInt8], by issuer: [UInt8]) -> Bool? {
    guard certificate.count <= bytesMax, issuer.count <= bytesMax else { return nil }
    return unsafe withParsed(certificate) { own in
      unsafe withParsed(issuer) { authority in
        // Sound: both objects live during the calls; the key belongs to the issuer's object, and the identity
        // is handed over to the certificate's object, which frees it.
        guard let key = unsafe X509_get0_pubkey(authority) else { return nil }
        if unsafe EVP_PKEY_is_a(key, "SM2") == 1 {
          guard let identifier = unsafe ASN1_OCTET_STRING_new() else { return nil }
          let text = identity
          guard unsafe ASN1_OCTET_STRING_set(identifier, text, Int32(text.count)) == 1 else {
            unsafe ASN1_OCTET_STRING_free(identifier)
            return nil
          }
          unsafe X509_set0_distinguishing_id(own, identifier)
        }
        let status = unsafe X509_verify(own, key)
        ERR_clear_error()
        return status < 0 ? nil : status == 1
      }
    }
  }

  /// Whether a message was signed by a certificate's key: SM2 with SM3, or RSA (PKCS #1 v1.5) with one of the
  /// digests in use. Nil where the key cannot be read or is of another kind.
  static func isValid(_ signature: [UInt8], of message: [UInt8], by certificate: [UInt8]) -> Bool? {
    guard certificate.count <= bytesMax, message.count <= bytesMax, signature.count <= signatureBytesMax
    else { return nil }
    return unsafe withParsed(certificate) { own in
      defer { ERR_clear_error() }
      // Sound: the key belongs to the certificate's object, which lives during the calls.
      guard let key = unsafe X509_get0_pubkey(own) else { return nil }
      if unsafe EVP_PKEY_is_a(key, "SM2") == 1 { return unsafe isSM2(signature, of: message, by: key) }
      guard unsafe EVP_PKEY_is_a(key, "RSA") == 1 else { return nil }
      let signed = unsafe recovered(signature, by: key)
      return digests.contains { $0.prefix + Digest.compute($0.kind, message.rawSpan) == signed }
    }
  }

  private static func isSM2(_ signature: [UInt8], of message: [UInt8], by key: OpaquePointer) -> Bool? {
    // Sound: both contexts are freed on every way, the outer one first, as it uses the inner one; the arrays
    // are only read, within their lengths.
    guard let inner = unsafe EVP_PKEY_CTX_new(key, nil) else { return nil }
    defer { unsafe EVP_PKEY_CTX_free(inner) }
    guard let context = unsafe EVP_MD_CTX_new() else { return nil }
    defer { unsafe EVP_MD_CTX_free(context) }
    let text = identity
    guard unsafe EVP_PKEY_CTX_set1_id(inner, text, Int32(text.count)) == 1 else { return nil }
    unsafe EVP_MD_CTX_set_pkey_ctx(context, inner)
    guard unsafe EVP_DigestVerifyInit(context, nil, EVP_sm3(), nil, key) == 1 else { return nil }
    return unsafe EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }

  /// The DigestInfo that a signature of RSA holds, whatever the digest is; empty where the padding is wrong.
  private static func recovered(_ signature: [UInt8], by key: OpaquePointer) -> [UInt8] {
    // Sound: the context is freed on every way; the signature is only read, and OpenSSL writes at most
    // `count` bytes, which is the room that there is.
    guard let context = unsafe EVP_PKEY_CTX_new(key, nil) else { return [] }
    defer { unsafe EVP_PKEY_CTX_free(context) }
    guard unsafe EVP_PKEY_verify_recover_init(context) == 1 else { return [] }
    var result = [UInt8](repeating: 0, count: bytesMax)
    var count = result.count
    let status = unsafe EVP_PKEY_verify_recover(context, &result, &count, signature, signature.count)
    return status == 1 ? Array(result.prefix(count)) : []
  }

  /// Digests that RSA signs in TLCP, each with the beginning of its DigestInfo (RFC 8017 §9.2; GM/T 0006 for
  /// the number of SM3).
  private static let digests: [(kind: Digest.Kind, prefix: [UInt8])] = [
    (
      .sm3,
      [0x30, 0x30, 0x30, 0x0C, 0x06, 0x08, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x83, 0x11, 5, 0, 4, 32]
    ),
    (.sha256, [0x30, 0x31, 0x30, 0x0D, 6, 9, 0x60, 0x86, 0x48, 0x01, 0x65, 3, 4, 2, 1, 5, 0, 4, 32]),
    (.sha1, [0x30, 0x21, 0x30, 9, 6, 5, 0x2B, 0x0E, 3, 2, 0x1A, 5, 0, 4, 20]),
  ]

  /// Signatures of RSA with 16,384 bits, the longest keys that OpenSSL takes.
  private static let signatureBytesMax = 2048
  /// Certificates of this kind are under a kilobyte, large ones a few.
  private static let bytesMax = 64 << 10
  private static let identity = Array("1234567812345678".utf8)

  private static func withParsed<Result>(_ der: [UInt8], _ body: (OpaquePointer) -> Result?) -> Result? {
    // Sound: OpenSSL reads within the array's length while it is pinned, and copies what it keeps; the object
    // is freed on every way.
    let parsed = unsafe der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
      var position = bytes.baseAddress
      return unsafe d2i_X509(nil, &position, bytes.count)
    }
    guard let parsed = unsafe parsed else {
      ERR_clear_error()
      return nil
    }
    defer { unsafe X509_free(parsed) }
    return unsafe body(parsed)
  }
}
