import Wire

// The sentences of an explanation, in the order of the story: how it was raised, the steps in time, what made
// it worse, what was held against it, and what would bring it below the threshold.
extension IncidentBuilder {
  var explanation: [Sentence] {
    var sentences = [reason] + steps + successes
    sentences += [progression, correlations, roleFlip, volume].compactMap { $0 }
    sentences += [spread, importance, repeats, withheld, damping].compactMap { $0 }
    let total = sentences.reduce(0) { $0 + $1.points }
    sentences.append(levelCounterfactual(total, sentences))
    sentences.append(raiseCounterfactual(total, sentences))
    sentences += [nearestSentence, losses].compactMap { $0 }
    return sentences
  }

  private func aggregate(_ position: Int) -> Aggregate { chain.aggregates[position] }

  private var reason: Sentence {
    switch score.reason {
    case .progression, nil:
      let evidence = score.steps.map { aggregate($0.first).first }
      let names = score.steps.map(\.tactic.name)
      return Sentence(
        .reason,
        Text(
          "Raised because one chain of alerts goes through \(names.count) tactics: "
            + names.map(\.english).joined(separator: ", ") + ".",
          "立案原因：同一条告警链先后出现 \(names.count) 种战术：" + names.map(\.chinese).joined(separator: "、")
            + "。"), evidence: evidence)
    case .success:
      let success = score.successes.first { aggregate($0.position).confidence == .high }
      let text = success.map { aggregate($0.position).text } ?? Text("", "")
      return Sentence(
        .reason,
        Text(
          "Raised because an attack was seen to succeed, with high confidence: \(text.english).",
          "立案原因：以高置信度观察到攻击成功：\(text.chinese)。"),
        evidence: success.map { [aggregate($0.position).first] } ?? [])
    case .correlation:
      let found = score.correlations.prefix(4).map { aggregate($0) }
      return Sentence(
        .reason,
        Text(
          "Raised because a correlation rule matched: \(found.first?.text.english ?? "").",
          "立案原因：关联规则命中：\(found.first?.text.chinese ?? "")。"), evidence: found.map(\.first))
    case .roleFlip:
      return Sentence(
        .reason,
        Text("Raised because an attacked host attacks others.", "立案原因：被攻击的主机转而攻击他人。"),
        evidence: score.roleFlip.map { [aggregate($0).first] } ?? [])
    case .volume:
      let most = chain.aggregates.max { $0.count < $1.count }
      return Sentence(
        .reason,
        Text(
          "Raised by volume: \(chain.alertCount) attempts against \(chain.victims.all.count) hosts.",
          "立案原因：攻击量大：对 \(chain.victims.all.count) 台主机共 \(chain.alertCount) 次尝试。"),
        evidence: most.map { [$0.first, $0.last] } ?? [])
    }
  }

  private var steps: [Sentence] {
    score.steps.map { step in
      let first = aggregate(step.first)
      let (attacker, victim) = (name(first.key.attacker), name(first.key.victim))
      let technique = first.technique.isEmpty ? "" : " (\(first.technique))"
      let place = placeName(first.key.accessPoint)
      return Sentence(
        .step,
        Text(
          "\(capitalised(step.tactic.name.english))\(technique): \(attacker) → \(victim)\(place.english): "
            + "\(first.text.english).",
          "\(step.tactic.name.chinese)\(technique)：\(attacker) → \(victim)\(place.chinese)："
            + "\(first.text.chinese)。"
        ),
        points: step.points, evidence: [first.first])
    }
  }

  private func placeName(_ identifier: String) -> Text {
    guard let point = site.accessPoint(identifier) else { return Text("", "") }
    let unit = site.unit(point.unit)
    let district = unit.flatMap { site.district($0.district)?.name } ?? ""
    let place = "\(point.identifier) \(point.name), \(unit?.name ?? point.unit), \(district)"
    return Text(" at \(place)", "，接入点 \(place)")
  }

  private var successes: [Sentence] {
    score.successes.map { success in
      let found = aggregate(success.position)
      let victim = name(found.key.victim)
      let text =
        found.isInferred
        ? Text(
          "What \(victim) did next shows that the attack on it succeeded: \(found.text.english).",
          "\(victim) 随后的行为表明对它的攻击成功：\(found.text.chinese)。")
        : Text(
          "The attack on \(victim) was seen to succeed: \(found.text.english).",
          "观察到对 \(victim) 的攻击成功：\(found.text.chinese)。")
      return Sentence(.success, text, points: success.points, evidence: [found.first])
    }
  }

