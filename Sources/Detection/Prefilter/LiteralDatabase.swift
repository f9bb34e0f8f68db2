import CVectorscan
import Glibc
import Wire

/// The boundary to Vectorscan: many literals searched for at once. Immutable after `init`, shared by all
/// workers.
@safe
package final class LiteralDatabase: @unchecked Sendable {
  /// Bytes to find, and whether the case of letters counts.
  package struct Literal: Hashable, Sendable {
    package var bytes: [UInt8]
    package var ignoresCase: Bool

    package init(_ bytes: [UInt8], ignoresCase: Bool) {
      self.bytes = ignoresCase ? bytes.map(\.lowercased) : bytes
      self.ignoresCase = ignoresCase
    }
  }

  /// Vectorscan refused a set of literals: its words.
  package struct Failure: Error, Sendable { package let message: String }

  fileprivate let database: OpaquePointer
  package let literalCount: Int
  /// Size of the compiled automaton in bytes.
  package let byteCount: Int

  /// A literal that is of no interest and nearly never there. Vectorscan's search for many literals looks at
  /// every place if the shortest has two bytes, at every second or fourth if all are longer; then it takes
  /// many more places for a literal that are none, and has to look closer: with hundreds of literals looking
  /// at every place is 1.3 to 1.7 times as fast.
  private static let refiner = Literal([0xf5, 0xf6], ignoresCase: false)
  /// So many literals are searched for with the help of the refiner.
  static let fineFrom = 110

  /// Compiles the literals; a literal's position is the number reported for it. Empty literals are not
  /// allowed.
  package init(_ literals: [Literal], cache: (any PatternCache)? = nil) throws(Failure) {
    precondition(
      !literals.isEmpty && literals.allSatisfy { !$0.bytes.isEmpty }, "an empty literal matches everywhere")
    let count = literals.count
    let literals = literals.count < Self.fineFrom ? literals : literals + [Self.refiner]
    let name = cache == nil ? nil : PatternCacheEntry.name(literals, version: Self.version)
    var known: OpaquePointer?
    if let cache, let name { unsafe known = Self.restore(cache, name) }
    let compiled: OpaquePointer
    if let known = unsafe known {
      unsafe compiled = known
    } else {
      let (new, message) = unsafe Self.compile(literals)
      guard let new = unsafe new else { throw Failure(message: message) }
      unsafe compiled = new
      if let cache, let name { unsafe Self.keep(new, cache, name) }
    }
    unsafe database = compiled
    literalCount = count
    var size = 0
    // Sound: the database was just made.
    _ = unsafe hs_database_size(compiled, &size)
    byteCount = size
  }

  deinit {
    // Sound: this is the only owner of the database.
    _ = unsafe hs_free_database(database)
  }

  /// What the library says of its version.
  private static var version: String {
    // Sound: a static text of the library, ended by NUL.
    unsafe String(cString: hs_version())
  }

  /// The automaton kept under a name, if it is whole and made for this machine.
  private static func restore(_ cache: any PatternCache, _ name: String) -> OpaquePointer? {
    guard let entry = cache.bytes(named: name), let automaton = PatternCacheEntry.unwrap(entry) else {
      return nil
    }
    var database: OpaquePointer?
    // Sound: the bytes live for the call and are those that the library once wrote, by their digest; it
    // refuses what another version or machine wrote.
    let status = unsafe automaton.withUnsafeBytes { buffer in
      unsafe hs_deserialize_database(
        buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count, &database)
    }
    return unsafe status == HS_SUCCESS ? database : nil
  }

  private static func keep(_ database: OpaquePointer, _ cache: any PatternCache, _ name: String) {
    var text: UnsafeMutablePointer<CChar>?
    var count = 0
    // Sound: the database was just made; the library's copy is freed once, after its bytes were copied.
    guard unsafe hs_serialize_database(database, &text, &count) == HS_SUCCESS, let text = unsafe text else {
      return
    }
    let bytes = unsafe Array(UnsafeRawBufferPointer(start: text, count: count))
    unsafe free(text)
    if let entry = PatternCacheEntry.wrap(bytes) { cache.keep(entry, named: name) }
  }

  /// Vectorscan takes literals as they are, but none that begins with NUL: those are written as expressions.
  private static func compile(_ literals: [Literal]) -> (OpaquePointer?, String) {
    let asExpressions = literals.contains { $0.bytes[0] == 0 }
    let texts: [[UInt8]] = literals.map { (asExpressions ? escaped($0.bytes) : $0.bytes) + [0] }
    var pool: [CChar] = []
    var starts: [Int] = []
    for text in texts {
      starts.append(pool.count)
      pool.append(contentsOf: text.map { CChar(bitPattern: $0) })
    }
    let flags = literals.map { UInt32($0.ignoresCase ? HS_FLAG_CASELESS : 0) }
    let numbers = literals.indices.map { UInt32($0) }
    let lengths = texts.map { $0.count - 1 }
    var database: OpaquePointer?
    var failure: UnsafeMutablePointer<hs_compile_error_t>?
    // Sound: all buffers live for the call; every start lies in the pool and every text ends with NUL inside
    // it.
    let status = unsafe pool.withUnsafeBufferPointer { pool -> hs_error_t in
      let pointers = unsafe starts.map { start in unsafe pool.baseAddress.map { unsafe $0 + start } }
      let count = UInt32(literals.count)
      if asExpressions {
        return unsafe hs_compile_multi(
          pointers, flags, numbers, count, UInt32(HS_MODE_BLOCK), nil, &database, &failure)
      }
      return unsafe hs_compile_lit_multi(
        pointers, flags, numbers, lengths, count, UInt32(HS_MODE_BLOCK), nil, &database, &failure)
    }
    if status == HS_SUCCESS { return unsafe (database, "") }
    // Sound: on failure Vectorscan gives an error that is freed once, after its message was copied.
    let message = unsafe failure.map { unsafe String(cString: $0.pointee.message) } ?? "unknown failure"
    if let failure = unsafe failure { _ = unsafe hs_free_compile_error(failure) }
    return (nil, message)
  }

  private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return bytes.flatMap { [0x5c, 0x78, digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }

  /// The automaton as a plain value, for who holds the database as long as it is used.
  @safe
  struct Automaton: BitwiseCopyable, @unchecked Sendable {
    fileprivate let database: OpaquePointer
    let literalCount: Int
  }

  var automaton: Automaton { unsafe Automaton(database: database, literalCount: literalCount) }
}

extension UInt8 {
  /// The letter in lower case (ASCII), any other byte as it is.
  @inline(__always)
  var lowercased: UInt8 { self &- 65 < 26 ? self | 0x20 : self }
}

/// A worker's own memory for scanning, and what the last scan found.
@safe
package struct LiteralScratch: ~Copyable {
  /// What the callback writes: literals found, each once.
  @safe
  struct Notes {
    var count = 0
    var stamp: UInt32 = 0
    var minimumEnd: UInt64 = 0
    /// Literals of the database at hand that are of interest; at most the capacity.
    var limit = 0
    let capacity: Int
    let numbers: UnsafeMutablePointer<UInt32>
    let stamps: UnsafeMutablePointer<UInt32>

    /// Notes a literal the first time that it ends late enough. Returns 0: the scan goes on.
    @inline(__always)
    mutating func note(_ number: UInt32, _ end: UInt64) -> Int32 {
      let index = Int(number)
      // Sound: the index is checked against the limit, which is at most the capacity of both buffers; count
      // never passes it, as a literal is noted once for each stamp.
      guard index < limit, end > minimumEnd, unsafe stamps[index] != stamp else { return 0 }
      unsafe stamps[index] = stamp
      unsafe numbers[count] = number
      count += 1
      return 0
    }
  }

  fileprivate let memory: OpaquePointer?
  fileprivate let notes: UnsafeMutablePointer<Notes>

  /// Memory that serves every one of these databases.
  package init(for databases: [LiteralDatabase]) throws(LiteralDatabase.Failure) {
    var memory: OpaquePointer?
    for database in databases {
      // Sound: the database is alive; Vectorscan enlarges the memory where needed.
      guard unsafe hs_alloc_scratch(database.database, &memory) == HS_SUCCESS else {
        throw LiteralDatabase.Failure(message: "no memory to scan with")
      }
    }
    let capacity = databases.lazy.map(\.literalCount).max() ?? 0
    let numbers = UnsafeMutablePointer<UInt32>.allocate(capacity: max(capacity, 1))
    let stamps = UnsafeMutablePointer<UInt32>.allocate(capacity: max(capacity, 1))
    // Sound: both have at least `capacity` elements, which are now set.
    unsafe numbers.initialize(repeating: 0, count: max(capacity, 1))
    unsafe stamps.initialize(repeating: 0, count: max(capacity, 1))
    let notes = UnsafeMutablePointer<Notes>.allocate(capacity: 1)
    unsafe notes.initialize(to: Notes(capacity: capacity, numbers: numbers, stamps: stamps))
    unsafe self.memory = memory
    unsafe self.notes = notes
  }

  deinit {
    // Sound: this is the only owner of all four.
    _ = unsafe hs_free_scratch(memory)
    unsafe notes.pointee.numbers.deallocate()
    unsafe notes.pointee.stamps.deallocate()
    unsafe notes.deallocate()
  }

  fileprivate mutating func begin(minimumEnd: Int, count: Int) {
    // Sound: the notes live as long as the scratch. When the stamp wraps, old stamps are wiped, so that none
    // of them is taken for the new one.
    unsafe notes.pointee.count = 0
    unsafe notes.pointee.limit = min(count, notes.pointee.capacity)
    unsafe notes.pointee.minimumEnd = UInt64(max(0, minimumEnd))
    unsafe notes.pointee.stamp &+= 1
    if unsafe notes.pointee.stamp == 0 {
      unsafe notes.pointee.stamps.update(repeating: 0, count: max(notes.pointee.capacity, 1))
      unsafe notes.pointee.stamp = 1
    }
  }

  /// Scans the bytes; each literal found that ends after `minimumEnd` is noted once, and what was found
  /// before is forgotten.
  @inline(__always)
  mutating func scan(_ automaton: LiteralDatabase.Automaton, _ bytes: RawSpan, after minimumEnd: Int = 0) {
    begin(minimumEnd: minimumEnd, count: automaton.literalCount)
    let length = UInt32(clamping: bytes.byteCount)
    // Sound: the bytes live for the call; the memory was made for every database of its rule set, which
    // whoever holds the automaton holds; the context is this value's own memory, and the callback writes
    // within its capacity because it notes a literal once.
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      _ = unsafe hs_scan(
        automaton.database, base.assumingMemoryBound(to: CChar.self), length, 0, memory,
        { number, _, end, _, context in
          guard let context = unsafe context else { return 0 }
          return unsafe context.assumingMemoryBound(to: LiteralScratch.Notes.self).pointee.note(number, end)
        }, UnsafeMutableRawPointer(notes))
    }
  }

  /// How many literals the last scan found.
  package var count: Int { unsafe notes.pointee.count }

  /// The number of a literal that the last scan found.
  package func number(_ position: Int) -> Int {
    precondition(position >= 0 && position < count, "no such literal was found")
    // Sound: the position is below the count of numbers written.
    return unsafe Int(notes.pointee.numbers[position])
  }
}
