import Wire

/// Decompression of one whole buffer, for rules that look into packed data.
package enum Decompression {
  /// The formats offered.
  package enum Format: Sendable { case gzip, zlib }

  /// The first `bytesMax` bytes of what the buffer unpacks to; none where nothing can be unpacked.
  package static func expand(_ bytes: RawSpan, _ format: Format, bytesMax: Int) -> [UInt8] {
    let inflater = Inflater(format == .gzip ? .gzip : .zlib)
    var output: [UInt8] = []
    guard bytesMax > 0 else { return output }
    _ = inflater.decode(bytes) { piece in
      output.append(piece)
      return output.count < bytesMax
    }
    if output.count > bytesMax { output.removeLast(output.count - bytesMax) }
    return output
  }
}
