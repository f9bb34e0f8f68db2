/// The same for people, as text.
extension RuleAnalysis {
  /// A rule's section of `rules_analysis.txt`.
  var report: String {
    var lines = [
      "== Sid: \(signature.identity.id) ==", signature.identity.text,
      "    Rule is \(Self.words[kind] ?? "").",
    ]
    if kind == .transaction || kind == .applicationLayer {
      lines.append("    App layer protocol is \(applicationProtocol).")
    }
    if let choice {
      let text = Self.printed(choice.content.pattern)
      let buffer = Self.bufferName(signature.inspections[choice.inspection].buffer)
      lines.append("    Fast Pattern \"\(text)\" on \"\(buffer)\" buffer.")
    }
    let warnings = RuleReview.warnings(signature)
    lines += warnings.map { "    Warning: \($0.message); \($0.remedy)." }
    if warnings.isEmpty { lines.append("    No warnings for this rule.") }
    return lines.joined(separator: "\n") + "\n\n"
  }

  /// A rule's section of `rules_fast_pattern.txt`.
  var patternReport: String {
    var lines = [
      "== Sid: \(signature.identity.id) ==", signature.identity.text, "    Fast Pattern analysis:",
    ]
    if let choice {
      let content = choice.content
      let words = [
        content.offset != nil ? "Offset" : "", content.depth != nil || content.startsWith ? "Depth" : "",
        content.within != nil ? "Within" : "", content.distance != nil ? "Distance" : "",
        content.ignoresCase ? "Nocase" : "", content.isNegated ? "Negated" : "",
      ].filter { !$0.isEmpty }
      let buffer = Self.bufferName(signature.inspections[choice.inspection].buffer)
      lines += [
        "        Fast pattern matcher: \(buffer == "payload" ? "content" : buffer)",
        "        Flags: \(words.isEmpty ? "None" : words.joined(separator: " "))",
        "        Fast pattern set: \(content.isFastPattern ? "yes" : "no")",
        "        Fast pattern only set: \(content.isFastPatternOnly ? "yes" : "no")",
        "        Fast pattern chop set: \(content.fastPatternChop != nil ? "yes" : "no")",
      ]
      if let chop = content.fastPatternChop {
        lines.append("        Fast pattern offset, length: \(chop.offset), \(chop.length)")
      }
      lines += [
        "        Original content: \(Self.printed(content.pattern))",
        "        Final content: \(Self.printed(PatternChoice.searched(content)))",
      ]
    } else {
      lines.append("        No content present")
    }
    return lines.joined(separator: "\n") + "\n\n"
  }

  /// Bytes as text; what cannot be printed in hexadecimal.
  private static func printed(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      guard byte < 0x20 || byte > 0x7e else { return String(Unicode.Scalar(byte)) }
      let digits = String(byte, radix: 16)
      return "\\x" + (digits.count < 2 ? "0" : "") + digits
    }.joined()
  }

  private static let words: [Kind: String] = [
    .ipOnly: "ip only", .likeIPOnly: "like ip only", .protocolOnly: "PD only", .decoderOnly: "DE only",
    .packet: "packet inspecting", .packetStream: "packet and stream inspecting",
    .stream: "stream inspecting", .applicationLayer: "App-layer inspecting",
    .transaction: "App-layer TX inspecting",
  ]
}
