extension Keyword {
  static let tcpFlags = Keyword(
    "tcp.flags", aliases: ["flags"], .header,
    "TCP flags: just these, `+` these and others, `*` any, `!` not these; behind a comma those ignored.",
    values: "[+*!]FSRPAUEC0[,ignored]", example: "tcp.flags:S,12;"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split()
    guard parts.count <= 2 else {
      throw value.problem(
        "there are more than two lists of flags", remedy: "write flags and the ignored ones: S,CE")
    }
    let letters: [UInt8: UInt8] = [
      UInt8(ascii: "F"): 0x01, UInt8(ascii: "S"): 0x02, UInt8(ascii: "R"): 0x04, UInt8(ascii: "P"): 0x08,
      UInt8(ascii: "A"): 0x10, UInt8(ascii: "U"): 0x20, UInt8(ascii: "E"): 0x40, UInt8(ascii: "2"): 0x40,
      UInt8(ascii: "C"): 0x80, UInt8(ascii: "1"): 0x80, UInt8(ascii: "0"): 0,
    ]
    let (flags, mode) = try FlagSyntax.read(parts[0], letters, "FSRPAUEC0")
    var ignored: UInt8 = 0
    if parts.count == 2 { ignored = try FlagSyntax.read(parts[1], letters, "FSRPAUEC").bits }
    builder.addPacket(.tcpFlags(flags: flags & ~ignored, ignored: ignored, mode: mode))
  }

  static let fragmentBits = Keyword(
    "fragbits", .header, "Bits of IPv4 fragmentation: M more fragments, D don't fragment, R reserved.",
    values: "[+*!]MDR", example: "fragbits:+M;", exampleProtocol: "ip"
  ) { (value, builder) throws(RuleProblem) in
    let letters: [UInt8: UInt8] = [UInt8(ascii: "M"): 1, UInt8(ascii: "D"): 2, UInt8(ascii: "R"): 4]
    let (bits, mode) = try FlagSyntax.read(value, letters, "MDR")
    // As in Suricata, a sign behind the letters says nothing.
    let isSigned = value.text.drop { $0 == " " }.first.map { "+*!".contains($0) } ?? false
    builder.addPacket(.fragmentBits(bits: bits, mode: isSigned ? mode : .exact))
  }
}

/// Letters for bits, with a sign before or behind them.
private enum FlagSyntax {
  static func read(
    _ value: KeywordValue, _ letters: [UInt8: UInt8], _ known: String
  ) throws(RuleProblem) -> (bits: UInt8, mode: FlagMode) {
    var bits: UInt8 = 0
    var mode = FlagMode.exact
    var count = 0
    for (index, byte) in value.bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "+"): mode = .all
      case UInt8(ascii: "*"): mode = .any
      case UInt8(ascii: "!"): mode = .not
      case let byte where isBlank(byte): break
      default:
        let upper = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") ? byte - 0x20 : byte
        guard let bit = letters[upper] else {
          throw value.problem("this is none of the flags", at: index, remedy: "write letters of \(known)")
        }
        bits |= bit
        count += 1
      }
    }
    guard count > 0 else { throw value.problem("the flags are missing", remedy: "write letters of \(known)") }
    return (bits, mode)
  }
}
