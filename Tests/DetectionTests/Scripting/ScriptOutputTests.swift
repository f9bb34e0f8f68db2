import Flows
import Protocols
import Testing
import Wire

@testable import Detection

@Suite("Scripts of the configuration")
struct ScriptOutputTests {
  /// Shows one record to a script, and gives what it printed and what was logged.
  private func run(
    _ script: String, _ kind: ScriptRecord, _ change: (inout ScriptSubject) -> Void = { _ in }
  ) throws -> (lines: [String], messages: [String], takes: Bool) {
    let sink = RecordingSink()
    var settings = ScriptSettings()
    settings.sink = sink
    let outputs = ScriptOutputs([ScriptOutputs.Source(path: "out.lua", text: Array(script.utf8))], settings)
    let bytes = Array("payload".utf8)
    let packet = Fixture.packet(bytes)
    var record = ScriptSubject(packet, .toServer, flow: try Fixture.flow(packet, bytes), conversation: nil)
    change(&record)
    outputs.show(kind, record, bytes.rawSpan)
    outputs.finish()
    return (sink.allLines, sink.allMessages, outputs.take(kind))
  }

  @Test("a script is set up, gets the records that it asks for, and is ended")
  func life() throws {
    let script = """
      local packet = require("suricata.packet")
      function init() return { type = "packet" } end
      function setup() print("setup") end
      function log() print("log", packet.get():sp()) end
      function deinit() print("deinit") end
      """
    #expect(try run(script, .packet).lines == ["setup", "log\t40000", "deinit"])
    #expect(try run(script, .flow).lines == ["setup", "deinit"])
  }

  @Test(
    "init says which records are taken",
    arguments: [
      ("type = \"packet\"", ScriptRecord.packet), ("type = \"packet\", filter = \"alerts\"", .alert),
      ("type = \"flow\"", .flow), ("type = \"flow\", protocol = \"http\"", .flow),
      ("type = \"file\"", .file), ("protocol = \"dns\"", .transaction("dns")),
    ])
  func kinds(table: String, kind: ScriptRecord) throws {
    #expect(try run("function init() return { \(table) } end function log() end", kind).takes)
  }

  @Test("flows, rules and files are told by their libraries")
  func libraries() throws {
    let flow = "function log() print(require(\"suricata.flow\").get():tuple()) end"
    #expect(
      try run("function init() return { type = \"flow\" } end \(flow)", .flow).lines
        == ["4\t10.0.0.1\t10.0.0.2\t17\t40000\t53"])
    let rule = "function log() print(require(\"suricata.rule\").get_rule():sid()) end"
    let alert = "function init() return { type = \"packet\", filter = \"alerts\" } end"
    #expect(try run("\(alert) \(rule)", .alert) { $0.signature = Fixture.signature(7) }.lines == ["7"])
    let file = """
      function init() return { type = "file" } end
      function log()
        local file = require("suricata.file").get_file()
        print(file:name(), file:size(), file:get_state(), file:magic(), file:is_stored())
      end
      """
    let transferred = TransferredFile(direction: .toClient, name: Array("a.txt".utf8))
    transferred.append(Array("abc".utf8).rawSpan, bytesMax: 0)
    transferred.close()
    #expect(try run(file, .file) { $0.file = transferred }.lines == ["a.txt\t3\tCLOSED\tnil\tfalse"])
  }

  @Test("all of Lua may be used, and objects of others are not taken for ours")
  func everything() throws {
    let script = """
      function init() return { type = "packet" } end
      function log()
        print(type(io.open), type(os.time), type(debug), pcall(error) == false)
        print(pcall(require("suricata.packet").get().sp, io.stdout))
      end
      """
    let lines = try run(script, .packet).lines
    #expect(lines.first == "function\tfunction\ttable\ttrue")
    #expect(lines.last?.hasPrefix("false\tbad argument #1") == true)
  }

  @Test("a script that fails is told once, one that cannot be used is left out")
  func failures() throws {
    let failing = "function init() return { type = \"packet\" } end function log() missing() end"
    #expect(try run(failing, .packet).messages.count == 1)
    for script in [
      "function init( ", "", "function init() end", "function init() return { type = \"x\" } end",
    ] {
      let outcome = try run(script, .packet)
      #expect(!outcome.takes)
      #expect(outcome.messages.count == 1)
    }
  }
}
