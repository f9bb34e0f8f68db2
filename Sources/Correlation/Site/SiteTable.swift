import Detection
import Wire

/// Makes a site file of a table of access points, as inventories have it (CSV, RFC 4180).
package enum SiteTable {
  private static let columns = [
    "id", "name", "unit", "unit_name", "district", "district_name", "type", "ranges", "vlan",
    "pppoe_session", "importance", "contact", "accounts", "circuits",
  ]
  private static let needed = ["id", "unit", "district", "type"]
  private static let bytesMax = 16 << 20

  /// The site file's text, or all that is wrong with the table.
  package static func yaml(_ text: String, file: String) -> Result<String, SiteProblems> {
    var problems: [RuleProblem] = []
    func complain(_ line: Int, _ column: Int, _ message: String, _ remedy: String) {
      guard problems.count < 1_000 else { return }
      problems.append(
        RuleProblem(at: SourcePosition(file: file, line: line, column: column), message, remedy: remedy))
    }
    guard text.utf8.count <= bytesMax else {
      complain(1, 1, "the table is larger than \(bytesMax >> 20) MB", "split it up")
      return .failure(SiteProblems(problems: problems))
    }
    let rows = parse(text)
    guard let head = rows.first else {
      let names = columns.joined(separator: ",")
      complain(1, 1, "the table is empty", "name the columns in its first line: \(names)")
      return .failure(SiteProblems(problems: problems))
    }
    let names = head.cells.map { $0.lowercased() }
    for (index, name) in names.enumerated() where !columns.contains(name) {
      complain(
        1, index + 1, "unknown column '\(DocumentReader.shown(name))'",
        "use some of: \(columns.joined(separator: ", "))")
    }
    for name in needed where !names.contains(name) {
      complain(1, 1, "the column '\(name)' is missing", "add it to the first line")
    }
    var site = Lists()
    for row in rows.dropFirst() where row.cells != [""] {
      guard row.cells.count == names.count else {
        complain(
          row.line, 1, "\(row.cells.count) columns instead of \(names.count)",
          "quote values that hold commas")
        continue
      }
      let values = Dictionary(zip(names, row.cells)) { first, _ in first }
      for name in needed where values[name]?.isEmpty ?? false {
        complain(row.line, (names.firstIndex(of: name) ?? 0) + 1, "'\(name)' is empty", "fill it in")
      }
      site.add(values)
    }
    guard problems.isEmpty else { return .failure(SiteProblems(problems: problems)) }
    // What the table says is checked as any site file is.
    let yaml = site.yaml
    if case .failure(let failure) = SiteLoader.load(yaml, file: "\(file) (as site.yaml)") {
      return .failure(failure)
    }
    return .success(yaml)
  }

  private struct Lists {
    var districts: [(String, String)] = []
    var units: [(String, String, String)] = []
    var points: [String] = []
    var seen: Set<String> = []

    mutating func add(_ values: [String: String]) {
      func value(_ key: String) -> String { values[key] ?? "" }
      if seen.insert("d " + value("district")).inserted {
        districts.append((value("district"), value("district_name")))
      }
      if seen.insert("u " + value("unit")).inserted {
        units.append((value("unit"), value("unit_name"), value("district")))
      }
      var parts: [String] = []
      let keys = ["id", "unit", "type", "name", "contact", "vlan", "pppoe_session", "importance"]
      for key in keys where !value(key).isEmpty {
        parts.append("\(key): \(quoted(value(key)))")
      }
      let ranges = value("ranges").split { $0 == " " || $0 == ";" }.map { quoted(String($0)) }
      for key in ["accounts", "circuits"] where !value(key).isEmpty {
        let names = value(key).split(separator: ";").map { quoted(trimmed($0)) }
        parts.append("\(key): [\(names.joined(separator: ", "))]")
      }
      parts.append("ranges: [\(ranges.joined(separator: ", "))]")
      points.append("  - {\(parts.joined(separator: ", "))}")
    }

    /// A circuit may hold blanks, but none around it.
    func trimmed(_ text: Substring) -> String {
      String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    /// Double-quoted, as YAML and JSON read it alike.
    func quoted(_ text: String) -> String {
      var result = "\""
      for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case _ where scalar.value < 32 || scalar.value == 127: result += " "
        default: result.unicodeScalars.append(scalar)
        }
      }
      return result + "\""
    }

    var yaml: String {
      var lines = ["centre: {name: \"\"}", "districts:"]
      for (id, name) in districts {
        lines.append("  - {id: \(quoted(id)), name: \(quoted(name.isEmpty ? id : name))}")
      }
      lines.append("units:")
      for (id, name, district) in units {
        let shown = quoted(name.isEmpty ? id : name)
        lines.append("  - {id: \(quoted(id)), name: \(shown), district: \(quoted(district))}")
      }
      lines += ["access_points:"] + points + ["assets: []", "scanners: []", ""]
      return lines.joined(separator: "\n")
    }
  }

  /// Rows with the line at which each begins. Quoted values may hold commas, quotes (doubled) and line feeds.
  static func parse(_ text: String) -> [(line: Int, cells: [String])] {
    var rows: [(line: Int, cells: [String])] = []
    var cells: [String] = [], cell: [UInt8] = []
    var isQuoted = false, line = 1, begin = 1
    var bytes = Array(text.utf8)
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes.removeFirst(3) }
    func closed() -> String {
      String(decoding: cell, as: UTF8.self).split(separator: " ").joined(separator: " ")
    }
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == 10 { line += 1 }
      switch byte {
      case 0x22 where isQuoted && index < bytes.count && bytes[index] == 0x22:
        cell.append(0x22)
        index += 1
      case 0x22: isQuoted.toggle()
      case 0x2c where !isQuoted:
        cells.append(closed())
        cell = []
      case 0x0a where !isQuoted:
        rows.append((begin, cells + [closed()]))
        (cells, cell, begin) = ([], [], line)
      case 0x0d where !isQuoted: break
      default: cell.append(byte)
      }
    }
    if !cell.isEmpty || !cells.isEmpty { rows.append((begin, cells + [closed()])) }
    return rows
  }
}
