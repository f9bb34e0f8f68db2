import Flows
import Testing

@testable import Sensor

@Suite("Exception policies")
struct ExceptionPolicyTests {
  private func policies(
    _ words: [String: String], isInline: Bool = true, midstream: Bool = false
  ) -> ExceptionPolicies {
    ExceptionPolicies(words, isInline: isInline, midstream: midstream)
  }

  @Test("auto drops flows inline, and packets where there is no flow")
  func auto() {
    let inline = policies([:])
    #expect(inline[.sessionMemcap] == .dropFlow && inline[.applicationError] == .dropFlow)
    #expect(inline[.flowMemcap] == .dropPacket && inline[.defragMemcap] == .dropPacket)
    for target in ExceptionTarget.allCases { #expect(policies([:], isInline: false)[target] == .ignore) }
  }

  @Test("auto lets sessions that were not seen from their beginning through where they are picked up")
  func midstream() {
    #expect(policies([:])[.midstream] == .dropFlow)
    #expect(policies([:], midstream: true)[.midstream] == .ignore)
  }

  @Test("a target's own word counts before the general one")
  func ownWord() {
    let set = policies(["exception-policy": "pass-flow", "stream.memcap-policy": "ignore"])
    #expect(set[.sessionMemcap] == .ignore && set[.reassemblyMemcap] == .passFlow)
    #expect(set[.flowMemcap] == .passPacket)
  }

  @Test("words that do not fit are complained about")
  func complaints() {
    #expect(policies(["stream.midstream-policy": "drop-packet"]).complaints.count == 1)
    #expect(policies(["flow.memcap-policy": "drop-packet"], isInline: false).complaints.count == 1)
    #expect(policies(["flow.memcap-policy": "drop-packet"]).complaints.isEmpty)
    #expect(policies(["stream.midstream-policy": "drop-flow"], midstream: true).complaints.count == 1)
  }

  @Test("what came to bear is counted by target and policy")
  func counting() {
    var counters = ExceptionCounters()
    counters.note(.midstream, .dropFlow)
    counters.note(.midstream, .dropFlow)
    #expect(counters.count(.midstream, .dropFlow) == 2 && counters.count(.midstream, .ignore) == 0)
  }
}
