package import Correlation
import Wire

/// Turns a red team's live notes, line by line, into a `truth.yaml`: a state machine without a clock of its
/// own.
///
/// Lines: `exercise NAME`, `campaign NAME`, `begin TECHNIQUE TACTIC SOURCE TARGET NOTE…`, `end [failed]`,
/// `invisible`, `metadata`, `benign SOURCE TARGET NOTE…`, `undo`, `show`. A line may begin with its own time
/// (RFC 3339), where the note comes later than the deed.
package struct TruthRecorder: Sendable {
  package private(set) var truth: Truth
  private var isOpen = false
  private var earlier: [(truth: Truth, isOpen: Bool)] = []

  /// Undoing reaches so far back.
  private static let undoMax = 100

  package init(exercise: String, continuing truth: Truth? = nil) {
    self.truth = truth ?? Truth()
    if truth == nil { self.truth.exercise = exercise }
  }

  /// Takes a line that was written at a moment; the answer is shown to who wrote it.
  package mutating func take(_ line: String, nowNanoseconds: Int64) -> Text {
    var words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
    var now = nowNanoseconds
    if let first = words.first, let time = Timestamp.nanoseconds(first) {
      now = time
      words.removeFirst()
    }
    guard let word = words.first else { return Text("", "") }
    let rest = Array(words.dropFirst())
    if word == "undo" { return undo() }
    let before = (truth, isOpen)
    let answer = act(word, rest, now)
    if before.0 != truth || before.1 != isOpen {
      earlier.append(before)
      if earlier.count > Self.undoMax { earlier.removeFirst() }
    }
    return answer
  }

  private mutating func act(_ word: String, _ rest: [String], _ now: Int64) -> Text {
    switch word {
    case "exercise":
      guard !rest.isEmpty else { return Text("write: exercise NAME", "格式：exercise 名称") }
      truth.exercise = rest.joined(separator: " ")
      return Text("the exercise is called \(truth.exercise)", "演习名称：\(truth.exercise)")
    case "campaign":
      let identifier = "C\(truth.campaigns.count + 1)"
      let name = rest.isEmpty ? identifier : rest.joined(separator: " ")
      truth.campaigns.append(Truth.Campaign(identifier: identifier, name: name))
      isOpen = false
      return Text("campaign \(identifier): \(name)", "行动 \(identifier)：\(name)")
    case "begin": return begin(rest, now)
    case "end": return end(rest, now)
    case "invisible", "metadata":
      return change(Text("noted", "已记录")) { $0.visible = word == "metadata" ? .metadata : .none }
    case "benign": return benign(rest, now)
    case "show": return Text(TruthWriter.text(truth), TruthWriter.text(truth))
    default:
      return Text(
        "write: campaign NAME | begin T1190 initial-access SOURCE TARGET NOTE | end [failed] | invisible | "
          + "metadata | benign SOURCE TARGET NOTE | undo | show",
        "可用：campaign 名称 | begin T1190 initial-access 源 目标 说明 | end [failed] | invisible | metadata | "
          + "benign 源 目标 说明 | undo | show")
    }
  }

  private mutating func begin(_ words: [String], _ now: Int64) -> Text {
    guard words.count >= 4, Attack.isTechnique(words[0]), Attack.tactics.contains(words[1]),
      let source = IPAddress(words[2]), let target = IPAddress(words[3])
    else {
      return Text(
        "write: begin T1190 initial-access SOURCE TARGET NOTE (technique, tactic, two addresses)",
        "格式：begin T1190 initial-access 源地址 目标地址 说明")
    }
    if truth.campaigns.isEmpty { truth.campaigns.append(Truth.Campaign(identifier: "C1", name: "C1")) }
    let last = truth.campaigns.count - 1
    let identifier = "\(truth.campaigns[last].identifier)-\(truth.campaigns[last].actions.count + 1)"
    truth.campaigns[last].actions.append(
      Truth.Action(
        identifier: identifier, timeNanoseconds: now, untilNanoseconds: now, technique: words[0],
        tactic: words[1], source: source, target: target, success: true,
        note: words.dropFirst(4).joined(separator: " ")))
    isOpen = true
    return Text(
      "\(identifier) begins at \(Timestamp.text(now))", "\(identifier) 开始于 \(Timestamp.text(now))")
  }

  private mutating func end(_ words: [String], _ now: Int64) -> Text {
    guard isOpen else {
      return Text("nothing has begun: write begin … first", "没有进行中的动作：请先写 begin …")
    }
    let answer = change(Text("ended at \(Timestamp.text(now))", "结束于 \(Timestamp.text(now))")) { action in
      action.untilNanoseconds = max(now, action.timeNanoseconds)
      if words.first == "failed" { action.success = false }
    }
    isOpen = false
    return answer
  }

  private mutating func benign(_ words: [String], _ now: Int64) -> Text {
    guard words.count >= 2, let source = IPAddress(words[0]), let target = IPAddress(words[1]) else {
      return Text("write: benign SOURCE TARGET NOTE", "格式：benign 源地址 目标地址 说明")
    }
    truth.benign.append(
      Truth.Benign(
        timeNanoseconds: now, source: source, target: target, note: words.dropFirst(2).joined(separator: " "))
    )
    return Text("noted as harmless", "已记为正常活动")
  }

  /// Changes the action that was noted last.
  private mutating func change(_ answer: Text, _ body: (inout Truth.Action) -> Void) -> Text {
    guard let campaign = truth.campaigns.indices.last,
      let action = truth.campaigns[campaign].actions.indices.last
    else { return Text("there is no action yet", "还没有动作") }
    body(&truth.campaigns[campaign].actions[action])
    return Text(
      "\(truth.campaigns[campaign].actions[action].identifier): \(answer.english)",
      "\(truth.campaigns[campaign].actions[action].identifier)：\(answer.chinese)")
  }

  private mutating func undo() -> Text {
    guard let last = earlier.popLast() else { return Text("nothing to undo", "没有可撤销的内容") }
    (truth, isOpen) = last
    return Text("undone", "已撤销")
  }
}

