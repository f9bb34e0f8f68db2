/// The data sets that rules and configuration name, while rules are being loaded.
struct DatasetRegister {
  /// What a rule says of a set besides its name.
  struct Wish {
    var kind: DatasetKind?
    var load: KeywordValue?
    var save: KeywordValue?
    var state: KeywordValue?
    var memcapBytes: Int?
    var hashSize: Int?
    var form = DatasetReader.Form()
  }

  private let settings: ListSettings
  private(set) var sets: [Dataset] = []
  /// Problems in list files.
  private(set) var problems: [RuleProblem] = []
  /// Whole lines for Suricata's log, which scripts look for.
  private(set) var notes: [String] = []
  private var numbers: [String: Int] = [:]
  private var hashSizes = 0

  init(_ settings: ListSettings) {
    self.settings = settings
  }

  /// Makes the sets that the configuration declares.
  mutating func declare() {
    for declaration in settings.declarations {
      do throws(RuleProblem) {
        try declare(declaration)
      } catch {
        problems.append(error)
      }
    }
  }

  private mutating func declare(_ declaration: ListSettings.Declaration) throws(RuleProblem) {
    func problem(_ message: String, _ remedy: String) -> RuleProblem {
      RuleProblem(at: declaration.position, message, remedy: remedy)
    }
    guard let kind = DatasetKind(word: declaration.kind) else {
      throw problem(
        "datasets: bad type \(declaration.kind) for \(declaration.name)",
        "write string, md5, sha256, ipv4, ipv6 or ip")
    }
    let save = (declaration.save ?? declaration.state).map { dataPath($0) }
    var dataset = try make(
      declaration.name, kind, save, declaration.memcapBytes, declaration.hashSize, problem)
    if let path = declaration.state.map({ dataPath($0) }) ?? declaration.load.map({ dataPath($0) }) {
      guard let bytes = settings.read(path) ?? (declaration.state == nil ? nil : []) else {
        throw problem(
          "\(path) of the data set \(declaration.name) cannot be read", "check its name and rights")
      }
      read(bytes, path, DatasetReader.Form(), into: &dataset)
    }
    add(dataset)
  }

  private mutating func add(_ dataset: Dataset) {
    numbers[dataset.name] = sets.count
    sets.append(dataset)
  }

  private mutating func make(
    _ name: String, _ kind: DatasetKind, _ save: String?, _ memcap: Int?, _ hashSize: Int?,
    _ problem: (String, String) -> RuleProblem
  ) throws(RuleProblem) -> Dataset {
    let hashSize = hashSize ?? settings.hashSize
    guard hashSize <= settings.singleHashSizeMax else {
      throw problem(
        "hashsize \(hashSize) in dataset '\(name)' exceeds configured 'single-hashsize' limit "
          + "(\(settings.singleHashSizeMax))", "write a smaller one, or raise datasets.limits")
    }
    guard hashSizes + hashSize <= settings.totalHashSizesMax else {
      throw problem(
        "hashsize \(hashSize) in dataset '\(name)' exceeds configured 'total-hashsizes' limit "
          + "(\(settings.totalHashSizesMax))", "write a smaller one, or raise datasets.limits")
    }
    hashSizes += hashSize
    let dataset = Dataset(
      name: name, kind: kind, savePath: save, memcapBytes: memcap ?? settings.memcapBytes, hashSize: hashSize)
    guard dataset.memoryBytesEmpty <= dataset.memcapBytes else {
      throw problem(
        "preallocating data failed: max thash memcap reached. Memcap \(dataset.memcapBytes), "
          + "Memuse \(dataset.memoryBytesEmpty).", "raise the memcap of \(name)")
    }
    return dataset
  }

  private mutating func read(
    _ bytes: [UInt8], _ path: String, _ form: DatasetReader.Form, into dataset: inout Dataset
  ) {
    var reader = DatasetReader(path: path, form: form, isStrict: settings.isStrict)
    reader.read(bytes, into: &dataset)
    dataset.listDigest = Digest.of(bytes.rawSpan, .sha256)
    problems += reader.problems
  }

