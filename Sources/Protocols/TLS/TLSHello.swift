import Wire

/// What a client offers (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2).
///
///     version (16) | random (32 bytes) | session id <0..32> | ciphers <2..> | compression <1..> | extensions
package struct TLSClientHello: Sendable {
  package var version = TLSVersion.undetermined
  package var random: [UInt8] = []
  package var sessionIdentifier: [UInt8] = []
  /// All lists in the order of the client, without reserved values (GREASE): they differ from hello to hello.
  package var cipherSuites: [UInt16] = []
  package var extensions: [UInt16] = []
  package var supportedVersions: [UInt16] = []
  package var groups: [UInt16] = []
  package var pointFormats: [UInt8] = []
  package var signatureAlgorithms: [UInt16] = []
  package var applicationProtocols: [[UInt8]] = []
  package var serverName: [UInt8]?
  package var hasSessionTicket = false
  /// It came in the old form of SSL 2.0.
  package var isSSL2 = false

  /// The highest version offered, in whatever way.
  package var highestVersion: TLSVersion {
    supportedVersions.max().map(TLSVersion.init) ?? version
  }
}

/// What a server chose (RFC 8446 §4.1.3).
package struct TLSServerHello: Sendable {
  /// The version of the old field.
  package var legacyVersion = TLSVersion.undetermined
  package var random: [UInt8] = []
  package var sessionIdentifier: [UInt8] = []
  package var cipherSuite: UInt16 = 0
  package var extensions: [UInt16] = []
  package var selectedVersion: UInt16?
  package var applicationProtocols: [[UInt8]] = []

  /// The version that was agreed on.
  package var version: TLSVersion {
    if let selectedVersion { return TLSVersion(selectedVersion) }
    return legacyVersion == .tls13 ? .tls13EarlyDraft : legacyVersion
  }
}

/// Numbers of extensions that are looked into (IANA, TLS ExtensionType Values).
enum TLSExtension {
  static let serverName: UInt16 = 0
  static let supportedGroups: UInt16 = 10
  static let pointFormats: UInt16 = 11
  static let signatureAlgorithms: UInt16 = 13
  static let applicationProtocols: UInt16 = 16
  static let sessionTicket: UInt16 = 35
  static let preSharedKey: UInt16 = 41
  static let supportedVersions: UInt16 = 43
}

/// Reads hellos. Fields that are cut or contradict their lengths throw; oddities of extensions are events.
struct TLSHelloReader {
  /// Events to raise, in order.
  private(set) var events: [TLSEvent] = []
  /// Lists keep reserved values (GREASE): fingerprints of QUIC have them.
  private let keepsReserved: Bool

  init(keepsReserved: Bool = false) {
    self.keepsReserved = keepsReserved
  }

  mutating func client(_ bytes: RawSpan) throws(ParseFailure) -> TLSClientHello {
    var hello = TLSClientHello()
    var reader = ByteReader(bytes)
    hello.version = TLSVersion(try reader.u16())
    hello.random = try reader.take(32).copied()
    hello.sessionIdentifier = try reader.take(Int(try reader.u8())).copied()
    hello.cipherSuites = numbers(try reader.take(Int(try reader.u16())))
    try reader.skip(Int(try reader.u8()))
    guard reader.remaining >= 2 else { return hello }
    let count = Int(try reader.u16())
    var list = ByteReader(try reader.take(count))
    while list.remaining >= 4, hello.extensions.count < TLSLimits.listEntries {
      let type = try list.u16()
      let body = try list.take(Int(try list.u16()))
      if keepsReserved || !TLSVersion.isGrease(type) { hello.extensions.append(type) }
      try clientExtension(type, body, &hello)
    }
    return hello
  }

