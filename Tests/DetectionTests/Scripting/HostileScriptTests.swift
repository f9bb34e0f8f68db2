import Testing

@testable import Detection

/// Scripts that mean harm: each ends with an error that is counted, within its limits, and the next packet is
/// inspected as if nothing had been.
@Suite("Hostile scripts")
struct HostileScriptTests {
  enum End: Sendable { case instructions, memory, limit, blocked, error, fine }

  static let plain: [(String, End)] = [
    ("while true do end", .instructions),
    ("repeat local x = 1 until false", .instructions),
    ("for i = 1, math.huge do end", .instructions),
    ("goto a ::a:: goto a", .instructions),
    ("local s = \"a\" while true do s = s .. s end", .memory),
    ("local t = {} for i = 1, 1e9 do t[i] = i end", .memory),
    ("string.rep(\"a\", 600000)", .memory), ("string.rep(\"a\", 1 << 40)", .instructions),
    ("string.rep(\"\", math.maxinteger)", .instructions),
    ("string.rep(\"\", 1e15, \"\")", .instructions),
    ("local function f() return 1 + f() end f()", .memory),
    ("local function f() f() end f()", .memory),
    ("local f f = function(x) return f(x) end f(1)", .instructions),
    ("table.move({}, 1, 1 << 50, 2)", .instructions),
    ("table.move({}, 1, math.maxinteger, 2)", .instructions),
    (
      "local t = {} for i = 0, 61 do t[1 << i] = 1 t[(1 << i) + 1] = 1 end table.insert(t, 1, 1)",
      .instructions
    ),
    ("local t = {} for i = 0, 61 do t[1 << i] = 1 t[(1 << i) + 1] = 1 end table.remove(t, 1)", .instructions),
    ("local t = {} for i = 0, 29 do t[1 << i] = 1 t[(1 << i) + 1] = 1 end table.sort(t)", .instructions),
    ("table.unpack({}, 1, 1 << 30)", .error),
    ("table.concat({}, \"\", 1, 1 << 50)", .error),
    ("string.find(string.rep(\"a\", 40), string.rep(\"a?\", 40) .. string.rep(\"a\", 40))", .instructions),
    ("string.match(string.rep(\"a\", 5000), string.rep(\".-\", 90) .. \"b\")", .instructions),
    ("string.rep(\"a\", 3000):gsub(\".-.-.-.-.-b\", \"\")", .instructions),
    ("for w in string.rep(\"a\", 3000):gmatch(\".*.*.*.*b\") do end", .instructions),
    ("string.find(\"a\", string.rep(\"(\", 40))", .error),
    ("string.find(string.rep(\"a\", 4000), string.rep(\"a?\", 4000))", .error),
    ("string.find(\"a\", \"[a\")", .error), ("string.find(\"a\", \"%\")", .error),
    ("string.find(\"a\", \"%f\")", .error), ("string.find(\"a\", \"%b\")", .error),
    ("string.gsub(\"a\", \"a\", \"%9\")", .error), ("string.gsub(\"a\", \"a\", \"%\")", .error),
    ("string.gsub(\"aaa\", \"a\", function() return {} end)", .error),
    ("string.gsub(\"\", \"\", string.rep(\"x\", 100000))", .fine),
    ("string.rep(\"a\", 1000):gsub(\"\", string.rep(\"x\", 1000))", .error),
    ("error({})", .error), ("error(nil)", .error), ("error()", .error), ("error(5)", .error),
    ("error(setmetatable and {} or {})", .error),
    ("pcall(error)", .blocked), ("xpcall(error, print)", .blocked), ("load(\"return 1\")", .blocked),
    ("loadfile(\"/etc/passwd\")", .blocked), ("dofile(\"/etc/passwd\")", .blocked),
    ("getmetatable(\"\").__index = nil", .blocked), ("setmetatable({}, {})", .blocked),
    ("collectgarbage(\"stop\")", .blocked),
    ("io.open(\"/etc/passwd\")", .error), ("os.execute(\"true\")", .error), ("debug.sethook()", .error),
    ("coroutine.wrap(print)()", .error), ("package.loadlib(\"x\", \"*\")", .error),
    ("require(\"suricata.nosuch\")", .error), ("require(\"\")", .error), ("require({})", .error),
    ("string.dump(print)", .error), ("tostring(string.rep(\"1\", 100000) + 1)", .fine),
    ("local h = require(\"suricata.hashlib\") for i = 1, 1e9 do h.md5() end", .instructions),
    (
      "local h = require(\"suricata.hashlib\").md5() while true do h:update(string.rep(\"a\", 1000)) end",
      .error
    ),
    ("require(\"suricata.packet\").get():payload():rep(100000)", .memory),
    ("local p = require(\"suricata.packet\").get() p.sp(p, p) p.tuple(nil)", .error),
    ("require(\"suricata.dataset\").add({}, \"a\", 1)", .error),
    ("local v = require(\"suricata.flowvar\").register(\"x\") v:set(string.rep(\"a\", 1000), -1)", .fine),
    ("select(math.mininteger, 1)", .error), ("string.format(\"%1000000d\", 1)", .error),
    ("string.char(table.unpack({ 256 }))", .error), ("utf8.char(-1)", .error),
    ("print = nil string = nil _G._G = nil table = nil", .fine),
    ("for k in pairs(_G) do _G[k] = nil end", .error),
  ]

