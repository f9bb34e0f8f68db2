/// Reads the file of a data set: lines, or JSON objects.
struct DatasetReader {
  /// How a data set's file is written.
  enum Format: Sendable, Equatable { case lines, json, lineJSON }

  /// How a set's file is to be understood.
  struct Form: Sendable {
    var format = Format.lines
    /// Lines have a reputation behind the value.
    var hasReputation = false
    /// Path of the value within an object, and of the array of objects within a JSON file.
    var valueKey = ""
    var arrayKey = ""
    /// The value is left out of what alerts show.
    var removesValue = false
  }

  private let path: String
  private let form: Form
  private let isStrict: Bool
  private(set) var problems: [RuleProblem] = []

  init(path: String, form: Form, isStrict: Bool) {
    self.path = path
    self.form = form
    self.isStrict = isStrict
  }

  /// Takes a file's members into the set. Problems are told with their places; bad lines are passed over.
  mutating func read(_ bytes: [UInt8], into dataset: inout Dataset) {
    switch form.format {
    case .lines: readLines(bytes, &dataset)
    case .lineJSON: readLineObjects(bytes, &dataset)
    case .json: readObjects(bytes, &dataset)
    }
  }

  /// Where a bad line refuses the rule, the first one ends the reading.
  private var isStopped: Bool {
    problems.count >= ListLimits.problems || isStrict && problems.last?.severity == .error
  }

  /// Notes a problem: in our words, and in those that scripts look for in Suricata's log.
  private mutating func report(
    _ message: String, _ words: String, line: Int, column: Int = 1,
    _ severity: RuleProblem.Severity? = nil, remedy: String
  ) {
    guard !isStopped else { return }
    let position = SourcePosition(file: path, line: line, column: column)
    let problem = RuleProblem(
      severity ?? (isStrict ? .error : .warning), at: position, message, remedy: remedy)
    problems.append(problem.inSuricata("debug", words))
  }

  /// Adds a member; false where there is no room for more.
  private mutating func insert(
    _ key: [UInt8], line: Int, reputation: UInt16 = 0, record: [UInt8] = [], _ dataset: inout Dataset
  ) -> Bool {
    guard dataset.insert(key, reputation: reputation, record: record) == .full else { return true }
    report(
      "the data set \(dataset.name) has no room for more", "dataset too large for set memcap", line: line,
      .error,
      remedy: "raise its memcap, which is \(dataset.memcapBytes) bytes, or shorten the file")
    return false
  }

  // MARK: Lines

  private mutating func readLines(_ bytes: [UInt8], _ dataset: inout Dataset) {
    var number = 0
    for line in bytes.split(separator: 0x0a, omittingEmptySubsequences: false) {
      number += 1
      let text = Self.trimmed(line)
      if text.isEmpty { continue }
      guard !isStopped else { return }
      guard text.count <= ListLimits.lineBytes else {
        report(
          "the line is too long", "line too long in \(path)", line: number, remedy: "keep it below 1 MiB")
        continue
      }
      let comma = text.firstIndex(of: UInt8(ascii: ","))
      guard (comma != nil) == form.hasReputation else {
        report(
          form.hasReputation ? "the reputation is missing" : "a comma stands in the value",
          "Cannot mix dataset and datarep values for set \(dataset.name) in \(path)", line: number,
          column: (comma.map { $0 - line.startIndex } ?? 0) + 1,
          remedy: form.hasReputation
            ? "write `value,reputation` on each line" : "write one value on each line")
        continue
      }
      guard let key = key(text[..<(comma ?? text.endIndex)], number, dataset) else { continue }
      var reputation: UInt16 = 0
      if let comma {
        guard let value = UInt16(String(decoding: Self.trimmed(text[(comma + 1)...]), as: UTF8.self)) else {
          report(
            "this is no reputation", "invalid datarep value \(dataset.name) in \(path)", line: number,
            column: comma - line.startIndex + 2, remedy: "write a number from 0 to 65535 behind the comma")
          continue
        }
        reputation = value
      }
      if !insert(key, line: number, reputation: reputation, &dataset) { return }
    }
  }

