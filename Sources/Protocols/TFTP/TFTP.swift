import Wire

/// TFTP (RFC 1350): the protocol's entry in the catalogue. Only requests go to its port.
enum TFTP {
  static let entry = ApplicationProtocol(
    name: "tftp", transports: [.udp], ports: [69],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: [], fields: [], probe: RecognisedProbes.tftp,
    makeSession: { _ in TFTPSession() })
}

/// One request.
package final class TFTPTransaction: Transaction {
  package let isWrite: Bool
  package let fileName: [UInt8]
  package let mode: [UInt8]

  init(number: UInt64, isWrite: Bool, fileName: [UInt8], mode: [UInt8]) {
    self.isWrite = isWrite
    self.fileName = fileName
    self.mode = mode
    super.init(number: number, completeFrom: Pair(both: 1))
    progress = Pair(both: 1)
    onlyDirection = .toServer
  }
}

/// Parser of requests (RFC 1350 §5).
///
///     operation (16): 1 read, 2 write | file name | 0 | mode | 0
///
/// What is no request, where one must stand, is a failure.
final class TFTPSession: Session {
  override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption {
    let all = Consumption(bytes: bytes.byteCount)
    guard direction == .toServer else { return all }
    guard bytes.byteCount > 2, 1...2 ~= bytes.u16(0), let end = bytes.firstIndex(of: 0, from: 2),
      let modeEnd = bytes.firstIndex(of: 0, from: end &+ 1)
    else { return Consumption(bytes: bytes.byteCount, .failed) }
    let transaction = TFTPTransaction(
      number: transactionCount, isWrite: bytes.u16(0) == 2, fileName: bytes.part(2, end &- 2).copied(),
      mode: bytes.part(end &+ 1, modeEnd &- end &- 1).copied())
    transaction.startNanoseconds = clock.nanoseconds
    transactionCount &+= 1
    transactions.append(transaction)
    return all
  }
}
