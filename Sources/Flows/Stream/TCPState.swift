/// The states of a TCP connection (RFC 9293 §3.3.2) as an observer between the two ends sees them, in the
/// order in which rules compare them.
package enum TCPState: UInt8, Sendable, CaseIterable, Comparable, BitwiseCopyable {
  case none, synSent, synReceived, established, finWait1, finWait2, timeWait, lastAck, closeWait, closing,
    closed

  /// EVE's `tcp.state`.
  package var name: String {
    switch self {
    case .none: "none"
    case .synSent: "syn_sent"
    case .synReceived: "syn_recv"
    case .established: "established"
    case .finWait1: "fin_wait1"
    case .finWait2: "fin_wait2"
    case .timeWait: "time_wait"
    case .lastAck: "last_ack"
    case .closeWait: "close_wait"
    case .closing: "closing"
    case .closed: "closed"
    }
  }

  package static func < (left: TCPState, right: TCPState) -> Bool { left.rawValue < right.rawValue }
}

/// The flags of a TCP header (RFC 9293 §3.1) as bits of `Packet.tcpFlags`.
enum TCPFlag {
  static let fin: UInt8 = 0x01
  static let syn: UInt8 = 0x02
  static let rst: UInt8 = 0x04
  static let psh: UInt8 = 0x08
  static let ack: UInt8 = 0x10
  static let urg: UInt8 = 0x20
}

/// Sequence numbers compare modulo 2³² (RFC 9293 §3.4).
extension UInt32 {
  /// How far this number is ahead of another, negative if behind.
  @inline(__always)
  func distance(from other: UInt32) -> Int64 { Int64(Int32(bitPattern: self &- other)) }
  @inline(__always)
  func isBefore(_ other: UInt32) -> Bool { Int32(bitPattern: self &- other) < 0 }
  @inline(__always)
  func isAfter(_ other: UInt32) -> Bool { Int32(bitPattern: self &- other) > 0 }
  @inline(__always)
  func isAtMost(_ other: UInt32) -> Bool { Int32(bitPattern: self &- other) <= 0 }
  @inline(__always)
  func isAtLeast(_ other: UInt32) -> Bool { Int32(bitPattern: self &- other) >= 0 }
}
