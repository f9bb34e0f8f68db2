/// A tactic of MITRE ATT&CK Enterprise: why an attacker does something. Ordered as an intrusion usually goes.
package enum Tactic: UInt8, Sendable, CaseIterable, Comparable, Codable {
  case reconnaissance, resourceDevelopment, initialAccess, execution, persistence, privilegeEscalation
  case defenseEvasion, credentialAccess, discovery, lateralMovement, collection, commandAndControl
  case exfiltration, impact

  /// ATT&CK's identifier: `TA0043`.
  package var identifier: String { Self.table[Int(rawValue)].identifier }
  /// ATT&CK's short name: `initial-access`.
  package var shortName: String { Self.table[Int(rawValue)].shortName }
  /// English and Chinese names.
  package var name: Text { Self.table[Int(rawValue)].name }
  /// What one such step adds to an incident's score: the later the stage, the more is at stake.
  package var points: Int { Self.table[Int(rawValue)].points }

  package static func < (left: Tactic, right: Tactic) -> Bool { left.rawValue < right.rawValue }

  /// The tactic with this identifier (`TA0001`), short name (`initial-access`) or ET metadata name
  /// (`Initial_Access`).
  package init?(_ text: String) {
    let folded = text.lowercased().replacing("_", with: "-").replacing(" ", with: "-")
    guard
      let index = Self.table.firstIndex(where: {
        $0.identifier.lowercased() == folded || $0.shortName == folded
      })
    else { return nil }
    self.init(rawValue: UInt8(index))
  }

  private struct Row: Sendable {
    let identifier: String
    let shortName: String
    let name: Text
    let points: Int
  }

  private static let table: [Row] = [
    Row(identifier: "TA0043", shortName: "reconnaissance", name: Text("reconnaissance", "侦察"), points: 5),
    Row(
      identifier: "TA0042", shortName: "resource-development", name: Text("resource development", "资源开发"),
      points: 5),
    Row(identifier: "TA0001", shortName: "initial-access", name: Text("initial access", "初始访问"), points: 20),
    Row(identifier: "TA0002", shortName: "execution", name: Text("execution", "执行"), points: 25),
    Row(identifier: "TA0003", shortName: "persistence", name: Text("persistence", "持久化"), points: 25),
    Row(
      identifier: "TA0004", shortName: "privilege-escalation", name: Text("privilege escalation", "权限提升"),
      points: 25),
    Row(
      identifier: "TA0005", shortName: "defense-evasion", name: Text("defense evasion", "防御规避"), points: 15),
    Row(
      identifier: "TA0006", shortName: "credential-access", name: Text("credential access", "凭据访问"),
      points: 15),
    Row(identifier: "TA0007", shortName: "discovery", name: Text("discovery", "发现"), points: 15),
    Row(
      identifier: "TA0008", shortName: "lateral-movement",
      name: Text("lateral movement", "横向移动"), points: 30),
    Row(identifier: "TA0009", shortName: "collection", name: Text("collection", "收集"), points: 20),
    Row(
      identifier: "TA0011", shortName: "command-and-control", name: Text("command and control", "命令与控制"),
      points: 30),
    Row(identifier: "TA0010", shortName: "exfiltration", name: Text("exfiltration", "数据渗出"), points: 35),
    Row(identifier: "TA0040", shortName: "impact", name: Text("impact", "影响"), points: 40),
  ]
}

/// A text in the two languages that the project speaks.
package struct Text: Sendable, Hashable, Codable {
  package let english: String
  package let chinese: String

  package init(_ english: String, _ chinese: String) {
    self.english = english
    self.chinese = chinese
  }

  package func callAsFunction(_ language: Language) -> String {
    language == .chinese ? chinese : english
  }
}

/// The language of a screen, report or message.
package enum Language: String, Sendable, CaseIterable {
  case english, chinese

  /// From the value of `LANG` (`zh_CN.UTF-8`).
  package init(environment value: String?) {
    self = (value ?? "").hasPrefix("zh") ? .chinese : .english
  }
}
