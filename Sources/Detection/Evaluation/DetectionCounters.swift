/// What the inspector counted: where detection's work goes.
package struct DetectionCounters: Sendable, Equatable {
  package var packets: UInt64 = 0
  /// Scans for literals, and the bytes that they went over.
  package var scans: UInt64 = 0
  package var scannedBytes: UInt64 = 0
  /// Rules called up for packets and streams, and for transactions.
  package var packetCandidates: UInt64 = 0
  package var transactionCandidates: UInt64 = 0
  /// Rules whose buffers were looked at, as all cheaper conditions held.
  package var evaluations: UInt64 = 0
  package var matches: UInt64 = 0
  package var alerts: UInt64 = 0
  /// Alerts beyond what one packet may raise (`packet-alert-max`).
  package var alertsOverflow: UInt64 = 0
  /// Alerts that a pass rule before them suppressed.
  package var alertsSuppressed: UInt64 = 0
  /// Matches that thresholds kept from being reported, where they were asked at once.
  package var alertsLimited: UInt64 = 0
  package var transactions: UInt64 = 0

  package init() {}
}
