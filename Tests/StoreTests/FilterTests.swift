import Foundation
import Store
import Testing

/// What an analyst types into a filter is text, whatever it looks like to a database.
@Suite struct FilterTests {
  private static let messages = [
    "100% load on portal", "a_b underscore", "it's quoted \"twice\"", "back\\slash",
    "plain -- comment; DROP TABLE alerts",
    "烽火台 登录失败",
  ]

  private let maker: StoreMaker
  private let database: StoreDatabase
  private let run: Int64

  init() throws {
    let maker = try StoreMaker()
    let database = try maker.open()
    let output = try maker.output(database)
    try output.write(
      Self.messages.enumerated().map {
        maker.alert(UInt32($0.offset + 1), message: $0.element, subject: "GET /x")
      })
    try output.write([maker.flow(protocolName: "tls"), maker.flow(client: "10.9.9.9", protocolName: "dns")])
    try output.close()
    run = try #require(try database.latestRun())
    self.maker = maker
    self.database = database
  }

  @Test(
    "signs that mean something to SQL are looked for as they are",
    arguments: [
      ("%", [1]), ("0%", [1]), ("_", [2]), ("a_b", [2]), ("'", [3]), ("\"twice\"", [3]), ("\\", [4]),
      ("'; DROP", []), ("-- comment;", [5]), ("登录", [6]), ("PORTAL", [1]), ("portal load", [1]),
      ("portal underscore", []), ("/x", [1, 2, 3, 4, 5, 6]), ("", [1, 2, 3, 4, 5, 6]),
      ("   ", [1, 2, 3, 4, 5, 6]),
    ] as [(String, [Int64])])
  func alerts(filter: String, expected: [Int64]) throws {
    #expect(try database.alerts(run: run, filter: filter, limit: 10).map(\.sid) == expected)
    #expect(try database.alertCount(run: run, filter: filter) == Int64(expected.count))
  }

  @Test("flows are filtered by address, port and protocol")
  func flows() throws {
    #expect(try database.flowCount(run: run, filter: "10.9.9.9") == 1)
    #expect(try database.flowCount(run: run, filter: "443 tls") == 1)
    #expect(try database.flowCount(run: run, filter: "%") == 0)
    #expect(try database.flows(run: run, filter: "dns", limit: 5).map(\.client) == ["10.9.9.9"])
  }

  @Test("pages follow one another without a gap")
  func pages() throws {
    let pages = try [0, 2, 4, 6].map { try database.alerts(run: run, limit: 2, offset: $0).map(\.sid) }
    #expect(pages == [[1, 2], [3, 4], [5, 6], []])
  }

  @Test("a filter of very many words is taken")
  func manyWords() throws {
    let filter = Array(repeating: "x", count: 5_000).joined(separator: " ")
    #expect(try database.alertCount(run: run, filter: filter) == 6)
  }
}
