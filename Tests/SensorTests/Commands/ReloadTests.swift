import Foundation
import Testing

@testable import Sensor

/// Rules are read beside those in force; what cannot be used changes nothing.
@Suite struct ReloadTests {
  private final class Folder {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("fengsui-\(UUID().uuidString)")
    var rules: String { url.appendingPathComponent("a.rules").path }

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: rules)) }
  }

  private static let good = "alert tcp any any -> any any (msg:\"a\"; content:\"abcdef\"; sid:1;)\n"
  private static let broken = "alert tcp any any -> any any (msg:\"b\"; no_such_word:1; sid:2;)\n"

  private func request(_ folder: Folder) -> RunRequest {
    var request = RunRequest()
    request.ruleFiles = [folder.rules]
    request.areRulesExclusive = true
    request.outputFolder = folder.url.path
    return request
  }

  /// What becomes of a reload after the rules were changed.
  private func outcome(of text: String?, after first: String = good) throws -> RuleReloader.Outcome? {
    let folder = try Folder()
    try folder.write(first)
    let running = try LoadedRun(request(folder), log: Log(level: .silent))
    if let text { try folder.write(text) } else { try FileManager.default.removeItem(atPath: folder.rules) }
    let reloader = RuleReloader()
    #expect(reloader.begin(request(folder), after: running))
    for _ in 0..<2000 {
      if let outcome = reloader.take() { return outcome }
      usleep(5000)
    }
    return nil
  }

  private func failure(of text: String?) throws -> String? {
    guard case .failed(let reason)? = try outcome(of: text) else { return nil }
    return reason
  }

  @Test("good rules are loaded")
  func goodRules() throws {
    let more = Self.good + Self.good.replacingOccurrences(of: "sid:1", with: "sid:3")
    guard case .loaded(let loaded)? = try outcome(of: more) else {
      Issue.record("they were not loaded")
      return
    }
    #expect(loaded.ruleCount == 2)
  }

  @Test("a broken rule, an empty file and a missing one fail, each with its reason")
  func brokenRules() throws {
    let broken = try failure(of: Self.good + Self.broken)
    #expect(broken?.contains("no_such_word") == true && broken?.contains("a.rules:2:") == true)
    let empty = try failure(of: "# nothing\n")
    #expect(empty?.contains("no rules") == true)
    let missing = try failure(of: nil)
    #expect(missing?.contains("cannot be read") == true)
  }

  @Test("what was wrong before does not keep good rules from coming, wherever its line has moved")
  func knownErrors() throws {
    let moved = "# moved\n" + Self.broken + Self.good
    guard case .loaded(let loaded)? = try outcome(of: moved, after: Self.good + Self.broken) else {
      Issue.record("they were not loaded")
      return
    }
    #expect(loaded.ruleCount == 1 && loaded.refusedCount == 1)
  }

  @Test("a report tells people and programs the same")
  func report() throws {
    var report = RuleReloadReport(number: 3)
    report.changes.added = 2
    report.rulesLoaded = 7
    let document = try JSONDecoder().decode(RuleReloadReport.Document.self, from: report.json)
    #expect(document.isLoaded && document.added == 2 && document.rules == 7 && document.number == 3)
    #expect(document.message.contains("2 added"))
    report.failure = "because"
    #expect(report.text.contains("the rules in force stay: because"))
  }

  @Test("a run that nobody holds is not asked")
  func nobody() throws {
    let folder = try Folder()
    try Data("1\n".utf8).write(to: folder.url.appendingPathComponent("fengsui.pid"))
    #expect(throws: RunFailure.self) { try RuleReloadRequest.ask(folder: folder.url.path, waitSeconds: 1) }
    #expect(throws: RunFailure.self) { try RuleReloadRequest.signal(1) }
  }
}

/// Files of compiled patterns are trusted only where nobody else can have written them.
@Suite struct PatternFolderTests {
  private final class Folder {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("fengsui-\(UUID().uuidString)")
      .path
    var file: String { "\(path)/a.patterns" }

    init() throws {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func set(_ attributes: [FileAttributeKey: Any], _ path: String) throws {
      try FileManager.default.setAttributes(attributes, ofItemAtPath: path)
    }
  }

  @Test("what was kept is found again; a link, a file for all to write and a foreign one are not read")
  func files() throws {
    let folder = try Folder()
    let cache = try #require(PatternFolder(configured: folder.path))
    cache.keep([1, 2, 3], named: "a")
    #expect(cache.bytes(named: "a") == [1, 2, 3])
    try folder.set([.posixPermissions: 0o666], folder.file)
    #expect(cache.bytes(named: "a") == nil)
    try folder.set([.posixPermissions: 0o600], folder.file)
    #expect(cache.bytes(named: "a") == [1, 2, 3])
    if geteuid() == 0 {
      try folder.set([.ownerAccountID: 12_345], folder.file)
      #expect(cache.bytes(named: "a") == nil)
    }
    try FileManager.default.moveItem(atPath: folder.file, toPath: "\(folder.path)/real")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file, withDestinationPath: "\(folder.path)/real")
    #expect(cache.bytes(named: "a") == nil)
  }

  @Test("files of other programs in the folder neither count nor go; of our own the oldest go")
  func foreignFiles() throws {
    let folder = try Folder()
    for number in 0..<1100 { try Data().write(to: URL(fileURLWithPath: "\(folder.path)/\(number)_v2.hs")) }
    let cache = try #require(PatternFolder(configured: folder.path))
    cache.keep([1], named: "first")
    cache.keep([2], named: "second")
    #expect(cache.bytes(named: "first") == [1] && cache.bytes(named: "second") == [2])
    try folder.set([.modificationDate: Date(timeIntervalSince1970: 1)], "\(folder.path)/first.patterns")
    for number in 0..<1023 { try Data().write(to: URL(fileURLWithPath: "\(folder.path)/\(number).patterns")) }
    cache.keep([3], named: "third")
    #expect(cache.bytes(named: "first") == nil && cache.bytes(named: "third") == [3])
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.count { $0.hasSuffix("_v2.hs") } == 1100)
  }

  @Test("a folder that others may write to, or own, is not used, nor is a link to one")
  func folders() throws {
    let folder = try Folder()
    #expect(PatternFolder(configured: folder.path, own: nil) != nil)
    try folder.set([.posixPermissions: 0o777], folder.path)
    #expect(PatternFolder(configured: folder.path, own: nil) == nil)
    try folder.set([.posixPermissions: 0o700], folder.path)
    let link = folder.path + "-link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path)
    defer { try? FileManager.default.removeItem(atPath: link) }
    #expect(PatternFolder(configured: link, own: nil) == nil)
    if geteuid() == 0 {
      try folder.set([.ownerAccountID: 12_345], folder.path)
      #expect(PatternFolder(configured: folder.path, own: nil) == nil)
    }
  }
}
