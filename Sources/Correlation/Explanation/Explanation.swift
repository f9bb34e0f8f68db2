import Wire

// The sentences of an explanation, in the order of the story: how it was raised, the steps in time, what made
// it worse, and what would bring it below the threshold.
extension IncidentBuilder {
  var explanation: [Sentence] {
    var sentences = [reason] + steps + successes
    sentences += [progression, roleFlip, spread, importance, repeats].compactMap { $0 }
    let score = sentences.reduce(0) { $0 + $1.points }
    sentences.append(counterfactual(score, sentences))
    return sentences
  }

  private var reason: Sentence {
    let seen = tactics
    if seen.count >= 2, seen.contains(where: { $0.tactic >= .initialAccess }) {
      return Sentence(
        Text(
          "Raised because one chain of alerts goes through \(seen.count) tactics: "
            + seen.map(\.tactic.name.english).joined(separator: ", ") + ".",
          "立案原因：同一条告警链先后出现 \(seen.count) 种战术：" + seen.map(\.tactic.name.chinese).joined(separator: "、")
            + "。"), evidence: seen.map(\.first.first))
    }
    let success = chain.aggregates.first { $0.outcome == .success && $0.isHighConfidence }
    return Sentence(
      Text(
        "Raised because an attack was seen to succeed, with high confidence: \(success?.message ?? "").",
        "立案原因：以高置信度观察到攻击成功：\(success?.message ?? "")。"), evidence: success.map { [$0.first] } ?? [])
  }

  private var steps: [Sentence] {
    tactics.map { step in
      let (attacker, victim) = (name(step.first.key.attacker), name(step.first.key.victim))
      let technique = step.first.technique.isEmpty ? "" : " (\(step.first.technique))"
      let place = placeName(step.first.key.accessPoint)
      return Sentence(
        Text(
          "\(capitalised(step.tactic.name.english))\(technique): \(attacker) → \(victim)\(place.english): "
            + "\(step.first.message).",
          "\(step.tactic.name.chinese)\(technique)：\(attacker) → \(victim)\(place.chinese)："
            + "\(step.first.message)。"
        ),
        points: step.tactic.points, evidence: [step.first.first])
    }
  }

  private func placeName(_ identifier: String) -> Text {
    guard let point = site.accessPoints.first(where: { $0.identifier == identifier }) else {
      return Text("", "")
    }
    let unit = site.unit(point.unit)
    let district = unit.flatMap { site.district($0.district)?.name } ?? ""
    let place = "\(point.identifier) \(point.name), \(unit?.name ?? point.unit), \(district)"
    return Text(" at \(place)", "，接入点 \(place)")
  }

  private var successes: [Sentence] {
    var victims: Set<IPAddress> = []
    let seen = chain.aggregates.filter { $0.outcome == .success && victims.insert($0.key.victim).inserted }
    return seen.enumerated().map { index, aggregate in
      let points = index < Weights.successesCounted ? Weights.success : 0
      let victim = name(aggregate.key.victim)
      return Sentence(
        Text(
          "The attack on \(victim) was seen to succeed: \(aggregate.message).",
          "观察到对 \(victim) 的攻击成功：\(aggregate.message)。"), points: points, evidence: [aggregate.first])
    }
  }

  private var progression: Sentence? {
    let ordered = tactics
    var highest = ordered.first?.tactic ?? .reconnaissance
    var advances: [Aggregate] = []
    for step in ordered.dropFirst() where step.tactic > highest {
      highest = step.tactic
      advances.append(step.first)
    }
    guard !advances.isEmpty else { return nil }
    return Sentence(
      Text(
        "The chain advanced \(advances.count) time\(advances.count == 1 ? "" : "s") to a later tactic.",
        "攻击链 \(advances.count) 次推进到更后的战术阶段。"), points: advances.count * Weights.progression,
      evidence: advances.map(\.first))
  }

  private var roleFlip: Sentence? {
    let flipped = chain.aggregates.first { aggregate in
      chain.aggregates.contains {
        $0.key.victim == aggregate.key.attacker && $0.first.order < aggregate.first.order
          && $0.key.attacker != aggregate.key.attacker
      }
    }
    guard let flipped else { return nil }
    let host = name(flipped.key.attacker)
    return Sentence(
      Text(
        "\(host), attacked before, now attacks \(name(flipped.key.victim)) itself.",
        "\(host) 先被攻击，随后自己又攻击 \(name(flipped.key.victim))。"), points: Weights.roleFlip,
      evidence: [flipped.first])
  }

  private var spread: Sentence? {
    let points = accessPoints
    guard points.count > 1 else { return nil }
    let counted = min(points.count - 1, Weights.furtherAccessPointsCounted)
    let list = points.joined(separator: ", ")
    return Sentence(
      Text("It spans \(points.count) access points: \(list).", "涉及 \(points.count) 个接入点：\(list)。"),
      points: counted * Weights.furtherAccessPoint)
  }

  private var importance: Sentence? {
    let assets = chain.victims.compactMap { site.asset(at: $0) }
    guard let top = assets.max(by: { ($0.importance, $1.identifier) < ($1.importance, $0.identifier) }),
      top.importance > 3
    else { return nil }
    return Sentence(
      Text(
        "\(top.name) (\(top.address)) is an asset of importance \(top.importance) of 5.",
        "\(top.name)（\(top.address)）是重要性 \(top.importance)/5 的资产。"),
      points: (top.importance - 3) * Weights.importance)
  }

  private var repeats: Sentence? {
    let logarithms = chain.aggregates.map { 63 - $0.count.leadingZeroBitCount }.reduce(0, +)
    guard logarithms > 0 else { return nil }
    return Sentence(
      Text(
        "\(chain.alertCount) alerts of \(chain.aggregates.count) kinds stand behind it.",
        "背后共有 \(chain.alertCount) 条告警，\(chain.aggregates.count) 类。"),
      points: min(logarithms, Weights.repeatsMax))
  }

  /// What would have to be untrue for the next lower severity.
  private func counterfactual(_ score: Int, _ sentences: [Sentence]) -> Sentence {
    let bounds = [Weights.critical, Weights.high, Weights.medium].filter { score >= $0 }
    guard let bound = bounds.first else {
      return Sentence(
        Text(
          "\(score) points: \(Weights.medium - score) more would make it medium.",
          "共 \(score) 分：再加 \(Weights.medium - score) 分即为中危。"))
    }
    let margin = score - bound
    let decisive = sentences.enumerated().filter { $0.element.points > margin }.map { "\($0.offset + 1)" }
    let list = decisive.joined(separator: ", ")
    let english =
      list.isEmpty
      ? "no single sentence would lower its severity"
      : "without any one of the sentences \(list) it would be one level lower"
    let chinese = list.isEmpty ? "去掉任何一句都不会降级" : "去掉第 \(list) 句中任意一句即降一级"
    return Sentence(
      Text("\(score) points (level from \(bound)): \(english).", "共 \(score) 分（本级起点 \(bound) 分）：\(chinese)。"))
  }

  private func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
