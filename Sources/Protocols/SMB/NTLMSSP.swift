import Wire

/// What a client tells of itself when it logs on by NTLM ([MS-NLMP] §2.2.1.3).
package struct NTLMSSPAuthentication: Sendable {
  package var domain: [UInt8]
  package var user: [UInt8]
  package var host: [UInt8]
  /// Major, minor, build and revision of the client's system.
  package var version: (major: UInt8, minor: UInt8, build: UInt16, revision: UInt8)?
  /// The parts stand in an order in which no system writes them.
  var isUnusual = false
}

/// Reads the messages of NTLM within a security token.
///
///     "NTLMSSP" NUL | type (32)
///     type 3: six fields of length (16) | space (16) | offset (32): LM answer, NT answer, domain, user,
///     host, session key; then flags (32) and version (64)
enum NTLMSSP {
  /// The place of the first message within a token, whatever wraps it (SPNEGO, RFC 4178).
  static func find(_ token: RawSpan) -> Int? {
    let last = min(token.byteCount, 16 * 1024) &- 12
    var position = 0
    while position <= last {
      if token[position] == 0x4E, token.u64(position) == 0x4E54_4C4D_5353_5000 { return position }
      position &+= 1
    }
    return nil
  }

  /// Type of the message at the front.
  static func type(_ message: RawSpan) -> UInt32 {
    message.byteCount >= 12 ? message.u32(8, isLittleEndian: true) : 0
  }

  /// Bytes up to the flags, up to the version, and with it.
  private static let (fixedBytes, plainBytes, versionedBytes) = (60, 64, 72)

  /// Reads an authentication; nil where one of its parts stands outside of it. As in the reference, the parts
  /// that are not read must begin within the message, too, even where they are empty.
  static func authentication(_ message: RawSpan) -> NTLMSSPAuthentication? {
    guard message.byteCount >= plainBytes else { return nil }
    var least = message.byteCount
    for place in stride(from: 12, to: fixedBytes, by: 8) {
      least = min(least, offset(message, place))
      guard offset(message, place) < message.byteCount else { return nil }
    }
    guard let domain = field(message, 28), let user = field(message, 36), let host = field(message, 44) else {
      return nil
    }
    let flags = message.u32(fixedBytes, isLittleEndian: true)
    let isUnicode = flags & 1 != 0
    var result = NTLMSSPAuthentication(
      domain: text(message, domain, isUnicode), user: text(message, user, isUnicode),
      host: text(message, host, isUnicode), version: nil)
    if flags & 0x0200_0000 != 0, least >= versionedBytes {
      result.version = (
        message[64], message[65], message.u16(66, isLittleEndian: true), message[71]
      )
    }
    // Clients write the domain first, then the user, then the host.
    result.isUnusual = domain.upperBound > user.lowerBound || user.upperBound > host.lowerBound
    return result
  }

  private static func text(_ message: RawSpan, _ range: Range<Int>, _ isUnicode: Bool) -> [UInt8] {
    SMBText.text(message.part(range.lowerBound, range.count), isUnicode: isUnicode)
  }

  private static func offset(_ message: RawSpan, _ place: Int) -> Int {
    Int(message.u32(place &+ 4, isLittleEndian: true))
  }

  /// A part behind the message's type, or nil.
  private static func field(_ message: RawSpan, _ place: Int) -> Range<Int>? {
    let length = Int(message.u16(place, isLittleEndian: true))
    let offset = offset(message, place)
    guard offset >= 12, message.byteCount &- offset >= length else { return nil }
    return offset..<(offset &+ length)
  }
}

/// The service that a Kerberos ticket is for (RFC 4120 §5.3).
package struct KerberosService: Sendable {
  package var realm: [UInt8]
  package var names: [[UInt8]]
}

/// Finds the ticket in a security token.
enum KerberosTicket {
  /// The service of the ticket in an AP-REQ (RFC 4120 §5.5.1), whatever wraps it; nil where there is none.
  static func find(_ token: RawSpan) -> KerberosService? {
    let last = min(token.byteCount, 4096) &- 4
    var position = 0
    while position <= last {
      // An application element of AP-REQ's tag that is a sequence.
      if token[position] == 0x6E, let service = try? service(token.part(position, token.byteCount)) {
        return service
      }
      position &+= 1
    }
    return nil
  }

  private static func service(_ bytes: RawSpan) throws(ParseFailure) -> KerberosService {
    var outer = DERReader(bytes)
    var application = DERReader(try outer.content(0x6E))
    var request = DERReader(try application.content(DERReader.Tag.sequence))
    _ = try request.content(0xA0)
    _ = try request.content(0xA1)
    _ = try request.content(0xA2)
    var wrapped = DERReader(try request.content(0xA3))
    var tagged = DERReader(try wrapped.content(0x61))
    var ticket = DERReader(try tagged.content(DERReader.Tag.sequence))
    _ = try ticket.content(0xA0)
    var realm = DERReader(try ticket.content(0xA1))
    let realmText = try realm.content(0x1B).part(0, SMBLimits.nameBytes).copied()
    var name = DERReader(try ticket.content(0xA2))
    var principal = DERReader(try name.content(DERReader.Tag.sequence))
    _ = try principal.content(0xA0)
    var strings = DERReader(try principal.content(0xA1))
    var list = DERReader(try strings.content(DERReader.Tag.sequence))
    var names: [[UInt8]] = []
    while !list.isAtEnd, names.count < 16 {
      names.append(try list.content(0x1B).part(0, SMBLimits.nameBytes).copied())
    }
    return KerberosService(realm: realmText, names: names)
  }
}
