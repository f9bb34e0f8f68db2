import Flows
import Protocols
import Synchronization
import Testing
import Wire

@testable import Detection

/// Keeps what scripts print and log.
final class RecordingSink: ScriptSink {
  private let lines = Mutex<[String]>([])
  private let messages = Mutex<[String]>([])

  func printed(_ text: [UInt8]) { lines.withLock { $0.append(String(decoding: text, as: UTF8.self)) } }

  func logged(_ level: ScriptLogLevel, _ message: String) {
    messages.withLock { $0.append("\(level.rawValue): \(message)") }
  }

  var allLines: [String] { lines.withLock { $0 } }
  var allMessages: [String] { messages.withLock { $0 } }
}

/// Rules with scripts that exist only here.
struct ScriptFixture {
  let loaded: LoadedRules
  let sink = RecordingSink()

  init(_ rules: String, _ scripts: [String: String], _ change: (inout ScriptSettings) -> Void = { _ in }) {
    var environment = RuleEnvironment()
    environment.lists.read = { path in
      scripts.first { path.hasSuffix("/\($0.key)") }.map { Array($0.value.utf8) }
    }
    environment.scripts.sink = sink
    change(&environment.scripts)
    loaded = RuleLoader.load(files: [("/rules/a.rules", rules)], environment: environment)
  }

  /// One rule that asks one script on every datagram.
  init(body: String, _ change: (inout ScriptSettings) -> Void = { _ in }) {
    self.init(
      "alert udp any any -> any any (msg:\"m\"; lua:a.lua; sid:1; rev:2;)",
      ["a.lua": "function init() return {} end\nfunction match(args)\n\(body)\nend"], change)
  }

  /// What one datagram gives: whether the first rule alerts, and how its scripts failed.
  func run(_ payload: String = "payload") throws -> (alerts: Bool, counters: ScriptCounters) {
    #expect(loaded.problems == [])
    let bytes = Array(payload.utf8)
    let packet = Fixture.packet(bytes)
    let rules = RuleSet(
      loaded.signatures, datasets: loaded.datasets, scriptNames: ScriptNames(loaded))
    var inspector = Inspector(rules)
    var alerts: [Alert] = []
    inspector.inspect(
      packet, bytes.rawSpan, .toServer, flow: try Fixture.flow(packet, bytes), conversation: nil, stream: nil,
      into: &alerts)
    return (!alerts.isEmpty, inspector.scriptCounters)
  }

  /// What a script prints of a Lua expression.
  static func value(of expression: String, _ payload: String = "payload") throws -> String {
    let fixture = ScriptFixture(body: "print(\(expression))")
    let outcome = try fixture.run(payload)
    guard outcome.counters.errors == 0 else { return fixture.sink.allMessages.joined() }
    return fixture.sink.allLines.joined(separator: "\n")
  }
}
