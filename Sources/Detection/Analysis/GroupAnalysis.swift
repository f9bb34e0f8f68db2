import Wire

/// `rule_group.json`: which rules traffic of a protocol, a direction and a port can meet.
///
/// Ports are cut where a rule's list of ports begins or ends; neighbours with the same rules are one entry.
/// Well-known ports come first, then those with most rules. Differs from Suricata: groups are not merged when
/// there are many, as the engine here does not merge them either.
struct GroupAnalysis {
  private let signatures: [Signature]
  private var numbers: [[UInt32]: Int64] = [:]

  init(_ signatures: [Signature]) {
    self.signatures = signatures
  }

  /// The file.
  var value: AnalysisValue {
    var analysis = self
    let tcp = analysis.directions { (analysis, direction) in analysis.ports(6, direction) }
    let udp = analysis.directions { (analysis, direction) in analysis.ports(17, direction) }
    var pairs: [(String, AnalysisValue)] = []
    for (name, number) in [("icmpv4", 1), ("icmpv6", 58), ("sctp", 132)] as [(String, UInt8)] {
      guard !analysis.rules(number, .toServer).isEmpty || !analysis.rules(number, .toClient).isEmpty else {
        continue
      }
      pairs.append(
        (name, analysis.directions { (analysis, direction) in analysis.whole(number, direction) }))
    }
    return .pairs(pairs + [("tcp", tcp), ("udp", udp)])
  }

  private mutating func directions(
    _ make: (inout GroupAnalysis, Direction) -> AnalysisValue?
  ) -> AnalysisValue {
    var pairs: [(String, AnalysisValue)] = []
    if let value = make(&self, .toServer) { pairs.append(("toserver", value)) }
    if let value = make(&self, .toClient) { pairs.append(("toclient", value)) }
    return .pairs(pairs)
  }

  /// Rules that packets of an IP protocol can meet in a direction; those on addresses alone are found
  /// otherwise.
  private func rules(_ number: UInt8, _ direction: Direction) -> [Signature] {
    signatures.filter { signature in
      guard signature.header.ipProtocols?.contains(number) ?? true, !signature.header.acceptsNonIP else {
        return false
      }
      if let wanted = signature.direction, wanted != direction { return false }
      switch RuleAnalysis.kind(of: signature, options: []) {
      case .ipOnly, .decoderOnly: return false
      default: return true
      }
    }
  }

  private mutating func whole(_ number: UInt8, _ direction: Direction) -> AnalysisValue? {
    let rules = self.rules(number, direction)
    guard !rules.isEmpty else { return nil }
    return .pairs([("rulegroup", group(rules))])
  }

  private mutating func ports(_ number: UInt8, _ direction: Direction) -> AnalysisValue? {
    let rules = self.rules(number, direction)
    guard !rules.isEmpty else { return nil }
    let ranges = rules.map { rule in
      direction == .toServer ? rule.header.destinationPorts.ranges : rule.header.sourcePorts.ranges
    }
    var cuts: Set<Int> = []
    for range in ranges.joined() {
      cuts.insert(Int(range.lowerBound))
      cuts.insert(Int(range.upperBound) + 1)
    }
    let edges = cuts.sorted()
    var entries: [(low: Int, high: Int, members: [Int])] = []
    for (low, next) in zip(edges, edges.dropFirst()) {
      let members = ranges.indices.filter { index in
        ranges[index].contains { $0.contains(UInt16(clamping: low)) }
      }
      guard !members.isEmpty else { continue }
      if let last = entries.last, last.members == members, last.high + 1 == low {
        entries[entries.count - 1].high = next - 1
      } else {
        entries.append((low, next - 1, members))
      }
    }
    let known = number == 6 ? Self.knownTCP : Self.knownUDP
    func rank(_ entry: (low: Int, high: Int, members: [Int])) -> (Int, Int, Int) {
      (entry.low == entry.high && known.contains(entry.low) ? 0 : 1, -entry.members.count, entry.low)
    }
    entries.sort { rank($0) < rank($1) }
    return .list(
      entries.map { entry in
        .pairs([
          ("port", .number(Int64(entry.low))), ("port2", .number(Int64(entry.high))),
          ("rulegroup", group(entry.members.map { rules[$0] })),
        ])
      })
  }

  /// A group: groups with the same rules have one number.
  private mutating func group(_ rules: [Signature]) -> AnalysisValue {
    let ids = rules.map(\.identity.id).sorted()
    let number = numbers[ids] ?? Int64(numbers.count)
    numbers[ids] = number
    let searched = rules.count { PatternChoice($0) != nil }
    return .pairs([
      ("id", .number(number)),
      ("rules", .list(ids.map { .pairs([("sig_id", .number(Int64($0)))]) })),
      (
        "stats",
        .pairs([
          ("total", .number(Int64(rules.count))),
          (
            "types",
            .pairs([
              ("mpm", .number(Int64(searched))), ("non_mpm", .number(Int64(rules.count - searched))),
            ])
          ),
        ])
      ),
    ])
  }

  /// `detect.grouping.tcp-priority-ports` of the standard configuration.
  private static let knownTCP: Set<Int> = [53, 80, 139, 443, 445, 1433, 3306, 3389, 6666, 6667, 8080]
  private static let knownUDP: Set<Int> = [53, 135, 5060]
}