  private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var line = line
    while let last = line.last, last == 0x0d || last == 0x20 || last == 0x09 { line.removeLast() }
    while let first = line.first, first == 0x20 || first == 0x09 { line.removeFirst() }
    return line
  }

  /// The member that a text stands for, complained about where it is none.
  private mutating func key(_ text: ArraySlice<UInt8>, _ line: Int, _ dataset: Dataset) -> [UInt8]? {
    let isEncoded = form.format == .lines
    if let key = DatasetText.key(text, dataset.kind, isEncoded: isEncoded) { return key }
    switch dataset.kind {
    case .string where isEncoded:
      report(
        "the value is no Base64", "bad base64 encoding \(dataset.name) in \(path)", line: line,
        remedy: "write the value in Base64")
    case .string:
      report("the value is empty", "empty value for \(dataset.name)", line: line, remedy: "remove it")
    case .md5, .sha256:
      let digits = dataset.kind == .md5 ? 32 : 64
      // A line of another length is passed over, as lists often have headings.
      let severity: RuleProblem.Severity? = text.count == digits ? nil : .warning
      report(
        "the value is no digest", "bad hash \(dataset.name) in \(path)", line: line, severity,
        remedy: "write \(digits) hexadecimal digits")
    case .ipv4:
      report(
        "the value is no IPv4 address", "invalid Ipv4 value \(dataset.name) in \(path)", line: line,
        remedy: "write it like 192.0.2.1")
    case .ip:
      report(
        "the value is no address", "invalid Ipv6 value \(dataset.name) in \(path)", line: line,
        remedy: "write it like 2001:db8::1 or 192.0.2.1")
    }
    return nil
  }

  // MARK: JSON

  private mutating func readLineObjects(_ bytes: [UInt8], _ dataset: inout Dataset) {
    var number = 0
    var count = 0
    for line in bytes.split(separator: 0x0a, omittingEmptySubsequences: false) {
      number += 1
      if Self.trimmed(line).isEmpty { continue }
      guard !isStopped else { return }
      do {
        let value = try JSONText.parse(line)
        guard take(value, number, &count, &dataset) else { return }
      } catch {
        report(
          "this is no JSON: \(error.reason)", "can't load JSON, error on line \(number): \(error.reason)",
          line: number, column: error.offset + 1,
          remedy: "write one JSON object on each line")
      }
    }
    complainIfEmpty(count, dataset)
  }

  private mutating func readObjects(_ bytes: [UInt8], _ dataset: inout Dataset) {
    let root: JSONText
    do {
      root = try JSONText.parse(bytes[...])
    } catch {
      let before = bytes.prefix(error.offset)
      let line = before.count { $0 == 0x0a } + 1
      let column = error.offset - (before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0) + 1
      report(
        "this is no JSON: \(error.reason)", "dataset: \(dataset.name) failed to parse from '\(path)'",
        line: line, column: column, .error, remedy: "write an array of objects")
      return
    }
    guard let list = form.arrayKey.isEmpty ? root : root[path: form.arrayKey] else {
      report(
        "there is no “\(form.arrayKey)” in the file",
        "dataset: \(path) failed to get key '\(form.arrayKey)'", line: 1, .error,
        remedy: "name the array of the file in array_key")
      return
    }
    guard case .array(let values) = list else {
      report(
        "this is no array", "dataset: \(dataset.name) failed to parse from '\(path)'", line: 1, .error,
        remedy: "write an array of objects, or name it in array_key")
      return
    }
    var count = 0
    for value in values {
      guard !isStopped, take(value, 1, &count, &dataset) else { return }
    }
    complainIfEmpty(count, dataset)
  }

  private mutating func complainIfEmpty(_ count: Int, _ dataset: Dataset) {
    guard count == 0, problems.isEmpty else { return }
    report(
      "no object has “\(form.valueKey)”",
      "No valid entries for key '\(form.valueKey)' found in the file '\(path)'", line: 1, .warning,
      remedy: "name the member that holds the value in value_key")
  }

  /// Takes one object in; false where there is no room for more. Objects without the key are passed over.
  private mutating func take(
    _ object: JSONText, _ line: Int, _ count: inout Int, _ dataset: inout Dataset
  ) -> Bool {
    guard let value = object[path: form.valueKey] else { return true }
    count += 1
    guard case .string(let text) = value else {
      report(
        "the value of \(form.valueKey) is no text",
        "dataset: \(dataset.name) failed to get value because it is not a string", line: line,
        remedy: "write the value of \(form.valueKey) in quotes")
      return true
    }
    guard let key = key(text[...], line, dataset) else { return true }
    let shown =
      form.removesValue ? object.removing(form.valueKey.split(separator: ".")[...]) : object
    var record: [UInt8] = []
    shown.append(to: &record)
    guard record.count <= ListLimits.recordBytes else {
      report(
        "the object is too large", "object too large in \(path)", line: line, remedy: "keep it below 64 KiB")
      return true
    }
    // Alerts are lines of UTF-8, whatever the file holds.
    record = Array(String(decoding: record, as: UTF8.self).utf8)
    return insert(key, line: line, record: record, &dataset)
  }
}
