/// Builds TLS records and messages for tests.
enum TLSMessages {
  static func record(_ type: UInt8, _ payload: [UInt8], version: Int = 0x0303) -> [UInt8] {
    [type] + big(version, bytes: 2) + big(payload.count, bytes: 2) + payload
  }

  static func handshake(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
    [type] + big(body.count, bytes: 3) + body
  }

  static func extension_(_ type: Int, _ body: [UInt8]) -> [UInt8] {
    big(type, bytes: 2) + big(body.count, bytes: 2) + body
  }

  static func vector(_ bytes: [UInt8], _ lengthBytes: Int = 2) -> [UInt8] {
    big(bytes.count, bytes: lengthBytes) + bytes
  }

  static let random = (0..<32).map { UInt8($0) }

  static func clientHello(_ server: String = "example.org") -> [UInt8] {
    let name = [UInt8(0)] + vector(Array(server.utf8))
    let extensions =
      extension_(0x0A0A, []) + extension_(0, vector(name))
      + extension_(10, vector([0x1A, 0x1A, 0, 29, 0, 23]))
      + extension_(11, vector([0], 1)) + extension_(13, vector([4, 3, 8, 4]))
      + extension_(16, vector(vector(Array("h2".utf8), 1) + vector(Array("http/1.1".utf8), 1)))
    let body = [3, 3] + random + vector([], 1) + vector([0x2A, 0x2A, 0xC0, 0x2F, 0x00, 0x35]) + [1, 0]
    return handshake(1, body + vector(extensions))
  }

  static func serverHello() -> [UInt8] {
    let extensions = extension_(0xFF01, [0]) + extension_(16, vector(vector(Array("h2".utf8), 1)))
    return handshake(2, [3, 3] + random + vector([], 1) + [0xC0, 0x2F, 0] + vector(extensions))
  }

  static func certificate() -> [UInt8] {
    handshake(11, vector(vector(SampleCertificate.der, 3), 3))
  }

  static let client = record(22, clientHello(), version: 0x0301)
  static let server = record(22, serverHello()) + record(22, certificate()) + record(22, handshake(14, []))
  static let keys = record(22, handshake(16, [1, 2, 3])) + record(20, [1]) + record(22, [9, 9, 9, 9, 9])
  static let finished = record(20, [1]) + record(22, [8, 8, 8, 8, 8]) + record(23, [7, 7, 7])
}
