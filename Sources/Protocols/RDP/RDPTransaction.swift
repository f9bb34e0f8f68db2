import Wire

/// One message of the beginning of a session.
package final class RDPTransaction: Transaction {
  package enum Item: Sendable {
    case request(RDPRequest)
    case response(RDPResponse)
    case connectRequest(RDPConnectRequest)
    case connectResponse
    /// Serial numbers of the server's certificates.
    case certificates([[UInt8]])
  }

  package let item: Item

  init(number: UInt64, _ item: Item, _ direction: Direction, _ clock: PacketClock) {
    self.item = item
    super.init(number: number, completeFrom: Pair(both: 1))
    progress = Pair(both: 1)
    onlyDirection = direction
    startNanoseconds = clock.nanoseconds
  }
}

/// A connection request (MS-RDPBCGR §2.2.1.1).
package struct RDPRequest: Sendable {
  /// The user's name, or what stands for it.
  package fileprivate(set) var cookie: [UInt8]?
  package fileprivate(set) var flags: UInt8 = 0
}

/// A connection confirm (§2.2.1.2).
package struct RDPResponse: Sendable {
  package fileprivate(set) var flags: UInt8 = 0
  /// What the server has chosen, or why it refuses.
  package fileprivate(set) var chosen: UInt32?
  package fileprivate(set) var failure: UInt32?
}

/// Reads what TPKT (T.123 §8) carries.
///
///     3 (8) | reserved (8) | length (16)
///     request: length (8) | 14 (4), credit (4) | 0 (16) | source (16) | class (8) | cookie | negotiation
///     confirm: length (8) | 13 (4), credit (4) | 0 (16) | source (16) | class (8) | negotiation
///     negotiation, little-endian: type (8) | flags (8) | 8 (16) | protocols, or a code (32)
///     data: 2 (8) | 0xF0 (8) | 0x80 (8) | content
enum RDPMessage {
  static func item(_ bytes: RawSpan) -> RDPTransaction.Item? {
    if let rest = variable(bytes, 14) { return (try? request(rest)).map { .request($0) } }
    if let rest = variable(bytes, 13) { return (try? response(rest)).map { .response($0) } }
    guard bytes.byteCount >= 5, bytes[0] == 2, bytes[1] == 0xF0, bytes[2] == 0x80, bytes[3] == 0x7F else {
      return nil
    }
    switch bytes[4] {
    case 0x65:
      return (try? RDPConnectRequest(bytes.part(5, bytes.byteCount &- 5))).map { .connectRequest($0) }
    case 0x66: return .connectResponse
    default: return nil
    }
  }

  /// The variable part of a request or confirm of class 0.
  @_lifetime(copy bytes)
  private static func variable(_ bytes: RawSpan, _ type: UInt8) -> RawSpan? {
    guard bytes.byteCount >= 7, bytes[0] != 0xFF, bytes[0] >= 6, bytes[1] >> 4 == type, bytes[1] & 0xF <= 1,
      bytes.u16(2) == 0, bytes[6] == 0, Int(bytes[0]) &- 6 <= bytes.byteCount &- 7
    else { return nil }
    return bytes.part(7, Int(bytes[0]) &- 6)
  }

  private static let cookieMark = Array("Cookie: mstshash=".utf8)

  private static func request(_ bytes: RawSpan) throws(ParseFailure) -> RDPRequest {
    var request = RDPRequest()
    var position = 0
    if let start = try behindMark(bytes) {
      var end = start
      while end &+ 1 < bytes.byteCount, bytes.u16(end) != 0x0D0A { end &+= 1 }
      guard end &+ 1 < bytes.byteCount else { throw ParseFailure(.truncated, at: end) }
      let cookie = bytes.part(start, end &- start).copied()
      if String(validating: cookie, as: UTF8.self) != nil {
        request.cookie = cookie
        position = end &+ 2
      }
    }
    let rest = bytes.part(position, bytes.byteCount &- position)
    if let negotiation = try negotiation(rest, 1), negotiation.flags & ~0x0B == 0, negotiation.word < 16 {
      request.flags = negotiation.flags
    }
    return request
  }

  /// Where the cookie's name begins; nil where none does.
  private static func behindMark(_ bytes: RawSpan) throws(ParseFailure) -> Int? {
    for (place, byte) in cookieMark.enumerated() {
      guard place < bytes.byteCount else {
        if place == 0 { return nil }
        throw ParseFailure(.truncated, at: place)
      }
      guard bytes[place] == byte else { return nil }
    }
    return cookieMark.count
  }

  private static func response(_ bytes: RawSpan) throws(ParseFailure) -> RDPResponse {
    var response = RDPResponse()
    if let negotiation = try negotiation(bytes, 2) {
      guard negotiation.flags & ~0x1F == 0, [0, 1, 2, 4, 8].contains(negotiation.word) else {
        return response
      }
      response.flags = negotiation.flags
      response.chosen = negotiation.word
    } else if let negotiation = try negotiation(bytes, 3), 1...6 ~= negotiation.word {
      response.failure = negotiation.word
    }
    return response
  }

  private static func negotiation(_ bytes: RawSpan, _ type: UInt8) throws(ParseFailure) -> (
    flags: UInt8, word: UInt32
  )? {
    guard bytes.byteCount > 0, bytes[0] == type else { return nil }
    guard bytes.byteCount >= 8 else { throw ParseFailure(.truncated, at: bytes.byteCount) }
    guard bytes.u16(2) == 0x0800 else { return nil }
    return (bytes[1], bytes.u32(4).byteSwapped)
  }
}
