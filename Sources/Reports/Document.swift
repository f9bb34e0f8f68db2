package import Correlation

// Overview of the target Reports. In: stored incidents, score cards, the site. Out: documents as Markdown
// and as
// one HTML file each, which asks no other host for anything. It replays nothing and writes no file.

/// A report as blocks, so that both forms say the same.
package struct Document: Sendable {
  /// A part of a report, in order.
  package enum Block: Sendable {
    case heading(String)
    case paragraph(String)
    case list([String])
    case numbered([String])
    case table(head: [String], rows: [[String]])
    /// A drawing (SVG) with a sentence that says what it shows: Markdown has the sentence alone.
    case chart(svg: String, caption: String)
  }

  package let title: String
  package let language: Language
  package private(set) var blocks: [Block] = []

  package init(title: String, language: Language) {
    self.title = title
    self.language = language
  }

  /// Adds a block.
  package mutating func add(_ block: Block) { blocks.append(block) }

  /// Adds a heading in the document's language.
  package mutating func heading(_ english: String, _ chinese: String) {
    blocks.append(.heading(say(english, chinese)))
  }

  /// The words of the document's language.
  package func say(_ english: String, _ chinese: String) -> String {
    language == .chinese ? chinese : english
  }
}

/// Texts from traffic made safe for a report: control characters, and those that turn the direction of
/// writing,
/// become question marks; very long texts are cut.
enum ReportText {
  private static let lengthMax = 600

  static func safe(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(lengthMax) {
      switch scalar.value {
      case 0..<32, 0x7f..<0xa0, 0x200b...0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff: result.append("?")
      default: result.append(scalar)
      }
    }
    return String(result) + (text.unicodeScalars.count > lengthMax ? "…" : "")
  }

  /// Text of HTML and SVG, in elements and attributes.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in safe(text).unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }

  /// Text of Markdown that means itself.
  static func plain(_ text: String) -> String {
    var result = ""
    for character in safe(text).unicodeScalars {
      if "\\`*_{}[]<>#|!~&".unicodeScalars.contains(character) { result += "\\" }
      result.unicodeScalars.append(character)
    }
    return result
  }
}
