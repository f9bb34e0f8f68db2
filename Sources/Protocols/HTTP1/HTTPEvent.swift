/// What can be wrong with an HTTP/1 conversation, by Suricata's `app-layer-event` names.
package enum HTTPEvent: UInt8, CaseIterable, Sendable {
  case unknownError, gzipDecompressionFailed, requestFieldMissingColon, responseFieldMissingColon
  case invalidRequestChunkLength, invalidResponseChunkLength
  case invalidTransferEncodingInRequest, invalidTransferEncodingInResponse
  case invalidContentLengthInRequest, invalidContentLengthInResponse
  case duplicateContentLengthInRequest, duplicateContentLengthInResponse
  case continueAlreadySeen, unableToMatchResponse, invalidServerPort, invalidAuthorityPort
  case requestHeaderInvalid, responseHeaderInvalid, missingHostHeader, hostHeaderAmbiguous
  case invalidRequestFolding, invalidResponseFolding, requestFieldTooLong, responseFieldTooLong
  case requestServerPortMismatch, requestURIHostInvalid, requestHeaderHostInvalid
  case uriDelimiterNonCompliant, methodDelimiterNonCompliant, requestLineLeadingWhitespace
  case tooManyEncodingLayers, abnormalContentEncoding, requestAuthenticationUnrecognized
  case requestHeaderRepetition, responseHeaderRepetition, responseMultipartByteRanges
  case responseAbnormalTransferEncoding, responseChunkedOldProtocol, responseInvalidProtocol
  case responseInvalidStatus, requestLineIncomplete, doubleEncodedURI, requestLineInvalid
  case requestBodyUnexpected, lzmaMemoryLimitReached, compressionBomb
  case multipartGenericError, multipartNoFileData, multipartInvalidHeader
  case tooManyWarnings, rangeInvalid, fileNameTooLong, failedProtocolChange
  case requestChunkExtension, responseChunkExtension, requestLineMissingProtocol
  case requestTooManyHeaders, responseTooManyHeaders, compressionBombLimitReached
  case requestSpaceAfterName, responseSpaceAfterName, contentLengthExtraDataStart, contentLengthExtraDataEnd
  case requestLineUnknownMethod, responseBodyUnexpected, switchingProtocolWithContentLength
  case responseLineInvalidProtocol, responseLineInvalidStatus, invalidGap
  case requestLineUnknownMethodNoProtocol, requestLineUnknownMethodInvalidProtocol
  case requestInvalidEmptyName, responseInvalidEmptyName, responseHeaderNameNotToken, deformedEOL
  case protocolContainsExtraData, requestTooManyLZMALayers, responseTooManyLZMALayers

  /// The name after `app-layer-event:http.`.
  package var name: String {
    let names = HTTPEvent.names
    return Int(rawValue) < names.count ? names[Int(rawValue)] : "unknown_error"
  }

  /// All names in the order of the cases.
  package static let names = [
    "unknown_error", "gzip_decompression_failed", "request_field_missing_colon",
    "response_field_missing_colon",
    "invalid_request_chunk_len", "invalid_response_chunk_len",
    "invalid_transfer_encoding_value_in_request", "invalid_transfer_encoding_value_in_response",
    "invalid_content_length_field_in_request", "invalid_content_length_field_in_response",
    "duplicate_content_length_field_in_request", "duplicate_content_length_field_in_response",
    "100_continue_already_seen", "unable_to_match_response_to_request", "invalid_server_port_in_request",
    "invalid_authority_port",
    "request_header_invalid", "response_header_invalid", "missing_host_header", "host_header_ambiguous",
    "invalid_request_field_folding", "invalid_response_field_folding", "request_field_too_long",
    "response_field_too_long",
    "request_server_port_tcp_port_mismatch", "request_uri_host_invalid", "request_header_host_invalid",
    "uri_delim_non_compliant", "method_delim_non_compliant", "request_line_leading_whitespace",
    "too_many_encoding_layers", "abnormal_ce_header", "request_auth_unrecognized",
    "request_header_repetition", "response_header_repetition", "response_multipart_byteranges",
    "response_abnormal_transfer_encoding", "response_chunked_old_proto", "response_invalid_protocol",
    "response_invalid_status", "request_line_incomplete", "double_encoded_uri", "request_line_invalid",
    "request_body_unexpected", "lzma_memlimit_reached", "compression_bomb",
    "multipart_generic_error", "multipart_no_filedata", "multipart_invalid_header",
    "too_many_warnings", "range_invalid", "file_name_too_long", "failed_protocol_change",
    "request_chunk_extension", "response_chunk_extension", "request_line_missing_protocol",
    "request_too_many_headers", "response_too_many_headers", "compression_bomb_limit_reached",
    "request_invalid_lws_after_name", "response_invalid_lws_after_name", "content_length_extra_data_start",
    "content_length_extra_data_end", "request_line_unknown_method", "response_body_unexpected",
    "switching_proto_with_content_length",
    "response_line_invalid_protocol", "response_line_invalid_response_status", "invalid_gap",
    "request_line_unknown_method_no_protocol", "request_line_unknown_method_invalid_protocol",
    "request_invalid_empty_name", "response_invalid_empty_name", "response_header_name_not_token",
    "deformed_eol", "protocol_contains_extra_data", "request_too_many_lzma_layers",
    "response_too_many_lzma_layers",
  ]
}