  /// The set that a rule names, made if it is new. `place` is where the rule names it.
  mutating func set(_ name: KeywordValue, _ wish: Wish) throws(RuleProblem) -> Int {
    if let number = numbers[name.text] {
      let known = sets[number]
      if let kind = wish.kind, kind != known.kind {
        throw name.problem(
          "dataset \(name.text) already exists and is of type \(known.kind.rawValue)",
          remedy: "write type \(known.kind.rawValue), or give the set another name")
      }
      return number
    }
    guard let kind = wish.kind else {
      throw name.problem(
        "dataset \(name.text) not defined", remedy: "write its type: \(name.text), type string")
    }
    let save = try savePath(wish)
    func problem(_ message: String, _ remedy: String) -> RuleProblem { name.problem(message, remedy: remedy) }
    var dataset = try make(name.text, kind, save, wish.memcapBytes, wish.hashSize, problem)
    if wish.state != nil, let save {
      if let bytes = settings.read(save) { read(bytes, save, wish.form, into: &dataset) }
    } else if let load = wish.load {
      let path = loadPath(load)
      guard let bytes = settings.read(path) else {
        throw load.problem("\(path) cannot be read", remedy: "check its name and rights")
      }
      let before = problems.count
      read(bytes, path, wish.form, into: &dataset)
      if problems[before...].contains(where: { $0.severity == .error }) {
        throw name.problem(
          "the list of the data set \(name.text) cannot be used", remedy: "mend \(path) as told")
      }
    }
    add(dataset)
    return sets.count - 1
  }

  // MARK: Paths

  /// Where a rule's set is written, as far as the configuration allows it.
  private mutating func savePath(_ wish: Wish) throws(RuleProblem) -> String? {
    if wish.state != nil, let other = wish.load ?? wish.save {
      throw other.problem(
        "'state' can not be mixed with 'load' and 'save'", remedy: "write state alone, or load and save")
    }
    guard let value = wish.save ?? wish.state else { return nil }
    guard settings.allowsWrite else {
      throw value.problem(
        "rules may not write data sets (datasets.rules.allow-write)",
        remedy: "write load, or set allow-write: yes"
      ).inSuricata("detect-dataset", "Rules containing save/state datasets have been disabled")
    }
    let path = value.text
    if path.hasPrefix("/") {
      guard settings.allowsAbsoluteNames else {
        throw value.problem(
          "“\(path)” is an absolute path, which rules may not write to",
          remedy: "write a name in the data folder, or set datasets.rules.allow-absolute-filenames: yes"
        ).inSuricata("detect-dataset", "Absolute paths not allowed: \(path)")
      }
      notes.append("Allowing absolute filename for dataset rule: \(path)")
      return path
    }
    guard !path.split(separator: "/").contains("..") else {
      throw value.problem(
        "“\(path)” leads out of the data folder", remedy: "write a name in the data folder, without .."
      ).inSuricata("detect-dataset", "Directory traversals not allowed: \(path)")
    }
    return dataPath(path)
  }

  private func dataPath(_ name: String) -> String {
    name.hasPrefix("/") ? name : "\(settings.dataFolder)/\(name)"
  }

  private func loadPath(_ value: KeywordValue) -> String {
    settings.path(of: value.text, besides: value.source.file)
  }
}

extension ListSettings {
  /// Where a list is that a rule names: beside the rule's file, else where it says.
  func path(of name: String, besides ruleFile: String) -> String {
    if name.hasPrefix("/") { return name }
    let folder = ruleFile.lastIndex(of: "/").map { String(ruleFile[..<$0]) } ?? "."
    let beside = "\(folder)/\(name)"
    if isThere(beside) { return beside }
    if !ruleFolder.isEmpty, isThere("\(ruleFolder)/\(name)") { return "\(ruleFolder)/\(name)" }
    return name
  }

  private func isThere(_ path: String) -> Bool { exists?(path) ?? (read(path) != nil) }
}
