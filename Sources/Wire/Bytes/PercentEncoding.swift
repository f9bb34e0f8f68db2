/// The percent encoding of addresses in the web. Source: RFC 3986 §2.1.
package enum PercentEncoding {
  /// Appends the bytes with each "%41" decoded, and tells how many of them were; a sequence that is no number
  /// stays as it is. With `plusIsSpace` a plus sign becomes a space, as in forms.
  @discardableResult
  package static func append(
    decoding text: RawSpan, plusIsSpace: Bool = false, to bytes: inout [UInt8]
  ) -> Int {
    var position = 0
    var decoded = 0
    let end = text.byteCount
    while position < end {
      let byte = text[position]
      if byte == UInt8(ascii: "%"), end &- position >= 3, let high = ASCII.hexDigit(text[position &+ 1]),
        let low = ASCII.hexDigit(text[position &+ 2])
      {
        bytes.append(high << 4 | low)
        decoded &+= 1
        position &+= 3
        continue
      }
      bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      position &+= 1
    }
    return decoded
  }
}
