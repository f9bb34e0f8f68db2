/// Events of SMTP, in the order of their numbers.
package enum SMTPEvent: UInt8, Sendable, CaseIterable {
  case invalidReply, unableToMatchReply, commandLineTooLong, replyLineTooLong, invalidPipelinedSequence
  case chunkLengthExceeded, noWelcome, tlsRejected, dataRejected, failedProtocolChange
  case mimeParseFailed, mimeMalformed, mimeInvalidBase64, mimeInvalidQuotedPrintable, mimeLongLine
  case mimeLongEncodedLine, mimeLongHeaderName, mimeLongHeaderValue, mimeLongBoundary, mimeLongFileName
  case duplicateFields, unparsableContent, truncatedLine, invalidChunk

  /// Name in rules.
  var name: String {
    switch self {
    case .invalidReply: "invalid_reply"
    case .unableToMatchReply: "unable_to_match_reply_with_request"
    case .commandLineTooLong: "max_command_line_len_exceeded"
    case .replyLineTooLong: "max_reply_line_len_exceeded"
    case .invalidPipelinedSequence: "invalid_pipelined_sequence"
    case .chunkLengthExceeded: "bdat_chunk_len_exceeded"
    case .noWelcome: "no_server_welcome_message"
    case .tlsRejected: "tls_rejected"
    case .dataRejected: "data_command_rejected"
    case .failedProtocolChange: "failed_protocol_change"
    case .mimeParseFailed: "mime_parse_failed"
    case .mimeMalformed: "mime_malformed_msg"
    case .mimeInvalidBase64: "mime_invalid_base64"
    case .mimeInvalidQuotedPrintable: "mime_invalid_qp"
    case .mimeLongLine: "mime_long_line"
    case .mimeLongEncodedLine: "mime_long_enc_line"
    case .mimeLongHeaderName: "mime_long_header_name"
    case .mimeLongHeaderValue: "mime_long_header_value"
    case .mimeLongBoundary: "mime_long_boundary"
    case .mimeLongFileName: "mime_long_filename"
    case .duplicateFields: "duplicate_fields"
    case .unparsableContent: "unparsable_content"
    case .truncatedLine: "truncated_line"
    case .invalidChunk: "invalid_bdat"
    }
  }

  /// The event for an oddity of a message.
  init(_ oddity: MIMEOddity) {
    switch oddity {
    case .invalidBase64: self = .mimeInvalidBase64
    case .invalidQuotedPrintable: self = .mimeInvalidQuotedPrintable
    case .longLine: self = .mimeLongLine
    case .longEncodedLine: self = .mimeLongEncodedLine
    case .longHeaderName: self = .mimeLongHeaderName
    case .longHeaderValue: self = .mimeLongHeaderValue
    case .longBoundary: self = .mimeLongBoundary
    case .longFileName: self = .mimeLongFileName
    }
  }
}
