import Wire

extension SigmaRule {
  /// Whether a detection matches an event; never for a correlation.
  package func matches(_ event: SigmaEvent) -> Bool {
    guard case .detection(let condition, let searches) = body else { return false }
    if !eventTypes.isEmpty, !eventTypes.contains(event.values["event_type"]?.first ?? "") { return false }
    return condition.holds { name in
      searches[name]?.alternatives.contains { $0.allSatisfy { $0.matches(event) } } ?? false
    }
  }
}

extension SigmaCondition {
  /// Whether it holds, where `search` tells which of its names do.
  func holds(_ search: (String) -> Bool) -> Bool {
    switch self {
    case .search(let name): search(name)
    case .all(let parts): parts.allSatisfy { $0.holds(search) }
    case .any(let parts): parts.contains { $0.holds(search) }
    case .not(let part): !part.holds(search)
    }
  }
}

extension SigmaMatch {
  /// Whether the field of an event, or any of its values for a keyword, is as it is asked for.
  func matches(_ event: SigmaEvent) -> Bool {
    let subjects = field.map { event.values[$0] ?? [] } ?? event.values.values.flatMap { $0 }
    let test = { (value: SigmaValue) in value.matches(subjects, event) }
    let isMet = needsAll ? values.allSatisfy(test) : values.contains(where: test)
    return isMet != isNegated
  }
}

extension SigmaValue {
  fileprivate func matches(_ subjects: [String], _ event: SigmaEvent) -> Bool {
    switch self {
    case .pattern(let pattern): return subjects.contains { pattern.matches($0) }
    case .number(let number): return subjects.contains { Double($0) == number }
    case .flag(let flag): return subjects.contains { $0 == (flag ? "1" : "0") || $0 == "\(flag)" }
    case .null: return subjects.allSatisfy(\.isEmpty)
    case .exists(let exists): return subjects.isEmpty != exists
    case .regular(let expression): return subjects.contains { expression.matches($0) }
    case .prefix(let text):
      guard let prefix = IPPrefix(text) else { return false }
      return subjects.contains { IPAddress($0).map { prefix.contains($0) } ?? false }
    case .field(let name, let anchor):
      let patterns = (event.values[name] ?? []).map { text in
        SigmaPattern(
          text.replacing("\\", with: "\\\\").replacing("*", with: "\\*").replacing("?", with: "\\?"),
          anchor: anchor)
      }
      return subjects.contains { subject in patterns.contains { $0.matches(subject) } }
    case .timePart(let part, let number):
      return subjects.contains { part.value(of: $0) == number }
    case .compare(let comparison, let bound):
      return subjects.compactMap { Double($0) }.contains { value in
        switch comparison {
        case .lt: value < bound
        case .lte: value <= bound
        case .gt: value > bound
        case .gte: value >= bound
        }
      }
    }
  }
}
