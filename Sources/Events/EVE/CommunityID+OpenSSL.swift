import COpenSSL
import Flows
import Wire

/// Community id version 1 (github.com/corelight/community-id-spec): base64 of a SHA-1 over the flow's
/// ends in order of address and port, so that both directions and every tool that reads the same traffic
/// give the same text.
@safe
final class CommunityID {
  private let seed: UInt16
  // Sound: both are set once, and used only here while this object lives.
  private let context: OpaquePointer?
  private let digest: OpaquePointer?
  private var input: [UInt8] = []
  private var output = [UInt8](repeating: 0, count: 20)

  init(seed: UInt16) {
    self.seed = seed
    // Sound: both are released in deinit, and used only while this object lives.
    unsafe context = EVP_MD_CTX_new()
    unsafe digest = EVP_MD_fetch(nil, "SHA1", nil)
    input.reserveCapacity(40)
  }

  deinit {
    // Sound: made in init, released once.
    unsafe EVP_MD_CTX_free(context)
    unsafe EVP_MD_free(digest)
  }

  /// Writes the flow's `community_id`.
  func encode(_ flow: Flow, into line: inout JSONWriter) {
    var ports = (flow.clientPort, flow.serverPort)
    var hasPorts = flow.ipProtocol == 6 || flow.ipProtocol == 17 || flow.ipProtocol == 132
    if flow.ipProtocol == 1 || flow.ipProtocol == 58 {
      hasPorts = true
      ports = icmpPorts(type: UInt8(truncatingIfNeeded: flow.clientPort), isIPv6: flow.ipProtocol == 58)
    }
    let isOrdered =
      flow.client != flow.server
      ? flow.client < flow.server : ports.0 <= ports.1
    input.removeAll(keepingCapacity: true)
    append(seed)
    append(isOrdered ? flow.client : flow.server)
    append(isOrdered ? flow.server : flow.client)
    input.append(flow.ipProtocol)
    input.append(0)
    if hasPorts {
      append(isOrdered ? ports.0 : ports.1)
      append(isOrdered ? ports.1 : ports.0)
    }
    hash()
    line.key("community_id")
    line.bytes.append("\"1:")
    let text = output
    line.bytes.appendBase64(text.rawSpan)
    line.bytes.append(UInt8(ascii: "\""))
  }

  private func append(_ number: UInt16) {
    input.append(UInt8(truncatingIfNeeded: number >> 8))
    input.append(UInt8(truncatingIfNeeded: number))
  }

  private func append(_ address: IPAddress) {
    if address.isIPv6 { append(word: address.high, from: 56) }
    append(word: address.low, from: address.isIPv6 ? 56 : 24)
  }

  private func append(word: UInt64, from first: Int) {
    for shift in stride(from: first, through: 0, by: -8) {
      input.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
    }
  }

  private func hash() {
    // Sound: lengths are the arrays' own; SHA-1 gives 20 bytes, which `output` has.
    let isDone = unsafe input.withUnsafeBytes { bytes in
      unsafe EVP_DigestInit_ex2(context, digest, nil) == 1
        && EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1
    }
    // Sound: as above.
    guard isDone else { return }
    unsafe output.withUnsafeMutableBufferPointer {
      _ = unsafe EVP_DigestFinal_ex(context, $0.baseAddress, nil)
    }
  }

  /// What stands for ports with ICMP: the message's type and that of its counterpart.
  private func icmpPorts(type: UInt8, isIPv6: Bool) -> (UInt16, UInt16) {
    let counterpart: UInt8? = isIPv6 ? icmp6Counterparts[type] : icmp4Counterparts[type]
    return (UInt16(type), UInt16(counterpart ?? 0))
  }
}

/// Types of ICMP that ask and answer each other (RFC 792).
private let icmp4Counterparts: [UInt8: UInt8] = [
  8: 0, 0: 8, 13: 14, 14: 13, 15: 16, 16: 15, 17: 18, 18: 17, 10: 9, 9: 10,
]

/// Types of ICMPv6 that ask and answer each other (RFC 4443, 4861, 2710).
private let icmp6Counterparts: [UInt8: UInt8] = [
  128: 129, 129: 128, 133: 134, 134: 133, 135: 136, 136: 135, 130: 131, 131: 130, 144: 145, 145: 144,
  139: 140,
  140: 139,
]
