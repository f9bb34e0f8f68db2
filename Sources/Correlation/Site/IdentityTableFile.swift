import Detection
package import Identity
import Wire

/// Reads who had which address when out of a table, as provisioning and log-in servers export it (CSV, RFC
/// 4180).
///
/// The first line names the columns: address (or a prefix with its length), account, circuit, session, from,
/// until. Times are RFC 3339 (`2026-11-20T02:00:00Z`, `+08:00`) or seconds since 1970.
package enum IdentityTableFile {
  package static let columns = ["address", "account", "circuit", "session", "from", "until"]
  private static let bytesMax = 64 << 20
  private static let problemsMax = 1_000

  /// The bindings, or all that is wrong with the table.
  package static func bindings(_ text: String, file: String) -> Result<[SavedBinding], SiteProblems> {
    var reader = Reader(file: file)
    guard text.utf8.count <= bytesMax else {
      reader.complain(1, 1, "the table is larger than \(bytesMax >> 20) MB", "split it up")
      return .failure(SiteProblems(problems: reader.problems))
    }
    let rows = SiteTable.parse(text)
    reader.takeHead(rows.first?.cells ?? [])
    for row in rows.dropFirst() where row.cells != [""] { reader.take(row.cells, line: row.line) }
    return reader.problems.isEmpty
      ? .success(reader.bindings) : .failure(SiteProblems(problems: reader.problems))
  }

  private struct Reader {
    let file: String
    var names: [String] = []
    var problems: [RuleProblem] = []
    var bindings: [SavedBinding] = []

    mutating func complain(_ line: Int, _ column: Int, _ message: String, _ remedy: String) {
      guard problems.count < problemsMax else { return }
      problems.append(
        RuleProblem(at: SourcePosition(file: file, line: line, column: column), message, remedy: remedy))
    }

    mutating func takeHead(_ cells: [String]) {
      names = cells.map { $0.lowercased() }
      for (index, name) in names.enumerated() where !columns.contains(name) {
        complain(
          1, index + 1, "unknown column '\(DocumentReader.shown(name))'",
          "use some of: \(columns.joined(separator: ", "))")
      }
      for name in ["address", "from"] where !names.contains(name) {
        complain(1, 1, "the column '\(name)' is missing", "add it to the first line")
      }
      if !names.contains("account"), !names.contains("circuit") {
        complain(1, 1, "neither 'account' nor 'circuit' is there", "add one of them to the first line")
      }
    }

    mutating func take(_ cells: [String], line: Int) {
      guard cells.count == names.count else {
        complain(line, 1, "\(cells.count) columns instead of \(names.count)", "quote values that hold commas")
        return
      }
      let values = Dictionary(zip(names, cells)) { first, _ in first }
      let address = values["address"] ?? ""
      let isKnown = IPPrefix(address) != nil
      if !isKnown {
        complain(
          line, column("address"), "'\(DocumentReader.shown(address))' is no address",
          "write an address, or a prefix with its length")
      }
      let from = time(values, "from", line)
      let isOpen = values["until"]?.isEmpty ?? true
      let until = isOpen ? nil : time(values, "until", line)
      if let from, let until, until <= from {
        complain(line, column("until"), "the session ends before it begins", "exchange from and until")
      }
      var identity = LineIdentity(source: .imported)
      identity.account = values["account"] ?? ""
      identity.circuit = values["circuit"] ?? ""
      identity.session = values["session"] ?? ""
      if identity.name.isEmpty {
        complain(
          line, names.contains("account") ? column("account") : column("circuit"),
          "neither account nor circuit is filled in", "fill in one of them")
      }
      guard isKnown, let from, isOpen || until != nil else { return }
      bindings.append(SavedBinding(address: address, from: from, until: until, identity: identity))
    }

    private func column(_ name: String) -> Int { (names.firstIndex(of: name) ?? 0) + 1 }

    /// Nanoseconds since 1970.
    private mutating func time(_ values: [String: String], _ name: String, _ line: Int) -> Int64? {
      let text = values[name] ?? ""
      let bytes = Array(text.utf8)
      if 1...10 ~= bytes.count, bytes.allSatisfy({ 0x30...0x39 ~= $0 }) {
        let (time, overflow) = (Int64(text) ?? 0).multipliedReportingOverflow(by: 1_000_000_000)
        if !overflow { return time }
      }
      if let time = Timestamp.nanoseconds(text) { return time }
      complain(
        line, column(name), "'\(DocumentReader.shown(text))' is no time",
        "write it as 2026-11-20T02:00:00Z, or as seconds since 1970")
      return nil
    }
  }
}
