package import Wire

/// One request and its response, or whatever unit the protocol has. Protocols subclass it and add their
/// values.
///
/// Confined to the worker of its flow. `progress` only ever grows; `revision` changes whenever anything that
/// a field reads may have changed, so that nothing is inspected twice.
package class Transaction {
  /// Position in the flow, from 0: EVE's `tx_id`.
  package final let number: UInt64
  /// How far each direction is, in the protocol's own steps (`ApplicationProtocol.progress`).
  package final var progress = Pair<UInt8>(both: 0)
  /// Raised by the parser on any change.
  package final var revision: UInt32 = 0
  /// Protocol events, as positions in `ApplicationProtocol.events`, in order.
  package final var events: [UInt8] = []
  /// Files carried, in order of appearance.
  package final var files: [TransferredFile] = []
  /// The direction that the transaction lives in, if only one: a message that stands for itself (DNS). It is
  /// neither inspected nor logged with packets of the other.
  package final var onlyDirection: Direction?
  /// Detection's own state: which rules have been decided at which progress.
  package final var detection: AnyObject?
  /// The transaction's event has been written.
  package final var isLogged = false
  /// Rules have seen it in this direction after it had come to its end there.
  package final var isInspected = Pair<Bool>(both: false)
  /// Its event can be written although it is not complete: all that the event tells is known (a TLS
  /// handshake).
  package final var isLoggable = false
  /// Positions in `events` that were reported as anomalies.
  package final var eventsReported = 0
  /// Time of the packet that began it, in nanoseconds since 1970.
  package final var startNanoseconds: Int64 = 0

  package init(number: UInt64) {
    self.number = number
  }

  /// Both directions have come to their end: it can be logged, inspected for the last time and dropped.
  package func isComplete(_ direction: Direction) -> Bool { false }
}
