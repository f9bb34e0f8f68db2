package import Wire

/// A rule made at random, as what it asks for: its text is for engines, the plain matcher looks at this.
package struct RandomRule: Sendable {
  package let sid: Int
  package var header: RandomHeader
  package var options: [RandomOption] = []
  /// The plain matcher knows all that it asks for.
  package var isPlain = true
}

/// Protocol, ends and direction of a rule.
package struct RandomHeader: Sendable {
  /// Who may be an end.
  package enum Address: Sendable {
    case any
    case one(IPAddress)
    case not(IPAddress)
    case network(IPAddress, Int)
    case list([IPAddress])
  }

  /// Ports of an end.
  package enum Port: Sendable {
    case any
    case one(UInt16)
    case not(UInt16)
    case range(UInt16, UInt16)
    case list([UInt16])
  }

  package var protocolName: String
  package var source = Address.any
  package var sourcePort = Port.any
  package var destination = Address.any
  package var destinationPort = Port.any
  /// `<>`: either end may be the first.
  package var isBidirectional = false
  /// `=>`: on both sides of one exchange.
  package var isTwoSided = false
}

/// One option of a rule.
package enum RandomOption: Sendable {
  /// A sticky buffer with its transformations.
  case buffer(String, [String])
  case part(BufferPart)
  /// A number of the packet (`ttl`, `itype` …).
  case packet(String, NumberCheck)
  /// A number of the transaction (`dns.rrtype`).
  case transaction(String, NumberCheck)
  /// `flags`: modifier, letters.
  case flags(Character?, UInt8)
  case flow([String])
  /// What only engines know, as text.
  case text(String)
}

/// A test of a number.
package enum NumberCheck: Sendable {
  case equal(Int)
  case not(Int)
  case less(Int)
  case greater(Int)
  /// Neither end belongs to it.
  case between(Int, Int)

  /// Whether a number passes.
  package func holds(_ value: Int) -> Bool {
    switch self {
    case .equal(let wanted): value == wanted
    case .not(let wanted): value != wanted
    case .less(let bound): value < bound
    case .greater(let bound): value > bound
    case .between(let low, let high): value > low && value < high
    }
  }
}

/// A number in a rule, or the name of a variable.
package enum Amount: Sendable {
  case number(Int)
  case variable(String)
}

/// One condition on a buffer.
package enum BufferPart: Sendable {
  case content(ContentPart)
  case pattern(PatternPart)
  case byteTest(ByteTestPart)
  case byteJump(ByteJumpPart)
  case byteExtract(ByteExtractPart)
  case byteMath(ByteMathPart)
  case isDataAt(Amount, isRelative: Bool, isNegated: Bool)
  /// `bsize`, `dsize` or `urilen`.
  case size(String, NumberCheck)
}

/// `content` with its modifiers.
package struct ContentPart: Sendable {
  package var bytes: [UInt8]
  package var isNegated = false
  package var ignoresCase = false
  package var offset: Amount?
  package var depth: Amount?
  package var distance: Amount?
  package var within: Amount?
  package var startsWith = false
  package var endsWith = false
  package var isFastPattern = false
  /// `rawbytes`, which changes nothing.
  package var isRaw = false

  package var isRelative: Bool { distance != nil || within != nil }
}

/// `pcre`, as pieces that each take one byte, some of them repeated.
package struct PatternPart: Sendable {
  /// What one byte may be.
  package enum Piece: Sendable {
    case literal(UInt8)
    case any
    case digit, word, space
    case range(UInt8, UInt8)
    case outside(UInt8)
  }

  package var pieces: [(piece: Piece, minimum: Int, maximum: Int)]
  package var isNegated = false
  package var isRelative = false
  package var ignoresCase = false
  package var dotTakesAll = false
  /// `^` before it.
  package var isAnchored = false
}

/// How a number is read from bytes.
package struct NumberReading: Sendable {
  package enum Text: String, Sendable { case hex, dec, oct }

  package var count: Int
  package var offset: Int
  package var isRelative = false
  package var isLittle = false
  package var text: Text?
  package var mask: UInt32?
}

/// `byte_test`.
package struct ByteTestPart: Sendable {
  package var reading: NumberReading
  package var comparison: String
  package var isNegated = false
  package var value: Amount
}

/// `byte_jump`.
package struct ByteJumpPart: Sendable {
  package var reading: NumberReading
  package var multiplier = 1
  package var aligns = false
  package var postOffset = 0
  /// `from_beginning`, `from_end` or neither.
  package var start: String?
}

/// `byte_extract`.
package struct ByteExtractPart: Sendable {
  package var reading: NumberReading
  package var name: String
  package var multiplier = 1
}

/// `byte_math`.
package struct ByteMathPart: Sendable {
  package var reading: NumberReading
  package var operation: String
  package var value: Amount
  package var name: String
}
