/// Writes a report as Markdown (CommonMark with tables).
package enum MarkdownWriter {
  package static func text(_ document: Document) -> String {
    var parts = ["# \(ReportText.plain(document.title))"]
    for block in document.blocks {
      switch block {
      case .heading(let text): parts.append("## \(ReportText.plain(text))")
      case .paragraph(let text): parts.append(ReportText.plain(text))
      case .list(let items): parts.append(items.map { "- \(ReportText.plain($0))" }.joined(separator: "\n"))
      case .numbered(let items):
        parts.append(
          items.enumerated().map { "\($0.offset + 1). \(ReportText.plain($0.element))" }
            .joined(separator: "\n"))
      case .table(let head, let rows): parts.append(table(head, rows))
      case .chart(_, let caption): parts.append("*\(ReportText.plain(caption))*")
      }
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private static func table(_ head: [String], _ rows: [[String]]) -> String {
    let line = { (cells: [String]) in
      "| " + cells.map { ReportText.plain($0) }.joined(separator: " | ") + " |"
    }
    return ([line(head), "|" + String(repeating: "---|", count: head.count)] + rows.map(line))
      .joined(separator: "\n")
  }
}
