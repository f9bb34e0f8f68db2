import Wire

/// One element of an address list: `any`, an address, a network, a range.
enum AddressElement {
  case v4(ClosedRange<UInt32>)
  case v6(ClosedRange<UInt128>)

  /// Ranges of the element: two for `any`, one for each family.
  static func parse(_ bytes: ArraySlice<UInt8>, at position: SourcePosition) throws(RuleProblem)
    -> [AddressElement]
  {
    if bytes.elementsEqual("any".utf8) { return [.v4(.min ... .max), .v6(.min ... .max)] }
    if let slash = bytes.firstIndex(of: UInt8(ascii: "/")) {
      if let network = network(bytes[..<slash], bytes[(slash + 1)...]) { return [network] }
    } else if let dash = bytes.firstIndex(of: UInt8(ascii: "-")) {
      if let range = range(bytes[..<dash], bytes[(dash + 1)...]) { return [range] }
    } else if let range = range(bytes, bytes) {
      return [range]
    }
    throw RuleProblem(
      at: position, "“\(String(decoding: bytes.prefix(60), as: UTF8.self))” is no address",
      remedy:
        "write an address, a network (10.0.0.0/8), a range (10.0.0.1-10.0.0.9), a $VARIABLE or any"
    )
  }

  private static func range(_ low: ArraySlice<UInt8>, _ high: ArraySlice<UInt8>) -> AddressElement? {
    guard let low = address(low), let high = address(high), low <= high, low.isIPv6 == high.isIPv6 else {
      return nil
    }
    return low.isIPv6
      ? .v6(low.wide...high.wide)
      : .v4(UInt32(truncatingIfNeeded: low.low)...UInt32(truncatingIfNeeded: high.low))
  }

  private static func address(_ bytes: ArraySlice<UInt8>) -> IPAddress? {
    IPAddress(String(decoding: bytes, as: UTF8.self))
  }

  private static func network(_ text: ArraySlice<UInt8>, _ length: ArraySlice<UInt8>) -> AddressElement? {
    guard let address = address(text) else { return nil }
    guard address.isIPv6 else {
      guard let mask = mask4(length) else { return nil }
      let value = UInt32(truncatingIfNeeded: address.low)
      return .v4((value & mask)...(value | ~mask))
    }
    guard let bits = PortElement.number(length), bits <= 128 else { return nil }
    let mask: UInt128 = bits == 0 ? 0 : UInt128.max << (128 - UInt128(bits))
    return .v6((address.wide & mask)...(address.wide | ~mask))
  }

  /// A prefix length, or a net mask without gaps.
  private static func mask4(_ bytes: ArraySlice<UInt8>) -> UInt32? {
    if let bits = PortElement.number(bytes) {
      guard bits <= 32 else { return nil }
      return bits == 0 ? 0 : UInt32.max << (32 - UInt32(bits))
    }
    guard let address = address(bytes), !address.isIPv6 else { return nil }
    let mask = UInt32(truncatingIfNeeded: address.low)
    // The bits behind the mask must be all ones from some place on.
    return ~mask & (~mask &+ 1) == 0 ? mask : nil
  }
}

/// One element of a port list: `any`, a port, a range with perhaps one end open.
enum PortElement {
  /// The range of the element.
  static func parse(_ bytes: ArraySlice<UInt8>, at position: SourcePosition) throws(RuleProblem)
    -> ClosedRange<UInt16>
  {
    if bytes.elementsEqual("any".utf8) { return 0...65535 }
    if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
      let low = colon == bytes.startIndex ? 0 : number(bytes[..<colon])
      let high = colon == bytes.endIndex - 1 ? 65535 : number(bytes[(colon + 1)...])
      if bytes.count > 1, let low, let high, low <= high { return low...high }
    } else if let port = number(bytes) {
      return port...port
    }
    throw RuleProblem(
      at: position, "“\(String(decoding: bytes.prefix(60), as: UTF8.self))” is no port",
      remedy: "write a number up to 65535, a range (1024:65535, 1024:, :1023), a $VARIABLE or any")
  }

  /// A decimal number up to 65535.
  static func number(_ bytes: ArraySlice<UInt8>) -> UInt16? {
    guard !bytes.isEmpty, bytes.count <= 6 else { return nil }
    var value: UInt32 = 0
    for byte in bytes {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      value = value * 10 + UInt32(byte - UInt8(ascii: "0"))
    }
    return UInt16(exactly: value)
  }
}
