import Foundation
import Testing

/// A folder of `Cases`: a capture, rules, and what is expected of the run.
///
/// `input.pcap` and `test.rules` are taken from the folder, unless `case.json` names others from the project.
/// Each line of `expected.jsonl` is an event with only the fields under test, found `times` times (once,
/// where it is not said). `incidents.jsonl` lists all incidents in the same way.
struct GoldenCase: CustomTestStringConvertible, Sendable {
  /// `case.json`; every key may be left out.
  struct Settings: Decodable, Sendable {
    var captures: [String]?
    var rules: String?
    var site: String?
    var overrides: [String: String]?
    var exitStatus: Int32?
    /// Words that the report's problems must hold, one for each problem.
    var problems: [String]?
  }

  let name: String
  let settings: Settings
  let events: [JSONValue]
  let incidents: [JSONValue]?

  var testDescription: String { name }

  static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
    "Cases")

  /// All cases by name; one that cannot be read fails its test by having nothing to expect.
  static let all: [GoldenCase] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().compactMap { try? GoldenCase($0) }
  }()

  init(_ name: String) throws {
    self.name = name
    let folder = Self.folder.appendingPathComponent(name)
    let settings = folder.appendingPathComponent("case.json")
    self.settings =
      FileManager.default.fileExists(atPath: settings.path)
      ? try JSONDecoder().decode(Settings.self, from: try Data(contentsOf: settings)) : Settings()
    events = try JSONValue.lines(of: folder.appendingPathComponent("expected.jsonl"))
    let incidents = folder.appendingPathComponent("incidents.jsonl")
    self.incidents =
      FileManager.default.fileExists(atPath: incidents.path) ? try JSONValue.lines(of: incidents) : nil
  }

  var captures: [String] {
    (settings.captures ?? ["Tests/GoldenTests/Cases/\(name)/input.pcap"]).map {
      Self.project.appendingPathComponent($0).path
    }
  }

  var rules: String {
    Self.project.appendingPathComponent(settings.rules ?? "Tests/GoldenTests/Cases/\(name)/test.rules").path
  }

  var site: String? { settings.site.map { Self.project.appendingPathComponent($0).path } }
}
