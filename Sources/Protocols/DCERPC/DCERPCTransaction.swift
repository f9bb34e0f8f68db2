import Wire

/// A call or negotiation with its answer, on a connection of its own or over datagrams.
package final class DCERPCTransaction: Transaction {
  package let call: DCERPCCall
  /// Over datagrams: the client's activity, with the call's number in it.
  package let activity: DCERPCIdentifier?

  init(_ call: DCERPCCall, number: UInt64, activity: DCERPCIdentifier? = nil, _ clock: PacketClock) {
    self.call = call
    self.activity = activity
    super.init(number: number, completeFrom: Pair(both: 1))
    startNanoseconds = clock.nanoseconds
  }

  /// Brings progress up to date with the call.
  func settle() {
    state.isLittleEndian = call.isLittleEndian
    state.isBigEndian = !call.isLittleEndian
    if call.isAsked { progress.toServer = 1 }
    if call.isAnswered {
      progress.toClient = 1
      // An answer to nothing that was seen waits for what may yet come of the request.
      if call.request != nil { progress.toServer = 1 }
    }
    revision &+= 1
  }

  /// Nothing more will come in this direction.
  func finish(_ direction: Direction) {
    guard progress[direction] == 0 else { return }
    progress[direction] = 1
    revision &+= 1
  }
}
