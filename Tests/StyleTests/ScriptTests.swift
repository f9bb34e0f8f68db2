import Foundation
import Testing

/// The scripts of developers say what they do.
@Suite("Scripts")
struct ScriptTests {
  private static let folder = SourceTree.root.appendingPathComponent("scripts")

  private static let names: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter {
      FileManager.default.isExecutableFile(atPath: folder.appendingPathComponent($0).path)
    }
    .filter { $0 != "library" }.sorted()
  }()

  @Test("there are scripts")
  func areThere() {
    #expect(Self.names.count > 20)
  }

  @Test("a script that is asked for help names itself and does nothing else", arguments: names)
  func help(name: String) throws {
    let file = Self.folder.appendingPathComponent(name)
    let text = try String(contentsOf: file, encoding: .utf8)
    // One that does not look at its arguments would begin its work.
    try #require(text.contains("library/help.sh\"") || text.contains("ArgumentParser("))
    let process = Process()
    process.executableURL = file
    process.arguments = ["--help"]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let told = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(told.contains(name))
  }
}
