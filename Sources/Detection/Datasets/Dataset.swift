import Wire

/// What the members of a data set are.
package enum DatasetKind: String, Sendable, CaseIterable {
  case string, md5, sha256, ipv4, ip

  /// Reads the word of a rule or of the configuration; `ipv6` is `ip`, which takes both families.
  package init?(word: String) {
    self.init(rawValue: word == "ipv6" ? "ip" : word)
  }

  /// Whether a buffer of this many bytes can be a member at all.
  func accepts(_ count: Int) -> Bool {
    switch self {
    case .string: count > 0
    case .md5: count == 16
    case .sha256: count == 32
    case .ipv4: count == 4
    case .ip: count == 4 || count == 16
    }
  }
}

/// What is known of a member.
struct DatasetMember: Sendable {
  /// Place in the order of coming.
  var sequence: UInt32
  /// Reputation of `datarep`.
  var reputation: UInt16 = 0
  /// The member's JSON object, for `alert.context`; empty if it has none.
  var record: [UInt8] = []
}

/// A set of values that rules ask and change: its properties and what it held when the rules were loaded.
package struct Dataset: Sendable {
  package let name: String
  package let kind: DatasetKind
  /// Where it is written at the end of the run; nil: it is not kept.
  package internal(set) var savePath: String?
  let memcapBytes: Int
  let hashSize: Int
  /// SHA-256 of the list that it was loaded from; nil: of none.
  var listDigest: [UInt8]?
  private(set) var members: [[UInt8]: DatasetMember] = [:]
  private var sequence: UInt32 = 0
  private var memoryBytes: Int

  /// What Suricata's table costs: limits written for it hold here for as many members.
  private enum Cost {
    static let row = 64
    static let member = 104
    static let prepared = 1000
  }

  init(name: String, kind: DatasetKind, savePath: String?, memcapBytes: Int, hashSize: Int) {
    self.name = name
    self.kind = kind
    self.savePath = savePath
    self.memcapBytes = memcapBytes
    self.hashSize = hashSize
    memoryBytes = hashSize &* Cost.row &+ Cost.prepared &* Cost.member
  }

  /// Bytes that the table takes before it has a member.
  var memoryBytesEmpty: Int { hashSize &* Cost.row &+ Cost.prepared &* Cost.member }

  /// Whether the value is a member.
  func contains(_ key: [UInt8]) -> Bool { members[key] != nil }

  /// What became of a value that was to be added.
  enum Insertion { case added, known, full }

  /// Adds a value where there is room.
  mutating func insert(_ key: [UInt8], reputation: UInt16 = 0, record: [UInt8] = []) -> Insertion {
    if members[key] != nil { return .known }
    let cost =
      (kind == .string ? key.count : 0) &+ record.count
      &+ (members.count >= Cost.prepared ? Cost.member : 0)
    guard memoryBytes &+ cost <= memcapBytes else { return .full }
    memoryBytes &+= cost
    members[key] = DatasetMember(sequence: sequence, reputation: reputation, record: record)
    sequence &+= 1
    return .added
  }

  /// Takes a value out; false if it was no member.
  mutating func remove(_ key: [UInt8]) -> Bool {
    guard let member = members.removeValue(forKey: key) else { return false }
    memoryBytes &-= (kind == .string ? key.count : 0) &+ member.record.count
    if members.count >= Cost.prepared { memoryBytes &-= Cost.member }
    return true
  }

  /// Takes the members of another set of the same kind in place of its own.
  mutating func takeMembers(of other: Dataset) {
    members = other.members
    sequence = other.sequence
    memoryBytes = memoryBytesEmpty &+ (other.memoryBytes &- other.memoryBytesEmpty)
  }

  /// The members as lines of a file: texts by the rows of the reference's table, the newest of a row first,
  /// all others in the order in which they came.
  package var lines: [UInt8] {
    var text: [UInt8] = []
    for key in ordered() {
      append(key, to: &text)
      text.append(0x0a)
    }
    return text
  }

  private func ordered() -> [[UInt8]] {
    guard kind == .string, hashSize > 0 else {
      return members.sorted { $0.value.sequence < $1.value.sequence }.map(\.key)
    }
    let rows = members.map { entry in
      (row: RowHash.of(entry.key) % UInt32(clamping: hashSize), age: ~entry.value.sequence, key: entry.key)
    }
    return rows.sorted { ($0.row, $0.age) < ($1.row, $1.age) }.map(\.key)
  }

  private func append(_ key: [UInt8], to text: inout [UInt8]) {
    switch kind {
    case .string: Base64.append(encoding: key.rawSpan, to: &text)
    case .md5, .sha256: text += DatasetText.hexadecimal(key)
    case .ipv4, .ip: text += DatasetText.address(key)
    }
  }
}

/// Forms of members in files.
enum DatasetText {
  /// Two digits for each byte.
  static func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }

  /// Bytes of hexadecimal digits, or nil where they are none.
  static func bytes(hexadecimal text: ArraySlice<UInt8>) -> [UInt8]? {
    guard text.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 2)
    for index in stride(from: text.startIndex, to: text.endIndex, by: 2) {
      guard let high = hexDigit(text[index]), let low = hexDigit(text[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  /// An address as Suricata writes it: IPv6 with all its digits.
  static func address(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.count == 4 { return Array(bytes.map(String.init).joined(separator: ".").utf8) }
    let digits = hexadecimal(bytes)
    var text: [UInt8] = []
    for (index, digit) in digits.enumerated() {
      if index > 0, index % 4 == 0 { text.append(UInt8(ascii: ":")) }
      text.append(digit)
    }
    return text
  }

  /// A member out of its text in a file; nil: it is none of this kind.
  static func key(_ text: ArraySlice<UInt8>, _ kind: DatasetKind, isEncoded: Bool) -> [UInt8]? {
    switch kind {
    case .string:
      guard isEncoded else { return text.isEmpty ? nil : Array(text) }
      var bytes: [UInt8] = []
      let isGood = Base64.append(decoding: Array(text).rawSpan, to: &bytes)
      return isGood && !bytes.isEmpty ? bytes : nil
    case .md5: return text.count == 32 ? bytes(hexadecimal: text) : nil
    case .sha256: return text.count == 64 ? bytes(hexadecimal: text) : nil
    case .ipv4, .ip:
      guard let address = IPAddress(text: Array(text).rawSpan), kind == .ip || !address.isIPv6 else {
        return nil
      }
      return address.bytes
    }
  }
}
