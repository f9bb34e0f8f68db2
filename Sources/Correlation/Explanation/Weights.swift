/// The points that make up an incident's score. All integers, all named in the explanation that they cause.
enum Weights {
  /// From which score a chain that has a reason is raised.
  static let raise = 40
  /// An attack that was seen to succeed, once for each victim, up to `successesCounted`.
  static let success = 30
  /// The same where only what the victim did next shows it.
  static let inferredSuccess = 15
  static let successesCounted = 4
  /// Each step from one tactic to a later one, on the same chain.
  static let progression = 15
  /// A victim that goes on to attack others.
  static let roleFlip = 25
  /// A correlation rule of Sigma matched.
  static let correlation = 25
  /// One of high confidence is an incident by itself.
  static let sureCorrelation = 40
  /// One attack repeated so often, or against so many, that it is a reason by itself.
  static let volume = 15
  static let volumeRepeats: UInt64 = 64
  static let volumeVictims = 16
  /// Each access point beyond the first.
  static let furtherAccessPoint = 10
  static let furtherAccessPointsCounted = 3
  /// Per level of importance of the most important asset or access point above 3.
  static let importance = 10
  /// Repeats add their logarithm to base two, up to this, in all.
  static let repeatsMax = 10
  /// A signature that so many chains have is halved so often that it is no reason by itself.
  static let dampingMax = 4
  /// From which score an incident is medium, high, critical.
  static let medium = 50
  static let high = 100
  static let critical = 160
}
