import Flows
import Protocols
import Testing
import Wire

@testable import Detection

@Suite("Scripts of rules")
struct ScriptTests {
  @Test(
    "a script matches by returning 1 and nothing else",
    arguments: [
      ("return 1", true), ("return 1.0", true), ("return 1, 2", true), ("return 0", false),
      ("return true", false),
      ("return \"1\"", false), ("return", false), ("return {}", false), ("return 1.5", false),
    ])
  func results(body: String, matches: Bool) throws {
    #expect(try ScriptFixture(body: body).run().alerts == matches)
  }

  @Test("a negated script matches by not returning 1, but not by failing")
  func negation() throws {
    func run(_ body: String) throws -> Bool {
      try ScriptFixture(
        "alert udp any any -> any any (lua:!a.lua; sid:1;)",
        ["a.lua": "function init() return {} end function match() \(body) end"]
      ).run().alerts
    }
    #expect(try run("return 0"))
    #expect(try !run("return 1"))
    #expect(try !run("missing()"))
  }

  @Test(
    "what is wrong with a script refuses its rule in the reference's words",
    arguments: [
      ("function init( return", "couldn't load file: /rules/a.lua:1: <name> or '...' expected near 'return'"),
      ("function match() end", "no init function in script"),
      ("function init() end", "init function in script should return table, returned is not table"),
      ("function init() error(\"boom\") end", "couldn't run script 'init' function: /rules/a.lua:1: boom"),
      ("error(\"top\")", "couldn't prime file: /rules/a.lua:1: top"),
      ("x = {} for i = 1, 1e7 do x[i] = {} end", "couldn't prime file: not enough memory"),
      (
        "function init() while true do end end",
        "couldn't run script 'init' function: instruction limit exceeded"
      ),
      ("function init() return { nosuch = true } end", "unsupported data type nosuch"),
      (
        "function init() return { [\"http.uri\"] = true } end",
        "data type http.uri no longer supported, use rule hooks"
      ),
      ("require(\"os\")", "couldn't prime file: /rules/a.lua:1: Module not found: os"),
    ])
  func refusals(text: String, words: String) {
    let fixture = ScriptFixture("alert udp any any -> any any (lua:a.lua; sid:1;)", ["a.lua": text])
    #expect(fixture.loaded.signatures.isEmpty)
    #expect(fixture.loaded.problems.first?.counterpart?.text == words)
  }

