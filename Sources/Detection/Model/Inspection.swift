package import Wire

/// All that a rule asks of one buffer, in the order written: the first condition that cannot be met, after
/// trying every place where a relative chain can begin, fails the rule.
package struct Inspection: Sendable {
  package var buffer: BufferReference
  package var conditions: [BufferCondition]

  package init(buffer: BufferReference, conditions: [BufferCondition]) {
    self.buffer = buffer
    self.conditions = conditions
  }
}

/// A buffer of the traffic, and the transformations applied to it before matching.
package struct BufferReference: Sendable, Hashable {
  package enum Source: Sendable, Hashable {
    /// Packet payload and reassembled stream, as the rule's scope says (content without a sticky buffer,
    /// `pkt_data`).
    case payload
    /// A protocol's field: protocol's position in the catalogue and field's position in its list. A keyword
    /// that several protocols have (`file.data`) gives one alternative for each of them: any may match.
    case field([FieldReference])
    /// `ipv4.hdr`, `tcp.hdr` …: bytes of a header.
    case header(HeaderBuffer)
    /// Data of transferred files and of bodies (`file.data`); of a file's name (`file.name`).
    case fileData
    case fileName
    /// What libmagic says of a file.
    case fileMagic
    /// Files as a whole: their sizes and digests.
    case file
    /// Frames of protocols, by the position of these in the catalogue and the frames' number, which is the
    /// same in all.
    case frame(protocols: [Int], kind: UInt8)
    /// `base64_data`: what the `base64_decode` before it gave.
    case base64Data
  }

  package var source: Source
  package var transforms: [Transform]
  /// The direction whose buffer is meant, in a rule on both directions of a transaction.
  package var direction: Direction?

  package init(_ source: Source, transforms: [Transform] = []) {
    self.source = source
    self.transforms = transforms
  }
}

extension BufferReference {
  /// An address of the packet, which every packet of a flow has alike.
  var isAddress: Bool {
    switch source {
    case .header(.source), .header(.destination): true
    default: false
    }
  }

  /// The field that the buffer means for a protocol, by its position in the catalogue.
  func field(of protocolIndex: Int) -> FieldReference? {
    guard case .field(let references) = source else { return nil }
    return references.first { $0.protocolIndex == protocolIndex }
  }
}

package struct FieldReference: Sendable, Hashable {
  package let protocolIndex: Int
  package let fieldIndex: Int

  package init(protocolIndex: Int, fieldIndex: Int) {
    self.protocolIndex = protocolIndex
    self.fieldIndex = fieldIndex
  }
}

package enum HeaderBuffer: String, Sendable, Hashable, CaseIterable {
  case ipv4 = "ipv4.hdr", ipv6 = "ipv6.hdr", tcp = "tcp.hdr", udp = "udp.hdr", icmpv4 = "icmpv4.hdr"
  case icmpv6 = "icmpv6.hdr"
  /// An address alone, of either family.
  case source = "ip.src", destination = "ip.dst"
}

/// A change made to a buffer before it is matched.
package enum Transform: Sendable, Hashable {
  case compressWhitespace, stripWhitespace, toMD5, toSHA1, toSHA256, dotPrefix, urlDecode, toLowercase,
    toUppercase
  case headerLowercase, stripPseudoHeaders
  case xor([UInt8])
  /// Pattern as written between the quotes: the buffer becomes its first capture group.
  case pcrexform(String)
  case domain, topLevelDomain
  case fromBase64(offset: Int, bytes: Int, mode: Base64Mode)
  case gunzip(maximum: Int), zlibDeflate(maximum: Int)
  case subslice(offset: Int, bytes: Int?, truncate: Bool)
  case script(Script)
}

package enum Base64Mode: Sendable, Hashable { case rfc2045, rfc4648, strict }

/// A number written in the rule, or the slot of a variable that an earlier condition filled.
package enum Operand: Sendable, Equatable, BitwiseCopyable {
  case constant(Int64)
  case variable(Int)
}

package enum BufferCondition: Sendable {
  case content(ContentCondition)
  case pattern(PatternCondition)
  case byteTest(ByteTest)
  case byteJump(ByteJump)
  case byteExtract(ByteExtract)
  case byteMath(ByteMath)
  case isDataAt(offset: Operand, isRelative: Bool, isNegated: Bool)
  /// Size of the whole buffer in bytes (`bsize`, `urilen`).
  case size(NumberTest)
  /// `absent` (buffer must not exist) or `absent:or_else` (must not exist, or the rest must hold).
  case absent(orElse: Bool)
  case entropy(NumberOrFraction)
  case base64Decode(offset: Int64, bytes: Int64?, isRelative: Bool)
  case asn1(ASN1Check)
  /// A number field's test: the buffer reference's source is the field.
  case number(NumberTest, at: NumberPlace = .any)
  case dataset(DatasetCondition)
  /// Size of a file, a list that holds its digest, and that it is to be kept.
  case fileSize(NumberTest)
  case fileDigest(DigestList, isNegated: Bool)
  case fileStored
}

/// Which of a field's numbers a test must hold for.
package enum NumberPlace: Sendable, BitwiseCopyable, Equatable {
  /// One of them; all of them, of which there is one at least.
  case any, all
  /// The one with this position; a negative one counts from the end.
  case at(Int)
}

