package import Wire

/// Parser of calls over datagrams (C706 §12.5): one packet each, with a header of 80 bytes.
///
///     version (8) = 4 | type (8) | flags (16) | data representation (24) | serial (8)
///     object (128) | interface (128) | activity (128)
///     boot time (32) | version (32) | sequence (32) | operation (16) | hints (32)
///     length (16) | fragment (16) | authentication (8) | serial (8)
package final class DCERPCDatagramSession: Session {
  private let budget = FlowBudget(bytesMax: DCERPCLimits.flowStubBytes)

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    guard bytes.byteCount >= Self.headerBytes, bytes[0] == 4, let type = DCERPCType(rawValue: bytes[1] & 31)
    else { return Consumption(bytes: bytes.byteCount, .failed) }
    guard type == .request || type == .response || type == .fault else {
      return Consumption(bytes: bytes.byteCount)
    }
    let little = bytes[4] & 0x10 != 0
    // Differs from the standard as Suricata does: activities are shown as if they were little-endian always.
    let activity = DCERPCIdentifier(bytes, at: 40, isLittleEndian: true)
    let sequence = bytes.u32(64, isLittleEndian: little)
    let transaction = open(activity, sequence, type) ?? begin(activity, sequence, clock)
    let call = transaction.call
    call.isLittleEndian = little
    let isWhole = bytes[2] & 0x04 == 0 || bytes[2] & 0x02 != 0
    let length = Int(bytes.u16(74, isLittleEndian: little))
    let stub = bytes.part(Self.headerBytes, length)
    if type == .request {
      takeRequest(bytes, call, isLittleEndian: little)
      call.append(stub, .toServer)
      if isWhole { call.isAsked = true }
    } else {
      call.response = type
      if type == .response { call.append(stub, .toClient) }
      if isWhole || type == .fault { call.isAnswered = true }
    }
    transaction.settle()
    return Consumption(bytes: bytes.byteCount)
  }

  package override func end(_ direction: Direction, _ clock: PacketClock) {
    for case let transaction as DCERPCTransaction in transactions { transaction.finish(direction) }
  }

  private static let headerBytes = 80

  private func takeRequest(_ bytes: RawSpan, _ call: DCERPCCall, isLittleEndian: Bool) {
    if bytes.u16(76, isLittleEndian: isLittleEndian) == 0 { call.hasFirstFragment = true }
    guard call.request == nil else { return }
    call.request = .request
    call.operation = bytes.u16(68, isLittleEndian: isLittleEndian)
    let version = bytes.u32(60, isLittleEndian: isLittleEndian)
    call.interfaces = [
      DCERPCInterface(
        context: 0, identifier: DCERPCIdentifier(bytes, at: 24, isLittleEndian: isLittleEndian),
        majorVersion: UInt16(truncatingIfNeeded: version),
        minorVersion: UInt16(truncatingIfNeeded: version >> 16))
    ]
  }

  /// The open transaction of a call that the packet goes on with.
  private func open(_ activity: DCERPCIdentifier, _ sequence: UInt32, _ type: DCERPCType)
    -> DCERPCTransaction?
  {
    for case let transaction as DCERPCTransaction in transactions.reversed()
    where transaction.call.identifier == sequence && transaction.activity == activity {
      if type == .request ? !transaction.call.isAsked : !transaction.call.isAnswered { return transaction }
    }
    return nil
  }

  private func begin(_ activity: DCERPCIdentifier, _ sequence: UInt32, _ clock: PacketClock)
    -> DCERPCTransaction
  {
    if transactions.count >= DCERPCLimits.transactions {
      for case let old as DCERPCTransaction in transactions where !old.state.isDone {
        old.finish(.toServer)
        old.finish(.toClient)
        break
      }
    }
    let transaction = DCERPCTransaction(
      DCERPCCall(sequence, budget), number: transactionCount, activity: activity, clock)
    transactionCount &+= 1
    transactions.append(transaction)
    return transaction
  }
}