  @Test("scripts can be switched off, and must be there")
  func switchedOff() {
    let rule = "alert udp any any -> any any (lua:a.lua; sid:1;)"
    let off = ScriptFixture(rule, ["a.lua": ""]) { $0.allowsRules = false }
    #expect(
      off.loaded.problems.first?.counterpart?.text
        == "Lua rules disabled by security configuration: security.lua.allow-rules")
    let missing = ScriptFixture(rule, [:])
    #expect(
      missing.loaded.problems.first?.counterpart?.text.hasSuffix("a.lua: No such file or directory") == true)
  }

  @Test(
    "libraries tell of packet, flow and rule",
    arguments: [
      ("require(\"suricata.packet\").get():tuple()", "4\t10.0.0.1\t10.0.0.2\t17\t40000\t53"),
      ("require(\"suricata.packet\").get():payload()", "payload"),
      ("require(\"suricata.packet\").get():pcap_cnt()", "1"),
      ("require(\"suricata.packet\").get():sp()", "40000"),
      ("require(\"suricata.packet\").get():timestring_iso8601()", "1970-01-01T00:00:01.000000+0000"),
      ("require(\"suricata.packet\").get():timestring_legacy()", "01/01/1970-00:00:01.000000"),
      ("require(\"suricata.packet\").get():timestamp()", "1.0\t0.0"),
      ("require(\"suricata.flow\").get():tuple()", "4\t10.0.0.1\t10.0.0.2\t17\t40000\t53"),
      ("require(\"suricata.flow\").get():app_layer_proto()", "unknown\tunknown\tunknown\tunknown\tunknown"),
      ("require(\"suricata.flow\").get():has_alerts()", "false"),
      ("require(\"suricata.rule\").get_rule():sid()", "1"),
      ("require(\"suricata.rule\").get_rule():rev()", "2"),
      ("require(\"suricata.rule\").get_rule():action()", "alert"),
      ("require(\"suricata.rule\").get_rule():msg()", "m"),
      ("require(\"suricata.dns\").get_tx()", "nil\terror: no tx available"),
      ("require(\"suricata.http\").get_tx()", "nil\terror: protocol not http"),
      ("require(\"suricata.ja3\").get_tx()", "nil\terror: protocol nor tls neither quic"),
      ("require(\"suricata.util\").thread_info().name", "W#01"),
    ])
  func libraries(expression: String, value: String) throws {
    #expect(try ScriptFixture.value(of: expression) == value)
  }

  @Test(
    "tools give what the reference gives",
    arguments: [
      ("require(\"suricata.base64\").encode(\"ab\")", "YWI="),
      ("require(\"suricata.base64\").encode_nopad(5)", "NQ"),
      ("require(\"suricata.base64\").decode(\"YWI=\")", "ab"),
      ("require(\"suricata.base64\").decode_rfc2045(\"Y W I =\")", "ab"),
      ("require(\"suricata.base64\").decode(\"!!!!\")", "base64 decoding failed"),
      ("require(\"suricata.hashlib\").md5_hexdigest(\"\")", "d41d8cd98f00b204e9800998ecf8427e"),
      ("require(\"suricata.hashlib\").sha1_hexdigest(\"abc\")", "a9993e364706816aba3e25717850c26c9cd0d89d"),
      ("#require(\"suricata.hashlib\").sha256_digest(\"abc\")", "32"),
      ("require(\"suricata.packet\").get().payload(5)", "bad argument #1 to 'payload'"),
      ("require(\"suricata.base64\").encode()", "(string expected, got no value)"),
    ])
  func tools(expression: String, value: String) throws {
    #expect(try ScriptFixture.value(of: expression).contains(value))
  }

  @Test("a digest can be fed in parts, and ends once")
  func digests() throws {
    let fixture = ScriptFixture(
      body: """
        local hasher = require("suricata.hashlib").md5()
        hasher:update("a") hasher:update("bc")
        print(hasher:finalize_to_hex())
        hasher:update("d")
        """)
    #expect(try fixture.run().counters.errors == 1)
    #expect(fixture.sink.allLines == ["900150983cd24fb0d6963f7d28e17f72"])
    #expect(fixture.sink.allMessages.first?.contains("invalid md5 hash context") == true)
  }

  @Test("values kept for the flow are shared with other rules and scripts")
  func flowState() throws {
    let fixture = ScriptFixture(
      """
      alert udp any any -> any any (flowint:count,=,4; lua:set.lua; sid:1;)
      alert udp any any -> any any (flowint:other,==,5; lua:get.lua; sid:2;)
      """,
      [
        "set.lua": """
        local flowint = require("suricata.flowint")
        local flowvar = require("suricata.flowvar")
        function init() flowint.register("other") flowvar.register("name") return {} end
        function thread_init() other = flowint.get("other") name = flowvar.get("name") end
        function match()
          other:set(4) other:incr() other:incr() other:decr()
          name:set("abcdef", 3)
          return 1
        end
        """,
        "get.lua": """
        function init() return {} end
        function match()
          local name = require("suricata.flowvar").get("name")
          print(require("suricata.flowint").get("count"):value(), name:value())
          return 1
        end
        """,
      ])
    #expect(try fixture.run().counters == ScriptCounters())
    #expect(fixture.sink.allLines == ["4\tabc"])
  }

  @Test("numbers that the rule read are told by name")
  func byteVariables() throws {
    let fixture = ScriptFixture(
      "alert udp any any -> any any (content:\"pay\"; byte_extract:1,0,first; lua:a.lua; sid:1;)",
      [
        "a.lua": """
        local bytevar = require("suricata.bytevar")
        function init(sig) bytevar.map(sig, "first") return {} end
        function thread_init() first = bytevar.get("first") end
        function match() print(first:value()) return 1 end
        """
      ])
    #expect(try fixture.run().alerts)
    #expect(fixture.sink.allLines == ["112"])
  }

  @Test("a transaction is told by its library while its rule is asked")
  func transaction() throws {
    let fixture = ScriptFixture(
      "alert dns:request_complete any any -> any any (lua:a.lua; sid:1;)",
      [
        "a.lua": """
        local dns = require("suricata.dns")
        function init() return {} end
        function match()
          local tx = kept or dns.get_tx()
          kept = tx
          print(tx:rrname(), tx:txid(), tx:queries()[0].type, tx:rcode_string())
          return 1
        end
        """
      ])
    let query: [UInt8] =
      [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1] + Array("a".utf8) + [7] + Array("example".utf8)
      + [0, 0, 1, 0, 1]
    let packet = Fixture.packet(query, port: 1025, port: 53, ipProtocol: 17)
    let conversation = Conversation(
      .udp, sourcePort: 1025, destinationPort: 53, settings: ProtocolSettings())
    conversation.datagram(query.rawSpan, .toServer, PacketClock(nanoseconds: 1))
    var inspector = Inspector(RuleSet(fixture.loaded.signatures))
    var alerts: [Alert] = []
    inspector.inspect(
      packet, query.rawSpan, .toServer, flow: try Fixture.flow(packet, query), conversation: conversation,
      stream: nil,
      into: &alerts)
    #expect(alerts.count == 1)
    #expect(fixture.sink.allLines == ["a.example\t4660\tA\tNOERROR"])
  }

  @Test("a rule that needs a payload is asked only with one, and a failing script complains once")
  func needs() throws {
    let script =
      "function init() return { payload = true } end function match() print(\"asked\") return 1 end"
    let fixture = ScriptFixture("alert udp any any -> any any (lua:a.lua; sid:1;)", ["a.lua": script])
    #expect(try !fixture.run("").alerts)
    #expect(try fixture.run("x").alerts)
    #expect(fixture.sink.allLines == ["asked"])
  }

  @Test(
    "a transformation takes a text and its length, and else leaves the buffer as it is",
    arguments: [
      ("return \"ab\" .. #input, 3", "ab4", true), ("return \"ab4\"", "|0a 00 00 01|", true),
      ("return nil, 0", "|0a 00 00 01|", true), ("return \"abcd\", 3", "abcd", false),
      ("return \"abcd\", 99", "abcd", true), ("return {}, 2", "|0a 00 00 01|", true),
      ("missing()", "|0a 00 00 01|", true), ("return args[2] .. #args, 99", " b 22", true),
    ])
  func transformations(body: String, content: String, matches: Bool) throws {
    let fixture = ScriptFixture(
      "alert udp any any -> any any (ip.src; luaxform:a.lua, a 1, b 2; content:\"\(content)\"; sid:1;)",
      ["a.lua": "function transform(input, args) \(body) end"])
    #expect(try fixture.run().alerts == matches)
  }
}
