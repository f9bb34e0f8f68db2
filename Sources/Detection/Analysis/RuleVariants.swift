/// A rule cut short behind each of its conditions: which of the pieces match tells the first condition that
/// keeps the whole from matching.
package struct RuleVariants {
  /// The rule up to one of its conditions.
  package struct Variant: Sendable {
    /// The condition that was added last, as written.
    package let condition: String
    /// A whole rule, with a number of its own: 1 for the header alone, 2 with the first condition …
    package let text: String
  }

  /// What the rule asks, from its header on.
  package private(set) var variants: [Variant] = []

  package init(_ rule: Rule) {
    let header = rule.text.text.prefix { $0 != "(" }.drop { $0 != " " && $0 != "\t" }
    var options = ""
    append("the header", "alert\(header)", options)
    for group in Self.groups(rule.options) {
      options += group.text + " "
      append(group.label, "alert\(header)", options)
    }
  }

  private mutating func append(_ condition: String, _ header: String, _ options: String) {
    variants.append(
      Variant(condition: condition, text: "\(header)(\(options)sid:\(variants.count + 1);)"))
  }

  /// Options that are conditions, each with what belongs to it: its buffer before, its modifiers behind.
  private static func groups(_ options: [Rule.Option]) -> [(label: String, text: String)] {
    var groups: [(label: String, text: String)] = []
    var pending = ""
    for option in options {
      let text = option.value.map { "\(option.name):\($0);" } ?? "\(option.name);"
      switch role(of: option) {
      case .other: continue
      case .buffer: pending += text + " "
      case .modifier where !groups.isEmpty && pending.isEmpty:
        groups[groups.count - 1].text += " " + text
        groups[groups.count - 1].label += " " + text
      case .modifier, .condition:
        groups.append((pending + text, pending + text))
        pending = ""
      }
    }
    return groups
  }

  private enum Role { case condition, buffer, modifier, other }

  private static func role(of option: Rule.Option) -> Role {
    let name = option.name.lowercased()
    if buffers.contains(name) { return .buffer }
    if modifiers.contains(name) { return .modifier }
    switch KeywordTable.standard[name] {
    case .stickyBuffer?: return .buffer
    case .modifier?: return .modifier
    case .number?, .argument?: return .condition
    case .keyword(let index)?:
      let keyword = KeywordCatalogue.all[index]
      switch keyword.group {
      case .transform: return .buffer
      case .meta: return .other
      case .payload, .header, .protocols: return .condition
      case .flow:
        if ["threshold", "detection_filter"].contains(name) { return .other }
        let asks = ["isset", "isnotset", "<", ">", "=="].contains { option.value?.contains($0) == true }
        return ["flowbits", "xbits", "hostbits", "flowint"].contains(name) && !asks ? .other : .condition
      }
    case .unevaluated?, nil: return .other
    }
  }

  private static let buffers: Set<String> = [
    "pkt_data", "file.data", "file_data", "file.name", "base64_data", "ipv4.hdr", "ipv6.hdr", "tcp.hdr",
    "udp.hdr", "icmpv4.hdr", "icmpv6.hdr", "ip.src", "ip.dst",
  ]
  private static let modifiers: Set<String> = [
    "nocase", "offset", "depth", "distance", "within", "startswith", "endswith", "rawbytes", "fast_pattern",
    "prefilter", "replace",
  ]
}
