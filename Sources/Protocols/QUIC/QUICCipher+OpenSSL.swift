import COpenSSL

/// AES with 128 bits as QUIC's first packets need it: the C boundary to OpenSSL's ciphers.
enum QUICCipher {
  static let keyBytes = 16
  static let nonceBytes = 12
  static let tagBytes = 16

  /// One block encrypted (ECB): the mask of a head (RFC 9001 §5.4.3). Nil where something has another length
  /// or the library refuses.
  static func block(_ key: [UInt8], _ sample: [UInt8]) -> [UInt8]? {
    guard key.count == keyBytes, sample.count == keyBytes else { return nil }
    // Sound: the context is freed on every way; key and block have the lengths that the cipher reads, and it
    // writes at most two blocks, for which there is room.
    guard let context = unsafe EVP_CIPHER_CTX_new() else { return nil }
    defer { unsafe EVP_CIPHER_CTX_free(context) }
    var result = [UInt8](repeating: 0, count: 2 * keyBytes)
    var count: Int32 = 0
    guard unsafe EVP_EncryptInit_ex(context, EVP_aes_128_ecb(), nil, key, nil) == 1,
      unsafe EVP_EncryptUpdate(context, &result, &count, sample, Int32(sample.count)) == 1
    else { return nil }
    return Array(result.prefix(keyBytes))
  }

  /// What was protected with GCM, or nil where its tag, which stands at its end, does not hold.
  static func open(_ sealed: [UInt8], _ key: [UInt8], nonce: [UInt8], associated: [UInt8]) -> [UInt8]? {
    guard key.count == keyBytes, nonce.count == nonceBytes, sealed.count >= tagBytes,
      sealed.count <= Int(UInt16.max), associated.count <= Int(UInt16.max)
    else { return nil }
    let length = sealed.count &- tagBytes
    // Sound: the context is freed on every way; key, nonce and tag have the lengths that the cipher reads, of
    // the others it is told the lengths; a stream cipher writes as many bytes as it is given.
    guard let context = unsafe EVP_CIPHER_CTX_new() else { return nil }
    defer { unsafe EVP_CIPHER_CTX_free(context) }
    var result = [UInt8](repeating: 0, count: length &+ keyBytes)
    var tag = Array(sealed.suffix(tagBytes))
    var count: Int32 = 0
    guard unsafe EVP_DecryptInit_ex(context, EVP_aes_128_gcm(), nil, key, nonce) == 1,
      unsafe EVP_DecryptUpdate(context, nil, &count, associated, Int32(associated.count)) == 1,
      unsafe EVP_DecryptUpdate(context, &result, &count, sealed, Int32(length)) == 1,
      unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagBytes), &tag) == 1,
      unsafe EVP_DecryptFinal_ex(context, &tag, &count) == 1
    else { return nil }
    return Array(result.prefix(length))
  }
}
