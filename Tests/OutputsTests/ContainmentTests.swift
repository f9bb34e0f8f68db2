import Correlation
import Foundation
import Outputs
import Testing
import Wire

@Suite struct ContainmentTests {
  static let now: Int64 = 1_795_136_400_000_000_000

  private func entry(_ text: String, seconds: Int64 = 3_600) throws -> BlockEntry {
    BlockEntry(
      prefix: try #require(IPPrefix(text)), reason: "=cmd", incident: "i",
      expiresNanoseconds: Self.now + seconds * 1_000_000_000, approvedBy: "zhang")
  }

  private func list(_ texts: [String], site: SiteModel = SiteModel(), allow: [String] = []) throws
    -> BlockList
  {
    BlockList(
      try texts.map { try entry($0) },
      guardedBy: BlockGuard(site: site, allowList: allow.compactMap { IPPrefix($0) }),
      nowNanoseconds: Self.now)
  }

  @Test("own ranges, assets, the allow-list and special addresses are never blocked, nor ranges around them")
  func neverBlocked() throws {
    let site = try SiteLoader.load(
      """
      districts: [{id: D, name: D}]
      units: [{id: U, name: U, district: D}]
      access_points: [{id: A, name: a, unit: U, type: leased, ranges: [10.31.4.0/24]}]
      scanners: [10.31.250.9]
      """, file: "site.yaml"
    ).get()
    let list = try list(
      [
        "10.31.4.20", "10.31.0.0/16", "10.31.250.9", "192.0.2.7", "192.0.2.0/24", "127.0.0.1", "0.0.0.0/1",
        "fe80::1",
        "203.0.113.7",
      ], site: site, allow: ["192.0.2.7"])
    #expect(list.entries.map(\.text) == ["203.0.113.7"])
    #expect(list.refused.count == 8)
  }

  @Test("what is over is left out, a range within a range too, and equal ones keep the longest time")
  func normalised() throws {
    let entries = [
      try entry("198.51.100.0/24"), try entry("198.51.100.128/25"), try entry("198.51.100.7"),
      try entry("203.0.113.1", seconds: 0), try entry("203.0.113.2", seconds: 10),
      try entry("203.0.113.2", seconds: 20),
      try entry("198.51.100.8", seconds: 7_200),
    ]
    let list = BlockList(entries, guardedBy: BlockGuard(site: SiteModel()), nowNanoseconds: Self.now)
    #expect(list.entries.map(\.text) == ["198.51.100.0/24", "198.51.100.8", "203.0.113.2"])
    #expect(list.entries.last?.secondsLeft(at: Self.now) == 20)
  }

  @Test("hosts and ranges go into sets of their own, without merging")
  func script() throws {
    let list = try list(["203.0.113.7", "198.51.100.0/24", "2001:db8::7", "2001:db8:1::/48"])
    let script = NftDifference(from: NftState(), to: list, nowNanoseconds: Self.now).script
    #expect(!script.contains("auto-merge"))
    #expect(script.contains("block4 { 203.0.113.7 timeout 3600s }"))
    #expect(script.contains("block4net { 198.51.100.0/24 timeout 3600s }"))
    #expect(script.contains("add element inet fengsui block6 {"))
    #expect(script.contains("add element inet fengsui block6net {"))
  }

  @Test("a renewal is a delete and an add; what is right is left alone; what nobody approved goes")
  func difference() throws {
    let json = """
      {"nftables":[{"chain":{"name":"inbound"}},{"set":{"name":"block4","elem":[
      {"elem":{"val":"203.0.113.7","timeout":60,"expires":9}},{"elem":{"val":"203.0.113.8","expires":3590}},
      {"elem":{"val":"203.0.113.9","expires":50}}]}},
      {"set":{"name":"block4net","elem":[
      {"elem":{"val":{"prefix":{"addr":"198.51.100.0","len":24}},"expires":3600}}]}}]}
      """
    let state = try #require(NftState(json: Array(json.utf8)))
    let list = try list(["203.0.113.7", "203.0.113.8", "198.51.100.0/24"])
    let difference = NftDifference(from: state, to: list, nowNanoseconds: Self.now)
    #expect(difference.lines == ["- block4 203.0.113.9", "~ block4 203.0.113.7 for 3600 s"])
    #expect(
      difference.script == "delete element inet fengsui block4 { 203.0.113.9, 203.0.113.7 }\n"
        + "add element inet fengsui block4 { 203.0.113.7 timeout 3600s }\n")
  }

  @Test("what is no JSON of nft is refused, and odd elements are passed over")
  func hostileState() {
    #expect(NftState(json: Array("[]".utf8)) == nil)
    #expect(NftState(json: [0xff, 0x00]) == nil)
    let odd =
      #"{"nftables":[{"set":{"name":"block4","elem":[1,{"elem":{"val":{"range":["x"]}}},"y"]}},{"set":5}]}"#
    #expect(NftState(json: Array(odd.utf8))?.elements[.hosts4]?.isEmpty == true)
  }

  @Test("other forms: plain, ipset, CSV whose fields are no formulas")
  func forms() throws {
    let list = try list(["203.0.113.7", "198.51.100.0/24"])
    #expect(BlockFormats.plain(list) == "198.51.100.0/24\n203.0.113.7\n")
    let ipset = BlockFormats.ipset(list, nowNanoseconds: Self.now)
    #expect(ipset.contains("add fengsui4-new 203.0.113.7 timeout 3600\n"))
    #expect(ipset.contains("add fengsui4net-new 198.51.100.0/24 timeout 3600\n"))
    #expect(BlockFormats.csv(list).contains("\"203.0.113.7\",\"'=cmd\",\"i\""))
  }

  @Test("every wrong line of an allow-list is told with its place")
  func allowList() {
    let (prefixes, problems) = BlockGuard.allowList(
      "10.0.0.1 # us\n\nx\n10.0.0.0/33\n10.0.0.0/8 y\n", file: "a")
    #expect(prefixes.count == 1)
    #expect(problems.count == 3)
    #expect(problems.first?.hasPrefix("a:3:1: ") == true)
  }
}
