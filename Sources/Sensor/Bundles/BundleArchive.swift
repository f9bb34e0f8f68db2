/// The container of a bundle: a tar archive (POSIX.1-1988 `ustar`) of plain files, which `tar tf` lists and
/// `tar xf` unpacks. The reader takes what the writer writes and nothing else: no links, no devices, no
/// folders, no absolute names or ones that lead out, nothing behind the end.
///
///     0 name 100 | 100 mode 8 | 108 uid 8 | 116 gid 8 | 124 size 12 | 136 mtime 12 | 148 checksum 8
///     156 type 1 | 157 link 100 | 257 "ustar\0" | 263 "00" | 265 user 32 | 297 group 32 | 329 major 8
///     337 minor 8 | 345 prefix 155 | 500 zeros 12
struct BundleArchive {
  /// A file of the archive.
  struct Entry: Equatable {
    let name: String
    let bytes: [UInt8]
  }

  /// What is wrong with an archive, as the end of a sentence.
  struct Flaw: Error, Equatable {
    let reason: String

    init(_ reason: String) {
      self.reason = reason
    }
  }

  static let blockBytes = 512

  // MARK: Writing

  /// The archive of some files, in their order; all have the same time, so that the same files give the same
  /// bytes. Throws where a name cannot be written.
  static func write(_ entries: [Entry], seconds: Int64) throws(Flaw) -> [UInt8] {
    var bytes: [UInt8] = []
    for entry in entries {
      try check(entry.name)
      bytes += header(entry, seconds)
      bytes += entry.bytes
      bytes += zeros(padding(entry.bytes.count))
    }
    return bytes + zeros(2 * blockBytes)
  }

  private static func header(_ entry: Entry, _ seconds: Int64) -> [UInt8] {
    var header = zeros(blockBytes)
    func put(_ text: some Collection<UInt8>, at offset: Int) {
      for (index, byte) in text.enumerated() { header[offset + index] = byte }
    }
    put(Array(entry.name.utf8), at: 0)
    put(octal(0o644, digits: 7), at: 100)
    put(octal(0, digits: 7), at: 108)
    put(octal(0, digits: 7), at: 116)
    put(octal(UInt64(entry.bytes.count), digits: 11), at: 124)
    put(octal(UInt64(clamping: seconds), digits: 11), at: 136)
    header[156] = UInt8(ascii: "0")
    put(Array("ustar".utf8), at: 257)
    put(Array("00".utf8), at: 263)
    put(octal(0, digits: 7), at: 329)
    put(octal(0, digits: 7), at: 337)
    put(octal(checksum(header[...]), digits: 6) + [0, 0x20], at: 148)
    return header
  }

  private static func octal(_ value: UInt64, digits: Int) -> [UInt8] {
    let text = Array(String(value, radix: 8).utf8.suffix(digits))
    return [UInt8](repeating: UInt8(ascii: "0"), count: digits - text.count) + text
  }

  private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

  private static func padding(_ count: Int) -> Int { (blockBytes - count % blockBytes) % blockBytes }

  /// The sum of a header's bytes, those of the sum itself taken as blanks.
  private static func checksum(_ header: ArraySlice<UInt8>) -> UInt64 {
    var sum: UInt64 = 0
    for (offset, byte) in header.enumerated() { sum += (148..<156).contains(offset) ? 0x20 : UInt64(byte) }
    return sum
  }

  // MARK: Reading

  private let bytes: [UInt8]
  private var position = 0
  private var names: Set<String> = []

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The next file; nil at the end of the archive. `bytesMax` bounds the file.
  mutating func next(bytesMax: Int) throws(Flaw) -> Entry? {
    guard bytes.count - position >= Self.blockBytes else { throw Flaw("it is cut off") }
    let header = bytes[position..<position + Self.blockBytes]
    if header.allSatisfy({ $0 == 0 }) {
      try end()
      return nil
    }
    let (name, size) = try Self.read(header)
    guard size <= bytesMax else { throw Flaw("\(name) is larger than \(bytesMax) bytes") }
    guard names.insert(name).inserted else { throw Flaw("\(name) is in it twice") }
    guard names.count <= BundleLimits.files + 2 else {
      throw Flaw("it holds more than \(BundleLimits.files) files")
    }
    let start = position + Self.blockBytes
    let room = bytes.count - start
    guard size <= room, size + Self.padding(size) <= room else { throw Flaw("\(name) is cut off") }
    let end = start + size
    position = end + Self.padding(size)
    guard bytes[end..<position].allSatisfy({ $0 == 0 }) else { throw Flaw("there are bytes behind \(name)") }
    return Entry(name: name, bytes: Array(bytes[start..<end]))
  }

  /// Two empty blocks end an archive, and nothing but empty blocks follows.
  private mutating func end() throws(Flaw) {
    let rest = bytes[position...]
    guard rest.count >= 2 * Self.blockBytes else { throw Flaw("its end is cut off") }
    guard rest.allSatisfy({ $0 == 0 }) else { throw Flaw("there are bytes behind its end") }
    position = bytes.count
  }

  private static func read(_ header: ArraySlice<UInt8>) throws(Flaw) -> (name: String, size: Int) {
    let start = header.startIndex
    func field(_ offset: Int, _ count: Int) -> ArraySlice<UInt8> {
      header[start + offset..<start + offset + count]
    }
    guard field(257, 8).elementsEqual(Array("ustar\u{0}00".utf8)) else {
      throw Flaw("it is no archive that 'fengsui rules bundle' has written")
    }
    guard number(field(148, 6)) == Int(clamping: checksum(header)) else {
      throw Flaw("one of its headers is damaged")
    }
    let written = field(0, 100).prefix { $0 != 0 }
    let name = String(decoding: written, as: UTF8.self)
    try check(name)
    guard header[start + 156] == UInt8(ascii: "0"), field(157, 100).allSatisfy({ $0 == 0 }) else {
      throw Flaw("\(name) is no plain file but a link, a folder or a device")
    }
    guard field(345, 155).allSatisfy({ $0 == 0 }) else { throw Flaw("the name \(name) has a second part") }
    guard let size = number(field(124, 11)) else { throw Flaw("the size of \(name) is no number") }
    return (name, size)
  }

  /// Octal digits, all of them.
  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for digit in digits {
      guard (0x30...0x37).contains(digit) else { return nil }
      value = value << 3 | Int(digit & 7)
    }
    return value
  }

  /// Refuses a name that is not made of plain folders and a file: letters, digits, `.`, `_`, `-`, `+`, and
  /// `/` between them. None begins with a dot, so that none leads out or is hidden.
  static func check(_ name: String) throws(Flaw) {
    let shown = name.prefix(60).unicodeScalars.map { $0.value < 0x20 ? "·" : String($0) }.joined()
    guard !name.isEmpty, name.utf8.count <= BundleLimits.nameBytes else {
      throw Flaw("the name “\(shown)” is empty or longer than \(BundleLimits.nameBytes) bytes")
    }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= BundleLimits.depth else { throw Flaw("“\(shown)” is too deep in folders") }
    for part in parts {
      guard let first = part.utf8.first, first != UInt8(ascii: "."), part.utf8.allSatisfy(isPlain) else {
        throw Flaw("the name “\(shown)” is not allowed: plain names of folders and files only")
      }
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    default: Array("._-+".utf8).contains(byte)
    }
  }
}
