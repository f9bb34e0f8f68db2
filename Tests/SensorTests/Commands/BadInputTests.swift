import Foundation
import Sensor
import Testing

/// What cannot be used is told in one sentence, with its place and what to do; nothing else is lost by it.
@Suite struct BadInputTests {
  private static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let capture = project.appendingPathComponent("Captures/rules/web-shell.pcap").path

  /// A folder for one test, with files in it.
  private final class Folder {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("fengsui-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ name: String, _ text: String) throws -> String {
      let file = url.appendingPathComponent(name)
      try Data(text.utf8).write(to: file)
      return file.path
    }
  }

  private func run(
    _ folder: Folder, captures: [String] = [capture], rules: [String] = [], configuration: String? = nil,
    output: String? = nil, overrides: [(key: String, value: String)] = []
  ) throws -> RunReport {
    var request = RunRequest()
    request.mode = .captures(captures)
    request.ruleFiles = rules
    request.areRulesExclusive = true
    request.configurationPath = configuration
    request.outputFolder = output ?? folder.url.appendingPathComponent("out").path
    request.overrides = overrides
    request.workers = 1
    return try PreparedRun(request, log: Log(level: .silent)).replay(captures)
  }

  private func failure(_ body: () throws -> RunReport) -> RunFailure? {
    do {
      _ = try body()
      return nil
    } catch {
      return error as? RunFailure
    }
  }

  @Test("a missing capture is named, and the others are read all the same")
  func missingCapture() throws {
    let folder = try Folder()
    let report = try run(folder, captures: ["nothere.pcap", Self.capture])
    #expect(report.exitStatus != 0)
    #expect(report.problems.count == 1)
    #expect(report.problems.first?.contains("nothere.pcap") == true)
    #expect(report.packets > 0)
  }

  @Test("a text is no capture")
  func textAsCapture() throws {
    let folder = try Folder()
    let report = try run(
      folder, captures: [try folder.write("text.pcap", "a text, long enough to be a header\n")])
    #expect(report.exitStatus != 0)
    #expect(report.problems.count == 1)
    #expect(report.problems.first?.contains("text.pcap") == true)
  }

  @Test("an empty file is no capture")
  func emptyFile() throws {
    let folder = try Folder()
    let report = try run(folder, captures: [try folder.write("empty.pcap", "")])
    #expect(report.exitStatus != 0)
    #expect(report.problems.count == 1)
  }

  @Test("a rule that cannot be used leaves the others in use, and the exit status says so")
  func badRule() throws {
    let folder = try Folder()
    let rules = try folder.write(
      "some.rules",
      """
      alert tcp any any -> any any (msg:"x"; contnet:"abc"; sid:1;)
      alert tcp any any -> any any (msg:"y"; flow:established; sid:2;)
      """)
    let report = try run(folder, rules: [rules])
    #expect(report.rulesRefused == 1)
    #expect(report.rulesLoaded == 1)
    #expect(report.alerts > 0)
    #expect(report.exitStatus != 0)
  }

  @Test(
    "a configuration that cannot be used ends the run before its first packet",
    arguments: [
      "%YAML 1.1\n---\nvars:\n\taddress-groups:\n",
      "%YAML 1.1\n---\nvars:\n  address-groups:\n    A: [1.2.3.4\n",
      "%YAML 1.1\n---\nflow:\n  memcap: many\n",
    ])
  func badConfiguration(text: String) throws {
    let folder = try Folder()
    let path = try folder.write("bad.yaml", text)
    #expect(failure { try run(folder, configuration: path) } != nil)
    let output = folder.url.appendingPathComponent("out").path
    #expect(!FileManager.default.fileExists(atPath: output))
  }

  @Test("an output folder that cannot be made is named with the remedy")
  func outputFolder() throws {
    let folder = try Folder()
    let found = failure { try run(folder, output: "/proc/nowhere") }
    let text = try #require(found?.description)
    #expect(text.contains("/proc/nowhere"))
    #expect(text.contains("-o"))
  }

  @Test("a full disk ends the run with the place and the remedy")
  func fullDisk() throws {
    let folder = try Folder()
    let configuration = try folder.write(
      "full.yaml",
      """
      %YAML 1.1
      ---
      outputs:
        - eve-log:
            enabled: yes
            filename: /dev/full
            types: [flow, http]
      """)
    let found = failure { try run(folder, configuration: configuration) }
    let text = try #require(found?.description)
    #expect(text.contains("/dev/full"))
    #expect(text.contains("no space"))
    #expect(text.contains("free some space"))
  }
}
