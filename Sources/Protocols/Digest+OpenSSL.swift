import COpenSSL
import Wire

/// One-shot digests through OpenSSL: the C boundary of hashing short values.
package enum Digest {
  /// A digest by name.
  package enum Kind: Sendable {
    case md5, sha1, sha256, sm3
  }

  /// The digest of some bytes; empty where the library refuses the algorithm.
  package static func compute(_ kind: Kind, _ bytes: RawSpan) -> [UInt8] {
    var length: UInt32 = 0
    var result = [UInt8](repeating: 0, count: 64)
    // Sound: the input is only read inside the call, EVP writes at most EVP_MAX_MD_SIZE = 64 bytes into the
    // result.
    let status = unsafe bytes.withUnsafeBytes { input in
      unsafe result.withUnsafeMutableBufferPointer { output in
        unsafe EVP_Digest(input.baseAddress, input.count, output.baseAddress, &length, algorithm(kind), nil)
      }
    }
    guard status == 1 else { return [] }
    return Array(result.prefix(Int(length)))
  }

  /// Lower-case hexadecimal text, as ASCII, with an optional separator between bytes.
  package static func hexadecimal(_ bytes: [UInt8], separator: UInt8? = nil, uppercase: Bool = false)
    -> [UInt8]
  {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count &* 3)
    for byte in bytes {
      if let separator, !result.isEmpty { result.append(separator) }
      result.append(digit(byte >> 4, uppercase))
      result.append(digit(byte & 0xF, uppercase))
    }
    return result
  }

  /// ASCII of a hexadecimal digit.
  static func digit(_ value: UInt8, _ uppercase: Bool) -> UInt8 {
    value < 10 ? 0x30 &+ value : (uppercase ? 0x37 : 0x57) &+ value
  }

  private static func algorithm(_ kind: Kind) -> OpaquePointer? {
    // Sound: the returned descriptions are constants of the library.
    switch kind {
    case .md5: unsafe EVP_md5()
    case .sha1: unsafe EVP_sha1()
    case .sha256: unsafe EVP_sha256()
    case .sm3: unsafe EVP_sm3()
    }
  }
}
