/// Names of SMB's numbers as EVE shows them.
enum SMBNames {
  /// Commands of SMB 1 ([MS-CIFS] §2.2.2.1).
  static func command1(_ number: UInt16) -> StaticString {
    switch number {
    case 0x00: "SMB1_COMMAND_CREATE_DIRECTORY"
    case 0x01: "SMB1_COMMAND_DELETE_DIRECTORY"
    case 0x02: "SMB1_COMMAND_OPEN"
    case 0x03: "SMB1_COMMAND_CREATE"
    case 0x04: "SMB1_COMMAND_CLOSE"
    case 0x05: "SMB1_COMMAND_FLUSH"
    case 0x06: "SMB1_COMMAND_DELETE"
    case 0x07: "SMB1_COMMAND_RENAME"
    case 0x08: "SMB1_COMMAND_QUERY_INFORMATION"
    case 0x09: "SMB1_COMMAND_SET_INFORMATION"
    case 0x0A: "SMB1_COMMAND_READ"
    case 0x0B: "SMB1_COMMAND_WRITE"
    case 0x0C: "SMB1_COMMAND_LOCK_BYTE_RANGE"
    case 0x0D: "SMB1_COMMAND_UNLOCK_BYTE_RANGE"
    case 0x0E: "SMB1_COMMAND_CREATE_TEMPORARY"
    case 0x0F: "SMB1_COMMAND_CREATE_NEW"
    case 0x10: "SMB1_COMMAND_CHECK_DIRECTORY"
    case 0x11: "SMB1_COMMAND_PROCESS_EXIT"
    case 0x12: "SMB1_COMMAND_SEEK"
    case 0x13: "SMB1_COMMAND_LOCK_AND_READ"
    case 0x14: "SMB1_COMMAND_WRITE_AND_UNLOCK"
    case 0x22: "SMB1_COMMAND_SET_INFORMATION2"
    case 0x23: "SMB1_COMMAND_QUERY_INFORMATION2"
    case 0x24: "SMB1_COMMAND_LOCKING_ANDX"
    case 0x25: "SMB1_COMMAND_TRANS"
    case 0x26: "SMB1_COMMAND_TRANS_SECONDARY"
    case 0x27: "SMB1_COMMAND_IOCTL"
    case 0x28: "SMB1_COMMAND_IOCTL_SECONDARY"
    case 0x29: "SMB1_COMMAND_COPY"
    case 0x2A: "SMB1_COMMAND_MOVE"
    case 0x2B: "SMB1_COMMAND_ECHO"
    case 0x2C: "SMB1_COMMAND_WRITE_AND_CLOSE"
    case 0x2D: "SMB1_COMMAND_OPEN_ANDX"
    case 0x2E: "SMB1_COMMAND_READ_ANDX"
    case 0x2F: "SMB1_COMMAND_WRITE_ANDX"
    case 0x31: "SMB1_COMMAND_CLOSE_AND_TREE_DISC"
    case 0x32: "SMB1_COMMAND_TRANS2"
    default: laterCommand1(number)
    }
  }

  private static func laterCommand1(_ number: UInt16) -> StaticString {
    switch number {
    case 0x33: "SMB1_COMMAND_TRANS2_SECONDARY"
    case 0x34: "SMB1_COMMAND_FIND_CLOSE2"
    case 0x35: "SMB1_COMMAND_FIND_NOTIFY_CLOSE"
    case 0x70: "SMB1_COMMAND_TREE_CONNECT"
    case 0x71: "SMB1_COMMAND_TREE_DISCONNECT"
    case 0x72: "SMB1_COMMAND_NEGOTIATE_PROTOCOL"
    case 0x73: "SMB1_COMMAND_SESSION_SETUP_ANDX"
    case 0x74: "SMB1_COMMAND_LOGOFF_ANDX"
    case 0x75: "SMB1_COMMAND_TREE_CONNECT_ANDX"
    case 0x80: "SMB1_COMMAND_QUERY_INFO_DISK"
    case 0x81: "SMB1_COMMAND_SEARCH"
    case 0x82: "SMB1_COMMAND_FIND"
    case 0x83: "SMB1_COMMAND_FIND_UNIQUE"
    case 0xA0: "SMB1_COMMAND_NT_TRANS"
    case 0xA1: "SMB1_COMMAND_NT_TRANS_SECONDARY"
    case 0xA2: "SMB1_COMMAND_NT_CREATE_ANDX"
    case 0xA4: "SMB1_COMMAND_NT_CANCEL"
    case 0xA5: "SMB1_COMMAND_NT_RENAME"
    default: "UNKNOWN"
    }
  }

