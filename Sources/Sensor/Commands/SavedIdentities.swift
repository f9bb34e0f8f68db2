import Foundation
package import Identity

/// What was learned of who is behind addresses, in a file beside the events: read when a run begins.
package enum SavedIdentities {
  /// What former runs into an output folder have learned; empty where there is none.
  package static func read(_ folder: String) -> IdentityTable {
    let table = IdentityTable()
    merge(folder, into: table)
    return table
  }

  /// Adds what the file has: what was brought in beside a running sensor.
  static func merge(_ folder: String, into table: IdentityTable) {
    if let data = FileManager.default.contents(atPath: path(folder)), data.count <= bytesMax,
      let saved = try? JSONDecoder().decode([SavedBinding].self, from: data)
    {
      table.restore(saved)
    }
  }

  /// Writes what was learned, and what the file had besides, to a new file that then replaces the old one.
  package static func write(_ table: IdentityTable, _ folder: String) throws {
    merge(folder, into: table)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      try encoder.encode(table.saved()).write(to: URL(fileURLWithPath: path(folder)), options: .atomic)
    } catch {
      throw RunFailure("\(path(folder)) cannot be written; check the folder's space and rights")
    }
  }

  package static func path(_ folder: String) -> String { "\(folder)/identities.json" }

  /// 65,536 addresses with 32 bindings each would be some 400 MB; thousands of lines are a few.
  private static let bytesMax = 64 << 20
}
