import COpenSSL
import Wire

/// Whether a certificate was signed by the key of another: the C boundary to OpenSSL's X.509.
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
