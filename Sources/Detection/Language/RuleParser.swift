/// Reads files of rules: text in, rules and every problem of the file out.
///
/// The grammar is Suricata 8's: one rule to a line, lines joined by a backslash at their end, `#` comments, a
/// header of seven fields and options in parentheses, each ended by a semicolon. A semicolon is part of a
/// value only behind a backslash, even within quotes. Differs from Suricata: it takes whatever character
/// stands for a parenthesis; here one that is missing is a problem.
package struct RuleParser {
  /// Longest rule in bytes: the longest in use have 2,000; a binary file named as rules must not become one
  /// rule.
  package static let ruleBytesMax = 65_536
  /// Most options of one rule.
  package static let optionsMax = 1_024

  package private(set) var rules: [Rule] = []
  package private(set) var problems: [RuleProblem] = []
  /// Texts that are no rules.
  private var malformed: [RuleText] = []
  private let file: String

  private init(file: String) {
    self.file = file
  }

  /// Parses a whole file.
  package static func parse(_ bytes: [UInt8], file: String) -> (rules: [Rule], problems: [RuleProblem]) {
    let (rules, _, problems) = parseAll(bytes, file: file)
    return (rules, problems)
  }

  /// Parses a whole file and gives the texts that are no rules too.
  static func parseAll(
    _ bytes: [UInt8], file: String
  ) -> (rules: [Rule], malformed: [RuleText], problems: [RuleProblem]) {
    var parser = RuleParser(file: file)
    var lines = LogicalLines(bytes)
    while let line = lines.next() { parser.take(line) }
    return (parser.rules, parser.malformed, parser.problems)
  }

  /// Parses a whole file that is text already.
  package static func parse(_ text: String, file: String) -> (rules: [Rule], problems: [RuleProblem]) {
    parse(Array(text.utf8), file: file)
  }

  private mutating func take(_ line: LogicalLine) {
    guard let first = line.bytes.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { return }
    guard let text = String(validating: line.bytes, as: UTF8.self) else {
      problems.append(invalidText(line))
      let repaired = String(decoding: line.bytes, as: UTF8.self)
      malformed.append(RuleText(file: file, text: repaired, pieces: line.pieces))
      return
    }
    let ruleText = RuleText(file: file, text: text, pieces: line.pieces)
    guard line.bytes.count <= Self.ruleBytesMax else {
      malformed.append(ruleText)
      problems.append(
        RuleProblem(
          at: ruleText.position(at: 0), "the rule is longer than \(Self.ruleBytesMax) bytes",
          remedy: "split it, or check that the file holds rules"))
      return
    }
    if line.beginsWithBlank {
      problems.append(
        RuleProblem(
          .warning, at: ruleText.position(at: 0), "a line that begins with a blank is not read as a rule",
          remedy: "remove the blank, or begin the line with #"))
      return
    }
    var scanner = RuleScanner(bytes: line.bytes, text: ruleText)
    do {
      let rule = try scanner.rule()
      problems += scanner.problems
      if scanner.problems.contains(where: { $0.severity == .error }) {
        malformed.append(ruleText)
      } else {
        rules.append(rule)
      }
    } catch {
      malformed.append(ruleText)
      problems.append(error)
      problems += scanner.problems
    }
  }

  private func invalidText(_ line: LogicalLine) -> RuleProblem {
    let repaired = String(decoding: line.bytes, as: UTF8.self)
    let offset = repaired.utf8.count > 0 ? firstInvalid(line.bytes) : 0
    let place = RuleText(
      file: file, text: String(decoding: line.bytes[..<offset], as: UTF8.self), pieces: line.pieces)
    return RuleProblem(
      at: place.position(at: offset), "the rule is not valid UTF-8 here",
      remedy: "write bytes that are not text in hexadecimal: |C3 28|")
  }

  /// Length of the longest prefix that is valid UTF-8, found by halving.
  private func firstInvalid(_ bytes: [UInt8]) -> Int {
    var offset = 0
    while offset < bytes.count {
      let length = (1...4).first { length in
        offset + length <= bytes.count
          && String(validating: bytes[offset..<offset + length], as: UTF8.self) != nil
      }
      guard let length else { return offset }
      offset += length
    }
    return offset
  }
}

/// One or more lines of a file that make one text.
struct LogicalLine {
  /// Joined, without line ends and backslashes.
  var bytes: [UInt8]
  /// Where its parts stand in the file.
  var pieces: [RuleText.Piece]
  /// Something blank stood before it.
  var beginsWithBlank: Bool
}

/// Splits a file into lines, joins those that end with a backslash, and takes line ends of every kind away.
struct LogicalLines {
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
  }

  /// The next line that is not empty.
  mutating func next() -> LogicalLine? {
    while position < bytes.count {
      var result = LogicalLine(bytes: [], pieces: [], beginsWithBlank: false)
      while true {
        let (start, end, continues) = physicalLine()
        var first = start
        if result.pieces.isEmpty {
          while first < end, isBlank(bytes[first]) { first += 1 }
          result.beginsWithBlank = first > start
        }
        result.pieces.append(
          RuleText.Piece(offset: result.bytes.count, line: line - 1, column: first - start + 1))
        result.bytes += bytes[first..<end]
        // A comment's backslash joins nothing: the rule on the next line counts.
        let isComment = result.bytes.first == UInt8(ascii: "#")
        if !continues || isComment || position >= bytes.count { break }
      }
      if !result.bytes.isEmpty { return result }
    }
    return nil
  }

  /// Bounds of the next physical line without blanks at its end, and whether it ends with a backslash.
  private mutating func physicalLine() -> (start: Int, end: Int, continues: Bool) {
    let start = position
    var end = start
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
    position = min(end + 1, bytes.count)
    line += 1
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    if end > start, bytes[end - 1] == UInt8(ascii: "\\") { return (start, end - 1, true) }
    return (start, end, false)
  }
}

/// Space, tab, carriage return, vertical tab or form feed.
@inline(__always)
func isBlank(_ byte: UInt8) -> Bool {
  byte == 0x20 || (byte >= 0x09 && byte <= 0x0d && byte != 0x0a)
}
