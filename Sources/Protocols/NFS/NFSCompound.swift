import Wire

/// Numbers of operations of version 4 (RFC 7530 §16, RFC 8881 §18).
enum NFSOperation {
  static let create: UInt32 = 6
  static let read: UInt32 = 25
  static let remove: UInt32 = 28
  static let write: UInt32 = 38
}

/// What is wanted of an operation of a call or a reply.
enum NFSStep {
  case other
  /// Of calls.
  case useHandle([UInt8])
  case read(offset: UInt64)
  case write(NFSChunk)
  case name([UInt8])
  case commit
  case create([UInt8])
  case remove([UInt8])
  /// Of replies.
  case opened
  case handle([UInt8])
  case root
  case done(status: UInt32)
  case data(status: UInt32, NFSChunk)
}

/// Reads the operations of a compound (RFC 7530 §13.1, RFC 8881 §2.3): as in the reference, names and lists
/// of attributes are filled up to four bytes only where it expects so.
///
///     call: tag | minor version (32) | count (32) | operations: number (32), arguments
///     reply: status (32) | tag | count (32) | operations: number (32), status (32), results
struct NFSCompound {
  private(set) var steps: [NFSStep] = []

  /// Reads a call.
  init(call content: RawSpan) throws(ParseFailure) {
    var reader = ByteReader(content)
    try Self.skipOpaque(&reader)
    try reader.skip(4)
    let count = try reader.u32()
    guard count <= NFSLimits.operations else { throw ParseFailure(.limit, at: reader.position) }
    for _ in 0..<count { steps.append(try Self.argument(&reader)) }
  }

  /// Reads a reply.
  init(reply content: RawSpan) throws(ParseFailure) {
    var reader = ByteReader(content)
    try reader.skip(4)
    try Self.skipOpaque(&reader)
    let count = try reader.u32()
    guard count <= NFSLimits.operations else { throw ParseFailure(.limit, at: reader.position) }
    for _ in 0..<count { steps.append(try Self.result(&reader)) }
  }

  /// Bytes of arguments that have always as many.
  private static let argumentBytes: [UInt32: Int] = [
    3: 4, 8: 16, 10: 0, 20: 20, 24: 0, 30: 8, 32: 0, 36: 16, 44: 16, 47: 32, 50: 56, 52: 4, 53: 32, 57: 8,
  ]

  @_lifetime(reader: copy reader)
  private static func argument(_ reader: inout ByteReader) throws(ParseFailure) -> NFSStep {
    let operation = try reader.u32()
    if let bytes = argumentBytes[operation] {
      try reader.skip(bytes)
      return .other
    }
    switch operation {
    case 4:
      try reader.skip(20)
      return .commit
    case 5:
      try reader.skip(12)
      return .commit
    case 15: return .name(try NFSSession.name(&reader, isPadded: true))
    case 18: return .name(try open(&reader))
    case 22: return .useHandle(try NFSSession.handle(&reader))
    case NFSOperation.read:
      try reader.skip(16)
      let offset = try NFSSession.offset(&reader)
      try reader.skip(4)
      return .read(offset: offset)
    case NFSOperation.remove: return .remove(try NFSSession.name(&reader, isPadded: true))
    case NFSOperation.write: return .write(try write(&reader))
    case NFSOperation.create:
      if try reader.u32() == 5 { _ = try NFSSession.name(&reader, isPadded: true) }
      let name = try NFSSession.name(&reader, isPadded: true)
      try skipAttributes(&reader)
      return .create(name)
    default: return try other(operation, &reader)
    }
  }

  /// Arguments of which nothing is wanted.
  @_lifetime(reader: copy reader)
  private static func other(_ operation: UInt32, _ reader: inout ByteReader) throws(ParseFailure) -> NFSStep {
    switch operation {
    case 9: try skipBits(&reader)
    case 26:
      try reader.skip(24)
      try skipBits(&reader)
    case 29: try skipNames(2, &reader)
    case 34:
      try reader.skip(16)
      try skipAttributes(&reader)
    case 35:
      try reader.skip(8)
      try skipNames(1, &reader)
      try reader.skip(4)
      try skipNames(2, &reader)
      try reader.skip(4)
    case 42:
      try reader.skip(8)
      try skipNames(1, &reader)
      try reader.skip(12)
      try skipNames(2, &reader)
      try reader.skip(12)
    case 43:
      try reader.skip(88)
      try skipNames(1, &reader)
    case 51:
      _ = try NFSSession.flag(&reader)
      try reader.skip(44)
      try skipNames(1, &reader)
    case 58: _ = try NFSSession.flag(&reader)
    default: throw ParseFailure(.malformed, at: reader.position)
    }
    return .other
  }

  @_lifetime(reader: copy reader)
  private static func open(_ reader: inout ByteReader) throws(ParseFailure) -> [UInt8] {
    try reader.skip(20)
    try skipOpaque(&reader)
    if try reader.u32() == 1 {
      switch try reader.u32() {
      case 0, 1: try skipAttributes(&reader)
      case 2, 3: try reader.skip(8)
      default: throw ParseFailure(.malformed, at: reader.position)
      }
    }
    try reader.skip(4)
    return try NFSSession.name(&reader, isPadded: true)
  }

  @_lifetime(reader: copy reader)
  private static func write(_ reader: inout ByteReader) throws(ParseFailure) -> NFSChunk {
    try reader.skip(16)
    let offset = try NFSSession.offset(&reader)
    let stable = try reader.u32()
    let length = try reader.u32()
    let start = reader.position
    try reader.skip(Int(length))
    try reader.skip(Int((4 &- length % 4) % 4))
    return NFSChunk(
      handle: [], offset: offset, claimed: length, count: Int(length), isLast: stable == 2, start: start)
  }