/// Writes a record in the form of `truth.yaml`.
package enum TruthWriter {
  /// The file's text; reading it gives the same record.
  package static func text(_ truth: Truth) -> String {
    var lines = ["exercise: \(quoted(truth.exercise))"]
    lines.append(truth.campaigns.isEmpty ? "campaigns: []" : "campaigns:")
    for campaign in truth.campaigns {
      lines += ["  - id: \(quoted(campaign.identifier))", "    name: \(quoted(campaign.name))"]
      lines.append(campaign.actions.isEmpty ? "    actions: []" : "    actions:")
      for action in campaign.actions {
        lines += [
          "      - id: \(quoted(action.identifier))",
          "        time: \(Timestamp.text(action.timeNanoseconds))",
          "        until: \(Timestamp.text(roundedUp(action.untilNanoseconds)))",
          "        technique: \(action.technique)", "        tactic: \(action.tactic)",
          "        source: \"\(action.source)\"", "        target: \"\(action.target)\"",
          "        success: \(action.success)", "        visible: \(action.visible.rawValue)",
          "        note: \(quoted(action.note))",
        ]
      }
    }
    lines.append(truth.benign.isEmpty ? "benign: []" : "benign:")
    for event in truth.benign {
      lines.append(
        "  - {time: \(Timestamp.text(event.timeNanoseconds)), source: \"\(event.source)\", "
          + "target: \"\(event.target)\", note: \(quoted(event.note))}")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// An end is written in milliseconds: rounded down it would be before the last packet.
  private static func roundedUp(_ nanoseconds: Int64) -> Int64 {
    nanoseconds % 1_000_000 == 0 ? nanoseconds : nanoseconds &+ 999_999
  }

  /// A double-quoted scalar (YAML 1.2 §7.3.1).
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: result += "\\\""
      case 0x5c: result += "\\\\"
      case 0x0a: result += "\\n"
      case 0..<32, 0x7f..<0xa0, 0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
