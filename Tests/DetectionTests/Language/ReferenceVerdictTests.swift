import Testing

@testable import Detection

@Suite("What Suricata takes and refuses")
struct ReferenceVerdictTests {
  private func problems(_ line: Substring) -> [RuleProblem] {
    let isRule = line.hasPrefix("alert ")
    let loaded = load(isRule ? String(line) : tcp(String(line)))
    return loaded.problems.filter { $0.severity == .error }
  }

  @Test("a rule that Suricata takes is taken, or said not to be evaluated yet")
  func taken() {
    for line in ReferenceVerdicts.taken.split(separator: "\n") {
      let problems = problems(line).filter { !$0.message.contains("not evaluated yet") }
      #expect(problems == [], "\(line)")
    }
  }

  @Test("a rule that Suricata refuses is refused, with what to write instead")
  func refused() {
    for line in ReferenceVerdicts.refused.split(separator: "\n") {
      let problems = problems(line)
      #expect(!problems.isEmpty, "\(line)")
      #expect(problems.allSatisfy { !$0.remedy.isEmpty && $0.position.column > 0 }, "\(line)")
    }
  }
}
