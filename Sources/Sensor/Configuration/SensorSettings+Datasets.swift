import Detection

// `datasets`: limits, what rules may do, and sets that stand for all rules.
extension SensorSettings {
  /// Keys of the section that are no sets.
  private static let sections: Set<String> = ["defaults", "enabled", "limits", "rules", "save-directory"]

  mutating func readDatasets(_ reader: inout SettingReader) {
    let section = "datasets"
    reader.bytes("\(section).defaults.memcap", &lists.memcapBytes)
    reader.integer("\(section).defaults.hashsize", 1...Int(UInt32.max), &lists.hashSize)
    reader.integer("\(section).limits.single-hashsize", 1...Int(UInt32.max), &lists.singleHashSizeMax)
    reader.integer("\(section).limits.total-hashsizes", 1...Int(UInt32.max), &lists.totalHashSizesMax)
    reader.flag("\(section).rules.allow-write", &lists.allowsWrite)
    reader.flag("\(section).rules.allow-absolute-filenames", &lists.allowsAbsoluteNames)
    for node in reader.root[section]?.children ?? [] where !Self.sections.contains(node.name) {
      // A list of sets has each under an item, a mapping has them by their names.
      if node.children.count == 1, let inner = node.children.first, !inner.children.isEmpty {
        readDataset(inner, &reader)
      } else {
        readDataset(node, &reader)
      }
    }
  }

  private mutating func readDataset(_ node: ConfigurationNode, _ reader: inout SettingReader) {
    guard let kind = node.child("type")?.value else {
      reader.report(
        at: node.position, "the data set `\(node.name)` has no type",
        remedy: "write `type: string`, md5, sha256, ipv4, ipv6 or ip below it")
      return
    }
    var declaration = ListSettings.Declaration(name: node.name, kind: kind, position: node.position)
    declaration.load = node.child("load")?.value
    declaration.save = node.child("save")?.value
    declaration.state = node.child("state")?.value
    if node.child("memcap") != nil {
      var bytes = 0
      reader.bytes("memcap", in: node, &bytes)
      if bytes > 0 { declaration.memcapBytes = bytes }
    }
    if node.child("hashsize") != nil {
      var size = 0
      reader.integer("hashsize", in: node, 1...Int(UInt32.max), &size)
      if size > 0 { declaration.hashSize = size }
    }
    lists.declarations.append(declaration)
  }
}
