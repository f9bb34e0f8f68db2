import Wire

/// A folder of certificates: each chain a file, with another one that says where it is from. Confined to one
/// worker; workers share the folder, not the object.
package final class CertificateFolder {
  private let path: String
  /// The first failure, to be told once.
  package private(set) var failure: String?

  /// Columns of a certificate in its text form (RFC 7468 §3).
  private static let columns = 64

  package init(_ path: String) {
    self.path = path
    _ = FileSystem.makeFolder(path)
  }

  /// Writes a chain of certificates and what is known of it, below one name.
  package func write(_ chain: [[UInt8]], description: String, name: String) {
    var text: [UInt8] = []
    for certificate in chain { Self.append(certificate, to: &text) }
    write(text.rawSpan, "\(name).pem")
    write(Array(description.utf8).rawSpan, "\(name).meta")
  }

  /// The text form of a certificate: Base64 between two lines.
  private static func append(_ certificate: [UInt8], to text: inout [UInt8]) {
    text += Array("-----BEGIN CERTIFICATE-----\n".utf8)
    var digits: [UInt8] = []
    Base64.append(encoding: certificate.rawSpan, to: &digits)
    var start = 0
    while start < digits.count {
      text += digits[start..<min(start + columns, digits.count)]
      text.append(0x0a)
      start += columns
    }
    text += Array("-----END CERTIFICATE-----\n".utf8)
  }

  private func write(_ bytes: RawSpan, _ name: String) {
    let (file, error) = FileDescriptorOwner.open("\(path)/\(name)", appends: false)
    let writeError = file?.write(bytes).error ?? error
    if writeError != 0, failure == nil {
      failure = "\(path)/\(name): \(SystemError.text(writeError)); \(SystemError.remedy(writeError))"
    }
  }
}
