import Wire

/// The next generation format. Source: draft-ietf-opsawg-pcapng.
///
///     0      4        8
///     | type | length | body …            | length |        a block; the length counts all of it
///
/// A section header tells the byte order and begins the numbering of interfaces anew. Enhanced, simple and
/// obsolete packet blocks hold frames; every other block is skipped.
struct PcapngFormat {
  /// One interface of the section: how its frames are to be read.
  private struct Interface {
    var linkType: Int32
    var snapLength: UInt32
    /// Units of the time stamps in one second.
    var unitsPerSecond: UInt64 = 1_000_000
    var offsetSeconds: Int64 = 0
  }

  /// Type of the section header, which reads the same in both byte orders.
  static let sectionType: UInt32 = 0x0a0d_0d0a

  private var isSwapped = false
  private var interfaces: [Interface] = []
  /// A simple packet block has no time: it takes the one before it.
  private var lastTime: Int64 = 0

  init() {}

  /// Lists the frames that lie whole in the bytes from `start` to `end`.
  mutating func scan(
    _ bytes: RawSpan, from start: Int, to end: Int, file: Int32, _ frames: inout [CapturedFrame]
  ) -> ScanResult {
    var result = ScanResult()
    result.consumed = start
    while true {
      let position = result.consumed
      guard end &- position >= 12 else {
        result.needed = 12
        return result
      }
      if bytes.u32(position) == Self.sectionType { readByteOrder(bytes, at: position &+ 8, &result) }
      if result.damage != nil { return result }
      let length = Int(word(bytes, position &+ 4))
      guard length >= 12, length % 4 == 0 else {
        result.damage = "a block claims a length of \(length) bytes, which no block can have"
        return result
      }
      let type = word(bytes, position)
      guard let wanted = bytesWanted(type, bytes, at: position, length: length, end: end, &result) else {
        return result
      }
      guard end &- position >= wanted else {
        result.needed = wanted
        return result
      }
      read(type, bytes, at: position, length: length, file: file, &result, &frames)
      if result.damage != nil { return result }
      if length > end &- position {
        result.consumed = end
        result.skip = UInt64(length &- (end &- position))
        return result
      }
      result.consumed = position &+ length
    }
  }

  private mutating func readByteOrder(_ bytes: RawSpan, at offset: Int, _ result: inout ScanResult) {
    switch bytes.u32(offset) {
    case 0x1a2b_3c4d: isSwapped = false
    case 0x4d3c_2b1a: isSwapped = true
    default: result.damage = "a section header has no byte-order magic"
    }
  }

  /// How many bytes of a block have to be there to read it; nil where more are needed to know that, or the
  /// block is damaged.
  private func bytesWanted(
    _ type: UInt32, _ bytes: RawSpan, at offset: Int, length: Int, end: Int, _ result: inout ScanResult
  ) -> Int? {
    switch type {
    case 1, Self.sectionType:
      guard length <= CaptureLimits.blockBytesMax else {
        result.damage = "a block that describes the capture claims \(length) bytes"
        return nil
      }
      return length
    case 2, 6:
      guard length >= 32 else {
        result.damage = "a packet block of \(length) bytes is too short to be one"
        return nil
      }
      guard end &- offset >= 28 else {
        result.needed = 28
        return nil
      }
      return framed(28, Int(word(bytes, offset &+ 20)), length, &result)
    case 3:
      guard length >= 16 else {
        result.damage = "a simple packet block of \(length) bytes is too short to be one"
        return nil
      }
      guard end &- offset >= 12 else {
        result.needed = 12
        return nil
      }
      return framed(12, simpleLength(bytes, at: offset, length: length), length, &result)
    default: return 12
    }
  }

  private func framed(_ header: Int, _ captured: Int, _ length: Int, _ result: inout ScanResult) -> Int? {
    guard captured <= CaptureLimits.frameBytesMax else {
      result.damage =
        "a record claims \(captured) bytes, and no frame has more than \(CaptureLimits.frameBytesMax)"
      return nil
    }
    guard header &+ captured <= length &- 4 else {
      result.damage = "a frame of \(captured) bytes does not fit its block of \(length) bytes"
      return nil
    }
    return header &+ captured
  }

  private func simpleLength(_ bytes: RawSpan, at offset: Int, length: Int) -> Int {
    let original = Int(word(bytes, offset &+ 8))
    let snap = interfaces.first.map { Int($0.snapLength) } ?? 0
    let captured = snap == 0 ? original : min(original, snap)
    return min(captured, length &- 16)
  }

