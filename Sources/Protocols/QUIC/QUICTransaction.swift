package import Wire

/// A packet with a long head, or several parts of a hello of which it brought the last.
package final class QUICTransaction: Transaction {
  package let header: QUICHeader
  package internal(set) var clientHello: TLSClientHello?
  package internal(set) var hello: QUICHello?
  /// As JA3 has it: with the reserved numbers that other fingerprints leave out.
  package internal(set) var ja3Text: [UInt8]?
  package internal(set) var serverName: [UInt8]?
  /// Of Google's handshake.
  package internal(set) var userAgent: [UInt8]?
  /// Fingerprints of Google's handshake: the tags of each message with the version before them.
  package internal(set) var fingerprints: [[UInt8]] = []

  /// The side that sent it.
  package let direction: Direction

  init(number: UInt64, _ header: QUICHeader, _ direction: Direction, _ clock: PacketClock) {
    self.header = header
    self.direction = direction
    super.init(number: number, completeFrom: Pair(both: 1))
    progress = Pair(both: 1)
    onlyDirection = direction
    startNanoseconds = clock.nanoseconds
  }

  /// MD5 of a fingerprint in hexadecimal.
  package static func hash(_ text: [UInt8]) -> [UInt8] { TLSFingerprints.hash(text) }

  /// The client's JA4 fingerprint.
  package var ja4: [UInt8]? { clientHello.map { TLSFingerprints.ja4($0, transport: "q") } }

  /// Four bytes of the version in a long head.
  var versionBytes: [UInt8]? {
    guard header.isLong else { return nil }
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: header.version.rawValue >> $0) }
  }

  func raise(_ event: QUICEvent) {
    events.append(event.rawValue)
    revision &+= 1
  }
}

/// Events of QUIC, in the order of their numbers.
package enum QUICEvent: UInt8, Sendable, CaseIterable {
  case failedDecrypt, errorOnData, errorOnHeader, handshakeTooLong

  /// Name in rules.
  var name: String {
    switch self {
    case .failedDecrypt: "failed_decrypt"
    case .errorOnData: "error_on_data"
    case .errorOnHeader: "error_on_header"
    case .handshakeTooLong: "crypto_frag_too_long"
    }
  }
}

/// The extensions of a hello, in the order of the sender.
package struct QUICHello: Sendable {
  /// An extension with what is told of it.
  package struct Extension: Sendable {
    package let type: UInt16
    package internal(set) var values: [[UInt8]] = []
  }

  package private(set) var extensions: [Extension] = []

  /// Reads the body of a hello up to its extensions, and these.
  ///
  ///     version (16) | random (32 bytes) | session <0..32> | ciphers <2..> or cipher (16)
  ///     | compression <1..> or compression (8) | extensions <0..>
  init(_ body: RawSpan, isClient: Bool) throws(ParseFailure) {
    var reader = ByteReader(body)
    try reader.skip(34)
    try reader.skip(Int(try reader.u8()))
    try reader.skip(isClient ? Int(try reader.u16()) : 2)
    try reader.skip(isClient ? Int(try reader.u8()) : 1)
    guard reader.remaining >= 2 else { return }
    var list = ByteReader(try reader.take(Int(try reader.u16())))
    while list.remaining >= 4, extensions.count < TLSLimits.listEntries {
      let type = try list.u16()
      let content = try list.take(Int(try list.u16()))
      extensions.append(
        Extension(type: Self.told(type), values: (try? Self.values(type, content, isClient: isClient)) ?? []))
    }
  }

  /// The number that is told of an extension: like the reference, one for all reserved ones.
  static func told(_ type: UInt16) -> UInt16 { TLSVersion.isGrease(type) ? 0xFAFA : type }

  private static func values(
    _ type: UInt16, _ content: RawSpan, isClient: Bool
  ) throws(ParseFailure) -> [[UInt8]] {
    var reader = ByteReader(content)
    switch type {
    case TLSExtension.serverName:
      guard !reader.isAtEnd else { return [] }
      try reader.skip(3)
      return [try reader.take(Int(try reader.u16())).copied()]
    case TLSExtension.applicationProtocols:
      var names: [[UInt8]] = []
      try reader.skip(2)
      while !reader.isAtEnd { names.append(try reader.take(Int(try reader.u8())).copied()) }
      return names
    case TLSExtension.signatureAlgorithms:
      try reader.skip(2)
      return numbers(&reader) { String($0) }
    case TLSExtension.supportedVersions:
      if isClient { try reader.skip(1) }
      return numbers(&reader, versionName)
    default: return []
    }
  }

  private static func numbers(_ reader: inout ByteReader, _ text: (UInt16) -> String) -> [[UInt8]] {
    var result: [[UInt8]] = []
    while let number = try? reader.u16() { result.append(Array(text(number).utf8)) }
    return result
  }

  /// As the reference writes versions here.
  private static func versionName(_ version: UInt16) -> String {
    switch version {
    case 0x0300: "Ssl30"
    case 0x0301...0x0304: "Tls1\(version & 0xF &- 1)"
    default: "TlsVersion(\(version) / 0x\(String(version, radix: 16)))"
    }
  }
}
