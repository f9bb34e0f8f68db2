import CISAL
import Synchronization
import Wire

/// Decompression of DEFLATE (RFC 1951) by ISA-L, which takes a third to a half of zlib's time; the C boundary
/// to it.
///
/// It gives what zlib would give, bit for bit and at every cut. ISA-L only ever sees blocks whose header zlib
/// would take too; where it then finds a fault, its last step is undone and zlib goes on from there, with the
/// window, the codes of the block and the bits that were not used.
///
/// A state is 87 KiB, so there is a bounded number of them, and they are used again: a body that gets none
/// goes to zlib.
@safe
final class ISALInflate: @unchecked Sendable {
  /// What came of some input.
  enum Outcome {
    case needsInput
    /// The receiver wants no more.
    case stopped
    /// The last block has ended: what follows it, at most eight bytes of it, lowest first.
    case ended(following: UInt64, count: Int)
    /// zlib has to go on, with these bytes.
    case doubtful(rest: [UInt8])
  }

  /// States in use at once, about 45 MB. More bodies are hardly ever open at the same time, unless somebody
  /// leaves them open on purpose.
  private static let statesMax = 512
  /// States that are kept for later.
  private static let idleMax = 64
  private static let pieceBytesMax = 32 * 1024
  /// How far back a stream refers.
  private static let historyBytes = 32 * 1024
  /// The window is moved on when there is less room than this in it.
  private static let roomBytesMin = 4096

  private struct Pool {
    var idle: [ISALInflate] = []
    var count = 0
  }

  private static let pool = Mutex(Pool())

  // Sound: allocated in `take`, freed in deinit, and used by one thread at a time: the one whose body has it
  // from the pool. The window is a part of it.
  private let memory: UnsafeMutableRawPointer
  private let window: UnsafeMutablePointer<UInt8>
  private var header = DeflateBlockHeader()
  /// The block in hand; nil between two.
  private var block: (isLast: Bool, kind: DeflateBlockHeader.Kind)?
  /// The header of the block in hand: the bits read ahead, the bytes behind them, and how many bits it has.
  private var headerStart: (bits: UInt64, count: Int) = (0, 0)
  private var headerBytes: [UInt8] = []
  private var headerCount = 0
  /// Where that header begins, until ISA-L has read it.
  private var start: (place: isal_place, position: Int)?
  /// Input that ends within a header.
  private var pending: [UInt8] = []

  private init(_ memory: UnsafeMutableRawPointer) {
    unsafe self.memory = unsafe memory
    unsafe window = unsafe isal_window(memory)
  }

  deinit {
    unsafe isal_destroy(memory)
  }

  /// A state for one stream; nil where too many are in use.
  static func take() -> ISALInflate? {
    let (idle, mayMake) = pool.withLock { pool -> (ISALInflate?, Bool) in
      if let idle = pool.idle.popLast() { return (idle, false) }
      guard pool.count < statesMax else { return (nil, false) }
      pool.count &+= 1
      return (nil, true)
    }
    if let idle { return idle }
    guard mayMake else { return nil }
    // Sound: the new object owns the memory.
    guard let memory = unsafe isal_make() else {
      pool.withLock { $0.count &-= 1 }
      return nil
    }
    return unsafe ISALInflate(memory)
  }

  /// The state is not used any more: it waits for the next stream.
  func giveBack() {
    unsafe isal_restart(memory)
    block = nil
    start = nil
    pending = []
    Self.pool.withLock { pool in
      if pool.idle.count < Self.idleMax {
        pool.idle.append(self)
      } else {
        pool.count &-= 1
      }
    }
  }

