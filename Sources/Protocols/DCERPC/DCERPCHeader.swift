import Wire

/// Types of packets (C706 §12.1), by their numbers on the wire.
package enum DCERPCType: UInt8, Sendable {
  case request = 0, ping, response, fault, working, noCall, reject, acknowledge, cancelCall,
    fragmentAcknowledge
  case cancelAcknowledge, bind, bindAcknowledge, bindRefusal, alterContext, alterContextResponse, auth3
  case shutdown, cancel, orphaned

  /// The name in events.
  package var name: StaticString {
    switch self {
    case .request: "REQUEST"
    case .ping: "PING"
    case .response: "RESPONSE"
    case .fault: "FAULT"
    case .working: "WORKING"
    case .noCall: "NOCALL"
    case .reject: "REJECT"
    case .acknowledge: "ACK"
    case .cancelCall: "CL_CANCEL"
    case .fragmentAcknowledge: "FACK"
    case .cancelAcknowledge: "CANCEL_ACK"
    case .bind: "BIND"
    case .bindAcknowledge: "BINDACK"
    case .bindRefusal: "BINDNAK"
    case .alterContext: "ALTER_CONTEXT"
    case .alterContextResponse: "ALTER_CONTEXT_RESP"
    case .auth3: "AUTH3"
    case .shutdown: "SHUTDOWN"
    case .cancel: "CO_CANCEL"
    case .orphaned: "ORPHANED"
    }
  }
}

/// The header of every packet over a connection (C706 §12.6.3.1).
///
///     version (8) | minor (8) | type (8) | flags (8)
///     data representation (32)
///     fragment length (16) | length of the verifier (16) | call (32)
///
/// Numbers are in the byte order that the data representation tells (§14.1).
struct DCERPCHeader {
  static let byteCount = 16

  let type: DCERPCType
  let minorVersion: UInt8
  let flags: UInt8
  let isLittleEndian: Bool
  /// Length of the whole packet.
  let fragmentBytes: Int
  let call: UInt32

  var isFirst: Bool { flags & 0x01 != 0 }
  var isLast: Bool { flags & 0x02 != 0 }

  /// Reads a header from the front; nil where it is none, or not whole.
  init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= Self.byteCount, bytes[0] == 5, bytes[1] <= 1,
      let type = DCERPCType(rawValue: bytes[2]), bytes[4] & 0xEE == 0, bytes[5] <= 3
    else { return nil }
    self.type = type
    minorVersion = bytes[1]
    flags = bytes[3]
    isLittleEndian = bytes[4] & 0x10 != 0
    fragmentBytes = Int(bytes.u16(8, isLittleEndian: isLittleEndian))
    call = bytes.u32(12, isLittleEndian: isLittleEndian)
    let verifierBytes = Int(bytes.u16(10, isLittleEndian: isLittleEndian))
    guard fragmentBytes >= Self.byteCount, verifierBytes < fragmentBytes else { return nil }
  }
}

extension RawSpan {
  /// A 16-bit integer in either byte order. Traps if it does not fit.
  @inline(__always)
  func u16(_ offset: Int, isLittleEndian: Bool) -> UInt16 {
    let value = u16(offset)
    return isLittleEndian ? value.byteSwapped : value
  }

  /// A 32-bit integer in either byte order. Traps if it does not fit.
  @inline(__always)
  func u32(_ offset: Int, isLittleEndian: Bool) -> UInt32 {
    let value = u32(offset)
    return isLittleEndian ? value.byteSwapped : value
  }
}

/// An identifier of an interface or activity (RFC 9562), in the order in which it is written.
package struct DCERPCIdentifier: Sendable, Equatable {
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads sixteen bytes; the first three parts are numbers in the sender's byte order. Traps if they are not
  /// there.
  init(_ bytes: RawSpan, at offset: Int, isLittleEndian: Bool) {
    let first = UInt64(bytes.u32(offset, isLittleEndian: isLittleEndian))
    let second = UInt64(bytes.u16(offset &+ 4, isLittleEndian: isLittleEndian))
    let third = UInt64(bytes.u16(offset &+ 6, isLittleEndian: isLittleEndian))
    high = first << 32 | second << 16 | third
    low = bytes.u64(offset &+ 8)
  }

  /// Its sixteen bytes, in the order in which it is written.
  package var bytes: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(16)
    for part in [high, low] {
      for shift in stride(from: 56 as UInt64, through: 0, by: -8) {
        result.append(UInt8(truncatingIfNeeded: part >> shift))
      }
    }
    return result
  }

  /// As it is written: `367abb81-9844-35f1-ad32-98f038001003`.
  package var text: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(36)
    for (index, byte) in bytes.enumerated() {
      if index == 4 || index == 6 || index == 8 || index == 10 { result.append(UInt8(ascii: "-")) }
      result.append(ASCII.lowercaseHexDigit(byte >> 4))
      result.append(ASCII.lowercaseHexDigit(byte & 15))
    }
    return result
  }
}

/// An interface that a client wants to call, as one element of a bind names it.
package struct DCERPCInterface: Sendable {
  /// The number by which requests refer to it.
  package let context: UInt16
  package let identifier: DCERPCIdentifier
  package let majorVersion: UInt16
  package let minorVersion: UInt16
  /// What the server said of it; 0: accepted.
  package var result: UInt16 = 0
  package var reason: UInt16 = 0
  /// The server said something of it.
  var isAnswered = false
  /// The first fragment of the negotiation named it.
  var isFirst = true
}
