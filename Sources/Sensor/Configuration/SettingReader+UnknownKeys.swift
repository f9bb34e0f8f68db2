import Detection

extension SettingReader {
  /// Keys of our own, that no Suricata has.
  private static let ownKeys: Set<String> = ["trusted-roots"]

  /// Warns once about each key that no Suricata knows: it is ignored, and most often a slip of the pen.
  mutating func warnAboutUnknownKeys() {
    for section in root.children {
      guard let words = knownConfigurationKeys[section.name] ?? SensorSettings.ownKeys[section.name] else {
        warn(about: section, among: Array(knownConfigurationKeys.keys))
        continue
      }
      let known = Set(words.split { $0 == " " || $0 == "\n" }.map(String.init))
      if !known.isEmpty { warnAboutUnknown(below: section, known) }
    }
  }

  private mutating func warnAboutUnknown(below node: ConfigurationNode, _ known: Set<String>) {
    for child in node.children {
      // Items of lists are numbered, and names of interfaces, devices and the like hold other signs.
      let isKey = !node.isSequence && child.name.allSatisfy { $0.isLowercase || $0 == "-" }
      if isKey, !known.contains(child.name), !Self.ownKeys.contains(child.name), child.value != child.name {
        warn(about: child, among: Array(known))
      } else {
        warnAboutUnknown(below: child, known)
      }
    }
  }

  private mutating func warn(about node: ConfigurationNode, among known: [String]) {
    let near = known.min { distance($0, node.name) < distance($1, node.name) } ?? ""
    let remedy = distance(near, node.name) <= 2 ? "write `\(near)`" : "remove it, or look for its right name"
    report(.warning, at: node.position, "the key `\(node.name)` is not known", remedy: remedy)
  }

  /// How many letters have to be changed, added or left out to come from one word to the other.
  private func distance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    guard abs(left.count - right.count) <= 3, left.count < 64 else { return Int.max }
    var row = Array(0...right.count)
    for (line, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for (column, other) in right.enumerated() {
        let above = row[column + 1]
        row[column + 1] = min(above + 1, row[column] + 1, diagonal + (letter == other ? 0 : 1))
        diagonal = above
      }
    }
    return row[right.count]
  }
}
