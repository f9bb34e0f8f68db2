import Wire

/// NTP (RFC 5905): the protocol's entry in the catalogue.
enum NTP {
  static let entry = ApplicationProtocol(
    name: "ntp", transports: [.udp], ports: [123],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: ["malformed_data"], fields: fields, firstDirection: .toServer,
    // A version says little: the port must be the one of NTP.
    probe: { bytes, _, _ in NTPSession.isMessage(bytes) ? .yes : .no },
    makeSession: { _ in NTPSession() })

  private static let atOnce = Pair<UInt8>(both: 0)

  /// Names of modes (RFC 5905 §7.3), in the order of their numbers.
  private static let modes = [
    "reserved", "symmetric_active", "symmetric_passive", "client", "server", "broadcast", "control",
    "private",
  ]

  private static let fields: [Field] = [
    number("ntp.version", "Version of a message: 3 or 4.", "<4") { Int64($0.version) },
    number(
      "ntp.mode", names: Dictionary(uniqueKeysWithValues: modes.enumerated().map { ($1, Int64($0)) }),
      "Who speaks: 3 or `client`, 4 or `server` …", "server"
    ) { Int64($0.mode) },
    number("ntp.stratum", "Distance from a reference clock: 1 has one itself.", ">1") { Int64($0.stratum) },
    Field(
      keyword: "ntp.reference_id", .buffer, nil, progress: atOnce, source: "RFC 5905 §7.3",
      "What a clock is set by: four letters, or an address.",
      example: "ntp.reference_id; content:\"GPS\";", of: NTPTransaction.self
    ) { transaction, _ in .bytes(transaction.reference) },
  ]

  private static func number(
    _ keyword: String, names: [String: Int64] = [:], _ summary: String, _ argument: String,
    _ value: @escaping @Sendable (NTPTransaction) -> Int64
  ) -> Field {
    Field(
      keyword: keyword, .number, nil, progress: atOnce, names: names, source: "RFC 5905 §7.3", summary,
      example: "\(keyword):\(argument);", of: NTPTransaction.self
    ) { transaction, _ in .number(value(transaction)) }
  }
}

/// One message.
package final class NTPTransaction: Transaction {
  package let version: UInt8
  package let mode: UInt8
  package let stratum: UInt8
  /// Four bytes.
  package let reference: [UInt8]

  /// Reads a message whose header is whole.
  init(number: UInt64, _ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) {
    version = bytes[0] >> 3 & 7
    mode = bytes[0] & 7
    stratum = bytes[1]
    reference = bytes.part(12, 4).copied()
    super.init(number: number, completeFrom: Pair(both: 1))
    progress = Pair(both: 1)
    onlyDirection = direction
    startNanoseconds = clock.nanoseconds
  }
}

/// Parser of NTP over UDP: each datagram is a message and a transaction.
///
///     leap (2) | version (3) | mode (3) | stratum (8) | poll (8) | precision (8)
///     delay (32) | dispersion (32) | reference (32) | times (4 × 64) | extensions
///
/// A datagram of another version, or one that has no whole header, is a failure.
final class NTPSession: Session {
  private static let headerBytes = 48

  /// Versions 3 and 4 have the same header.
  static func isMessage(_ bytes: RawSpan) -> Bool {
    bytes.byteCount >= headerBytes && 3...4 ~= bytes[0] >> 3 & 7
  }

  override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption {
    guard Self.isMessage(bytes) else { return Consumption(bytes: bytes.byteCount, .failed) }
    transactions.append(NTPTransaction(number: transactionCount, bytes, direction, clock))
    transactionCount &+= 1
    return Consumption(bytes: bytes.byteCount)
  }
}
