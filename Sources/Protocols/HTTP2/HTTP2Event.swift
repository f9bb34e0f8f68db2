/// What is wrong in an HTTP/2 flow: `app-layer-event:http2.…`, in order of the names.
package enum HTTP2Event: UInt8, CaseIterable, Sendable {
  case authorityHostMismatch, extraHeaderData, failedDecompression, headerIntegerOverflow
  case invalidClientMagic, invalidFrameData, invalidFrameHeader, invalidFrameLength, invalidHeader
  case invalidHTTP1Settings, invalidRange, longFrameData, reassemblyLimitReached, streamIdentifierReuse
  case tooManyStreams, userInfoInURI

  /// Names in the order of their numbers.
  static let names = [
    "authority_host_mismatch", "extra_header_data", "failed_decompression", "header_integer_overflow",
    "invalid_client_magic", "invalid_frame_data", "invalid_frame_header", "invalid_frame_length",
    "invalid_header", "invalid_http1_settings", "invalid_range", "long_frame_data",
    "reassembly_limit_reached", "stream_id_reuse", "too_many_streams", "userinfo_in_uri",
  ]
}
