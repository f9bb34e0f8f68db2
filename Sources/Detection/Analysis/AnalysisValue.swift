/// A value of the analysis' JSON files, as its text: objects keep the order of their keys, as the reference
/// writes them.
struct AnalysisValue {
  /// The value as JSON, without blanks.
  let json: String

  private init(json: String) {
    self.json = json
  }

  /// An integer.
  static func number(_ value: Int64) -> AnalysisValue { AnalysisValue(json: String(value)) }
  /// True or false.
  static func flag(_ value: Bool) -> AnalysisValue { AnalysisValue(json: value ? "true" : "false") }
  /// A text.
  static func text(_ value: String) -> AnalysisValue { AnalysisValue(json: quoted(value)) }
  /// A list of texts.
  static func texts(_ values: [String]) -> AnalysisValue { list(values.map { text($0) }) }

  /// A list.
  static func list(_ values: [AnalysisValue]) -> AnalysisValue {
    AnalysisValue(json: "[" + values.map(\.json).joined(separator: ",") + "]")
  }

  /// An object.
  static func pairs(_ pairs: [(String, AnalysisValue)]) -> AnalysisValue {
    AnalysisValue(json: "{" + pairs.map { quoted($0.0) + ":" + $0.1.json }.joined(separator: ",") + "}")
  }

  /// RFC 8259 §7: quotes, backslashes and control characters are escaped.
  private static func quoted(_ value: String) -> String {
    var text = "\""
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
    return text + "\""
  }
}
