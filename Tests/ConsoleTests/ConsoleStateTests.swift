import Console
import Correlation
import Events
import Foundation
import Store
import Testing

@Suite struct ConsoleStateTests {
  /// A database with nothing but a run.
  private func emptyDatabase() throws -> (StoreDatabase, Int64, URL) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("console-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let database = try StoreDatabase(path: folder.appendingPathComponent("test.sqlite").path)
    let output = try StoreOutput(database: database, site: SiteModel(), source: "test")
    try output.close()
    return (database, try #require(try database.latestRun()), folder)
  }

  @Test("every view draws at 80×24 and 200×60, and at sizes too small for anything")
  func drawsAtAnySize() throws {
    let (database, run, folder) = try emptyDatabase()
    defer { try? FileManager.default.removeItem(at: folder) }
    for language in Language.allCases {
      for entry in ViewCatalogue.all {
        var state = ConsoleState(database: database, run: run, language: language)
        for character in ":\(entry.name)" { _ = state.handle(.character(character)) }
        _ = state.handle(.enter)
        for (width, height) in [(80, 24), (200, 60), (20, 5), (3, 2), (1, 1)] {
          let canvas = state.draw(width: width, height: height)
          for row in 0..<height { #expect(DisplayText.width(canvas.text(row: row)) == width) }
        }
      }
    }
  }

  @Test("a jump to a name that is not there says what there is")
  func badJump() throws {
    let (database, run, folder) = try emptyDatabase()
    defer { try? FileManager.default.removeItem(at: folder) }
    var state = ConsoleState(database: database, run: run, language: .english)
    for character in ":nowhere" { _ = state.handle(.character(character)) }
    _ = state.handle(.enter)
    #expect(state.draw(width: 100, height: 24).text.contains("No view 'nowhere'; there are: alerts"))
  }

  @Test("q quits, Esc in the first view does not")
  func quitting() throws {
    let (database, run, folder) = try emptyDatabase()
    defer { try? FileManager.default.removeItem(at: folder) }
    var state = ConsoleState(database: database, run: run, language: .english)
    if case .quit = state.handle(.escape) { Issue.record("Esc must not quit") }
    guard case .quit = state.handle(.character("q")) else {
      Issue.record("q must quit")
      return
    }
  }

  @Test("help lists the keys of the view it was asked in")
  func help() throws {
    let (database, run, folder) = try emptyDatabase()
    defer { try? FileManager.default.removeItem(at: folder) }
    var state = ConsoleState(database: database, run: run, language: .chinese)
    _ = state.handle(.character("?"))
    #expect(state.draw(width: 100, height: 30).text.contains("此处可用按键"))
  }
}