  private mutating func read(
    _ type: UInt32, _ bytes: RawSpan, at offset: Int, length: Int, file: Int32, _ result: inout ScanResult,
    _ frames: inout [CapturedFrame]
  ) {
    switch type {
    case Self.sectionType: interfaces.removeAll(keepingCapacity: true)
    case 1: readInterface(bytes, at: offset, length: length, &result)
    case 2, 6:
      let id = type == 6 ? Int(word(bytes, offset &+ 8)) : Int(half(bytes, offset &+ 8))
      guard id < interfaces.count else {
        result.damage = "a frame of interface \(id), which the section does not describe"
        return
      }
      let ticks = UInt64(word(bytes, offset &+ 12)) << 32 | UInt64(word(bytes, offset &+ 16))
      lastTime = Self.nanoseconds(ticks, interfaces[id])
      frames.append(
        CapturedFrame(
          timeNanoseconds: lastTime, offset: Int32(truncatingIfNeeded: offset &+ 28),
          length: Int32(truncatingIfNeeded: word(bytes, offset &+ 20)),
          wireLength: Int32(clamping: word(bytes, offset &+ 24)), linkType: interfaces[id].linkType,
          file: file))
    case 3:
      guard let interface = interfaces.first else {
        result.damage = "a frame of an interface that the section does not describe"
        return
      }
      frames.append(
        CapturedFrame(
          timeNanoseconds: lastTime, offset: Int32(truncatingIfNeeded: offset &+ 12),
          length: Int32(truncatingIfNeeded: simpleLength(bytes, at: offset, length: length)),
          wireLength: Int32(clamping: word(bytes, offset &+ 8)), linkType: interface.linkType, file: file))
    default: break
    }
  }

  /// An interface description: link type, snap length, and of the options the time's resolution and offset.
  private mutating func readInterface(
    _ bytes: RawSpan, at offset: Int, length: Int, _ result: inout ScanResult
  ) {
    guard length >= 20 else {
      result.damage = "an interface description of \(length) bytes is too short to be one"
      return
    }
    guard interfaces.count < CaptureLimits.interfacesMax else {
      result.damage = "more than \(CaptureLimits.interfacesMax) interfaces in one section"
      return
    }
    var interface = Interface(
      linkType: Int32(half(bytes, offset &+ 8)), snapLength: word(bytes, offset &+ 12))
    var position = offset &+ 16
    let end = offset &+ length &- 4
    while end &- position >= 4 {
      let code = half(bytes, position)
      let size = Int(half(bytes, position &+ 2))
      position &+= 4
      guard code != 0, size <= end &- position else { break }
      if code == 9, size >= 1 { interface.unitsPerSecond = Self.unitsPerSecond(bytes[position]) }
      if code == 14, size >= 8 {
        let value = bytes.u64(position)
        interface.offsetSeconds = Int64(bitPattern: isSwapped ? value.byteSwapped : value)
      }
      position &+= (size &+ 3) & ~3
    }
    interfaces.append(interface)
  }

  /// Units of a resolution: a power of ten, or of two where the top bit is set.
  private static func unitsPerSecond(_ resolution: UInt8) -> UInt64 {
    let exponent = resolution & 0x7f
    if resolution & 0x80 != 0 { return 1 << UInt64(min(exponent, 63)) }
    return (0..<min(exponent, 19)).reduce(1) { value, _ in value &* 10 }
  }

  private static func nanoseconds(_ ticks: UInt64, _ interface: Interface) -> Int64 {
    let units = interface.unitsPerSecond
    let seconds = Int64(truncatingIfNeeded: ticks / units)
    let rest = ticks % units
    let fraction: UInt64
    if units == 1_000_000 {
      fraction = rest &* 1000
    } else {
      let product = rest.multipliedFullWidth(by: 1_000_000_000)
      // The rest is below the units, so that the quotient is below a thousand million.
      fraction = units.dividingFullWidth(product).quotient
    }
    return (seconds &+ interface.offsetSeconds) &* 1_000_000_000 &+ Int64(truncatingIfNeeded: fraction)
  }

  @inline(__always)
  private func word(_ bytes: RawSpan, _ offset: Int) -> UInt32 {
    let value = bytes.u32(offset)
    return isSwapped ? value.byteSwapped : value
  }

  @inline(__always)
  private func half(_ bytes: RawSpan, _ offset: Int) -> UInt16 {
    let value = bytes.u16(offset)
    return isSwapped ? value.byteSwapped : value
  }
}
