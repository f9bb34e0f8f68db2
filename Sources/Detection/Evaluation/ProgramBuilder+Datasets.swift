extension ProgramBuilder {
  /// Compiles what is asked of a data set.
  mutating func compile(_ condition: DatasetCondition) -> DatasetStep {
    var step = DatasetStep(
      dataset: Int32(clamping: condition.dataset), command: .isSet,
      check: NumberCheck(operation: .equal, first: 0, second: 0),
      matchesSubdomains: condition.matchesSubdomains, contextKey: -1)
    if let key = condition.contextKey { step.contextKey = intern(key) }
    switch condition.command {
    case .set: step.command = .set
    case .unset: step.command = .unset
    case .isSet: step.command = .isSet
    case .isNotSet: step.command = .isNotSet
    case .reputation(let test):
      step.command = .reputation
      step.check = check(test)
    }
    return step
  }
}
