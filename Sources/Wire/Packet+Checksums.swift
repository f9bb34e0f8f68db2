extension Packet {
  /// Whether the checksum of the IPv4 header is right. True for IPv6, which has none. Source: RFC 1071.
  package func isIPv4ChecksumGood(of bytes: RawSpan) -> Bool {
    guard ipVersion == 4 else { return true }
    return InternetChecksum.folded(ipv4Header(of: bytes).onesComplementSum) == 0xffff
  }

  /// Whether the checksum of the TCP, UDP, ICMP or ICMPv6 header over header and payload is right.
  ///
  /// True where there is nothing to verify: another transport, a UDP datagram over IPv4 without a checksum.
  package func isTransportChecksumGood(of bytes: RawSpan) -> Bool {
    guard transportOffset >= 0 else { return true }
    let start = Int(transportOffset)
    let length = Int(payloadOffset &- transportOffset &+ payloadLength)
    let segment = bytes.part(start, length)
    guard segment.byteCount == length else { return true }
    switch ipProtocol {
    case 1: return InternetChecksum.folded(segment.onesComplementSum) == 0xffff
    case 17:
      guard length >= 8 else { return true }
      if ipVersion == 4 && segment.u16(6) == 0 { return true }
    case 6, 58: break
    default: return true
    }
    let sum = segment.onesComplementSum &+ pseudoHeaderSum(length: length)
    return InternetChecksum.folded(sum) == 0xffff
  }

  /// Sum of the pseudo header in the byte order of the wire. Source: RFC 9293 §3.1, RFC 8200 §8.1.
  @inline(__always)
  private func pseudoHeaderSum(length: Int) -> UInt64 {
    func halves(_ word: UInt64) -> UInt64 { (word & 0xffff_ffff) &+ (word >> 32) }
    let addresses =
      halves(source.high) &+ halves(source.low) &+ halves(destination.high) &+ halves(destination.low)
    // Addresses are kept in host order: swapping the folded sum is the same as summing swapped words.
    let host = addresses &+ UInt64(ipProtocol) &+ UInt64(truncatingIfNeeded: length)
    return UInt64(UInt16(truncatingIfNeeded: InternetChecksum.folded(host)).bigEndian)
  }
}

/// The ones' complement sum of RFC 1071.
enum InternetChecksum {
  /// A sum folded to 16 bits.
  @inline(__always)
  static func folded(_ sum: UInt64) -> UInt64 {
    var sum = (sum & 0xffff_ffff) &+ (sum >> 32)
    sum = (sum & 0xffff) &+ (sum >> 16)
    sum = (sum & 0xffff) &+ (sum >> 16)
    return (sum & 0xffff) &+ (sum >> 16)
  }
}

extension RawSpan {
  /// The sum of the span's 16-bit words in the machine's byte order, an odd byte padded with zero.
  ///
  /// Words of 32 bits are summed into 64: a frame would have to be of 16 GB to overflow.
  @inline(__always)
  var onesComplementSum: UInt64 {
    var sum: UInt64 = 0
    var other: UInt64 = 0
    var position = 0
    let end = byteCount
    while position &+ 16 <= end {
      let first = load(position, as: UInt64.self)
      let second = load(position &+ 8, as: UInt64.self)
      sum &+= (first & 0xffff_ffff) &+ (second & 0xffff_ffff)
      other &+= (first >> 32) &+ (second >> 32)
      position &+= 16
    }
    while position &+ 2 <= end {
      sum &+= UInt64(load(position, as: UInt16.self))
      position &+= 2
    }
    if position < end { sum &+= UInt64(UInt16(self[position]).littleEndian) }
    return sum &+ other
  }
}