/// What is asked of a data set with the buffer, or done to it.
package struct DatasetCondition: Sendable {
  package enum Command: Sendable { case set, unset, isSet, isNotSet, reputation(NumberTest) }

  /// Position among the sets of the rules.
  package var dataset: Int
  package var command: Command
  /// Parents of the name count as well.
  package var matchesSubdomains = false
  /// Key below which alerts show the member's JSON object.
  package var contextKey: String?

  package init(
    dataset: Int, command: Command, matchesSubdomains: Bool = false, contextKey: String? = nil
  ) {
    self.dataset = dataset
    self.command = command
    self.matchesSubdomains = matchesSubdomains
    self.contextKey = contextKey
  }

  /// It changes the set, so that the order of packets matters.
  package var changesSet: Bool {
    switch command {
    case .set, .unset: true
    case .isSet, .isNotSet, .reputation: false
    }
  }
}

/// `entropy: value > 4.1` in thousandths, so that rules compare and print exactly.
package struct NumberOrFraction: Sendable {
  package var offset: Int
  package var bytes: Int
  package var test: NumberTest

  package init(offset: Int, bytes: Int, test: NumberTest) {
    self.offset = offset
    self.bytes = bytes
    self.test = test
  }
}

package struct ContentCondition: Sendable {
  package var pattern: [UInt8]
  package var isNegated = false
  package var ignoresCase = false
  package var startsWith = false
  package var endsWith = false
  package var offset: Operand?
  package var depth: Operand?
  /// Relative to the end of the match before it.
  package var distance: Operand?
  package var within: Operand?
  /// `fast_pattern`, with the part of the pattern to use, if given, and whether `only`.
  package var isFastPattern = false
  package var fastPatternChop: (offset: Int, length: Int)?
  package var isFastPatternOnly = false
  /// Text of `replace`, of the pattern's length.
  package var replacement: [UInt8]?

  package init(pattern: [UInt8]) {
    self.pattern = pattern
  }

  package var isRelative: Bool { distance != nil || within != nil }
}

package struct PatternCondition: Sendable {
  /// Expression between the slashes.
  package var expression: String
  /// PCRE2 options (`PCRE2_CASELESS` …) from the flags i, m, s, x, A, E, G, O.
  package var options: UInt32
  package var isNegated = false
  /// Flag R.
  package var isRelative = false
  /// Capture groups kept: number of the group, kind and name.
  package var captures: [(group: Int, kind: CaptureKind, name: Int)] = []

  package enum CaptureKind: Sendable { case flow, packet, variable }

  package init(expression: String, options: UInt32) {
    self.expression = expression
    self.options = options
  }
}

/// How a number is read from bytes: binary or text.
package struct NumberFormat: Sendable, Equatable, BitwiseCopyable {
  package enum Text: Sendable, BitwiseCopyable { case hexadecimal, decimal, octal }

  package var isLittleEndian = false
  /// Digits as text instead of binary, with their base.
  package var text: Text?
  /// Endianness as the DCE/RPC header says.
  package var usesDCE = false

  package init() {}
}

package struct ByteTest: Sendable, BitwiseCopyable {
  package enum Comparison: Sendable, BitwiseCopyable {
    case less, greater, equal, lessOrEqual, greaterOrEqual, and, xor
  }

  package var bytes: Operand
  package var comparison: Comparison
  package var isNegated = false
  package var value: Operand
  package var offset: Operand
  package var isRelative = false
  package var format = NumberFormat()
  package var mask: UInt64?

  package init(bytes: Operand, comparison: Comparison, value: Operand, offset: Operand) {
    self.bytes = bytes
    self.comparison = comparison
    self.value = value
    self.offset = offset
  }
}

package struct ByteJump: Sendable, BitwiseCopyable {
  package var bytes: Operand
  package var offset: Operand
  package var isRelative = false
  package var multiplier: Int64 = 1
  package var format = NumberFormat()
  package var mask: UInt64?
  /// Round up to four bytes.
  package var aligns = false
  package var postOffset: Operand = .constant(0)
  package var start = Start.here

  package enum Start: Sendable, BitwiseCopyable { case here, beginning, end }

  package init(bytes: Operand, offset: Operand) {
    self.bytes = bytes
    self.offset = offset
  }
}

package struct ByteExtract: Sendable, BitwiseCopyable {
  package var bytes: Int
  package var offset: Int64
  package var slot: Int
  package var isRelative = false
  package var multiplier: Int64 = 1
  /// Round up to 2 or 4 bytes; 0: not.
  package var align = 0
  package var format = NumberFormat()
  package var mask: UInt64?

  package init(bytes: Int, offset: Int64, slot: Int) {
    self.bytes = bytes
    self.offset = offset
    self.slot = slot
  }
}

package struct ByteMath: Sendable, BitwiseCopyable {
  package enum Operation: Sendable, BitwiseCopyable {
    case add, subtract, multiply, divide, shiftLeft, shiftRight
  }

  package var bytes: Operand
  package var offset: Int64
  package var operation: Operation
  package var value: Operand
  package var slot: Int
  package var isRelative = false
  package var format = NumberFormat()
  package var mask: UInt64?

  package init(bytes: Operand, offset: Int64, operation: Operation, value: Operand, slot: Int) {
    self.bytes = bytes
    self.offset = offset
    self.operation = operation
    self.value = value
    self.slot = slot
  }
}
