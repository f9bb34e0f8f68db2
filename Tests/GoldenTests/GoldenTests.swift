import Foundation
import Sensor
import Testing

@Suite struct GoldenTests {
  @Test("every folder of cases can be read")
  func casesAreComplete() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: GoldenCase.folder.path).sorted()
    #expect(GoldenCase.all.map(\.name) == names)
    for name in names {
      let readme = GoldenCase.folder.appendingPathComponent("\(name)/README.md").path
      #expect(FileManager.default.fileExists(atPath: readme), "\(name) does not say what it is about")
    }
  }

  @Test("a case gives the events and incidents that it expects", arguments: GoldenCase.all)
  func expectations(of golden: GoldenCase) throws {
    let replay = try Replay(
      captures: golden.captures, rules: golden.rules, site: golden.site, keepsStore: golden.incidents != nil,
      overrides: golden.settings.overrides ?? [:])
    defer { replay.remove() }
    #expect(replay.report.exitStatus == golden.settings.exitStatus ?? 0)
    let wanted = golden.settings.problems ?? []
    #expect(replay.report.problems.count == wanted.count)
    for (problem, words) in zip(replay.report.problems, wanted) { #expect(problem.contains(words)) }
    let events = try replay.events()
    for expected in golden.events {
      var times = 1.0
      if case .number(let number)? = expected["times"] { times = number }
      let pattern = expected.without("times")
      #expect(Double(events.count { $0.holds(pattern) }) == times, "\(pattern)")
    }
    guard let expected = golden.incidents else { return }
    let incidents = try replay.incidents()
    #expect(incidents.count == expected.count)
    for (incident, pattern) in zip(incidents, expected) { #expect(incident.holds(pattern), "\(incident)") }
  }
}
