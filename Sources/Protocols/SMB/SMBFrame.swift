import Wire

/// Frames of SMB (rules: `frame:smb.smb2.hdr`).
enum SMBFrame: String, FrameKind {
  /// A record; its header of four bytes; the message in it.
  case record = "nbss.pdu"
  case recordHeader = "nbss.hdr"
  case recordData = "nbss.data"
  /// A message of each version; its header; the rest.
  case pdu1 = "smb1.pdu"
  case header1 = "smb1.hdr"
  case data1 = "smb1.data"
  case pdu2 = "smb2.pdu"
  case header2 = "smb2.hdr"
  case data2 = "smb2.data"
  case pdu3 = "smb3.pdu"
  case header3 = "smb3.hdr"
  case data3 = "smb3.data"
}

extension SMBSession {
  /// Announces the record whose header is at the cursor.
  func announceRecord(_ length: Int) {
    guard frames != nil else { return }
    announce(SMBFrame.record, cursor.direction, at: cursor.position, length: length &+ 4)
    announce(SMBFrame.recordHeader, cursor.direction, at: cursor.position, length: 4)
    announce(SMBFrame.recordData, cursor.direction, at: cursor.position &+ 4, length: length)
  }

  /// Announces the message at the cursor with its parts: kinds, length of the header, length of the whole.
  func announceMessage(_ kinds: (SMBFrame, SMBFrame, SMBFrame), _ headerBytes: Int, _ length: Int) {
    guard frames != nil, length >= headerBytes else { return }
    announce(kinds.0, cursor.direction, at: cursor.position, length: length)
    announce(kinds.1, cursor.direction, at: cursor.position, length: headerBytes)
    announce(kinds.2, cursor.direction, at: cursor.position &+ headerBytes, length: length &- headerBytes)
  }
}
