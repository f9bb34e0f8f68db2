import Correlation
import Testing
import Wire

@Suite struct SiteLoaderTests {
  private func problems(_ text: String) -> [String] {
    guard case .failure(let failure) = SiteLoader.load(text, file: "site.yaml") else { return [] }
    return failure.problems.map { "\($0.position.line):\($0.position.column): \($0.message)" }
  }

  @Test("the narrowest range decides where an address belongs")
  func narrowestRange() throws {
    let site = try SiteLoader.load(
      """
      districts: [{id: D, name: D}]
      units: [{id: U, name: U, district: D}]
      access_points:
        - {id: WIDE, name: w, unit: U, type: leased, ranges: [10.0.0.0/8]}
        - {id: NARROW, name: n, unit: U, type: pppoe, ranges: [10.40.7.16/28]}
      """, file: "site.yaml"
    ).get()
    #expect(site.accessPoint(of: try #require(IPAddress("10.40.7.17")))?.identifier == "NARROW")
    #expect(site.accessPoint(of: try #require(IPAddress("10.9.9.9")))?.identifier == "WIDE")
    #expect(site.accessPoint(of: try #require(IPAddress("192.0.2.1"))) == nil)
  }

  @Test("an unknown key is named with its place")
  func unknownKey() {
    #expect(problems("centre: {name: A}\ncolour: red\n") == ["2:1: unknown key 'colour' in the site"])
  }

  @Test("a tab, a bad address and a bad type each give their own problem")
  func badValues() {
    #expect(problems("units:\n\t- {id: U}\n").count == 1)
    let text =
      "assets:\n  - {id: A, name: a, address: 10.0.0.300, role: web}\n"
      + "  - {id: B, name: b, address: 10.0.0.3, role: oven}\n"
    #expect(problems(text) == ["2:31: '10.0.0.300' is no IP address", "3:47: 'oven' is no role"])
  }

  @Test("a unit that is not there is found")
  func missingUnit() {
    let text = "access_points:\n  - {id: A, name: a, unit: NONE, type: leased}\n"
    #expect(problems(text).first?.contains("names the unit NONE") == true)
  }
}
