/// A Sigma rule over EVE fields, or a correlation of such rules (Sigma specification 2.0).
package struct SigmaRule: Sendable {
  package var identifier: String
  package var name: String
  package var title: String
  package var level: String
  package var tags: [String]
  package var body: Body
  /// EVE's event types that its log source stands for; empty: any.
  package var eventTypes: [String] = []
  /// Its log source is none of a network sensor.
  package var isForeign = false
  /// Title in Chinese, and what came of it: of our own field `fengsui`.
  package var chinese = ""
  package var outcome = Outcome.attempt

  package init(
    identifier: String, name: String, title: String, level: String, tags: [String], body: Body
  ) {
    self.identifier = identifier
    self.name = name
    self.title = title
    self.level = level
    self.tags = tags
    self.body = body
  }

  /// How sure a match is of an attack; nil: it tells of none by itself.
  var confidence: Confidence? {
    switch level {
    case "informational": nil
    case "low": .low
    case "high", "critical": .high
    default: .medium
    }
  }

  /// The tactic that its tags name: `attack.credential-access`, `attack.ta0006`.
  var tactic: Tactic? { attackTags.lazy.compactMap { Tactic($0) }.first }

  /// The technique that its tags name, as `T1110.001`, or nothing.
  var technique: String {
    let found = attackTags.first { tag in
      tag.first == "t" && tag.dropFirst().prefix(4).allSatisfy(\.isNumber) && tag.utf8.count >= 5
    }
    return found.map { $0.uppercased() } ?? ""
  }

  private var attackTags: [String] {
    tags.map { $0.lowercased() }.filter { $0.hasPrefix("attack.") }.map { String($0.dropFirst(7)) }
  }

  /// What it looks for.
  package enum Body: Sendable {
    case detection(condition: SigmaCondition, searches: [String: SigmaSearch])
    case correlation(SigmaCorrelation)
  }
}

/// A part of a detection that a condition names: any of its maps, of which all fields match; or keywords.
package struct SigmaSearch: Sendable {
  package var alternatives: [[SigmaMatch]]
}

/// One field with its values. Without a field, a keyword anywhere in the event.
package struct SigmaMatch: Sendable {
  package var field: String?
  package var values: [SigmaValue]
  /// All values must match, not any.
  package var needsAll = false
  /// It must not match (`neq`).
  package var isNegated = false
}

/// What a field's value is compared with.
package enum SigmaValue: Sendable {
  /// A text with wildcards, bytes of it in lower case unless `isCased`.
  case pattern(SigmaPattern)
  case number(Double)
  case flag(Bool)
  case null
  case compare(Comparison, Double)
  case prefix(String)
  case exists(Bool)
  case regular(SigmaRegularExpression)
  case field(String, SigmaPattern.Anchor)
  case timePart(SigmaTimePart, Int)

  package enum Comparison: String, Sendable { case lt, lte, gt, gte }
}

/// A condition over searches.
package indirect enum SigmaCondition: Sendable, Equatable {
  case search(String)
  case all([SigmaCondition])
  case any([SigmaCondition])
  case not(SigmaCondition)
}

/// A correlation over other rules.
package struct SigmaCorrelation: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    case eventCount = "event_count"
    case valueCount = "value_count"
    case temporal
    case temporalOrdered = "temporal_ordered"
    case valueSum = "value_sum"
    case valueAverage = "value_avg"
    case valuePercentile = "value_percentile"
  }

  /// A bound of the condition: `gte: 10`.
  package struct Bound: Sendable, Equatable {
    package enum Relation: String, Sendable, CaseIterable { case lt, lte, gt, gte, eq, neq }
    package var relation: Relation
    package var value: Double

    package func holds(for count: Double) -> Bool {
      switch relation {
      case .lt: return count < value
      case .lte: return count <= value
      case .gt: return count > value
      case .gte: return count >= value
      case .eq: return count == value
      case .neq: return count != value
      }
    }
  }

  package var kind: Kind
  /// Names or identifiers of the rules that it looks at.
  package var rules: [String]
  package var groupBy: [String]
  package var timespanNanoseconds: Int64
  package var bounds: [Bound]
  /// The field whose values are counted or summed.
  package var field: String?
  package var percentile: Double = 50
  /// Of `temporal` and `temporal_ordered`: which rules must have matched, where it is not all.
  package var expression: SigmaCondition?
  /// Per alias, the field of each rule.
  package var aliases: [String: [String: String]]
  /// The rules that it looks at alert on their own too.
  package var generates = false
}

/// A text with `*` and `?`, compared without recursion.
package struct SigmaPattern: Sendable, Equatable {
  /// Where a plain text has to stand.
  package enum Anchor: Sendable { case whole, contains, startsWith, endsWith }

  private enum Part: Sendable, Equatable {
    case byte(UInt8)
    case one
    case many
  }

  private var parts: [Part] = []
  package let isCased: Bool

  /// Reads a text: a backslash before a wildcard or a backslash takes its meaning.
  package init(_ text: String, anchor: Anchor = .whole, isCased: Bool = false) {
    self.isCased = isCased
    var bytes = Array((isCased ? text : text.lowercased()).utf8)[...]
    if anchor == .contains || anchor == .endsWith { parts.append(.many) }
    while let byte = bytes.popFirst() {
      switch byte {
      case 0x5c where bytes.first.map { [0x5c, 0x2a, 0x3f].contains($0) } ?? false:
        if let next = bytes.popFirst() { parts.append(.byte(next)) }
      case 0x2a: if parts.last != .many { parts.append(.many) }
      case 0x3f: parts.append(.one)
      default: parts.append(.byte(byte))
      }
    }
    if anchor == .contains || anchor == .startsWith, parts.last != .many { parts.append(.many) }
  }

  /// Whether a whole text is of this form.
  package func matches(_ text: String) -> Bool {
    let bytes = Array((isCased ? text : text.lowercased()).utf8)
    var byte = 0, part = 0
    var star: (part: Int, byte: Int)?
    while byte < bytes.count {
      if part < parts.count, parts[part] == .many {
        star = (part, byte)
        part += 1
      } else if part < parts.count, parts[part] == .one || parts[part] == .byte(bytes[byte]) {
        part += 1
        byte += 1
      } else if let last = star {
        // The last star takes one byte more: earlier ones never have to.
        star = (last.part, last.byte + 1)
        part = last.part + 1
        byte = last.byte + 1
      } else {
        return false
      }
    }
    return parts[part...].allSatisfy { $0 == .many }
  }
}

/// A regular expression of a rule.
package struct SigmaRegularExpression: Sendable {
  package let text: String
  package let ignoresCase: Bool

  package init?(_ text: String, ignoresCase: Bool) {
    guard text.utf8.count <= Self.bytesMax, (try? Regex(text)) != nil else { return nil }
    self.text = text
    self.ignoresCase = ignoresCase
  }

  /// Longer ones are none that people write, and the engine backtracks.
  private static let bytesMax = 512
  private static let subjectMax = 2_048

  package func matches(_ subject: String) -> Bool {
    guard let expression = try? Regex(text) else { return false }
    let short = String(subject.prefix(Self.subjectMax))
    return short.firstMatch(of: ignoresCase ? expression.ignoresCase() : expression) != nil
  }
}
