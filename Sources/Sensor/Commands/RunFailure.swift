/// A run that cannot begin or go on: one clear sentence, with what to do, and the exit status.
package struct RunFailure: Error, CustomStringConvertible {
  package let description: String
  package let exitStatus: Int32
  /// The log has told already, with each place, what this sums up: it need not be told again.
  package let wasTold: Bool

  package init(_ description: String, exitStatus: Int32 = 1, wasTold: Bool = false) {
    self.description = description
    self.exitStatus = exitStatus
    self.wasTold = wasTold
  }
}

/// What a run came to.
package struct RunReport: Sendable {
  package struct SignatureCount: Sendable, Codable {
    package let sid: UInt32
    package let message: String
    package let count: UInt64
  }

  /// How much work a rule made, and what came of it.
  package struct RuleProfile: Sendable, Codable {
    package let gid: UInt32
    package let sid: UInt32
    package let revision: UInt32
    package let message: String
    /// How often its pattern or group called it up, and how often it matched.
    package let checks: UInt64
    package let matches: UInt64
    /// Alerts that passed its thresholds.
    package let alerts: UInt64
    /// The processor's ticks that went into it, its share of all rules' in per cent, and the longest check.
    package let ticks: UInt64
    package let percent: Double
    package let ticksMax: UInt64
    /// Ticks of a check, of one that matched, and of one that did not.
    package let ticksAverage: Double
    package let ticksAverageMatch: Double
    package let ticksAverageNoMatch: Double
  }

  package struct ProtocolCount: Sendable, Codable {
    package let name: String
    package let flows: UInt64
    package let transactions: UInt64
  }

  package var packets: UInt64 = 0
  /// Where the request asks for it: rules by the ticks that they took, most first.
  package var profile: [RuleProfile] = []
  package var bytes: UInt64 = 0
  package var firstNanoseconds: Int64 = 0
  package var lastNanoseconds: Int64 = 0
  package var seconds = 0.0
  /// Packets that decoding refused, gaps in streams, bytes missing, drops of the kernel.
  package var invalidPackets: UInt64 = 0
  package var streamGaps: UInt64 = 0
  package var memcapDrops: UInt64 = 0
  package var kernelDrops: UInt64 = 0
  package var anomalies: UInt64 = 0
  package var flows: UInt64 = 0
  package var protocols: [ProtocolCount] = []
  package var alerts: UInt64 = 0
  package var suppressedAlerts: UInt64 = 0
  package var signatures: [SignatureCount] = []
  package var rulesLoaded = 0
  package var rulesRefused = 0
  /// What was wrong with captures, each a sentence.
  package var problems: [String] = []
  package var outputFolder = ""
  package var databasePath: String?
  /// The most memory that the tables held; known where one worker runs.
  package var memory = MemoryPeaks()

  package init() {}

  /// 0 when everything was read and written.
  package var exitStatus: Int32 { problems.isEmpty ? 0 : 1 }
}