  /// The checksum of gzip, gone on with.
  static func checksum(_ value: UInt32, _ bytes: RawSpan) -> UInt32 {
    // Sound: the bytes are only read, during the call.
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return value }
      return unsafe crc32_gzip_refl(value, base.assumingMemoryBound(to: UInt8.self), UInt64(buffer.count))
    }
  }

  /// Decodes `input` and gives what comes out piece by piece, until it is used up or the receiver says false.
  func run(_ input: RawSpan, _ give: (RawSpan) -> Bool) -> Outcome {
    if pending.isEmpty { return decode(input, give) }
    var whole = pending
    pending = []
    whole.append(input)
    return decode(whole.rawSpan, give)
  }

  private func decode(_ input: RawSpan, _ give: (RawSpan) -> Bool) -> Outcome {
    var position = 0
    while true {
      if block == nil {
        switch open(input, &position) {
        case .needsInput?:
          pending = input.part(position, .max).copied()
          return .needsInput
        case let outcome?: return outcome
        case nil: break
        }
      }
      slide()
      let before = unsafe isal_get_place(memory)
      var left: UInt32 = 0
      let result = step(input, position, &left)
      var after = unsafe isal_get_place(memory)
      let isFull = after.window_count >= ISAL_WINDOW_BYTES
      let isOver = result == ISAL_STEP_BLOCK_DONE
      let isSound =
        result != ISAL_STEP_FAULT && after.window_count >= before.window_count
        && (isOver || isFull || left == 0)
      guard isSound else { return giveUp(before, position, input) }
      position = input.byteCount &- Int(left)
      start = nil
      let goesOn = !isOver && !isFull && result == ISAL_STEP_IN_CODED && takeLiterals(&after)
      guard givePieces(Int(before.window_count)..<Int(after.window_count), give) else { return .stopped }
      if isOver {
        unsafe isal_begin_block(memory)
        let wasLast = block?.isLast == true
        block = nil
        if wasLast { return end(after, input.part(position, .max)) }
      } else if !isFull, !goesOn {
        return .needsInput
      }
    }
  }

  /// Reads a block's header and has ISA-L take the block for the last one, so that it stops at its end.
  private func open(_ input: RawSpan, _ position: inout Int) -> Outcome? {
    var place = unsafe isal_get_place(memory)
    let rest = input.part(position, .max)
    var bits = DeflateBits(place.bits, count: Int(place.bit_count), rest)
    switch header.read(&bits) {
    case .incomplete:
      return .needsInput
    case .odd:
      start = (place, position)
      return giveUp(place, position, input)
    case .read(let isLast, let kind, let count):
      keepHeader(place, rest, count)
      start = (place, position)
      block = (isLast, kind)
      if place.bit_count == 0 {
        place.bits = UInt64(rest[0])
        place.bit_count = 8
        position &+= 1
      }
      place.bits |= 1
      unsafe isal_set_place(memory, place)
      return nil
    }
  }

  /// Keeps the header of a block for zlib, should that have to go on.
  private func keepHeader(_ place: isal_place, _ rest: RawSpan, _ count: Int) {
    headerStart = (place.bits, Int(place.bit_count))
    headerCount = count
    headerBytes.removeAll(keepingCapacity: true)
    headerBytes.append(rest.part(0, (count &- Int(place.bit_count) &+ 7) / 8))
  }

  private func step(_ input: RawSpan, _ position: Int, _ left: inout UInt32) -> isal_step_result {
    let count = input.byteCount &- position
    // Sound: ISA-L reads `count` bytes from there on, during the call, and writes to its window within its
    // bounds. Where there are none it must have an address all the same, to compare with.
    return unsafe input.withUnsafeBytes { source in
      let base = unsafe source.baseAddress?.assumingMemoryBound(to: UInt8.self)
      let first = unsafe base.map { unsafe UnsafePointer($0 + position) } ?? UnsafePointer(window)
      return unsafe isal_step(memory, first, UInt32(clamping: count), &left)
    }
  }

  /// Takes literals that ISA-L leaves because it looks at several symbols at once, and not all of these are
  /// there yet. True where there were any: what is behind them may be whole.
  private func takeLiterals(_ place: inout isal_place) -> Bool {
    var isChanged = false
    while place.window_count < ISAL_WINDOW_BYTES,
      let (byte, count) = header.literal(place.bits, count: Int(place.bit_count))
    {
      // Sound: the window has room up to the bound that was just compared with.
      unsafe window[Int(place.window_count)] = byte
      place.window_count += 1
      place.bits >>= UInt64(count)
      place.bit_count -= Int32(count)
      isChanged = true
    }
    if isChanged { unsafe isal_set_place(memory, place) }
    return isChanged
  }

  private func givePieces(_ range: Range<Int>, _ give: (RawSpan) -> Bool) -> Bool {
    var position = range.lowerBound
    while position < range.upperBound {
      let count = min(range.upperBound &- position, Self.pieceBytesMax)
      // Sound: the bytes lie in the window, and stay as they are until the receiver returns.
      let piece = unsafe UnsafeRawBufferPointer(start: window + position, count: count)
      guard unsafe give(piece.bytes) else { return false }
      position &+= count
    }
    return true
  }

  /// Makes room in the window: only what the stream may refer to is kept.
  private func slide() {
    var place = unsafe isal_get_place(memory)
    let count = Int(place.window_count)
    guard count > Int(ISAL_WINDOW_BYTES) &- Self.roomBytesMin else { return }
    // Sound: both ranges lie in the window, and `update` takes ranges that overlap.
    unsafe window.update(from: window + (count &- Self.historyBytes), count: Self.historyBytes)
    place.window_count = Int32(Self.historyBytes)
    unsafe isal_set_place(memory, place)
    if start != nil { start?.place.window_count = Int32(Self.historyBytes) }
  }

  private func end(_ place: isal_place, _ rest: RawSpan) -> Outcome {
    // The last block ends with the byte that it ends in.
    var following = DeflateBits(place.bits, count: Int(place.bit_count), rest)
    _ = following.take(following.heldCount & 7)
    var (value, count) = (UInt64(0), 0)
    while count < 8, following.has(8) {
      value |= UInt64(following.take(8)) << UInt64(count &* 8)
      count &+= 1
    }
    return .ended(following: value, count: count)
  }

  /// Goes back to where the last step began; zlib has to go on from there.
  private func giveUp(_ place: isal_place, _ position: Int, _ input: RawSpan) -> Outcome {
    if let start = start {
      // ISA-L has not read the header: zlib is to read it.
      unsafe isal_set_place(memory, start.place)
      block = nil
      return .doubtful(rest: input.part(start.position, .max).copied())
    }
    unsafe isal_set_place(memory, place)
    return .doubtful(rest: input.part(position, .max).copied())
  }

  /// Makes `zlib` go on where this has given up; gives the bytes that it has to see before all others.
  func handOver(to zlib: ZlibInflate) -> [UInt8] {
    let place = unsafe isal_get_place(memory)
    var string = BitString()
    if let block {
      switch block.kind {
      case .coded:
        var bits = DeflateBits(headerStart.bits, count: headerStart.count, headerBytes.rawSpan)
        string.set(&bits, count: headerCount)
      case .stored:
        let length = Int(place.stored_rest)
        string.append(block.isLast ? 1 : 0, count: 8)
        string.append(length, count: 16)
        string.append(~length, count: 16)
      }
    }
    var bits = DeflateBits(place.bits, count: Int(place.bit_count), [UInt8]().rawSpan)
    while bits.heldCount > 0 {
      let count = min(bits.heldCount, 8)
      string.append(bits.take(count), count: count)
    }
    let history = min(Int(place.window_count), Self.historyBytes)
    // Sound: the bytes lie in the window, which nothing writes to meanwhile.
    unsafe zlib.resume(
      UnsafeRawBufferPointer(start: window + (Int(place.window_count) &- history), count: history).bytes)
    let first = string.count & 7
    let whole = string.split(first)
    zlib.prime(whole.first, count: first)
    return whole.bytes
  }
}

