package import Correlation
package import Wire

// Overview of the target Exercise. In: a scenario's folder, and what a run stored of it. Out: the score card.
// It never replays anything itself, asks no clock and draws no numbers.

/// What the red side did, as `truth.yaml` says.
package struct Truth: Sendable, Equatable {
  package var exercise = ""
  package var campaigns: [Campaign] = []
  /// What looks bad and is not.
  package var benign: [Benign] = []

  package init() {}

  /// All actions, in the order of the file.
  package var actions: [Action] { campaigns.flatMap(\.actions) }

  /// Actions of one intruder with one aim.
  package struct Campaign: Sendable, Equatable {
    package var identifier: String
    package var name: String
    package var actions: [Action]

    package init(identifier: String, name: String, actions: [Action] = []) {
      self.identifier = identifier
      self.name = name
      self.actions = actions
    }

    /// The end of its last action; nil where it has none.
    package var endNanoseconds: Int64? { actions.map(\.untilNanoseconds).max() }
  }

  /// One thing that the red side did.
  package struct Action: Sendable, Equatable {
    /// How it can be seen.
    package enum Visibility: String, Sendable, CaseIterable { case packets, metadata, none }

    package var identifier: String
    /// First packet, and the last; nanoseconds since 1970.
    package var timeNanoseconds: Int64
    package var untilNanoseconds: Int64
    package var technique: String
    /// ATT&CK's short name, Enterprise or ICS.
    package var tactic: String
    package var source: IPAddress
    package var target: IPAddress
    package var success: Bool
    package var visible: Visibility
    package var note: String

    package init(
      identifier: String, timeNanoseconds: Int64, untilNanoseconds: Int64, technique: String, tactic: String,
      source: IPAddress, target: IPAddress, success: Bool, visible: Visibility = .packets, note: String = ""
    ) {
      self.identifier = identifier
      self.timeNanoseconds = timeNanoseconds
      self.untilNanoseconds = untilNanoseconds
      self.technique = technique
      self.tactic = tactic
      self.source = source
      self.target = target
      self.success = success
      self.visible = visible
      self.note = note
    }
  }

  /// Something harmless that looks like an attack.
  package struct Benign: Sendable, Equatable {
    package var timeNanoseconds: Int64
    package var source: IPAddress
    package var target: IPAddress
    package var note: String

    package init(timeNanoseconds: Int64, source: IPAddress, target: IPAddress, note: String) {
      self.timeNanoseconds = timeNanoseconds
      self.source = source
      self.target = target
      self.note = note
    }
  }
}

/// A scenario's folder, read: what is defended, what was done, and the captures of it.
package struct Scenario: Sendable {
  package let folder: String
  package let site: SiteModel
  package let truth: Truth
  /// Paths of the captures, in order of their names.
  package let captures: [String]
  package var sitePath: String { "\(folder)/site.yaml" }
}
