import COpenSSL

/// Digests through OpenSSL, the C boundary of this target.
package enum Digest {
  /// SHA-256 of some bytes: 32 bytes.
  package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var length: UInt32 = 0
    // Sound: OpenSSL reads `count` bytes of the input and writes at most EVP_MAX_MD_SIZE into the digest.
    let result = unsafe bytes.withUnsafeBytes { input in
      unsafe digest.withUnsafeMutableBufferPointer { output in
        unsafe EVP_Digest(input.baseAddress, input.count, output.baseAddress, &length, EVP_sha256(), nil)
      }
    }
    precondition(result == 1, "OpenSSL computes SHA-256")
    return Array(digest.prefix(Int(length)))
  }
}