/// Bits one after the other, lowest first.
struct BitString {
  private var bytes: [UInt8] = []
  /// How many they are.
  private(set) var count = 0

  /// Becomes the next `count` of `bits`, which has them.
  mutating func set(_ bits: inout DeflateBits, count: Int) {
    bytes.removeAll(keepingCapacity: true)
    self.count = 0
    var rest = count
    while rest > 0 {
      let taken = min(rest, 8)
      guard bits.has(taken) else { return }
      append(bits.take(taken), count: taken)
      rest &-= taken
    }
  }

  /// Appends the lowest `count` bits of `value`, at most 16.
  mutating func append(_ value: Int, count: Int) {
    var (value, rest) = (value & (1 << count &- 1), count)
    while rest > 0 {
      let used = self.count & 7
      if used == 0 { bytes.append(0) }
      let taken = min(rest, 8 &- used)
      bytes[bytes.count &- 1] |= UInt8(truncatingIfNeeded: value << used)
      value >>= taken
      rest &-= taken
      self.count &+= taken
    }
  }

  /// The first `count` bits, fewer than eight, and the bytes that the others make.
  func split(_ count: Int) -> (first: Int, bytes: [UInt8]) {
    guard count > 0 else { return (0, bytes) }
    guard let head = bytes.first else { return (0, []) }
    var rest: [UInt8] = []
    for index in 0..<((self.count &- count) / 8) {
      rest.append(bytes[index] >> UInt8(count) | bytes[index &+ 1] << UInt8(8 &- count))
    }
    return (Int(head) & (1 << count &- 1), rest)
  }
}
