import Console
import Testing

@Suite struct DisplayTextTests {
  @Test("control, bidirectional and private characters never reach the terminal")
  func safeText() {
    #expect(DisplayText.safe("a\u{1b}[31mb\u{7}") == "a␛[31mb␇")
    #expect(DisplayText.safe("x\u{202e}y\u{9b}z\u{7f}") == "x·y·z␡")
    #expect(DisplayText.safe("香洲区 ok") == "香洲区 ok")
  }

  @Test("every character that a terminal would obey is replaced")
  func allControls() {
    for value in Array(UInt32(0)...0x1f) + Array(UInt32(0x7f)...0x9f) {
      let scalar = Unicode.Scalar(value) ?? " "
      #expect(!DisplayText.safe(String(scalar)).unicodeScalars.contains(scalar))
    }
  }

  @Test("Chinese characters take two columns, combining ones none")
  func widths() {
    #expect(DisplayText.width("烽燧ab") == 6)
    #expect(DisplayText.width("e\u{301}") == 1)
    #expect(DisplayText.width("（告警）") == 8)
  }

  @Test("a fitted text has exactly the columns asked for", arguments: 0...12)
  func fitted(columns: Int) {
    for text in ["", "abc", "烽燧态势感知", "a烽b燧c", "intrusion detection"] {
      #expect(DisplayText.width(DisplayText.fitted(text, to: columns)) == columns)
    }
  }

  @Test("wrapped lines are never wider than asked for, and keep every word")
  func wrapped() {
    let text = "Raised because 烽燧态势感知系统观察到 one chain of alerts goes through three tactics"
    for columns in [8, 20, 40] {
      let lines = DisplayText.wrapped(text, to: columns)
      #expect(lines.allSatisfy { DisplayText.width($0) <= columns })
      #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
    }
  }
}
