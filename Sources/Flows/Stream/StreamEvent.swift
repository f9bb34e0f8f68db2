/// What can be odd about a packet of a TCP stream, under the names that `stream-event` rules use.
package enum StreamEvent: UInt8, Sendable, CaseIterable {
  case handshakeAckInWrongDirection, handshakeAsyncWrongSequence, handshakeRightSequenceWrongAckEvasion
  case handshakeSYNACKInWrongDirection, handshakeSYNACKResendWithDifferentAck
  case handshakeSYNACKResendWithDifferentSequence, handshakeSYNACKToServerOnSYNReceived
  case handshakeSYNACKWithWrongAck, handshakeSYNACKFlood
  case handshakeSYNResendDifferentSequenceOnSYNReceived, handshakeSYNToClientOnSYNReceived
  case handshakeWrongSequenceWrongAck, handshakeSYNFlood, handshakeSYNACKFastOpenDataIgnored
  case handshakeAckDataInjection, fourWaySYNACKWithWrongAck, fourWaySYNACKWithWrongSYN
  case fourWayWrongSequence, fourWayInvalidAck, closeWaitAckOutOfWindow, closeWaitFINOutOfWindow
  case closeWaitPacketBeforeLastAck, closeWaitInvalidAck, closingAckWrongSequence, closingInvalidAck
  case establishedPacketOutOfWindow, establishedPacketBeforeLastAck, establishedSYNACKResend
  case establishedSYNACKResendWithDifferentAck, establishedSYNACKResendWithDifferentSequence
  case establishedSYNACKToServer, establishedSYNResend, establishedSYNResendDifferentSequence
  case establishedSYNToClient, establishedInvalidAck, finInvalidAck, finWait1AckWrongSequence
  case finWait1FINWrongSequence, finWait1InvalidAck, finWait2AckWrongSequence, finWait2FINWrongSequence
  case finWait2InvalidAck, finButNoSession, finOutOfWindow, finSYN, lastAckAckWrongSequence
  case lastAckInvalidAck, resetButNoSession, timeWaitAckWrongSequence, timeWaitInvalidAck
  case shutdownSYNResend, packetInvalidTimestamp, packetInvalidAck, packetBrokenAck, resetInvalidAck,
    resetWithData
  case packetRetransmission, packetSpuriousRetransmission, packetBadWindowUpdate
  case establishedAckZeroWindowProbeData, suspectedResetInjection, wrongThread
  case reassemblySegmentBeforeBaseSequence, reassemblyNoSegment, reassemblySequenceGap
  case reassemblyOverlapDifferentData, reassemblyDepthReached, reassemblyInsertMemcap
  case reassemblyInsertLimit, reassemblyInsertInvalid, reassemblyUrgentOutOfBandLimitReached

  /// The keyword's word for it; EVE puts `stream.` before it.
  package var name: String { StreamEvent.names[Int(rawValue)] }

  /// The event of a rule's word; nil if there is none.
  package init?(name: String) {
    guard let index = StreamEvent.names.firstIndex(of: name) else { return nil }
    self.init(rawValue: UInt8(truncatingIfNeeded: index))
  }

  private static let names = [
    "3whs_ack_in_wrong_dir",
    "3whs_async_wrong_seq",
    "3whs_right_seq_wrong_ack_evasion",
    "3whs_synack_in_wrong_direction",
    "3whs_synack_resend_with_different_ack",
    "3whs_synack_resend_with_diff_seq",
    "3whs_synack_toserver_on_syn_recv",
    "3whs_synack_with_wrong_ack",
    "3whs_synack_flood",
    "3whs_syn_resend_diff_seq_on_syn_recv",
    "3whs_syn_toclient_on_syn_recv",
    "3whs_wrong_seq_wrong_ack",
    "3whs_syn_flood",
    "3whs_synack_tfo_data_ignored",
    "3whs_ack_data_inject",
    "4whs_synack_with_wrong_ack",
    "4whs_synack_with_wrong_syn",
    "4whs_wrong_seq",
    "4whs_invalid_ack",
    "closewait_ack_out_of_window",
    "closewait_fin_out_of_window",
    "closewait_pkt_before_last_ack",
    "closewait_invalid_ack",
    "closing_ack_wrong_seq",
    "closing_invalid_ack",
    "est_packet_out_of_window",
    "est_pkt_before_last_ack",
    "est_synack_resend",
    "est_synack_resend_with_different_ack",
    "est_synack_resend_with_diff_seq",
    "est_synack_toserver",
    "est_syn_resend",
    "est_syn_resend_diff_seq",
    "est_syn_toclient",
    "est_invalid_ack",
    "fin_invalid_ack",
    "fin1_ack_wrong_seq",
    "fin1_fin_wrong_seq",
    "fin1_invalid_ack",
    "fin2_ack_wrong_seq",
    "fin2_fin_wrong_seq",
    "fin2_invalid_ack",
    "fin_but_no_session",
    "fin_out_of_window",
    "fin_syn",
    "lastack_ack_wrong_seq",
    "lastack_invalid_ack",
    "rst_but_no_session",
    "timewait_ack_wrong_seq",
    "timewait_invalid_ack",
    "shutdown_syn_resend",
    "pkt_invalid_timestamp",
    "pkt_invalid_ack",
    "pkt_broken_ack",
    "rst_invalid_ack",
    "rst_with_data",
    "pkt_retransmission",
    "pkt_spurious_retransmission",
    "pkt_bad_window_update",
    "est_ack_zwp_data",
    "suspected_rst_inject",
    "wrong_thread",
    "reassembly_segment_before_base_seq",
    "reassembly_no_segment",
    "reassembly_seq_gap",
    "reassembly_overlap_different_data",
    "reassembly_depth_reached",
    "reassembly_insert_memcap",
    "reassembly_insert_limit",
    "reassembly_insert_invalid",
    "reassembly_urgent_oob_limit_reached",
  ]
}

/// The events of one packet in the order in which they were raised, each once, at most 15.
///
/// Packed into two words, so that it costs nothing to pass on.
@frozen
package struct StreamEventSet: BitwiseCopyable, Sendable, Equatable {
  private var first: UInt64 = 0
  private var second: UInt64 = 0

  /// How many events one packet can hold.
  package static let countMax = 15

  package init() {}

  package var isEmpty: Bool { first == 0 }

  package var count: Int { Int(first & 0xff) }

  /// The event at `index`, which is below `count`.
  package subscript(_ index: Int) -> StreamEvent {
    let position = UInt64(truncatingIfNeeded: index &+ 1)
    let word = position < 8 ? first : second
    let raw = UInt8(truncatingIfNeeded: word &>> ((position & 7) &* 8))
    return StreamEvent(rawValue: raw) ?? .wrongThread
  }

  package mutating func insert(_ event: StreamEvent) {
    let position = UInt64(truncatingIfNeeded: count &+ 1)
    guard position < 16, !contains(event) else { return }
    let value = UInt64(event.rawValue) &<< ((position & 7) &* 8)
    if position < 8 { first |= value } else { second |= value }
    first &+= 1
  }

  package func contains(_ event: StreamEvent) -> Bool {
    for index in 0..<count where self[index] == event { return true }
    return false
  }

  /// Calls `body` for each event in the order in which they were raised.
  package func forEach(_ body: (StreamEvent) -> Void) {
    for index in 0..<count { body(self[index]) }
  }
}
