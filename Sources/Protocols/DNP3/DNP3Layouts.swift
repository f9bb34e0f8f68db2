/// The points of DNP3's objects as they are written, with the names that EVE has for their members
/// (IEEE 1815-2012, annex A): group, variation and members in lines.
///
///     name/n            n bits, from the lowest one on
///     name:u16          a number, little-endian: u unsigned, s signed, f floating-point
///     name=text(other)  bytes, as many as another member says; data: told in base64
///     name=text*        the rest of a point whose size stands before it; *8: no more than 255 bytes
///     name=code(4)      so many bytes, a text up to a NUL
///     packed            points are bits; sized, sized16: the size of a point must stand before it
///     $name             members that many have, from `common`
enum DNP3Layouts {
  static let common = [
    "binary":
      "online/1 restart/1 comm_lost/1 remote_forced/1 local_forced/1 chatter_filter/1"
      + " reserved/1 state/1",
    "double":
      "online/1 restart/1 comm_lost/1 remote_forced/1 local_forced/1 chatter_filter/1"
      + " state/2",
    "output":
      "online/1 restart/1 comm_lost/1 remote_forced/1 local_forced/1 reserved0/1"
      + " reserved1/1 state/1",
    "counter":
      "online/1 restart/1 comm_lost/1 remote_forced/1 local_forced/1 rollover/1"
      + " discontinuity/1 reserved0/1",
    "frozen":
      "online/1 restart/1 comm_lost/1 remote_forced/1 local_forced/1 rollover/1"
      + " reserved0/1 reserved1/1",
    "timed":
      "online/1 restart/1 comm_lost/1 remote_forced/1 local_forced/1 rollover/1"
      + " discontinuity/1 reserved1/1",
    "analog":
      "online/1 restart/1 comm_lost/1 remote_forced/1 local_forced/1 over_range/1"
      + " reference_err/1 reserved0/1",
    "security":
      "online/1 restart/1 comm_lost/1 remote_forced/1 local_forced/1 reserved0/1"
      + " discontinuity/1 reserved1/1",
    "commanded": "status_code/7 reserved0/1",
    "relay": "op_type/4 qu/1 cr/1 tcc/2 count:u8 ontime:u32 offtime:u32 status_code/7 reserved/1",
  ]

