import Wire

/// A bound of a content match after compiling: nothing, a number, or the slot of a variable.
struct Bound: BitwiseCopyable, Sendable {
  enum Kind: UInt8, BitwiseCopyable, Sendable { case none, constant, variable }

  var kind: Kind
  var value: Int

  static let none = Bound(kind: .none, value: 0)

  init(kind: Kind, value: Int) {
    self.kind = kind
    self.value = value
  }

  /// A rule's operand, clamped so that arithmetic with buffer positions can never overflow.
  init(_ operand: Operand?) {
    switch operand {
    case nil: self = .none
    case .constant(let number): self.init(kind: .constant, value: Int(clamping: number.clamped))
    case .variable(let slot): self.init(kind: .variable, value: slot)
    }
  }

  var isSet: Bool { kind != .none }
}

extension Int64 {
  /// Limited to ±2^40: far beyond any buffer, and far from overflow in sums.
  var clamped: Int64 { Swift.min(Swift.max(self, -(1 << 40)), 1 << 40) }
}

/// A content after compiling: its bytes stand in the program's pool, in lower case if case is ignored.
struct ContentStep: BitwiseCopyable, Sendable {
  var start: Int
  var count: Int
  var offset = Bound.none
  /// Length of the part searched, counted from `offset`.
  var depth = Bound.none
  var distance = Bound.none
  var within = Bound.none
  var isNegated = false
  var ignoresCase = false
  var endsWith = false
  var isRelative = false
  /// A later condition is relative to this match: if that fails, the next match is tried.
  var retries = false
  /// It is searched to the buffer's end, from a place that later tries of the conditions before it only move
  /// further: where it is not found, trying again is of no use.
  var isDecisive = false
}

/// A regular expression after compiling: position among the program's patterns.
struct PatternStep: BitwiseCopyable, Sendable {
  var pattern: Int
  var isNegated: Bool
  var isRelative: Bool
  var retries = false
  /// Captures kept: a range of the program's captures.
  var captures = IndexRange.empty
}

/// A half-open range of positions in one of the program's arrays, half the size of `Range<Int>`.
struct IndexRange: BitwiseCopyable, Sendable, Equatable {
  var lower: Int32
  var upper: Int32

  static let empty = IndexRange(0, 0)

  init(_ lower: Int, _ upper: Int) {
    self.lower = Int32(clamping: lower)
    self.upper = Int32(clamping: upper)
  }

  @inline(__always) var start: Int { Int(lower) }
  @inline(__always) var end: Int { Int(upper) }
  @inline(__always) var isEmpty: Bool { lower >= upper }
  @inline(__always) var count: Int { end &- start }
}

/// A test of a number after compiling: lists stand in the program's pool.
struct NumberCheck: BitwiseCopyable, Sendable {
  enum Operation: UInt8, BitwiseCopyable, Sendable {
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, within, outside
    case maskedEqual, maskedNotEqual, oneOf, noneOf
  }

  var operation: Operation
  var first: Int64
  var second: Int64

  /// Whether the number passes; `lists` is the program's pool of numbers.
  @inline(__always)
  func holds(_ value: Int64, _ lists: [Int64]) -> Bool {
    switch operation {
    case .equal: return value == first
    case .notEqual: return value != first
    case .less: return value < first
    case .lessOrEqual: return value <= first
    case .greater: return value > first
    case .greaterOrEqual: return value >= first
    case .within: return value >= first && value <= second
    case .outside: return value < first || value > second
    case .maskedEqual: return value & first == second
    case .maskedNotEqual: return value & first != second
    case .oneOf: return isListed(value, lists)
    case .noneOf: return !isListed(value, lists)
    }
  }

  private func isListed(_ value: Int64, _ lists: [Int64]) -> Bool {
    var index = Int(first)
    while index < Int(second) {
      if lists[index] == value { return true }
      index &+= 1
    }
    return false
  }
}

/// One condition on a buffer, compiled to a fixed size without references: walking a rule copies nothing that
/// is counted.
enum Step: BitwiseCopyable, Sendable {
  case content(ContentStep)
  case pattern(PatternStep)
  case byteTest(ByteTest)
  case byteJump(ByteJump)
  case byteExtract(ByteExtract)
  case byteMath(ByteMath)
  case isDataAt(Bound, isRelative: Bool, isNegated: Bool)
  case size(NumberCheck)
  case absent(orElse: Bool)
  /// `name`: that of the buffer, among the program's names.
  case entropy(offset: Int, bytes: Int, NumberCheck, name: Int32)
  /// The steps of the `base64_data` that follows, to be matched on what was decoded.
  case base64Decode(offset: Int, bytes: Int?, isRelative: Bool, data: IndexRange)
  case asn1(ASN1Check)
  case number(NumberCheck, at: NumberPlace)
  case dataset(DatasetStep)
  case fileSize(NumberCheck)
  /// Position among the program's lists of digests.
  case fileDigest(Int32, isNegated: Bool)
  case fileStored
}

/// A condition on packet headers, compiled.
enum PacketStep: BitwiseCopyable, Sendable {
  case number(PacketNumber, NumberCheck)
  case tcpFlags(flags: UInt8, ignored: UInt8, mode: FlagMode)
  case fragmentBits(bits: UInt8, mode: FlagMode)
  case sameIP
  /// Raw value of an `IPv4OptionSet`.
  case ipOption(UInt16)
  case checksum(ChecksumKind, isValid: Bool)
  case vlan(VLANTags, NumberCheck)
  case ipProtocol(NumberCheck)
  /// A condition that the sensor has no data for: it never holds.
  case never
}

/// A condition on the flow, compiled.
enum FlowStep: BitwiseCopyable, Sendable {
  case direction(Direction)
  case established, notEstablished, stateless
  case onlyStream, noStream, onlyFragment, noFragment
  case number(FlowNumber, NumberCheck)
  case applicationProtocol(Int, isNegated: Bool, side: ApplicationProtocolSide)
  case streamSize(StreamSizeSide, NumberCheck)
  /// Ranges of the program's addresses, by family.
  case address(AddressSide, ranges4: IndexRange, ranges6: IndexRange, isNegated: Bool)
  /// Ranges of the program's ports.
  case answersFrom(IndexRange)
  /// Position among the program's sets of countries.
  case country(AddressSide, Int32, isNegated: Bool)
}

/// A condition on state kept over packets, compiled.
enum StateStep: BitwiseCopyable, Sendable {
  /// A range of the program's bits: any of them is set.
  case bitsSet(IndexRange)
  case bitsNotSet(IndexRange)
  case integerIsSet(Int)
  case integerNotSet(Int)
  case integer(Int, NumberCheck)
  case integers(Int, IntegerComparison, Int)
  /// The text is a range of the program's numbers, one for each byte.
  case variable(Int, text: IndexRange)
  case xbit(name: Int, scope: BitScope, isSet: Bool)
  case hostBit(name: Int, scope: BitScope, isSet: Bool)
}