  private var progression: Sentence? {
    let count = score.advances.count
    guard count > 0 else { return nil }
    return Sentence(
      .progression,
      Text(
        "The chain advanced \(count) time\(count == 1 ? "" : "s") to a later tactic.",
        "攻击链 \(count) 次推进到更后的战术阶段。"), points: score.advances.reduce(0) { $0 + $1.points },
      evidence: score.advances.map { aggregate($0.position).first })
  }

  private var correlations: Sentence? {
    guard !score.correlations.isEmpty else { return nil }
    let names = score.correlations.prefix(3).map { aggregate($0).text }
    return Sentence(
      .step,
      Text(
        "Correlation rules matched: \(names.map(\.english).joined(separator: "; ")).",
        "关联规则命中：\(names.map(\.chinese).joined(separator: "；"))。"), points: score.correlationPoints,
      evidence: score.correlations.prefix(3).map { aggregate($0).first })
  }

  private var roleFlip: Sentence? {
    guard let position = score.roleFlip else { return nil }
    let flipped = aggregate(position)
    let host = name(flipped.key.attacker)
    return Sentence(
      .roleFlip,
      Text(
        "\(host), attacked before, now attacks \(name(flipped.key.victim)) itself.",
        "\(host) 先被攻击，随后自己又攻击 \(name(flipped.key.victim))。"), points: Weights.roleFlip,
      evidence: [flipped.first])
  }

  private var volume: Sentence? {
    guard score.isVoluminous, let most = chain.aggregates.max(by: { $0.count < $1.count }) else { return nil }
    let hosts = chain.victims.all.count
    return Sentence(
      .volume,
      Text(
        "It keeps on: up to \(most.count) times the same, against \(hosts) hosts.",
        "持续进行：同一攻击最多 \(most.count) 次，涉及 \(hosts) 台主机。"), points: score.volumePoints,
      evidence: [most.first, most.last])
  }

  private var spread: Sentence? {
    let points = score.accessPoints
    guard points.count > 1 else { return nil }
    let shown = points.prefix(12).joined(separator: ", ") + (points.count > 12 ? " …" : "")
    let ends = chain.aggregates.filter { !$0.key.accessPoint.isEmpty }.prefix(4).map(\.first)
    return Sentence(
      .spread,
      Text("It spans \(points.count) access points: \(shown).", "涉及 \(points.count) 个接入点：\(shown)。"),
      points: score.spreadPoints, evidence: Array(ends))
  }

  private var importance: Sentence? {
    guard let importance = score.importance, score.importancePoints > 0 else { return nil }
    let level = importance.level
    if let asset = importance.asset {
      let evidence = chain.aggregates.first { $0.key.victim == asset.address }.map { [$0.first] } ?? []
      return Sentence(
        .importance,
        Text(
          "\(asset.name) (\(asset.address)) is an asset of importance \(level) of 5.",
          "\(asset.name)（\(asset.address)）是重要性 \(level)/5 的资产。"),
        points: score.importancePoints, evidence: evidence)
    }
    let point = importance.point
    let (identifier, pointName) = (point?.identifier ?? "", point?.name ?? "")
    return Sentence(
      .importance,
      Text(
        "Access point \(identifier) \(pointName) is of importance \(level) of 5.",
        "接入点 \(identifier) \(pointName) 的重要性为 \(level)/5。"), points: score.importancePoints)
  }

  private var repeats: Sentence? {
    guard score.repeats > 0 else { return nil }
    let most = chain.aggregates.max { $0.count < $1.count }
    return Sentence(
      .volume,
      Text(
        "\(chain.alertCount) alerts of \(chain.aggregates.count) kinds stand behind it.",
        "背后共有 \(chain.alertCount) 条告警，\(chain.aggregates.count) 类。"),
      points: score.repeats, evidence: most.map { [$0.last] } ?? [])
  }

  private var withheld: Sentence? {
    guard score.withheld > 0 else { return nil }
    return Sentence(
      .damping,
      Text(
        "All that was seen are attempts: spread, importance and repeats count no more than the attempts.",
        "目前所见均为尝试：范围、重要性和次数的分值不超过尝试本身。"), points: -score.withheld)
  }

  private var damping: Sentence? {
    guard let step = score.steps.max(by: { $0.damping < $1.damping }), step.damping > 0 else { return nil }
    let first = aggregate(step.first)
    let chains = commonness.chains(first.key.signatureGroup, first.key.signatureID)
    return Sentence(
      .damping,
      Text(
        "'\(first.text.english)' is common these days (\(chains) chains): its points were halved "
          + "\(step.damping) times.",
        "“\(first.text.chinese)”近期常见（\(chains) 条链）：其分值已减半 \(step.damping) 次。"),
      evidence: [first.first])
  }

  private func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
