/// The options of a TCP header, read when somebody asks.
///
/// Source: RFC 9293 §3.2, RFC 7323 §2 and §3, RFC 2018 §3, RFC 7413 §4.1, RFC 2385 §3, RFC 5925 §2.2.
package struct TCPOptions: BitwiseCopyable, Sendable, Equatable {
  /// Maximum segment size in bytes, 0 where the option is missing.
  package private(set) var maximumSegmentSize: UInt16 = 0
  /// Whether the option is there.
  package private(set) var hasMaximumSegmentSize = false
  /// Shift of the window, at most 14 as the RFC bounds it.
  package private(set) var windowScale: UInt8 = 0
  /// Whether the option is there.
  package private(set) var hasWindowScale = false
  /// Whether selective acknowledgements may be sent.
  package private(set) var isSACKPermitted = false
  /// How many ranges the selective acknowledgement has, and where they begin in the frame's bytes.
  package private(set) var sackCount: UInt8 = 0
  /// Offset of the ranges in the frame's bytes, or −1.
  package private(set) var sackOffset: Int32 = -1
  /// Whether the option is there.
  package private(set) var hasTimestamp = false
  /// The clock of the sender.
  package private(set) var timestampValue: UInt32 = 0
  /// The clock of the receiver as the sender saw it last.
  package private(set) var timestampEcho: UInt32 = 0
  /// Whether data may come with the first segment.
  package private(set) var hasFastOpen = false
  /// Length of the Fast Open cookie in bytes: 0 asks for one.
  package private(set) var fastOpenCookieLength: UInt8 = 0
  /// Whether the segment is signed (RFC 2385).
  package private(set) var hasMD5Signature = false
  /// Whether the segment is signed (RFC 5925).
  package private(set) var hasAuthentication = false

  /// What was wrong with the options, and how often.
  struct Findings {
    /// Options whose length their kind forbids.
    var invalidLengths = 0
    /// Whether one of the lengths makes all of the header unbelievable.
    var isInvalid = false
    /// Options that stood there before.
    var duplicates = 0
  }

  package init() {}

  /// Reads the options that lie in the bytes from `at` to `end`.
  init(_ bytes: RawSpan, at offset: Int, end: Int, _ findings: inout Findings) {
    var position = offset
    while position < end {
      let kind = bytes[position]
      if kind == 0 { return }
      if kind == 1 {
        position &+= 1
        continue
      }
      guard end &- position >= 2 else { return }
      let length = Int(bytes[position &+ 1])
      guard length >= 2, length <= end &- position else {
        findings.invalidLengths &+= 1
        findings.isInvalid = true
        return
      }
      read(kind, bytes, at: position, length: length, &findings)
      position &+= length
    }
  }

  private mutating func read(
    _ kind: UInt8, _ bytes: RawSpan, at offset: Int, length: Int, _ findings: inout Findings
  ) {
    guard isGoodLength(kind, length) else {
      findings.invalidLengths &+= 1
      if kind == 19 || kind == 29 { findings.isInvalid = true }
      return
    }
    let isDuplicate: Bool
    switch kind {
    case 2:
      isDuplicate = hasMaximumSegmentSize
      if !isDuplicate { maximumSegmentSize = bytes.u16(offset &+ 2) }
      hasMaximumSegmentSize = true
    case 3:
      isDuplicate = hasWindowScale
      if !isDuplicate { windowScale = min(bytes[offset &+ 2], 14) }
      hasWindowScale = true
    case 4:
      isDuplicate = isSACKPermitted
      isSACKPermitted = true
    case 5:
      isDuplicate = sackOffset >= 0
      if !isDuplicate, length > 2 {
        sackCount = UInt8(truncatingIfNeeded: (length &- 2) / 8)
        sackOffset = Int32(truncatingIfNeeded: offset &+ 2)
      }
    case 8:
      isDuplicate = hasTimestamp
      if !isDuplicate {
        timestampValue = bytes.u32(offset &+ 2)
        timestampEcho = bytes.u32(offset &+ 6)
      }
      hasTimestamp = true
    default: isDuplicate = readRare(kind, bytes, at: offset, length: length)
    }
    if isDuplicate { findings.duplicates &+= 1 }
  }

  /// Signatures and Fast Open, which also stands behind experimental numbers. True for a duplicate.
  private mutating func readRare(_ kind: UInt8, _ bytes: RawSpan, at offset: Int, length: Int) -> Bool {
    switch kind {
    case 19: hasMD5Signature = true
    case 29: hasAuthentication = true
    case 34, 253, 254:
      let prefix = kind == 34 ? 2 : 4
      guard kind == 34 || (length >= 4 && bytes.u16(offset &+ 2) == 0xf989) else { return false }
      defer { hasFastOpen = true }
      if !hasFastOpen { fastOpenCookieLength = UInt8(truncatingIfNeeded: length &- prefix) }
      return hasFastOpen
    default: break
    }
    return false
  }

  private func isGoodLength(_ kind: UInt8, _ length: Int) -> Bool {
    switch kind {
    case 2: length == 4
    case 3: length == 3
    case 4: length == 2
    case 5: length <= 34 && (length &- 2) % 8 == 0
    case 8: length == 10
    case 19: length == 18
    case 29: length >= 4
    case 34: length <= 18 && length % 2 == 0
    case 253, 254: length == 4 || length == 12
    default: true
    }
  }
}

extension Packet {
  /// The options of the TCP header; empty where there are none.
  @inline(__always)
  package func tcpOptions(of bytes: RawSpan) -> TCPOptions {
    guard transportHeaderLength > 20, ipProtocol == 6 else { return TCPOptions() }
    let start = Int(transportOffset) &+ 20
    let end = Int(transportOffset &+ transportHeaderLength)
    guard start >= 20, end <= bytes.byteCount else { return TCPOptions() }
    var findings = TCPOptions.Findings()
    return TCPOptions(bytes, at: start, end: end, &findings)
  }
}