  static let table = """
    1 1 packed state/1
    1 2 $binary
    2 1 state:u8
    2 2 $binary timestamp:u48
    2 3 $binary timestamp:u16
    3 1 packed state/2
    3 2 $double
    4 1 $double
    4 2 $double timestamp:u48
    4 3 $double relative_time_ms:u16
    10 1 packed state/1
    10 2 $output
    11 1 $output
    11 2 $output timestamp:u48
    12 1 $relay
    12 2 $relay
    12 3 packed point/1
    13 1 status_code/7 commanded_state/1
    13 2 status_code/7 commanded_state/1 timestamp:u48
    20 1 $counter count:u32
    20 2 $counter count:u16
    20 3 $frozen count:u32
    20 4 $frozen count:u16
    20 5 count:u32
    20 6 count:u16
    20 7 count:u32
    20 8 count:u16
    21 1 $counter count:u32
    21 2 $counter count:u16
    21 3 $frozen count:u32
    21 4 $frozen count:u16
    21 5 $timed count:u32 timestamp:u48
    21 6 $timed count:u16 timestamp:u48
    21 7 $frozen count:u32 timestamp:u48
    21 8 $frozen count:u16 timestamp:u48
    21 9 count:u32
    21 10 count:u16
    21 11 count:u32
    21 12 count:u16
    22 1 $counter count:u32
    22 2 $counter count:u16
    22 3 $frozen count:u32
    22 4 $frozen count:u16
    22 5 $frozen count:u32 timestamp:u48
    22 6 $counter count:u16 timestamp:u48
    22 7 $frozen count:u32 timestamp:u48
    22 8 $frozen count:u16 timestamp:u48
    23 1 $counter count:u32
    23 2 $frozen count:u16
    23 3 $frozen count:u32
    23 4 $frozen count:u16
    23 5 $counter count:u32 timestamp:u48
    23 6 $counter count:u16 timestamp:u48
    23 7 $frozen count:u32 timestamp:u48
    23 8 $frozen count:u16 timestamp:u48
    30 1 $analog value:s32
    30 2 $analog value:s16
    30 3 value:s32
    30 4 value:s16
    30 5 $analog value:f32
    30 6 $analog value:f64
    31 1 $analog value:s32
    31 2 $analog value:s16
    31 3 $analog value:s32 timestamp:u48
    31 4 $analog value:s16 timestamp:u48
    31 5 value:s32
    31 6 value:s16
    31 7 $analog value:f32
    31 8 $analog value:f64
    32 1 $analog value:s32
    32 2 $analog value:s16
    32 3 $analog value:s32 timestamp:u48
    32 4 $analog value:s16 timestamp:u48
    32 5 $analog value:f32
    32 6 $analog value:f64
    32 7 $analog value:f32 timestamp:u48
    32 8 $analog value:f64 timestamp:u48
    33 1 $analog value:s32
    33 2 $analog value:s16
    33 3 $analog value:s32 timestamp:u48
    33 4 $analog value:s16 timestamp:u48
    33 5 $analog value:f32
    33 6 $analog value:f64
    33 7 $analog value:f32 timestamp:u48
    33 8 $analog value:f64 timestamp:u48
    34 1 deadband_value:u16
    34 2 deadband_value:u32
    34 3 deadband_value:f32
    40 1 $analog value:s32
    40 2 $analog value:s16
    40 3 $analog value:f32
    40 4 $analog value:f64
    41 1 value:s32 control_status:u8
    41 2 value:s16 control_status:u8
    41 3 value:f32 control_status:u8
    41 4 value:f64 control_status:u8
    42 1 $analog value:s32
    42 2 $analog value:s16
    42 3 $analog value:s32 timestamp:u48
    42 4 $analog value:s16 timestamp:u48
    42 5 $analog value:f32
    42 6 $analog value:f64
    42 7 $analog value:f32 timestamp:u48
    42 8 $analog value:f64 timestamp:u48
    43 1 $commanded commanded_value:s32
    43 2 $commanded commanded_value:s16
    43 3 $commanded commanded_value:s32 timestamp:u48
    43 4 $commanded commanded_value:s16 timestamp:u48
    43 5 $commanded commanded_value:f32
    43 6 $commanded commanded_value:f64
    43 7 $commanded commanded_value:f32 timestamp:u48
    43 8 $commanded commanded_value:f64 timestamp:u48
    50 1 timestamp:u48
    50 2 timestamp:u48 interval:u32
    50 3 timestamp:u48
    50 4 timestamp:u48 interval_count:u32 interval_units:u8
    51 1 timestamp:u48
    51 2 timestamp:u48
    52 1 delay_secs:u16
    52 2 delay_ms:u16
    70 1 filename_size:u16 filetype_code:u8 attribute_code:u8 start_record:u16 end_record:u16 \
      file_size:u32 created_timestamp:u48 permission:u16 file_id:u32 owner_id:u32 group_id:u32 \
      file_function_code:u8 status_code:u8 filename=text(filename_size) data_size:u16 \
      data=text(data_size)
    70 2 username_offset:u16 username_size:u16 password_offset:u16 password_size:u16 \
      authentication_key:u32 username=text(username_size) password=text(password_size)
    70 3 filename_offset:u16 filename_size:u16 created:u48 permissions:u16 authentication_key:u32 \
      file_size:u32 operational_mode:u16 maximum_block_size:u16 request_id:u16 \
      filename=text(filename_size)
    70 4 sized file_handle:u32 file_size:u32 maximum_block_size:u16 request_id:u16 status_code:u8 \
      optional_text=text*8
    70 5 sized file_handle:u32 block_number:u32 file_data=text*8
    70 6 sized file_handle:u32 block_number:u32 status_code:u8 optional_text=text*8
    70 7 filename_offset:u16 filename_size:u16 file_type:u16 file_size:u32 created_timestamp:u48 \
      permissions:u16 request_id:u16 filename=text(filename_size)
    70 8 sized16 file_specification=text*
    80 1 packed state/1
    81 1 fill_percentage/7 overflow_state/1 group:u8 variation:u8
    83 1 vendor_code=code(4) object_id:u16 length:u16 data_objects=data(length)
    86 2 rd/1 wr/1 st/1 ev/1 df/1 padding0/1 padding1/1 padding2/1
    102 1 value:u8
    120 1 sized16 csq:u32 usr:u16 mal:u8 reason:u8 challenge_data=data*
    120 2 sized16 csq:u32 usr:u16 mac_value=data*
    120 3 csq:u32 user_number:u16
    120 4 user_number:u16
    120 5 sized16 ksq:u32 user_number:u16 key_wrap_alg:u8 key_status:u8 mal:u8 challenge_data_len:u16 \
      challenge_data=data(challenge_data_len) mac_value=data*
    120 6 sized16 ksq:u24 usr:u16 wrapped_key_data=data*
    120 7 sized16 sequence_number:u32 usr:u16 association_id:u16 error_code:u8 time_of_error:u48 \
      error_text=text*
    120 8 sized16 key_change_method:u8 certificate_type:u8 certificate=data*
    120 9 mac_value=data*
    120 10 sized16 key_change_method:u8 operation:u8 scs:u32 user_role:u16 \
      user_role_expiry_interval:u16 username_len:u16 user_public_key_len:u16 certification_data_len:u16 \
      username=text(username_len) user_public_key=data(user_public_key_len) \
      certification_data=data(certification_data_len)
    120 11 sized16 key_change_method:u8 username_len:u16 master_challenge_data_len:u16 \
      username=text(username_len) master_challenge_data=data(master_challenge_data_len)
    120 12 sized16 ksq:u32 user_number:u16 challenge_data_len:u16 \
      challenge_data=data(challenge_data_len)
    120 13 sized16 ksq:u32 user_number:u16 encrypted_update_key_len:u16 \
      encrypted_update_key_data=data(encrypted_update_key_len)
    120 14 sized16 digital_signature=data*
    120 15 sized16 mac=data*
    121 1 $security association_id:u16 count_value:u32
    122 1 $security association_id:u16 count_value:u32
    122 2 $security association_id:u16 count_value:u32 timestamp:u48
    """
}
