package import Wire

/// One message. What the sides have said so far is noted on it, as records tell of it.
package final class IKETransaction: Transaction {
  package let header: IKEHeader
  package let direction: Direction
  /// Of version 1.
  package internal(set) var content = IKEContent()
  package internal(set) var participants = Pair(both: IKEParticipant())
  /// Domain of interpretation (RFC 2408 §3.4), once it was named.
  package internal(set) var domain: UInt32?
  /// Of version 2: kinds of its payloads, the one that follows each included.
  package internal(set) var payloads: [UInt8] = []
  package internal(set) var notifications: [UInt16] = []
  package internal(set) var suite = IKESuite()
  /// Algorithms that this message of a server chose, kind and number.
  var algorithms: [(kind: UInt8, number: UInt16)] = []

  /// Begins with a message whose header is there.
  init(number: UInt64, _ header: IKEHeader, _ direction: Direction, _ clock: PacketClock) {
    self.header = header
    self.direction = direction
    super.init(number: number, completeFrom: Pair(both: 1))
    progress = Pair(both: 1)
    onlyDirection = direction
    startNanoseconds = clock.nanoseconds
  }

  /// The payloads of version 1 are encrypted.
  package var isEncrypted: Bool { header.flags & 1 != 0 }
  /// Version 2: the side that began the association speaks.
  package var isOfInitiator: Bool { header.flags & 8 != 0 }
  /// Notifications of errors.
  package var errorCount: Int { notifications.count { $0 < 16_384 } }

  /// Attributes that rules can ask for, by their names; the first of each that has a number counts.
  var chosen: [(name: String, value: UInt32)] {
    var found: [(name: String, value: UInt32)] = []
    func note(_ name: String, _ value: UInt32) {
      if !found.contains(where: { $0.name == name }) { found.append((name, value)) }
    }
    if header.majorVersion == 1 {
      for attribute in content.proposals.first ?? [] {
        if let number = attribute.number { note(attribute.name, number) }
      }
    } else {
      for algorithm in algorithms {
        if let name = Self.names[algorithm.kind] { note(name, UInt32(algorithm.number)) }
      }
    }
    return found
  }

  private static let names: [UInt8: String] = [1: "alg_enc", 2: "alg_prf", 3: "alg_auth", 4: "alg_dh"]

  /// As often as there is reason; the reference keeps as many of one message.
  func raise(_ event: IKEEvent) {
    if events.count < 255 { events.append(event.rawValue) }
  }
}

/// The header of a message, the same in both versions:
///
///     initiator (64) | responder (64) | first payload (8) | version (4 + 4) | exchange (8) | flags (8)
///     number (32) | length (32)
package struct IKEHeader: Sendable {
  static let bytes = 28

  /// In hexadecimal.
  package let initiator: [UInt8]
  package let responder: [UInt8]
  let hasResponder: Bool
  let firstPayload: UInt8
  package let majorVersion: UInt8
  package let minorVersion: UInt8
  package let exchange: UInt8
  package let flags: UInt8
  package let number: UInt32
  let length: UInt32

  /// Reads a header that is there as a whole.
  init(_ bytes: RawSpan) {
    initiator = Digest.hexadecimal(bytes.part(0, 8).copied())
    responder = Digest.hexadecimal(bytes.part(8, 8).copied())
    hasResponder = bytes.u64(8) != 0
    firstPayload = bytes[16]
    majorVersion = bytes[17] >> 4
    minorVersion = bytes[17] & 0xF
    exchange = bytes[18]
    flags = bytes[19]
    number = bytes.u32(20)
    length = bytes.u32(24)
  }
}

/// What a side of version 1 has said so far.
package struct IKEParticipant: Sendable {
  package fileprivate(set) var keyExchange: [UInt8] = []
  package fileprivate(set) var nonce: [UInt8] = []
  package fileprivate(set) var proposalCount = 0
  /// The first of the proposals.
  package fileprivate(set) var proposal: [IKEAttribute] = []

  /// Notes a message. One with an association begins anew.
  mutating func note(_ content: IKEContent) {
    if content.payloads.contains(IKEContent.association) { self = IKEParticipant() }
    keyExchange = content.keyExchange
    nonce = content.nonce
    if proposalCount == 0, let first = content.proposals.first { proposal = first }
    proposalCount &+= content.proposals.count
  }
}

/// What the server of version 2 has chosen so far, by the numbers of algorithms.
package struct IKESuite: Sendable {
  package fileprivate(set) var encryption: UInt16 = 11
  package fileprivate(set) var pseudoRandom: UInt16 = 0
  package fileprivate(set) var integrity: UInt16 = 0
  package fileprivate(set) var keyExchange: UInt16 = 0
  package fileprivate(set) var sequenceNumbers: UInt16 = 0

  /// Notes an algorithm by its kind (RFC 7296 §3.3.2).
  mutating func note(_ kind: UInt8, _ number: UInt16) {
    switch kind {
    case 1: encryption = number
    case 2: pseudoRandom = number
    case 3: integrity = number
    case 4: keyExchange = number
    case 5: sequenceNumbers = number
    default: break
    }
  }
}
