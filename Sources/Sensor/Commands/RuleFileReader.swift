import Detection
import Foundation

/// Finds and reads the files of rules that a run asks for, and what the rules are read with.
struct RuleFileReader {
  private let settings: RuleSettings
  private let request: RunRequest
  private let lists: ListSettings
  private(set) var problems: [RuleProblem] = []
  /// Files that were read.
  private(set) var fileCount = 0
  /// What was read, in the words that tools look for in Suricata's own log.
  private(set) var notes: [String] = []

  init(settings: RuleSettings, lists: ListSettings, request: RunRequest) {
    self.settings = settings
    self.lists = lists
    self.request = request
  }

  /// Variables, classifications, reference kinds and thresholds.
  mutating func environment() -> RuleEnvironment {
    var environment = RuleEnvironment()
    environment.isInline = request.simulatesIPS
    environment.lists = lists
    environment.lists.read = DatasetFiles.read
    environment.lists.exists = { FileManager.default.fileExists(atPath: $0) }
    environment.lists.ruleFolder = settings.folder
    environment.lists.isStrict = request.areStartErrorsFatal
    if let folder = request.dataFolder { environment.lists.dataFolder = folder }
    func definitions(_ groups: [RuleSettings.Group]) -> [String: RuleVariables.Definition] {
      Dictionary(groups.map { ($0.name, RuleVariables.Definition($0.text, at: $0.position)) }) { _, last in
        last
      }
    }
    environment.variables = RuleVariables(
      addresses: definitions(settings.addressGroups), ports: definitions(settings.portGroups))
    if let path = besideRules("classification.config") ?? settings.classificationFile,
      let text = optional(path)
    {
      let (parsed, found) = Classifications.parse(text, file: path)
      environment.classifications = parsed
      add(found, "Invalid Classtype in classification.config file \(path)")
      if !found.isEmpty { notes.append("Error loading classification configuration from \(path)") }
    }
    if let path = besideRules("reference.config") ?? settings.referenceFile, let text = optional(path) {
      let (parsed, found) = ReferenceKinds.parse(text, file: path)
      environment.references = parsed
      add(found, "Invalid Reference Config in reference.config file \(path)")
    }
    if let path = besideRules("threshold.config") ?? settings.thresholdFile, let text = optional(path) {
      let (parsed, found) = ThresholdRules.parse(text, file: path, variables: environment.variables)
      environment.thresholds = parsed
      add(found, "Error loading threshold configuration from \(path)")
      notes.append("Threshold config parsed: \(parsed.items.count) rule(s) found")
    }
    environment.reputation = reputation()
    if let path = settings.countryDatabase {
      do {
        environment.countries = try GeoDatabase(path: path)
      } catch {
        environment.countriesProblem =
          "Failed to open GeoIP2 database: \(path). Error was: \(error.message).  "
          + "GeoIP rule matching is disabled."
      }
    }
    return environment
  }

  /// Categories and scores of addresses.
  private mutating func reputation() -> Reputation {
    var reputation = Reputation()
    guard let path = settings.reputationCategories else { return reputation }
    guard let text = optional(path) else {
      tellMissing(path, "reputation-categories-file")
      return reputation
    }
    problems += reputation.readCategories(text, file: path)
    for path in settings.reputationFiles {
      guard let text = optional(path) else {
        tellMissing(path, "reputation-files")
        continue
      }
      notes.append("Loading reputation file: \(path)")
      problems += reputation.readScores(text, file: path)
    }
    return reputation
  }

  private mutating func tellMissing(_ path: String, _ key: String) {
    problems.append(
      RuleProblem(
        at: SourcePosition(file: path, line: 1, column: 1), "the file of \(key) cannot be read",
        remedy: "check its name and rights"))
  }

  /// Adds what is wrong with a file beside the rules, with Suricata's words for it before ours.
  private mutating func add(_ found: [RuleProblem], _ words: String) {
    problems += found.map {
      RuleProblem($0.severity, at: $0.position, "\(words): \($0.message)", remedy: $0.remedy)
    }
  }

  /// Names and bytes of all files of rules, in order.
  mutating func files() -> [(name: String, bytes: [UInt8])] {
    var paths: [(String, SourcePosition?)] = []
    if !request.areRulesExclusive {
      for (name, position) in settings.files {
        let path = name.hasPrefix("/") ? name : "\(settings.folder)/\(name)"
        for found in expanded(path) { paths.append((found, position)) }
      }
    }
    var firewallFiles = request.firewallRuleFiles
    if firewallFiles.isEmpty, !request.areRulesExclusive { firewallFiles = settings.firewallFiles }
    for path in request.ruleFiles + firewallFiles {
      for found in expanded(path) { paths.append((found, nil)) }
    }
    return paths.compactMap { path, position in
      if let data = Self.contents(path) {
        fileCount += 1
        return (path, [UInt8](data))
      }
      // The configuration's own list may name files that are not installed; those asked for must be there.
      let place = position ?? SourcePosition(file: path, line: 1, column: 1)
      problems.append(
        RuleProblem(
          position == nil ? .error : .warning, at: place, "the file of rules \(path) cannot be read",
          remedy: "check its name and rights"))
      return nil
    }
  }

  /// A configuration file in a folder of rules that was named: it goes with them.
  private func besideRules(_ name: String) -> String? {
    for path in request.ruleFiles where isFolder(path) {
      if FileManager.default.fileExists(atPath: "\(path)/\(name)") { return "\(path)/\(name)" }
    }
    return nil
  }

  private func optional(_ path: String) -> String? {
    Self.contents(path).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The bytes of a file, or of a pipe, as a shell's `<(…)` gives it.
  private static func contents(_ path: String) -> Data? {
    if let data = FileManager.default.contents(atPath: path) { return data }
    guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? handle.close() }
    return try? handle.readToEnd()
  }

  /// A folder gives its `.rules` files by name, a pattern with `*` or `?` what it matches.
  private func expanded(_ path: String) -> [String] {
    if isFolder(path) {
      return names(in: path).filter { $0.hasSuffix(".rules") }.map { "\(path)/\($0)" }
    }
    guard path.contains("*") || path.contains("?") else { return [path] }
    let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : "."
    let pattern = Array((path.split(separator: "/").last.map(String.init) ?? path).utf8)
    return names(in: folder).filter { Self.matches(Array($0.utf8)[...], pattern[...]) }.map {
      "\(folder)/\($0)"
    }
  }

  private func isFolder(_ path: String) -> Bool { FileManager.default.isFolder(path) }

  private func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  /// Whether a name fits a pattern of `*` (anything) and `?` (one character): linear with one place to go
  /// back to.
  private static func matches(_ name: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    var (at, want) = (name.startIndex, pattern.startIndex)
    var star: (pattern: Int, name: Int)?
    while at < name.endIndex {
      if want < pattern.endIndex, pattern[want] == UInt8(ascii: "*") {
        star = (want, at)
        want += 1
      } else if want < pattern.endIndex, pattern[want] == UInt8(ascii: "?") || pattern[want] == name[at] {
        at += 1
        want += 1
      } else if let back = star {
        star = (back.pattern, back.name + 1)
        (want, at) = (back.pattern + 1, back.name + 1)
      } else {
        return false
      }
    }
    return pattern[want...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}

extension FileManager {
  /// Whether there is a folder of that name, or a link to one.
  func isFolder(_ path: String) -> Bool {
    let kind = (try? attributesOfItem(atPath: path))?[.type] as? FileAttributeType
    if kind == .typeSymbolicLink { return (try? contentsOfDirectory(atPath: path)) != nil }
    return kind == .typeDirectory
  }
}
