import Wire

extension EVEEncoder {
  /// Appends a packet that `tag` keeps after an alert: EVE's `packet` record.
  package func encodeTaggedPacket(
    _ subject: EventSubject, frame: RawSpan, into line: inout JSONWriter
  ) {
    beginRecord("packet", subject, endpoints: subject.endpoints, into: &line)
    encodeCommon(subject, frame: frame, into: &line)
    encodePacket(subject.packet, frame: frame, into: &line)
    endRecord(subject, into: &line)
  }

  /// Appends what rules have noted on a packet: EVE's `metadata` record, for packets with variables of
  /// their own.
  package func encodeMetadata(_ subject: EventSubject, frame: RawSpan, into line: inout JSONWriter) {
    beginRecord("metadata", subject, endpoints: subject.endpoints, into: &line)
    encodeCommon(subject, frame: frame, into: &line)
    endRecord(subject, into: &line)
  }
}
