import Detection

/// Tells what is wrong with rules.
///
/// For Suricata's own command line each refused rule is told in that program's words first, as tools look for
/// them: the line of the part that refused it, and the rule as written. What and where it is in our words
/// follows as a warning, so that the number of errors is Suricata's.
struct RuleMessages {
  let log: Log
  let isSuricata: Bool

  /// Tells each problem once: a variable's comes up again with each rule that uses it.
  func tell(_ problems: [RuleProblem], refused: [LoadedRules.RefusedRule]) {
    var told: Set<String> = []
    var rules: [String: [LoadedRules.RefusedRule]] = [:]
    for rule in refused where isSuricata {
      if let problem = rule.problem { rules[problem.description, default: []].append(rule) }
    }
    for problem in problems where told.insert(problem.description).inserted {
      if problem.severity != .error {
        log.write(.info, problem.description, module: "rules")
      } else if isSuricata {
        tell(problem, of: rules[problem.description] ?? [])
      } else {
        log.error(problem.description)
      }
    }
  }

  /// Tells an error; `rules` are those whose first error it is.
  private func tell(_ problem: RuleProblem, of rules: [LoadedRules.RefusedRule]) {
    if rules.isEmpty, problem.counterpart == nil {
      log.write(.warning, problem.description, module: "rules")
      return
    }
    if let counterpart = problem.counterpart {
      log.write(.error, counterpart.text, module: counterpart.module)
      log.write(.warning, problem.description, module: "rules")
    } else {
      log.write(.error, problem.description, module: "rules")
    }
    for rule in rules {
      let place = "from file \(rule.position.file) at line \(rule.position.line)"
      log.write(.error, "error parsing signature \"\(rule.text)\" \(place)", module: "detect")
    }
  }

  /// Sums the loading up. Where it ends with the rules that failed, nothing is said of what was put together.
  func sum(files: Int, loaded: Int, failed: Int, skipped: Int, isFatal: Bool = false) {
    if loaded == 0, failed > 0 {
      log.write(.warning, "\(files) rule files specified, but no rules were loaded!", module: "detect")
    } else {
      let counts = "\(loaded) rules successfully loaded, \(failed) rules failed, \(skipped) rules skipped"
      log.write(.info, "\(files) rule files processed. \(counts)", module: "detect")
    }
    if isFatal, failed > 0 { return }
    log.write(.info, "\(loaded) signatures processed.", module: "detect")
  }
}
