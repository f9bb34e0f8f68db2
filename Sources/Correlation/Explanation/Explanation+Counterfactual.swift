import Wire

// What would have to be untrue, and what came nearest without being raised.
extension IncidentBuilder {
  /// What would have to be untrue for the next lower severity.
  func levelCounterfactual(_ total: Int, _ sentences: [Sentence]) -> Sentence {
    let bounds = [Weights.critical, Weights.high, Weights.medium].filter { total >= $0 }
    guard let bound = bounds.first else {
      return Sentence(
        .threshold,
        Text(
          "\(total) points: \(Weights.medium - total) more would make it medium.",
          "共 \(total) 分：再加 \(Weights.medium - total) 分即为中危。"))
    }
    let margin = total - bound
    let decisive = sentences.enumerated().filter { $0.element.points > margin }.map { "\($0.offset + 1)" }
    let list = decisive.joined(separator: ", ")
    let english =
      list.isEmpty
      ? "no single sentence would lower its severity"
      : "without any one of the sentences \(list) it would be one level lower"
    let chinese = list.isEmpty ? "去掉任何一句都不会降级" : "去掉第 \(list) 句中任意一句即降一级"
    return Sentence(
      .threshold,
      Text("\(total) points (level from \(bound)): \(english).", "共 \(total) 分（本级起点 \(bound) 分）：\(chinese)。"))
  }

  /// The fewest sentences without which it would not have been raised.
  func raiseCounterfactual(_ total: Int, _ sentences: [Sentence]) -> Sentence {
    var left = total
    var taken: [Int] = []
    let ordered = sentences.indices.sorted {
      (sentences[$1].points, $0) < (sentences[$0].points, $1)
    }
    for position in ordered where left >= Weights.raise && sentences[position].points > 0 {
      left -= sentences[position].points
      taken.append(position)
    }
    let list = taken.sorted().map { "\($0 + 1)" }.joined(separator: ", ")
    let evidence = taken.sorted().flatMap { sentences[$0].evidence.prefix(1) }
    guard left < Weights.raise, !taken.isEmpty else {
      return Sentence(
        .threshold,
        Text(
          "It was raised at \(Weights.raise) points and lies below that now.",
          "立案阈值为 \(Weights.raise) 分，现已低于该值。"))
    }
    return Sentence(
      .threshold,
      Text(
        "It would not have been raised (\(Weights.raise) points) without the sentences \(list): "
          + "were they explained otherwise, \(left) points would be left.",
        "若第 \(list) 句另有解释，则只剩 \(left) 分，低于立案阈值 \(Weights.raise) 分。"), evidence: evidence)
  }

  /// The chain that came nearest without being raised, and what it lacked.
  var nearestSentence: Sentence? {
    guard let (other, otherScore) = nearest, let first = other.aggregates.first else { return nil }
    let lack = max(Weights.raise - otherScore.total, 0)
    let (attacker, victim) = (name(first.key.attacker), name(first.key.victim))
    let missing =
      lack > 0
      ? Text("\(lack) points are missing", "差 \(lack) 分")
      : Text("it has no reason by itself", "缺少立案理由")
    return Sentence(
      .nearest,
      Text(
        "Nearest that was not raised: \(attacker) → \(victim), \(otherScore.total) points, as "
          + "\(missing.english): \(first.text.english).",
        "最接近而未立案者：\(attacker) → \(victim)，\(otherScore.total) 分，\(missing.chinese)："
          + "\(first.text.chinese)。"), evidence: [first.first])
  }

  /// What is no longer kept.
  var losses: Sentence? {
    guard chain.droppedCount > 0 else { return nil }
    return Sentence(
      .losses,
      Text(
        "\(chain.droppedCount) alerts are counted only: the oldest attempts left for want of room.",
        "其中 \(chain.droppedCount) 条告警仅计数：因容量限制，最早的尝试已移出。"))
  }
}
