import Testing

@testable import Sensor

@Suite struct ConfigurationTests {
  private func load(_ text: String, overrides: [(key: String, value: String)] = []) -> Configuration {
    var loader = ConfigurationLoader()
    for (key, value) in overrides { loader.override(key, with: value) }
    loader.load(text: text, named: "test.yaml")
    return Configuration(root: loader.root, problems: loader.problems)
  }

  @Test("the dump has every node as Suricata prints it")
  func dump() {
    let configuration = load("foo: 1\nlist: [a, {b: c, d: e}]\nempty:\nq: \"quoted\"\nz_z: 5\n")
    #expect(
      configuration.dump() == [
        "foo = 1", "list = (null)", "list.0 = a", "list.1 = b", "list.1.b = c", "list.1.d = e",
        "empty = (null)",
        "q = quoted", "z-z = 5",
      ])
  }

  @Test("--set wins over files, and reaches into lists")
  func overridesWin() {
    let configuration = load(
      "m:\n  b: 3\n  c: 4\nl:\n  - x\n  - y:\n      z: 1\n",
      overrides: [("m.b", "8"), ("l.1.y.z", "2"), ("new.0.a", "5")])
    #expect(configuration.value("m.b") == "8")
    #expect(configuration.value("m.c") == "4")
    #expect(configuration.value("l.0") == "x")
    #expect(configuration.value("l.1.y.z") == "2")
    #expect(configuration.value("new.0.a") == "5")
  }

  @Test("of keys that stand twice in one mapping the later counts, and they are told of")
  func repeatedKeys() {
    let configuration = load(
      "m:\n  a: 1\n  b:\n    - 1\n  a: 2\n  b:\n    - 8\n    - a: 3\n      c: 4\n      a: 5\n")
    #expect(configuration.value("m.a") == "2")
    #expect(configuration.value("m.b.0") == "8")
    #expect(configuration.value("m.b.1.a") == "5")
    #expect(configuration.problems.map(\.severity) == [.warning])
  }

  @Test("a later section takes the place of an earlier one")
  func laterSectionsWin() {
    var loader = ConfigurationLoader()
    loader.load(text: "m:\n  a: 1\n  b: 2\nl: [1, 2, 3]\n", named: "a.yaml")
    loader.load(text: "m:\n  b: 3\nl: [9]\n", named: "b.yaml")
    #expect(loader.root.dump() == ["m = (null)", "m.b = 3", "l = (null)", "l.0 = 9"])
  }

  @Test("a tab in the indentation is named with its place")
  func tabs() {
    let problem = load("a:\n\t- b\n").problems.first
    #expect(problem?.position.line == 2)
    #expect(problem?.message.contains("tab") == true)
  }

  @Test(
    "sizes have units of 1,024",
    arguments: [
      ("64mb", 64 << 20), ("10 MiB", 10 << 20), ("100 KiB", 100 << 10), ("2560", 2560), ("1gb", 1 << 30),
      ("1.5k", 1536),
    ])
  func sizes(text: String, bytes: Int) {
    #expect(SettingReader.bytes(text) == bytes)
  }

  @Test("what is no size is refused", arguments: ["", "mb", "12 parsecs", "-1", "99999999999999999999999gb"])
  func noSizes(text: String) {
    #expect(SettingReader.bytes(text) == nil)
  }

  @Test("settings come from their keys, and wrong ones are told with their place")
  func settings() {
    let (settings, problems) = SensorSettings.read(
      load(
        """
        stream:
          memcap: 1 MiB
          midstream: true
          reassembly:
            depth: lots
        flow-timeouts:
          tcp:
            new: 7
        pcre:
          match-limit: 0
        outputs:
          - eve-log:
              enabled: yes
              filename: a.json
              community-id: yes
              types:
                - alert:
                    payload: yes
                - dns:
                    types: [a, MX]
        """))
    #expect(settings.streams.memcapBytes == 1 << 20)
    #expect(settings.streams.midstream)
    #expect(settings.flows.tcp.newSeconds == 7)
    let eve = settings.outputs.files.first
    #expect(eve?.name == "a.json")
    #expect(eve?.settings.types == [.alert, .dns])
    #expect(eve?.settings.alert.hasPayload == true)
    #expect(eve?.settings.dns.recordTypes == ["a", "mx"])
    #expect(problems.map(\.position.line) == [5, 10])
  }

  @Test("what scripts of rules may do is read, and output scripts that are not there are told")
  func scripts() {
    let text = """
      security:
        lua:
          allow-rules: no
          allow-restricted-functions: yes
          max-bytes: 64kb
          max-instructions: 1000
      geoip-database: /x.mmdb
      outputs:
        - lua:
            enabled: yes
            scripts-dir: /nowhere
            scripts: [a.lua]
      """
    let (settings, problems) = SensorSettings.read(load(text))
    #expect(!settings.scripts.allowsRules)
    #expect(settings.scripts.allowsRestricted)
    #expect(settings.scripts.bytesMax == 65_536)
    #expect(settings.scripts.instructionsMax == 1000)
    #expect(settings.rules.countryDatabase == "/x.mmdb")
    #expect(problems.map(\.description).count { $0.contains("/nowhere/a.lua") } == 1)
    #expect(problems.count == 1)
  }

  @Test("an unknown key warns once, with what was probably meant")
  func unknownKeys() {
    let (_, problems) = SensorSettings.read(load("stream:\n  memcpa: 1 MiB\n"))
    #expect(problems.count == 1)
    #expect(problems.first?.description == "test.yaml:2:3: the key `memcpa` is not known; write `memcap`")
  }

  @Test("without a file, Suricata's users have the protocols off that it has off, unless they say otherwise")
  func protocolsOff() {
    func state(_ configuration: Configuration) -> String? {
      configuration.value("app-layer.protocols.dnp3.enabled")
    }
    #expect(state(Configuration.load(path: nil)) == "yes")
    #expect(state(Configuration.load(path: nil, isSuricata: true)) == "no")
    let asked = [("app-layer.protocols.dnp3.enabled", "yes")]
    #expect(state(Configuration.load(path: nil, overrides: asked, isSuricata: true)) == "yes")
    #expect(Configuration.load(path: nil, isSuricata: true).problems.isEmpty)
  }

  @Test("the standard configuration has no problems")
  func standardConfigurationIsSound() {
    let (settings, problems) = SensorSettings.read(Configuration.load(path: nil))
    #expect(problems == [])
    #expect(settings.outputs.files.count == 1)
    #expect(settings.rules.addressGroups.contains { $0.name == "HOME_NET" })
  }
}