  static let restricted: [(String, End)] = [
    ("while true do pcall(function() while true do end end) end", .instructions),
    ("while true do xpcall(error, function() while true do end end) end", .instructions),
    ("while true do pcall(string.rep, \"a\", 1 << 30) end", .instructions),
    ("local function f() pcall(f) f() end f()", .limit),
    ("load(\"\\27Lua\", \"x\", \"b\")()", .error), ("load(\"\\27LuaT\")()", .error),
    ("load(string.dump(function() end))()", .error),
    ("load(function() return \" \" end)", .instructions),
    ("setmetatable({}, { __gc = function() while true do end end })", .error),
    ("local m = {} setmetatable({}, m) m.__gc = function() while true do end end", .fine),
    ("getmetatable(require(\"suricata.packet\").get()).__gc = print", .error),
    ("setmetatable(require(\"suricata.packet\").get(), {})", .error),
    ("local t = setmetatable({}, { __len = function() return 1 << 60 end }) table.insert(t, 1, 1)", .error),
    ("local t = setmetatable({}, { __len = function() return 1 << 60 end }) table.sort(t)", .error),
    ("local t = setmetatable({}, { __index = function(t, k) return t[k + 1] end }) return t[1]", .error),
    ("local t = {} setmetatable(t, { __index = t }) return t.x", .error),
    ("setmetatable(_G, { __index = function(_, k) return k end }) return a .. b", .fine),
    ("getmetatable(\"\").__index = function() while true do end end return (\"\").x", .instructions),
    ("tostring(setmetatable({}, { __tostring = function() return {} end }))", .error),
    ("error(setmetatable({}, { __tostring = function() while true do end end }))", .error),
    ("collectgarbage(\"stop\") local t = {} while true do t = { t } end", .memory),
    ("collectgarbage(\"setpause\", 1 << 40) collectgarbage(\"step\", 1 << 30)", .fine),
    ("local t <close> = setmetatable({}, { __close = function() while true do end end })", .instructions),
  ]

  /// What became of a script: whether it ended as it should, and in time, with its messages.
  private func outcome(
    _ script: (String, End), allowsRestricted: Bool
  ) throws -> (isExpected: Bool, isInTime: Bool, messages: String) {
    let fixture = ScriptFixture(body: script.0) { $0.allowsRestricted = allowsRestricted }
    let clock = ContinuousClock()
    var counters = ScriptCounters()
    let time = try clock.measure { counters = try fixture.run().counters }
    let isExpected =
      switch script.1 {
      case .fine: counters == ScriptCounters()
      case .error: counters == Self.counters { _ in }
      case .instructions: counters == Self.counters { $0.instructionLimits = 1 }
      case .memory: counters == Self.counters { $0.memoryLimits = 1 }
      case .limit: counters.instructionLimits + counters.memoryLimits == 1
      case .blocked: counters == Self.counters { $0.blockedFunctions = 1 }
      }
    return (isExpected, time < .seconds(20), "\(script.0): \(counters) \(fixture.sink.allMessages)")
  }

  private static func counters(_ change: (inout ScriptCounters) -> Void) -> ScriptCounters {
    var counters = ScriptCounters()
    counters.errors = 1
    change(&counters)
    return counters
  }

  @Test("within the sandbox", arguments: HostileScriptTests.plain.indices)
  func sandbox(index: Int) throws {
    let outcome = try outcome(Self.plain[index], allowsRestricted: false)
    #expect(outcome.isExpected, "\(outcome.messages)")
    #expect(outcome.isInTime, "\(outcome.messages)")
  }

  @Test("with restricted functions allowed", arguments: HostileScriptTests.restricted.indices)
  func allowed(index: Int) throws {
    let outcome = try outcome(Self.restricted[index], allowsRestricted: true)
    #expect(outcome.isExpected, "\(outcome.messages)")
    #expect(outcome.isInTime, "\(outcome.messages)")
  }

  @Test("bytecode is never read")
  func bytecode() {
    for text in ["\u{1b}Lua", "\u{1b}LuaT\u{0}", "\u{1b}"] {
      let fixture = ScriptFixture("alert udp any any -> any any (lua:a.lua; sid:1;)", ["a.lua": text])
      #expect(fixture.loaded.signatures.isEmpty)
    }
  }

  @Test("whatever stands in a script, reading it ends")
  func garbage() {
    var random = SeededGenerator(seed: 20_261_125)
    let words = [
      "function", "init", "match", "(", ")", "{", "}", "return", "end", "\"", "[[", "for", "=", ",", "1e9",
      "do",
      "while", "true", "..", "%", "require", "string.rep", "\\", "\n", "--", "~", "local", "nil", "::",
      "goto",
    ]
    for _ in 0..<300 {
      let text = (0..<Int.random(in: 1...40, using: &random)).map { _ in
        words.randomElement(using: &random) ?? ""
      }
      let loaded = ScriptFixture(
        "alert udp any any -> any any (lua:a.lua; sid:1;)", ["a.lua": text.joined(separator: " ")]
      ).loaded
      #expect(loaded.signatures.count == 1 || !loaded.problems.isEmpty)
    }
  }

  @Test("after a failure the next packet is inspected as ever")
  func recovery() throws {
    let fixture = ScriptFixture(
      body: "count = (count or 0) + 1 if count % 2 == 1 then while true do end end return 1")
    let rules = RuleSet(fixture.loaded.signatures)
    var inspector = Inspector(rules)
    let payload = Array("x".utf8)
    #expect((0..<6).map { _ in Fixture.alerts(&inspector, payload).count } == [0, 1, 0, 1, 0, 1])
    #expect(inspector.scriptCounters.instructionLimits == 3)
    #expect(fixture.sink.allMessages.count == 1)
  }
}