  /// Results of which only the status is there.
  private static let statusAlone: Set<UInt32> = [8, 15, 22, 29, 30, 32, 36, 44, 57, 58]

  /// Bytes of results behind a status of success.
  private static let resultBytes: [UInt32: Int] = [
    3: 8, 4: 16, 5: 8, 20: 16, 38: 16, 43: 76, 53: 36,
  ]

  @_lifetime(reader: copy reader)
  private static func result(_ reader: inout ByteReader) throws(ParseFailure) -> NFSStep {
    let operation = try reader.u32()
    let status = try reader.u32()
    let isDone = status == 0
    if statusAlone.contains(operation) { return .other }
    if let bytes = resultBytes[operation] {
      try reader.skip(isDone ? bytes : 0)
      return .other
    }
    switch operation {
    case NFSOperation.create:
      if isDone {
        try reader.skip(20)
        try skipBits(&reader)
      }
      return .done(status: status)
    case NFSOperation.remove:
      try reader.skip(isDone ? 20 : 0)
      return .done(status: status)
    case 10: return isDone ? .handle(try NFSSession.handle(&reader)) : .other
    case 18: return isDone ? try opened(&reader) : .other
    case 24: return isDone ? .root : .other
    case NFSOperation.read: return isDone ? try data(status, &reader) : .other
    // Clients of version 4.0, kinds of security and returned layouts are there whatever the status.
    case 35: try reader.skip(12)
    case 51: _ = try NFSSession.flag(&reader)
    case 52: try skipFlavors(&reader)
    case _ where !isDone && [9, 26, 34, 42, 47, 50].contains(operation): break
    case 9: try skipAttributes(&reader)
    case 26: try skipListing(&reader)
    case 34: try skipBits(&reader)
    default: try skipResult(operation, &reader)
    }
    return .other
  }

  @_lifetime(reader: copy reader)
  private static func skipResult(_ operation: UInt32, _ reader: inout ByteReader) throws(ParseFailure) {
    switch operation {
    case 42:
      try reader.skip(28)
      try skipNames(2, &reader)
      try reader.skip(4)
      try skipNames(2, &reader)
      try reader.skip(12)
    case 47:
      try reader.skip(24)
      try skipNames(2, &reader)
      try reader.skip(4)
    case 50:
      _ = try NFSSession.flag(&reader)
      try reader.skip(80)
      let count = try reader.u32()
      guard Int(count) <= min(reader.remaining / 4, 4096) else {
        throw ParseFailure(.limit, at: reader.position)
      }
      for _ in 0..<count { try skipOpaque(&reader) }
    default: throw ParseFailure(.malformed, at: reader.position)
    }
  }

  @_lifetime(reader: copy reader)
  private static func opened(_ reader: inout ByteReader) throws(ParseFailure) -> NFSStep {
    try reader.skip(40)
    try skipBits(&reader)
    switch try reader.u32() {
    case 0: break
    case 1:
      try reader.skip(32)
      try skipOpaque(&reader)
    case 2:
      try reader.skip(40)
      try skipNames(1, &reader)
    default: throw ParseFailure(.malformed, at: reader.position)
    }
    return .opened
  }

  @_lifetime(reader: copy reader)
  private static func data(_ status: UInt32, _ reader: inout ByteReader) throws(ParseFailure) -> NFSStep {
    let isLast = try NFSSession.flag(&reader)
    let length = try reader.u32()
    let start = reader.position
    try reader.skip(Int(length))
    return .data(
      status: status,
      NFSChunk(handle: [], offset: 0, claimed: length, count: Int(length), isLast: isLast, start: start))
  }

  /// Each entry is 24 bytes at least, so that the loop comes to its end.
  @_lifetime(reader: copy reader)
  private static func skipListing(_ reader: inout ByteReader) throws(ParseFailure) {
    try reader.skip(8)
    while try NFSSession.flag(&reader) {
      try reader.skip(8)
      try skipNames(1, &reader)
      try skipAttributes(&reader)
    }
    _ = try NFSSession.flag(&reader)
  }

  /// Each is four bytes at least.
  @_lifetime(reader: copy reader)
  private static func skipFlavors(_ reader: inout ByteReader) throws(ParseFailure) {
    let count = try reader.u32()
    var seen: UInt32 = 0
    while seen < count {
      if try reader.u32() == 6 {
        try skipNames(1, &reader)
        try reader.skip(8)
      }
      seen &+= 1
    }
  }

  @_lifetime(reader: copy reader)
  private static func skipNames(_ count: Int, _ reader: inout ByteReader) throws(ParseFailure) {
    for _ in 0..<count {
      let length = try reader.u32()
      try reader.skip(Int(length))
      try reader.skip(Int((4 &- length % 4) % 4))
    }
  }

  /// Length (32) and bytes, not filled up.
  @_lifetime(reader: copy reader)
  private static func skipOpaque(_ reader: inout ByteReader) throws(ParseFailure) {
    let length = try reader.u32()
    try reader.skip(Int(length))
  }

  /// Count (32) of words, and up to three of them.
  @_lifetime(reader: copy reader)
  private static func skipBits(_ reader: inout ByteReader) throws(ParseFailure) {
    let count = try reader.u32()
    try reader.skip(count == 3 ? 12 : count >= 2 ? 8 : 4)
  }

  @_lifetime(reader: copy reader)
  private static func skipAttributes(_ reader: inout ByteReader) throws(ParseFailure) {
    try skipBits(&reader)
    try skipOpaque(&reader)
  }
}
