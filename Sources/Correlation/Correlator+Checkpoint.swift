import Foundation
package import Wire

/// What a state is refused for.
package struct CheckpointFailure: Error, CustomStringConvertible {
  package let description: String
}

// States that survive the end of the program, however it came.
extension Correlator {
  private struct Form: Codable {
    let version: Int
    let state: CorrelatorState
  }

  /// Raised when the form of the state changes.
  private static let formVersion = 2

  /// All that it remembers.
  package func checkpoint() throws -> [UInt8] {
    let encoder = PropertyListEncoder()
    encoder.outputFormat = .binary
    return Array(try encoder.encode(Form(version: Self.formVersion, state: state)))
  }

  /// Takes over what a checkpoint kept: it goes on as if it had never ended.
  package mutating func restore(_ bytes: [UInt8]) throws {
    let form: Form
    do {
      form = try PropertyListDecoder().decode(Form.self, from: Data(bytes))
    } catch {
      throw CheckpointFailure(description: "the state cannot be read; remove it to begin anew")
    }
    guard form.version == Self.formVersion else {
      throw CheckpointFailure(
        description: "the state is of another version of the program; remove it to begin anew")
    }
    state = form.state
  }

  /// What is usual for each host, in order of address.
  package func baselines() -> [(host: IPAddress, baseline: Baseline)] {
    state.patterns.habits.baselines.values.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
  }

  /// Forgets what is usual, for one host or all.
  package mutating func resetBaselines(of host: IPAddress?) {
    if let host { state.patterns.habits.reset(host) } else { state.patterns.habits.resetAll() }
  }
}
