import Foundation
import RuleLaw
import Testing

/// Rules made at random from captures, looked up by the engine and by the plain matcher.
@Suite struct DifferentialLawTests {
  /// Small captures of ours, whose conversations are whole.
  private static let captures = [
    "Captures/rules/web-shell.pcap", "Captures/rules/injection.pcap", "Captures/rules/deserialization.pcap",
    "Captures/rules/exfiltration.pcap",
  ].map { Project.folder.appendingPathComponent($0).path }

  private static let observations = captures.map(ObservationReader.read)

  @Test("the same seed gives the same rules, another one gives others")
  func seeds() {
    let first = RuleMaker.rules(50, on: Self.observations, seed: 7).map(\.text)
    let again = RuleMaker.rules(50, on: Self.observations, seed: 7).map(\.text)
    let other = RuleMaker.rules(50, on: Self.observations, seed: 8).map(\.text)
    #expect(first == again)
    #expect(first != other)
  }

  @Test("the captures have packets, streams and transactions to make rules from")
  func observations() {
    for observation in Self.observations {
      let streams = observation.flows.filter { $0.isPlain && !$0.streams.toServer.isEmpty }
      #expect(!observation.packets.isEmpty && !observation.transactions.isEmpty, "\(observation.name)")
      #expect(streams.count > 0, "\(observation.name)")
    }
  }

  @Test("random rules fire where the plain matcher says, and nowhere else", arguments: [UInt64(1), 2])
  func agreement(seed: UInt64) throws {
    let rules = RuleMaker.rules(150, on: Self.observations, seed: seed)
    var (told, fired) = (0, 0)
    for (capture, observation) in zip(Self.captures, Self.observations) {
      let counts = try AlertCounts.counts(of: rules.map(\.text), on: capture)
      for rule in rules {
        guard let count = counts[UInt32(rule.sid)] else { continue }
        let verdict = PlainMatcher.verdict(rule, on: observation)
        guard verdict != .unknown else { continue }
        told += 1
        fired += count > 0 ? 1 : 0
        #expect((count > 0) == (verdict == .fires), "seed \(seed), \(capture): \(rule.text)")
      }
    }
    // A law that tells of nothing, or of rules that never match, is none.
    #expect(told > 150 && fired > 20, "told \(told), fired \(fired)")
  }
}
