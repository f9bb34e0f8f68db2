import Correlation
import Testing
import Wire

@Suite struct SiteTableTests {
  @Test("a table with quotes, commas and several ranges becomes a site")
  func table() throws {
    let table = #"""
      id,name,unit,unit_name,district,district_name,type,ranges,vlan
      A-1,"Hall, east ""wing""",U-1,Bureau,D,District,leased,10.1.0.0/24 10.2.0.0/24,7
      A-2,Stall,U-1,Bureau,D,District,pppoe,10.3.0.0/28,
      """#
    let yaml = try SiteTable.yaml(table, file: "t.csv").get()
    let site = try SiteLoader.load(yaml, file: "site.yaml").get()
    #expect(site.accessPoints.map(\.name) == ["Hall, east \"wing\"", "Stall"])
    #expect(site.accessPoints.first?.ranges.count == 2)
    #expect(site.units.count == 1)
    let place = site.place(of: try #require(IPAddress("10.3.0.5")))
    #expect(place == Place(accessPoint: "A-2", unit: "U-1", district: "D"))
  }

  @Test("all that is wrong with a table is told at once, with line and column")
  func problems() {
    let table = "id,unit,district,type,colour\nA-1,,D,leased,red\nA-2,U\n"
    guard case .failure(let failure) = SiteTable.yaml(table, file: "t.csv") else {
      Issue.record("no problem was found")
      return
    }
    #expect(
      failure.problems.map { "\($0.position.line):\($0.position.column): \($0.message)" } == [
        "1:5: unknown column 'colour'", "2:2: 'unit' is empty", "3:1: 2 columns instead of 5",
      ])
  }

  @Test("twice the same identifier or range, and a unit that is not there, each with its place")
  func doubles() {
    let text = """
      districts: [{id: D, name: D}]
      units: [{id: U, name: U, district: D}]
      access_points:
        - {id: A, unit: U, type: leased, ranges: [10.0.0.0/24]}
        - {id: A, unit: NONE, type: pppoe, ranges: [10.0.0.0/24]}
      """
    guard case .failure(let failure) = SiteLoader.load(text, file: "s.yaml") else {
      Issue.record("no problem was found")
      return
    }
    #expect(failure.problems.count == 3)
    #expect(failure.problems.allSatisfy { $0.position.line == 5 && !$0.remedy.isEmpty })
  }

  @Test("access points that use one range are told apart by VLAN and PPPoE session")
  func tags() throws {
    let site = try SiteLoader.load(
      """
      districts: [{id: D, name: D}]
      units: [{id: U, name: U, district: D}]
      access_points:
        - {id: A, unit: U, type: leased, vlan: 7, ranges: [192.168.1.0/24]}
        - {id: B, unit: U, type: pppoe, vlan: 8, pppoe_session: 99, ranges: [192.168.1.0/24]}
      """, file: "s.yaml"
    ).get()
    let address = try #require(IPAddress("192.168.1.5"))
    #expect(site.place(of: address, vlans: [8]).accessPoint == "B")
    #expect(site.place(of: address, pppoeSession: 99).accessPoint == "B")
    #expect(site.place(of: address, vlans: [7]).accessPoint == "A")
  }
}
