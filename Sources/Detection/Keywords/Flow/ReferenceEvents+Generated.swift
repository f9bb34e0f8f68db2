/// Events of protocols whose parsers are not here, by the names that Suricata's rules have for them: such a
/// rule is told apart from one with a name that is nobody's.
///
/// Generated table, from the event rules that Suricata ships.
enum ReferenceEvents {
  /// Names by protocol.
  static let names: [String: Set<String>] = [
    "dhcp": [
      "malformed_options", "truncated_options",
    ],
    "dnp3": [
      "bad_link_crc", "bad_transport_crc", "flooded", "len_too_small", "max_points_per_object",
      "too_long_reassembly", "too_many_objects", "too_many_points", "unknown_object",
    ],
    "ftp": [
      "request_command_too_long", "response_command_too_long", "too_many_transactions",
    ],
    "http2": [
      "authority_host_mismatch", "extra_header_data", "failed_decompression", "header_integer_overflow",
      "invalid_client_magic", "invalid_frame_data", "invalid_frame_header", "invalid_frame_length",
      "invalid_header", "invalid_http1_settings", "invalid_range", "long_frame_data",
      "reassembly_limit_reached", "stream_id_reuse", "too_many_streams", "userinfo_in_uri",
    ],
    "ike": [
      "invalid_proposal", "malformed_data", "multiple_server_proposal", "no_encryption",
      "unknown_proposal", "weak_crypto_auth", "weak_crypto_dh", "weak_crypto_enc",
      "weak_crypto_no_auth", "weak_crypto_no_dh", "weak_crypto_noauth", "weak_crypto_nodh",
      "weak_crypto_prf",
    ],
    "krb5": [
      "malformed_data", "weak_encryption",
    ],
    "modbus": [
      "flooded", "invalid_exception_code", "invalid_function_code", "invalid_length",
      "invalid_protocol_id", "invalid_unit_identifier", "invalid_value", "unsolicited_response",
      "value_mismatch",
    ],
    "mqtt": [
      "double_connect", "invalid_qos_level", "malformed_traffic", "missing_connect", "missing_msg_id",
      "missing_publish", "missing_subscribe", "missing_unsubscribe", "too_many_transactions",
      "unassigned_msg_type", "unintroduced_message",
    ],
    "nfs": [
      "malformed_data", "too_many_transactions",
    ],
    "ntp": [
      "malformed_data"
    ],
    "pgsql": [
      "malformed_request"
    ],
    "quic": [
      "crypto_frag_too_long", "error_on_data", "failed_decrypt",
    ],
    "rfb": [
      "confused_state", "malformed_message", "unimplemented_security_type", "unknown_security_result",
    ],
    "smb": [
      "file_overlap", "internal_error", "malformed_data", "malformed_ntlmssp_request",
      "negotiate_malformed_dialects", "negotiate_max_read_size_too_large",
      "negotiate_max_write_size_too_large", "read_queue_cnt_exceeded", "read_queue_size_exceeded",
      "read_request_too_large", "read_response_too_large", "request_to_client", "response_to_server",
      "too_many_transactions", "write_queue_cnt_exceeded", "write_queue_size_exceeded",
      "write_request_too_large",
    ],
    "smtp": [
      "bdat_chunk_len_exceeded", "data_command_rejected", "duplicate_fields", "failed_protocol_change",
      "invalid_pipelined_sequence", "invalid_reply", "max_command_line_len_exceeded",
      "max_reply_line_len_exceeded", "mime_invalid_base64", "mime_invalid_qp", "mime_long_boundary",
      "mime_long_enc_line", "mime_long_filename", "mime_long_header_name", "mime_long_header_value",
      "mime_long_line", "mime_malformed_msg", "mime_parse_failed", "no_server_welcome_message",
      "tls_rejected", "unable_to_match_reply_with_request", "unparsable_content",
    ],
    "ssh": [
      "invalid_banner", "invalid_record", "long_banner",
    ],
  ]
}
