import Correlation
import Reports
import Testing

@Suite struct ReportTests {
  private func document(_ text: String) -> Document {
    var document = Document(title: text, language: .english)
    document.add(.heading(text))
    document.add(.paragraph(text))
    document.add(.list([text]))
    document.add(.numbered([text]))
    document.add(.table(head: [text], rows: [[text]]))
    document.add(.chart(svg: "<svg></svg>", caption: text))
    return document
  }

  @Test("what comes from traffic is text in HTML, whatever it says")
  func hostileHTML() {
    let html = HTMLWriter.text(document("<script src=//evil.example></script>\" onload='x' & \u{202e}\u{0}"))
    #expect(!html.contains("<script"))
    #expect(!html.contains("onload='x'"))
    #expect(!html.contains("\u{202e}"))
    #expect(!html.contains("\u{0}"))
    #expect(html.contains("default-src 'none'"))
  }

  @Test("no file of a report asks another host for anything")
  func standsAlone() {
    let html = HTMLWriter.text(document("http://evil.example/a.png"))
    for word in ["src=", "href=", "url(", "@import", "<link", "<iframe"] { #expect(!html.contains(word)) }
  }

  @Test("what comes from traffic is text in Markdown, and breaks no table")
  func hostileMarkdown() {
    let text = MarkdownWriter.text(document("a|b\n# x [y](z) <b>"))
    #expect(text.contains("a\\|b?\\# x \\[y\\](z) \\<b\\>"))
  }

  @Test("the printed clock is read back equal, and a wrong one is told whole")
  func clock() throws {
    for language in Language.allCases {
      let usual = ReportingClock.usual(language)
      #expect(try ReportingClock.load(usual.text, file: "c").get() == usual)
    }
    let wrong = "limits:\n  - {severity: grave, name: a, to: b, minutes: 0}\n  - {name: a}\n"
    guard case .failure(let failure) = ReportingClock.load(wrong, file: "c") else {
      Issue.record("it was taken")
      return
    }
    #expect(failure.problems.count == 5)
  }
}
