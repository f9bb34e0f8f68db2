import Wire

/// A script of a rule as it was read: its text, and what it said of itself when the rule was compiled.
/// Immutable; each worker runs it in a state of its own.
package final class Script: Sendable {
  /// What calls it.
  package enum Use: Sendable, Hashable {
    /// `lua`: it decides whether the rule matches.
    case match
    /// `luaxform`: it changes a buffer, with these words.
    case transform([String])
  }

  /// Path under which it was read, for messages.
  package let path: String
  package let use: Use
  let text: [UInt8]
  let settings: ScriptSettings
  /// Numbers of what its `init` registered, by name.
  let flowVariables: [String: Int]
  let flowIntegers: [String: Int]
  /// Slots of `byte_extract` and `byte_math` that it mapped, by name.
  let byteVariables: [String: Int]
  /// It is only asked with packets that have a payload.
  let needsPayload: Bool
  /// It wants the fingerprint of this direction: its rule is asked when that is there.
  let fingerprint: Direction?
  /// It asked for JA3, or for SSH's fingerprints, to be worked out.
  package let wantsJA3: Bool
  package let wantsHASSH: Bool
  /// It changes data sets.
  let usesDatasets: Bool

  init(path: String, use: Use, text: [UInt8], settings: ScriptSettings, _ trial: ScriptTrial) {
    self.path = path
    self.use = use
    self.text = text
    self.settings = settings
    flowVariables = trial.flowVariables
    flowIntegers = trial.flowIntegers
    byteVariables = trial.byteVariables
    needsPayload = trial.needs.contains("payload")
    fingerprint = trial.needs.contains("ja3") ? .toServer : trial.needs.contains("ja3s") ? .toClient : nil
    wantsJA3 = trial.wantsJA3
    wantsHASSH = trial.wantsHASSH
    usesDatasets = trial.usesDatasets
  }
}

extension Script: Hashable {
  /// The same text for the same use.
  package static func == (left: Script, right: Script) -> Bool {
    left === right || left.path == right.path && left.use == right.use && left.text == right.text
  }

  /// By path and use: texts of one path seldom differ.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(path)
    hasher.combine(use)
  }
}

/// `lua:script` or `lua:!script` of a rule.
package struct ScriptCondition: Sendable {
  package let script: Script
  package let isNegated: Bool

  package init(_ script: Script, isNegated: Bool) {
    self.script = script
    self.isNegated = isNegated
  }
}
