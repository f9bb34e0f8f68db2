/// Writes a report as one HTML file that stands alone: no script, no picture, font or style from elsewhere,
/// and a
/// policy that would refuse them.
package enum HTMLWriter {
  package static func text(_ document: Document) -> String {
    let language = document.language == .chinese ? "zh-CN" : "en"
    let title = ReportText.escaped(document.title)
    let body = document.blocks.map(block).joined(separator: "\n")
    return """
      <!DOCTYPE html>
      <html lang="\(language)">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(title)</title>
      <style>
      \(style)
      </style>
      </head>
      <body>
      <h1>\(title)</h1>
      \(body)
      </body>
      </html>

      """
  }

  private static func block(_ block: Document.Block) -> String {
    switch block {
    case .heading(let text): return "<h2>\(ReportText.escaped(text))</h2>"
    case .paragraph(let text): return "<p>\(ReportText.escaped(text))</p>"
    case .list(let items): return "<ul>\(self.items(items))</ul>"
    case .numbered(let items): return "<ol>\(self.items(items))</ol>"
    case .table(let head, let rows):
      let cells = { (cells: [String], tag: String) in
        "<tr>" + cells.map { "<\(tag)\(kind($0))>\(ReportText.escaped($0))</\(tag)>" }.joined() + "</tr>"
      }
      return "<table>\n<thead>\(cells(head, "th"))</thead>\n<tbody>\n"
        + rows.map { cells($0, "td") }.joined(separator: "\n") + "\n</tbody>\n</table>"
    case .chart(let svg, let caption):
      return "<figure>\n\(svg)\n<figcaption>\(ReportText.escaped(caption))</figcaption>\n</figure>"
    }
  }

  /// Numbers, times, identifiers and names of techniques stay on one line.
  private static func kind(_ cell: String) -> String {
    cell.utf8.count <= 26 && (!cell.contains(" ") || cell.utf8.count <= 16) ? " class=\"short\"" : ""
  }

  private static func items(_ items: [String]) -> String {
    items.map { "<li>\(ReportText.escaped($0))</li>" }.joined(separator: "\n")
  }

  private static let style = """
    body { max-width: 1040px; margin: 2em auto; padding: 0 1.5em; color: #1b1f24; background: #fff;
      font: 15px/1.6 system-ui, "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif; }
    h1 { font-size: 1.6em; border-bottom: 3px solid #8a1c1c; padding-bottom: .3em; }
    h2 { font-size: 1.2em; margin: 1.8em 0 .6em; color: #8a1c1c; }
    table { border-collapse: collapse; width: 100%; font-size: .92em; }
    th, td { border: 1px solid #d5d9de; padding: .3em .6em; text-align: left; vertical-align: top;
      overflow-wrap: anywhere; }
    th { background: #f3f4f6; }
    td:first-child, .short { white-space: nowrap; }
    tbody tr:nth-child(even) { background: #fafbfc; }
    figure { margin: 1em 0; overflow-x: auto; }
    figcaption { color: #57606a; font-size: .9em; }
    svg { max-width: 100%; height: auto; }
    svg text { font-family: inherit; }
    @media print { body { margin: 0; } h2 { break-after: avoid; } tr, figure { break-inside: avoid; } }
    """
}
