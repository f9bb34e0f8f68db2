import Wire

/// Keywords that ask for one number of a packet.
struct PacketNumbers: Sendable {
  let keyword: String
  /// It takes `<`, `>`, `!` and ranges, not a number alone.
  let takesRanges: Bool
  /// The number; nil for a packet without it.
  let value: @Sendable (ObservedPacket) -> Int?

  /// All that random rules ask for.
  static let all: [PacketNumbers] = [
    .init(keyword: "ttl", takesRanges: false) { $0.layers.ipVersion == 0 ? nil : Int($0.layers.ttl) },
    .init(keyword: "id", takesRanges: false) {
      $0.layers.ipVersion == 4 ? Int($0.layers.identification) : nil
    },
    .init(keyword: "ip_proto", takesRanges: false) {
      $0.layers.ipVersion == 0 ? nil : Int($0.layers.ipProtocol)
    },
    .init(keyword: "seq", takesRanges: false) { $0.layers.isTCP ? Int($0.layers.tcpSequence) : nil },
    .init(keyword: "ack", takesRanges: false) { $0.layers.isTCP ? Int($0.layers.tcpAcknowledgement) : nil },
    .init(keyword: "window", takesRanges: false) { $0.layers.isTCP ? Int($0.layers.tcpWindow) : nil },
    .init(keyword: "dsize", takesRanges: true) { $0.layers.transportOffset < 0 ? nil : $0.payload.count },
    .init(keyword: "itype", takesRanges: true) { $0.layers.isICMP ? Int($0.layers.icmpType) : nil },
    .init(keyword: "icode", takesRanges: true) { $0.layers.isICMP ? Int($0.layers.icmpCode) : nil },
    .init(keyword: "icmp_id", takesRanges: false) { $0.echo.map { Int($0.identifier) } },
    .init(keyword: "icmp_seq", takesRanges: false) { $0.echo.map { Int($0.sequence) } },
  ]
}
