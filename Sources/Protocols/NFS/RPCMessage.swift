import Wire

/// A call or reply of ONC RPC (RFC 5531 §9).
///
///     over TCP (§11): last (1) | length (31)
///     call: number (32) | 0 (32) | version (32) | program (32) | its version (32) | procedure (32)
///           | credentials: kind (32), length (32), bytes | verifier: the same | arguments
///     reply: number (32) | 1 (32) | state (32) | verifier | accepted (32) | results
///
/// A credential or verifier of 4096 bytes and more makes a message unreadable.
struct RPCMessage {
  let identifier: UInt32
  let isCall: Bool
  private(set) var version: UInt32 = 0
  private(set) var program: UInt32 = 0
  private(set) var programVersion: UInt32 = 0
  private(set) var procedure: UInt32 = 0
  /// Of a reply: accepted or denied; how the call went.
  private(set) var state: UInt32 = 0
  private(set) var acceptance: UInt32 = 0
  private(set) var credentials = RPCCredentials()
  /// Bytes of the credentials with their head.
  private(set) var credentialBytes = 0
  /// Where arguments or results begin.
  private(set) var contentStart = 0

  /// Reads a message up to its arguments or results, from behind the length.
  init(_ reader: inout ByteReader) throws(ParseFailure) {
    identifier = try reader.u32()
    let kind = try reader.u32()
    guard kind <= 1 else { throw ParseFailure(.malformed, at: reader.position) }
    isCall = kind == 0
    if isCall { try readCall(&reader) } else { try readReply(&reader) }
    contentStart = reader.position
  }

  private mutating func readCall(_ reader: inout ByteReader) throws(ParseFailure) {
    version = try reader.u32()
    program = try reader.u32()
    programVersion = try reader.u32()
    procedure = try reader.u32()
    let kind = try reader.u32()
    let bytes = try Self.opaque(&reader)
    credentialBytes = bytes.byteCount &+ 8
    // What a credential of a known kind lacks is not awaited: it is there as a whole.
    do { credentials = try RPCCredentials(kind, bytes) } catch {
      throw ParseFailure(.malformed, at: reader.position)
    }
    _ = try reader.u32()
    _ = try Self.opaque(&reader)
  }

  private mutating func readReply(_ reader: inout ByteReader) throws(ParseFailure) {
    state = try reader.u32()
    guard state <= 1 else { throw ParseFailure(.malformed, at: reader.position) }
    _ = try reader.u32()
    _ = try Self.opaque(&reader)
    acceptance = try reader.u32()
  }

  @_lifetime(copy reader)
  @_lifetime(reader: copy reader)
  private static func opaque(_ reader: inout ByteReader) throws(ParseFailure) -> RawSpan {
    let length = try reader.u32()
    guard length < 4096 else { throw ParseFailure(.malformed, at: reader.position) }
    return try reader.take(Int(length))
  }

  private static let programNumber: UInt32 = 100_003

  /// Whether the bytes begin with a record of NFS in this direction.
  static func probe(_ bytes: RawSpan, _ direction: Direction) -> Recognition {
    guard bytes.byteCount >= 12 else {
      return bytes.byteCount >= 4 && bytes.u32(0) & 0x7FFF_FFFF < 24 ? .no : .needsMore
    }
    let length = bytes.u32(0) & 0x7FFF_FFFF
    guard length >= 24, bytes.u32(8) == (direction == .toServer ? 0 : 1) else { return .no }
    var reader = ByteReader(bytes, at: 4)
    do throws(ParseFailure) {
      let message = try RPCMessage(&reader)
      if direction == .toClient {
        return length <= 35_000 && message.state == 0 && message.acceptance == 0 ? .yes : .no
      }
      return length >= 40 && message.version == 2 && 3...4 ~= message.programVersion
        && message.program == programNumber && message.procedure <= 21 && message.credentials.kind <= 6
        ? .yes : .no
    } catch {
      return error.reason == .truncated ? .needsMore : .no
    }
  }

  /// The same of a datagram.
  static func probeDatagram(_ bytes: RawSpan, _ direction: Direction) -> Recognition {
    var reader = ByteReader(bytes)
    guard let message = try? RPCMessage(&reader), message.isCall == (direction == .toServer) else {
      return .no
    }
    if direction == .toClient {
      return bytes.byteCount >= 32 && message.state == 0 && message.acceptance == 0 ? .yes : .no
    }
    return bytes.byteCount >= 48 && 2...3 ~= message.programVersion && message.program == programNumber
      ? .yes : .no
  }
}

/// Who calls (RFC 5531 §8, RFC 2203 §5.2.2).
struct RPCCredentials {
  private(set) var kind: UInt32 = 0
  private(set) var machine: [UInt8] = []
  private(set) var user: UInt32 = 0
  private(set) var group: UInt32 = 0
  /// RPCSEC_GSS: arguments and results are within an envelope that protects their integrity.
  private(set) var hasEnvelope = false

  init() {}

  init(_ kind: UInt32, _ bytes: RawSpan) throws(ParseFailure) {
    self.kind = kind
    var reader = ByteReader(bytes)
    switch kind {
    case 1:
      _ = try reader.u32()
      let length = try reader.u32()
      guard length < 256 else { throw ParseFailure(.malformed, at: 4) }
      machine = try reader.take(Int(length)).copied()
      user = try reader.u32()
      group = try reader.u32()
    case 6:
      _ = try reader.u32()
      let procedure = try reader.u32()
      _ = try reader.u32()
      let service = try reader.u32()
      let length = try reader.u32()
      _ = try reader.take(Int(length))
      hasEnvelope = procedure == 0 && service == 2
    default: break
    }
  }
}
