import Correlation
import Foundation
import Wire

/// A kept state of correlation, to be looked at or changed while no run uses it.
struct StoredState: ~Copyable {
  /// The form in which `correlate` keeps its state.
  private struct Checkpoint: Codable {
    let positions: [EVESource.Position]
    let state: Data
  }

  private let path: String
  private let positions: [EVESource.Position]
  private var correlator: Correlator

  init(path: String) throws {
    guard let data = FileManager.default.contents(atPath: path),
      let checkpoint = try? PropertyListDecoder().decode(Checkpoint.self, from: data)
    else { throw Complaint("\(path): no state of 'fengsui correlate --state'") }
    var correlator = Correlator(site: SiteModel())
    do {
      try correlator.restore(Array(checkpoint.state))
    } catch {
      throw Complaint("\(path): \(error)")
    }
    self.path = path
    positions = checkpoint.positions
    self.correlator = correlator
  }

  var baselines: [(host: IPAddress, baseline: Baseline)] { correlator.baselines() }

  mutating func reset(_ host: String) throws {
    if host == "all" {
      correlator.resetBaselines(of: nil)
    } else if let address = IPAddress(host) {
      correlator.resetBaselines(of: address)
    } else {
      throw Complaint("--reset \(host): write an address, or 'all'")
    }
    let encoder = PropertyListEncoder()
    encoder.outputFormat = .binary
    let checkpoint = Checkpoint(positions: positions, state: Data(try correlator.checkpoint()))
    try encoder.encode(checkpoint).write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}
