/// A value of the analysis' JSON files: objects keep the order of their keys, as the reference writes them.
indirect enum AnalysisValue {
  case text(String)
  case number(Int64)
  case flag(Bool)
  case list([AnalysisValue])
  case object([(key: String, value: AnalysisValue)])

  /// The value as JSON, without blanks.
  var json: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .text(let value): Self.quote(value, &text)
    case .number(let value): text += String(value)
    case .flag(let value): text += value ? "true" : "false"
    case .list(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        value.write(to: &text)
      }
      text += "]"
    case .object(let pairs):
      text += "{"
      for (index, pair) in pairs.enumerated() {
        if index > 0 { text += "," }
        Self.quote(pair.key, &text)
        text += ":"
        pair.value.write(to: &text)
      }
      text += "}"
    }
  }

  /// RFC 8259 §7: quotes, backslashes and control characters are escaped.
  private static func quote(_ value: String, _ text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

extension AnalysisValue {
  /// A list of texts.
  static func texts(_ values: [String]) -> AnalysisValue { .list(values.map { .text($0) }) }

  /// An object.
  static func pairs(_ pairs: [(String, AnalysisValue)]) -> AnalysisValue {
    .object(pairs.map { (key: $0.0, value: $0.1) })
  }
}
