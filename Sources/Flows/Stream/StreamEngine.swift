package import Wire

/// Follows the TCP sessions of one worker: takes their packets in, and holds what they share: settings, memory
/// budget and counters.
///
/// It never blocks, and neither traps nor grows past its caps, whatever packets come.
package struct StreamEngine: ~Copyable {
  package let settings: StreamSettings
  package internal(set) var counters = StreamCounters()
  let budget = StreamBudget()

  package init(_ settings: StreamSettings = StreamSettings()) {
    self.settings = settings
  }

  /// Bytes that the streams hold at the moment.
  package var reassemblyBytes: Int { budget.bytes }
  /// The most they ever held.
  package var reassemblyBytesMax: Int { budget.bytesMax }
  /// Sessions that there are at the moment.
  package var sessionCount: Int { budget.sessions }

  /// Takes in a TCP packet of a flow. `bytes` are the frame's (or datagram's), which the packet's offsets count in.
  ///
  /// May begin the flow's session, exchange its sides and set its state.
  package mutating func handle(
    _ packet: Packet, _ bytes: RawSpan, in flow: Flow, _ direction: Direction
  ) -> TCPResult {
    var result = TCPResult(direction)
    if packet.hasBadChecksum, settings.validatesChecksums {
      counters.invalidChecksums &+= 1
      result.isValid = false
      return result
    }
    return result
  }
}
