import Foundation
import Testing
import Wire

@testable import Detection

/// Knows two addresses.
struct TwoCountries: CountrySource {
  func country(of address: IPAddress) -> UInt16? {
    switch address.low {
    case 0x0a00_0001: 0x434e
    case 0x0a00_0002: 0x4445
    default: nil
    }
  }
}

@Suite("geoip")
struct GeographyTests {
  private func load(_ value: String, _ source: (any CountrySource)? = TwoCountries()) -> LoadedRules {
    var environment = RuleEnvironment()
    environment.countries = source
    let rule = "alert udp any any -> any any (geoip:\(value); sid:1;)"
    return RuleLoader.load(files: [("a.rules", rule)], environment: environment)
  }

  @Test(
    "a country of the sender, the receiver, both or either is asked for",
    arguments: [
      ("src,CN", true), ("dst,CN", false), ("dst,DE", true), ("any,DE", true), ("DE", true), ("FR", false),
      ("both,CN", false), ("both,CN,DE", true), ("src,FR,CN", true), ("src,!CN", false),
      ("src,!FR,!DE", true),
      ("both,!FR", true), ("!CN", true),
    ])
  func matches(value: String, holds: Bool) {
    let loaded = load(value)
    #expect(loaded.problems == [])
    #expect(Fixture.alerts(RuleSet(loaded.signatures), [1]) == (holds ? [1] : []))
  }

  @Test("nothing holds for an address that nobody knows", arguments: ["src,CN", "src,!CN", "any,!DE"])
  func unknown(value: String) {
    let packet = Fixture.packet([1], from: 0x0a00_0003, to: 0x0a00_0004)
    #expect(Fixture.alerts(RuleSet(load(value).signatures), [1], packet) == [])
  }

  @Test("without a database, and with what is no country, the rule is refused")
  func refusals() {
    #expect(
      load("src,CN", nil).problems.first?.counterpart?.text
        == "Unable to locate a GeoIP2database filename in YAML conf.  GeoIP rule matching is disabled.")
    for value in ["src,China", "src,cn", "src", "src,C1", "foo,CN", "src,,CN"] {
      #expect(load(value).signatures.isEmpty)
    }
  }

  /// A database of one bit: addresses below 128.0.0.0 are in Germany.
  private static let database: [UInt8] = {
    func text(_ value: String) -> [UInt8] { [0x40 | UInt8(value.utf8.count)] + Array(value.utf8) }
    let tree: [UInt8] = [0, 0, 17, 0, 0, 1] + [UInt8](repeating: 0, count: 16)
    let data: [UInt8] = [0xe1] + text("country") + [0xe1] + text("iso_code") + text("DE")
    var metadata: [UInt8] = [0xab, 0xcd, 0xef] + Array("MaxMind.com".utf8) + [0xe9]
    metadata += text("binary_format_major_version") + [0xa1, 2]
    metadata += text("binary_format_minor_version") + [0xa0]
    metadata += text("build_epoch") + [0x01, 0x02, 5]
    metadata += text("database_type") + text("Test")
    metadata += text("description") + [0xe1] + text("en") + text("Test")
    metadata += text("ip_version") + [0xa1, 4]
    metadata += text("languages") + [0x01, 0x04] + text("en")
    metadata += text("node_count") + [0xc1, 1]
    metadata += text("record_size") + [0xa1, 24]
    return tree + data + metadata
  }()

  @Test("a database file is read, and a damaged one is told, whatever stands in it")
  func databaseFile() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("geo-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("a.mmdb").path
    try Data(Self.database).write(to: URL(fileURLWithPath: path))
    let database = try GeoDatabase(path: path)
    #expect(database.country(of: IPAddress(v4: 0x0a00_0001)) == 0x4445)
    #expect(database.country(of: IPAddress(v4: 0xc0a8_0001)) == nil)
    #expect(database.country(of: IPAddress(v6High: 1, low: 1)) == nil)
    var random = SeededGenerator(seed: 7)
    for number in 0..<200 {
      var bytes = Self.database
      bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      if number % 3 == 0 { bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random))) }
      let damaged = folder.appendingPathComponent("\(number).mmdb").path
      try Data(bytes).write(to: URL(fileURLWithPath: damaged))
      if let database = try? GeoDatabase(path: damaged) {
        _ = database.country(of: IPAddress(v4: 0x0a00_0001))
      }
    }
    #expect(throws: GeoDatabase.Failure.self) { try GeoDatabase(path: folder.path + "/none") }
  }
}