  func server(_ bytes: RawSpan) throws(ParseFailure) -> TLSServerHello {
    var hello = TLSServerHello()
    var reader = ByteReader(bytes)
    hello.legacyVersion = TLSVersion(try reader.u16())
    hello.random = try reader.take(32).copied()
    // Drafts of TLS 1.3 before the 22nd have neither session id nor compression.
    let isDraft = hello.legacyVersion == .tls13 || hello.legacyVersion.rawValue >> 8 == 0x7F
    if !isDraft {
      hello.sessionIdentifier = try reader.take(Int(try reader.u8())).copied()
    }
    hello.cipherSuite = try reader.u16()
    if !isDraft { try reader.skip(1) }
    guard reader.remaining >= 2 else { return hello }
    let count = Int(try reader.u16())
    var list = ByteReader(try reader.take(count))
    while list.remaining >= 4, hello.extensions.count < TLSLimits.listEntries {
      let type = try list.u16()
      let body = try list.take(Int(try list.u16()))
      hello.extensions.append(type)
      switch type {
      case TLSExtension.supportedVersions where body.byteCount == 2: hello.selectedVersion = body.u16(0)
      case TLSExtension.applicationProtocols: hello.applicationProtocols = try Self.names(body)
      default: break
      }
    }
    return hello
  }

  private mutating func clientExtension(
    _ type: UInt16, _ body: RawSpan, _ hello: inout TLSClientHello
  ) throws(ParseFailure) {
    var reader = ByteReader(body)
    switch type {
    case TLSExtension.serverName: serverName(body, &hello)
    case TLSExtension.supportedGroups where !reader.isAtEnd:
      hello.groups = numbers(try reader.take(Int(try reader.u16())))
    case TLSExtension.pointFormats where !reader.isAtEnd:
      hello.pointFormats = try reader.take(Int(try reader.u8())).copied()
    case TLSExtension.signatureAlgorithms where !reader.isAtEnd:
      hello.signatureAlgorithms = Self.numbers(try reader.take(Int(try reader.u16())))
    case TLSExtension.applicationProtocols: hello.applicationProtocols = try Self.names(body)
    case TLSExtension.sessionTicket: hello.hasSessionTicket = body.byteCount > 0
    case TLSExtension.supportedVersions where !reader.isAtEnd:
      hello.supportedVersions = Self.numbers(try reader.take(Int(try reader.u8())))
    default: break
    }
  }

  /// The first host name of the list (RFC 6066 §3).
  private mutating func serverName(_ body: RawSpan, _ hello: inout TLSClientHello) {
    if hello.extensions.dropLast().contains(TLSExtension.serverName) {
      events.append(.multipleSNIExtensions)
      return
    }
    guard body.byteCount > 0 else { return }
    var reader = ByteReader(body)
    guard (try? reader.u16()) != nil, let type = try? reader.u8() else {
      events.append(.invalidSNILength)
      return
    }
    guard type == 0 else {
      events.append(.invalidSNIType)
      return
    }
    guard let length = try? reader.u16(), let name = try? reader.take(Int(length)) else {
      events.append(.invalidSNILength)
      return
    }
    hello.serverName = name.copied()
  }

  private func numbers(_ bytes: RawSpan) -> [UInt16] { Self.numbers(bytes, keepsReserved: keepsReserved) }

  /// A list of 16-bit numbers, without reserved ones if not told otherwise.
  static func numbers(_ bytes: RawSpan, keepsReserved: Bool = false) -> [UInt16] {
    let count = min(bytes.byteCount / 2, TLSLimits.listEntries)
    var result: [UInt16] = []
    result.reserveCapacity(count)
    for index in 0..<count {
      let value = bytes.u16(index &* 2)
      if keepsReserved || !TLSVersion.isGrease(value) { result.append(value) }
    }
    return result
  }

  /// A list of names, each with its length before it (RFC 7301 §3.1).
  private static func names(_ body: RawSpan) throws(ParseFailure) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var reader = ByteReader(body)
    guard !reader.isAtEnd else { return [] }
    var list = ByteReader(try reader.take(Int(try reader.u16())))
    while !list.isAtEnd, result.count < TLSLimits.listEntries {
      let name = try list.take(Int(try list.u8()))
      if name.byteCount > 0 { result.append(name.copied()) }
    }
    return result
  }
}
