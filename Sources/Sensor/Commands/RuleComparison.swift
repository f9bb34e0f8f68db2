import Detection

/// `rules explain` and `rules diff`: single rules and sets of rules, without any traffic.
package enum RuleComparison {
  /// A rule that one set has and the other has not, or has otherwise.
  package struct Change: Sendable, Codable {
    package enum Kind: String, Sendable, Codable { case added, removed, changed }

    package let kind: Kind
    package let gid: UInt32
    package let sid: UInt32
    package let message: String
    /// Revisions before and after.
    package let oldRevision: UInt32?
    package let newRevision: UInt32?
    /// `file:line:column`: of the new rule, or of the one that is gone.
    package let place: String

    /// One line for people.
    package var text: String {
      let sign: String
      switch kind {
      case .added: sign = "+"
      case .removed: sign = "-"
      case .changed: sign = "~"
      }
      let revisions = [oldRevision, newRevision].compactMap { $0.map(String.init) }.joined(separator: " → ")
      return "\(sign) \(gid):\(sid) rev \(revisions) \(message) (\(place))"
    }
  }

  /// What becomes of the old rules: in the order of groups and numbers. Throws `RunFailure` where a
  /// configuration or a file cannot be read.
  package static func changes(
    from old: [String], to new: [String], configurationPath: String?, toleratesErrors: Bool = false
  ) throws -> [Change] {
    let before = try identities(old, configurationPath, toleratesErrors)
    let after = try identities(new, configurationPath, toleratesErrors)
    var changes: [Change] = []
    for (key, identity) in after {
      guard let known = before[key] else {
        changes.append(change(.added, identity, old: nil, new: identity.revision))
        continue
      }
      if known.text != identity.text {
        changes.append(change(.changed, identity, old: known.revision, new: identity.revision))
      }
    }
    for (key, identity) in before where after[key] == nil {
      changes.append(change(.removed, identity, old: identity.revision, new: nil))
    }
    return changes.sorted { ($0.gid, $0.sid) < ($1.gid, $1.sid) }
  }

  /// How many there are of each kind, in one line.
  package static func sum(_ changes: [Change]) -> String {
    func count(_ kind: Change.Kind) -> Int { changes.count { $0.kind == kind } }
    return "\(count(.added)) added, \(count(.removed)) removed, \(count(.changed)) changed"
  }

  /// How the engine looks at the rules with a number. Throws `RunFailure` where there is none.
  package static func explain(
    _ sid: UInt32, in paths: [String], configurationPath: String?
  ) throws -> [ExplainedRule] {
    let loaded = try RuleCheck.load(paths, configurationPath: configurationPath).loaded
    let found = loaded.signatures.filter { $0.identity.id == sid }
    guard !found.isEmpty else {
      throw RunFailure("no rule that can be used has sid \(sid); see 'fengsui rules check' for those refused")
    }
    return found.map { ExplainedRule(RuleExplanation($0, loaded)) }
  }

  private static func identities(
    _ paths: [String], _ configurationPath: String?, _ toleratesErrors: Bool
  ) throws -> [UInt64: SignatureIdentity] {
    let (loaded, problems) = try RuleCheck.load(paths, configurationPath: configurationPath)
    if !toleratesErrors, let problem = problems.first(where: { $0.severity == .error }) {
      throw RunFailure(problem.description)
    }
    return Dictionary(
      loaded.signatures.map { (UInt64($0.identity.group) << 32 | UInt64($0.identity.id), $0.identity) }
    ) { first, _ in first }
  }

  private static func change(
    _ kind: Change.Kind, _ identity: SignatureIdentity, old: UInt32?, new: UInt32?
  ) -> Change {
    Change(
      kind: kind, gid: identity.group, sid: identity.id, message: identity.message, oldRevision: old,
      newRevision: new, place: identity.position.text)
  }
}

/// How the engine looks at one rule.
package struct ExplainedRule: Sendable, Encodable {
  private let explanation: RuleExplanation

  fileprivate init(_ explanation: RuleExplanation) {
    self.explanation = explanation
  }

  /// Lines for people.
  package var text: String { explanation.text }

  package func encode(to encoder: any Encoder) throws {
    try explanation.encode(to: encoder)
  }
}