  /// Commands of SMB 2 ([MS-SMB2] §2.2.1).
  static func command2(_ number: UInt16) -> StaticString {
    switch number {
    case 0: "SMB2_COMMAND_NEGOTIATE_PROTOCOL"
    case 1: "SMB2_COMMAND_SESSION_SETUP"
    case 2: "SMB2_COMMAND_SESSION_LOGOFF"
    case 3: "SMB2_COMMAND_TREE_CONNECT"
    case 4: "SMB2_COMMAND_TREE_DISCONNECT"
    case 5: "SMB2_COMMAND_CREATE"
    case 6: "SMB2_COMMAND_CLOSE"
    case 7: "SMB2_COMMAND_FLUSH"
    case 8: "SMB2_COMMAND_READ"
    case 9: "SMB2_COMMAND_WRITE"
    case 10: "SMB2_COMMAND_LOCK"
    case 11: "SMB2_COMMAND_IOCTL"
    case 12: "SMB2_COMMAND_CANCEL"
    case 13: "SMB2_COMMAND_KEEPALIVE"
    case 14: "SMB2_COMMAND_FIND"
    case 15: "SMB2_COMMAND_CHANGE_NOTIFY"
    case 16: "SMB2_COMMAND_GET_INFO"
    case 17: "SMB2_COMMAND_SET_INFO"
    case 18: "SMB2_COMMAND_OPLOCK_BREAK"
    default: "UNKNOWN"
    }
  }

  /// Numbered dialects ([MS-SMB2] §2.2.3).
  static func dialect(_ number: UInt16) -> StaticString {
    switch number {
    case 0x0202: "2.02"
    case 0x0210: "2.10"
    case 0x0222: "2.22"
    case 0x0224: "2.24"
    case 0x02FF: "2.??"
    case 0x0300: "3.00"
    case 0x0302: "3.02"
    case 0x0310: "3.10"
    case 0x0311: "3.11"
    default: "unknown"
    }
  }

  /// What to do where the file is there or not ([MS-SMB2] §2.2.13).
  static func disposition(_ number: UInt32) -> StaticString {
    switch number {
    case 0: "FILE_SUPERSEDE"
    case 1: "FILE_OPEN"
    case 2: "FILE_CREATE"
    case 3: "FILE_OPEN_IF"
    case 4: "FILE_OVERWRITE"
    case 5: "FILE_OVERWRITE_IF"
    default: "UNKNOWN"
    }
  }

  /// Kinds of share ([MS-SMB2] §2.2.10).
  static func share(_ number: UInt8) -> StaticString {
    switch number {
    case 1: "FILE"
    case 2: "PIPE"
    case 3: "PRINT"
    default: "UNKNOWN"
    }
  }

  /// Functions of devices ([MS-FSCC] §2.3, [MS-SMB2] §2.2.31); nil: without a name.
  static func function(_ number: UInt32) -> StaticString? {
    switch number {
    case 0x0006_0194: "FSCTL_DFS_GET_REFERRALS"
    case 0x0006_01B0: "FSCTL_DFS_GET_REFERRALS_EX"
    case 0x0009_0000: "FSCTL_REQUEST_OPLOCK_LEVEL_1"
    case 0x0009_00A4: "FSCTL_SET_REPARSE_POINT"
    case 0x0009_00A8: "FSCTL_GET_REPARSE_POINT"
    case 0x0009_00C0: "FSCTL_CREATE_OR_GET_OBJECT_ID"
    case 0x0009_00C4: "FSCTL_SET_SPARSE"
    case 0x0009_8208: "FSCTL_FILE_LEVEL_TRIM"
    case 0x0011_0018: "FSCTL_PIPE_WAIT"
    case 0x0011_400C: "FSCTL_PIPE_PEEK"
    case 0x0011_C017: "FSCTL_PIPE_TRANSCEIVE"
    case 0x0014_0078: "FSCTL_SRV_REQUEST_RESUME_KEY"
    case 0x0014_01D4: "FSCTL_LMR_REQUEST_RESILIENCY"
    case 0x0014_01FC: "FSCTL_QUERY_NETWORK_INTERFACE_INFO"
    case 0x0014_0204: "FSCTL_VALIDATE_NEGOTIATE_INFO"
    case 0x0014_4064: "FSCTL_SRV_ENUMERATE_SNAPSHOTS"
    case 0x0014_40F2: "FSCTL_SRV_COPYCHUNK"
    case 0x0014_41BB: "FSCTL_SRV_READ_HASH"
    case 0x0014_80F2: "FSCTL_SRV_COPYCHUNK_WRITE"
    default: nil
    }
  }

  /// Codes of the server's class of errors ([MS-CIFS] §2.2.2.4); nil: without a name.
  static func serverError(_ code: UInt16) -> StaticString? {
    switch code {
    case 1: "SRV_ERROR"
    case 2: "SRV_BADPW"
    case 4: "SRV_ACCESS"
    case 6: "SRV_NETNAME"
    case 7: "SRV_INVDEV"
    case 22: "SRV_BADCMD"
    case 49: "SRV_QFULL"
    case 50: "SRV_QTOOBIG"
    case 64: "SRV_NOTSUPPORTED"
    case 81: "SRV_PAUSED"
    case 91: "SRV_BADUID"
    case 250: "SRV_USEMPX"
    case 251: "SRV_USESTD"
    case 2239: "SRV_ACCOUNT_EXPIRED"
    case 2242: "SRV_PASSWORD_EXPIRED"
    default: nil
    }
  }
}
