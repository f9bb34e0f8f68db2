import Protocols
import Wire

/// Bytes of hexadecimal text.
func bytes(hexadecimal text: String) -> [UInt8] {
  var result: [UInt8] = []
  var high: UInt8?
  for character in text {
    guard let digit = character.hexDigitValue.map(UInt8.init) else { continue }
    if let first = high {
      result.append(first << 4 | digit)
      high = nil
    } else {
      high = digit
    }
  }
  return result
}

func big(_ value: Int, bytes count: Int) -> [UInt8] {
  (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// A small generator of numbers with a fixed seed, so that a failure can be had again (splitmix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}

let clock = PacketClock(nanoseconds: 1_700_000_000_000_000_000)

func conversation(
  _ transport: ApplicationProtocol.Transport, to port: UInt16,
  _ settings: ProtocolSettings = ProtocolSettings()
) -> Conversation {
  Conversation(transport, sourcePort: 40000, destinationPort: port, settings: settings)
}

extension Conversation {
  /// Sends stream bytes in pieces of at most `size`.
  func send(_ bytes: [UInt8], _ direction: Direction, pieces size: Int = .max) {
    var position = 0
    while position < bytes.count {
      let count = min(size, bytes.count - position)
      stream(bytes.rawSpan.part(position, count), direction, clock)
      position += count
    }
  }

  /// Sends one datagram.
  func datagram(_ bytes: [UInt8], _ direction: Direction) {
    datagram(bytes.rawSpan, direction, clock)
  }

  func names(ofEventsIn transaction: Transaction) -> [String] {
    guard let index = protocolIndex else { return [] }
    return transaction.events.map { ProtocolCatalogue.all[index].events[Int($0)] }
  }
}

extension Conversation {
  /// Gives a whole datagram.
  func send(datagram bytes: [UInt8], _ direction: Direction) {
    datagram(bytes.rawSpan, direction, clock)
  }
}
