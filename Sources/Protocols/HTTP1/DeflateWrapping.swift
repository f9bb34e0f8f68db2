import Wire

/// What stands around a DEFLATE stream: the header and the checksums of gzip (RFC 1952) and zlib (RFC 1950).
///
/// Only headers that every decoder takes are read here; all others are zlib's. A wrong checksum or length is
/// found with the same byte as zlib finds it.
struct DeflateWrapping {
  /// What there is of the header.
  enum Reading {
    case incomplete
    /// zlib has to read it: these bytes, and then what was given now.
    case odd(before: [UInt8])
    /// It ends behind so many bytes of what was given now.
    case read(used: Int)
  }

  private enum Stage { case fixed, name, over }

  let wrapping: ZlibInflate.Wrapping
  private var stage = Stage.fixed
  /// The first bytes of the header.
  private var head = InlineArray<4, UInt8>(repeating: 0)
  private var headCount = 0
  private var sum: UInt32
  private var length: UInt32 = 0
  private var trailer: UInt64 = 0
  private var trailerCount = 0

  /// Before a stream's first byte.
  init(_ wrapping: ZlibInflate.Wrapping) {
    self.wrapping = wrapping
    sum = wrapping == .zlib ? 1 : 0
  }

  /// Reads the header, or more of it.
  mutating func readHeader(_ bytes: RawSpan) -> Reading {
    switch wrapping {
    case .none: return .read(used: 0)
    case .zlib: return readHeader(bytes, fixed: 2) { $0.isPlainZlib }
    case .gzip: return readHeader(bytes, fixed: 10) { $0.isPlainGzip }
    }
  }

  private mutating func readHeader(
    _ bytes: RawSpan, fixed: Int, isPlain: (Self) -> Bool
  ) -> Reading {
    let before = headCount
    var position = 0
    while stage == .fixed {
      guard position < bytes.byteCount else { return .incomplete }
      if headCount < 4 { head[headCount] = bytes[position] }
      headCount &+= 1
      position &+= 1
      guard isPlain(self) else { return .odd(before: (0..<before).map { head[$0] }) }
      if headCount == fixed { stage = fixed == 10 && head[3] & 0x08 != 0 ? .name : .over }
    }
    while stage == .name {
      guard position < bytes.byteCount else { return .incomplete }
      if bytes[position] == 0 { stage = .over }
      position &+= 1
    }
    return .read(used: position)
  }

  /// DEFLATE, a window that there is, no dictionary, and the check of the header.
  private var isPlainZlib: Bool {
    guard headCount > 1 else { return head[0] & 0x0F == 8 && head[0] >> 4 <= 7 }
    return head[1] & 0x20 == 0 && (Int(head[0]) << 8 | Int(head[1])) % 31 == 0
  }

  /// The magic, DEFLATE, and no flags but those for text and a name.
  private var isPlainGzip: Bool {
    switch headCount {
    case 1: head[0] == 0x1F
    case 2: head[1] == 0x8B
    case 3: head[2] == 0x08
    case 4: head[3] & ~0x09 == 0
    default: true
    }
  }

  /// Counts output.
  mutating func count(_ piece: RawSpan) {
    length &+= UInt32(truncatingIfNeeded: piece.byteCount)
    switch wrapping {
    case .gzip: sum = ISALInflate.checksum(sum, piece)
    case .zlib: sum = ZlibInflate.checksum(sum, piece)
    case .none: break
    }
  }

  /// Reads a byte behind the stream, or none yet; nil where more are to come.
  mutating func readTrailer(_ byte: UInt8?) -> Bool? {
    if let byte {
      trailer |= UInt64(byte) << UInt64(trailerCount &* 8)
      trailerCount &+= 1
    }
    switch wrapping {
    case .none: return true
    case .zlib:
      guard trailerCount == 4 else { return nil }
      return UInt32(truncatingIfNeeded: trailer).byteSwapped == sum
    case .gzip:
      if trailerCount >= 4, UInt32(truncatingIfNeeded: trailer) != sum { return false }
      guard trailerCount == 8 else { return nil }
      return UInt32(truncatingIfNeeded: trailer >> 32) == length
    }
  }
}
