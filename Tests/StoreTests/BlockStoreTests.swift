import Store
import Testing

/// Proposals to block and what was decided of them are kept for good.
@Suite struct BlockStoreTests {
  private static let now: Int64 = 1_795_136_400_000_000_000

  private func block(_ prefix: String, incident: String = "i", seconds: Int64 = 3_600)
    -> StoreDatabase.NewBlock
  {
    StoreDatabase.NewBlock(
      prefix: prefix, reason: "it attacks", incident: incident, scope: "all", seconds: seconds)
  }

  @Test("a proposal is written once, as long as it is open or in force")
  func proposals() throws {
    let maker = try StoreMaker()
    let database = try maker.open()
    let blocks = [block("203.0.113.7"), block("203.0.113.0/24")]
    #expect(try database.propose(blocks, nowNanoseconds: Self.now) == 2)
    #expect(try database.propose(blocks, nowNanoseconds: Self.now) == 0)
    #expect(try database.propose([block("203.0.113.7", incident: "j")], nowNanoseconds: Self.now) == 1)
    let first = try #require(try database.blocks().first)
    #expect(first.state == "proposed")
    #expect(first.proposed == Self.now)
    _ = try database.decide([first.id], state: "approved", by: "zhang", nowNanoseconds: Self.now)
    #expect(try database.propose([block("203.0.113.7")], nowNanoseconds: Self.now) == 0)
    // When its time is over, it may be proposed again.
    #expect(try database.propose([block("203.0.113.7")], nowNanoseconds: Self.now + 3_601_000_000_000) == 1)
  }

  @Test("who approved, when and until when is recorded; a further approval renews")
  func decisions() throws {
    let maker = try StoreMaker()
    let database = try maker.open()
    _ = try database.propose([block("203.0.113.7")], nowNanoseconds: Self.now)
    let identifier = try #require(try database.blocks().first?.id)
    let approved = try database.decide([identifier], state: "approved", by: "zhang", nowNanoseconds: Self.now)
    #expect(approved.first?.decidedBy == "zhang")
    #expect(approved.first?.expires == Self.now + 3_600_000_000_000)
    let later = Self.now + 1_000_000_000_000
    let renewed = try database.decide(
      [identifier], state: "approved", by: "li", seconds: 60, nowNanoseconds: later)
    #expect(renewed.first?.expires == later + 60_000_000_000)
    #expect(renewed.first?.seconds == 60)
    let withdrawn = try database.decide([identifier], state: "withdrawn", by: "li", nowNanoseconds: later)
    #expect(withdrawn.first?.state == "withdrawn")
    #expect(try database.blocks(state: "approved").isEmpty)
    #expect(try database.decide([999], state: "approved", by: "li", nowNanoseconds: later).isEmpty)
  }

  @Test("proposals and decisions outlive the program")
  func kept() throws {
    let maker = try StoreMaker()
    do {
      let database = try maker.open()
      _ = try database.propose([block("2001:db8::/48")], nowNanoseconds: Self.now)
    }
    #expect(try maker.open().blocks().map(\.prefix) == ["2001:db8::/48"])
  }
}
