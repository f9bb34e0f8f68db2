import Correlation
import Identity
import Testing
import Wire

@Suite struct IdentityTableFileTests {
  @Test("a table's rows are bindings, with times of both forms and open ends")
  func rows() throws {
    let text = """
      address,account,circuit,from,until
      10.40.7.20,gz-301,"olt-3 1/1/7",2026-11-20T02:00:00Z,2026-11-20T03:00:00Z
      2001:db8:1::/64,gz-302,,1795140000,
      """
    let bindings = try IdentityTableFile.bindings(text, file: "t.csv").get()
    #expect(bindings.map(\.address) == ["10.40.7.20", "2001:db8:1::/64"])
    #expect(bindings.map(\.from) == [1_795_140_000_000_000_000, 1_795_140_000_000_000_000])
    #expect(bindings.map(\.until) == [1_795_143_600_000_000_000, nil])
    let table = IdentityTable()
    table.restore(bindings)
    let inside = try #require(IPAddress("2001:db8:1::77")),
      outside = try #require(IPAddress("2001:db8:2::77"))
    #expect(table.identity(of: inside, at: 1_795_140_000_000_000_001)?.account == "gz-302")
    #expect(table.identity(of: outside, at: 1_795_140_000_000_000_001) == nil)
    let address = try #require(IPAddress("10.40.7.20"))
    #expect(table.identity(of: address, at: 1_795_143_599_000_000_000)?.circuit == "olt-3 1/1/7")
    #expect(table.identity(of: address, at: 1_795_143_600_000_000_000) == nil)
  }

  @Test("all that is wrong is told with its place and what to write instead")
  func problems() {
    let text = """
      address,account,from,until
      10.40.7.300,gz-301,2026-11-20T02:00:00Z,
      10.40.7.21,,2026-11-20T02:00:00Z,
      10.40.7.22,gz-303,yesterday,
      10.40.7.23,gz-304,2026-11-20T02:00:00Z,2026-11-20T01:00:00Z
      10.40.7.24,gz-305
      """
    guard case .failure(let failure) = IdentityTableFile.bindings(text, file: "t.csv") else {
      Issue.record("the table was taken")
      return
    }
    let places = failure.problems.map { "\($0.position.line):\($0.position.column)" }
    #expect(places == ["2:1", "3:2", "4:3", "5:4", "6:1"])
    #expect(failure.problems.allSatisfy { !$0.remedy.isEmpty })
  }

  @Test("a table without the columns that are needed is refused")
  func columns() {
    guard case .failure(let failure) = IdentityTableFile.bindings("name,until\nx,1\n", file: "t.csv") else {
      Issue.record("the table was taken")
      return
    }
    #expect(failure.problems.map(\.message).contains("the column 'address' is missing"))
    #expect(failure.problems.map(\.message).contains("unknown column 'name'"))
  }
}
