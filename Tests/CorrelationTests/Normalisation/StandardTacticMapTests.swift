import Testing

@testable import Correlation

@Suite struct StandardTacticMapTests {
  @Test("the built-in map has no problems, and says something")
  func wellFormed() throws {
    let map = try TacticMap.loadStandard().get()
    #expect(!map.classes.isEmpty)
    #expect(TacticMap.standard.classes.count == map.classes.count)
  }
}
