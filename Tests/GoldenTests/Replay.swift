import Foundation
import Sensor
import Store
import Testing

/// One replay into a folder of its own, and what came of it.
struct Replay {
  let report: RunReport
  let folder: URL

  init(
    captures: [String], rules: String?, site: String? = nil, workers: Int = 1, keepsStore: Bool = false,
    overrides: [String: String] = [:]
  ) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("fengsui-\(UUID().uuidString)")
    var request = RunRequest()
    request.mode = .captures(captures)
    request.ruleFiles = rules.map { [$0] } ?? []
    request.areRulesExclusive = true
    request.outputFolder = folder.path
    request.sitePath = site
    request.workers = workers
    request.keepsStore = keepsStore
    request.areStartErrorsFatal = true
    request.overrides = overrides.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    report = try PreparedRun(request, log: Log(level: .silent)).replay(captures)
  }

  func events() throws -> [JSONValue] {
    try JSONValue.lines(of: folder.appendingPathComponent("eve.json"))
  }

  func bytes(_ name: String = "eve.json") throws -> Data {
    try Data(contentsOf: folder.appendingPathComponent(name))
  }

  /// The incidents as lists show them, most important first.
  func incidents() throws -> [JSONValue] {
    let path = try #require(report.databasePath)
    let database = try StoreDatabase(path: path, readOnly: true)
    let records = try database.incidents(run: try #require(try database.latestRun()))
    let encoder = JSONEncoder()
    return try records.map { try JSONDecoder().decode(JSONValue.self, from: try encoder.encode($0)) }
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }
}
