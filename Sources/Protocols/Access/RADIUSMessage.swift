package import Wire

/// A message of RADIUS (RFC 2865 §3).
///
///     | code (8) | identifier (8) | length (16) | authenticator (16 bytes) | type (8) | length (8) | value …
///
/// Authenticators, passwords, challenges, states and replies are not read: nothing can keep them. Bytes
/// behind the length are padding; a message whose attributes do not fill it is none.
package struct RADIUSMessage: Sendable {
  package static let codes: [String: Int64] = [
    "access_request": 1, "access_accept": 2, "access_reject": 3, "accounting_request": 4,
    "accounting_response": 5, "access_challenge": 11, "status_server": 12, "disconnect_request": 40,
    "disconnect_ack": 41, "disconnect_nak": 42, "coa_request": 43, "coa_ack": 44, "coa_nak": 45,
  ]
  package static let statusTypes: [String: Int64] = [
    "start": 1, "stop": 2, "interim_update": 3, "accounting_on": 7, "accounting_off": 8,
  ]
  /// Codes of messages that ask for something.
  static let requests: Set<UInt8> = [1, 4, 12, 40, 43]

  package let code: UInt8
  package let identifier: UInt8
  package private(set) var account: [UInt8] = []
  package private(set) var session: [UInt8] = []
  package private(set) var calling: [UInt8] = []
  package private(set) var called: [UInt8] = []
  /// The access server: its name and address, the name and number of its port.
  package private(set) var server: [UInt8] = []
  package private(set) var serverAddress: IPAddress?
  package private(set) var portName: [UInt8] = []
  package private(set) var port: UInt32?
  package private(set) var portType: UInt32?
  /// The line and the subscriber, as the access node tells them.
  package private(set) var circuit: [UInt8] = []
  package private(set) var remote: [UInt8] = []
  package private(set) var status: UInt32?
  package private(set) var serviceType: UInt32?
  package private(set) var sessionSeconds: UInt32?
  package private(set) var input: UInt32?
  package private(set) var output: UInt32?
  package private(set) var cause: UInt32?
  package private(set) var addresses: [IPAddress] = []
  package private(set) var prefixes: [IPPrefix] = []

  /// The code of a whole message whose attributes fill it; nil: it is none.
  static func wholeCode(_ bytes: RawSpan) -> UInt8? {
    guard bytes.byteCount >= 20, codes.values.contains(Int64(bytes[0])) else { return nil }
    let length = Int(bytes.u16(2))
    guard 20...4096 ~= length, length <= bytes.byteCount else { return nil }
    var position = 20
    while position &+ 2 <= length {
      let count = Int(bytes[position &+ 1])
      guard count >= 2 else { return nil }
      position &+= count
    }
    return position == length ? bytes[0] : nil
  }

  /// Reads a message that `wholeCode` has found to be whole.
  init(_ bytes: RawSpan) {
    code = bytes[0]
    identifier = bytes[1]
    var reader = ByteReader(bytes.part(0, Int(bytes.u16(2))), at: 20)
    for _ in 0..<AccessLimits.parts {
      guard let type = try? reader.u8(), let length = try? reader.u8(), length >= 2,
        let value = try? reader.take(Int(length) &- 2)
      else { return }
      if value.byteCount == 4, take(number: value.u32(0), of: type) { continue }
      take(value, of: type)
    }
  }

  private mutating func take(number: UInt32, of type: UInt8) -> Bool {
    switch type {
    case 4: serverAddress = IPAddress(v4: number)
    case 5: port = number
    case 6: serviceType = number
    case 8: if addresses.count < AccessLimits.addresses { addresses.append(IPAddress(v4: number)) }
    case 40: status = number
    case 42: input = number
    case 43: output = number
    case 46: sessionSeconds = number
    case 49: cause = number
    case 61: portType = number
    default: return false
    }
    return true
  }

  private mutating func take(_ value: RawSpan, of type: UInt8) {
    switch type {
    case 1: account = value.copied()
    case 26: takeVendor(value)
    case 30: called = value.copied()
    case 31: calling = value.copied()
    case 32: server = value.copied()
    case 44: session = value.copied()
    case 87: portName = value.copied()
    case 97, 123: takePrefix(value)
    case 168:
      if value.byteCount == 16, addresses.count < AccessLimits.addresses {
        addresses.append(IPAddress(v6High: value.u64(0), low: value.u64(8)))
      }
    default: break
    }
  }

  /// A prefix (RFC 3162 §2.3): reserved (8), length (8), as many bytes as are not zero.
  private mutating func takePrefix(_ value: RawSpan) {
    guard 2...18 ~= value.byteCount, value[1] <= 128, prefixes.count < AccessLimits.addresses else { return }
    var bytes = value.part(2, 16).copied()
    bytes += [UInt8](repeating: 0, count: 16 - bytes.count)
    let address = IPAddress(v6High: bytes.rawSpan.u64(0), low: bytes.rawSpan.u64(8))
    if let prefix = IPPrefix(address, length: Int(value[1])) { prefixes.append(prefix) }
  }

  /// Attributes of the Broadband Forum (RFC 4679 §3.3): vendor 3561, then type (8), length (8), value.
  private mutating func takeVendor(_ value: RawSpan) {
    guard value.byteCount > 4, value.u32(0) == 3561 else { return }
    var reader = ByteReader(value, at: 4)
    for _ in 0..<AccessLimits.parts {
      guard let type = try? reader.u8(), let length = try? reader.u8(), length >= 2,
        let part = try? reader.take(Int(length) &- 2)
      else { return }
      if type == 1 { circuit = part.copied() }
      if type == 2 { remote = part.copied() }
    }
  }

  /// What a number means, by its name or as it is.
  package static func name(_ number: some BinaryInteger, in names: [String: Int64]) -> String {
    names.first { $0.value == Int64(number) }?.key ?? "\(number)"
  }
}
