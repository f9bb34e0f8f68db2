package import Detection
import Wire
import Yams

/// Reads `site.yaml` with exact errors: every problem of the file in one pass, each with its place and
/// remedy.
package struct SiteLoader {
  private let file: String
  private var problems: [RuleProblem] = []
  private var site = SiteModel()

  /// The model, or all that is wrong with the text.
  package static func load(_ text: String, file: String) -> Result<SiteModel, SiteProblems> {
    var loader = SiteLoader(file: file)
    loader.readDocument(text)
    return loader.problems.isEmpty ? .success(loader.site) : .failure(SiteProblems(problems: loader.problems))
  }

  private init(file: String) {
    self.file = file
  }

  private mutating func readDocument(_ text: String) {
    do {
      guard let root = try Yams.compose(yaml: text) else { return }
      readRoot(root)
    } catch let error as YamlError {
      report(error)
    } catch {
      problems.append(problem(nil, "the file cannot be read as YAML", "see docs/site.md for its form"))
    }
    checkReferences()
  }

  private mutating func report(_ error: YamlError) {
    switch error {
    case .scanner(_, let what, let mark, _), .parser(_, let what, let mark, _),
      .composer(_, let what, let mark, _):
      problems.append(
        problem(
          mark, "not valid YAML: \(what)",
          "indent with spaces, not tabs, and quote texts that hold ':' or '#'"))
    default:
      problems.append(problem(nil, "not valid YAML", "see docs/site.md for its form"))
    }
  }

  private mutating func readRoot(_ root: Node) {
    let lists = ["districts", "units", "access_points", "assets"]
    for (key, node) in fields(of: root, known: ["centre", "scanners"] + lists, of: "the site") {
      switch key {
      case "centre":
        site.centreName = fields(of: node, known: ["name"], of: "the centre")["name"]?.string ?? ""
      case "scanners": site.scanners = Set(items(node, key).compactMap { address($0) })
      case "districts": site.districts = items(node, key).compactMap { district($0) }
      case "units": site.units = items(node, key).compactMap { unit($0) }
      case "access_points": site.accessPoints = items(node, key).compactMap { accessPoint($0) }
      default: site.assets = items(node, key).compactMap { asset($0) }
      }
    }
  }

  private mutating func district(_ node: Node) -> SiteModel.District? {
    let values = fields(of: node, known: ["id", "name"], of: "a district")
    guard let identifier = text(values, "id", node) else { return nil }
    return SiteModel.District(identifier: identifier, name: values["name"]?.string ?? identifier)
  }

  private mutating func unit(_ node: Node) -> SiteModel.Unit? {
    let values = fields(of: node, known: ["id", "name", "district"], of: "a unit")
    guard let identifier = text(values, "id", node), let district = text(values, "district", node) else {
      return nil
    }
    return SiteModel.Unit(
      identifier: identifier, name: values["name"]?.string ?? identifier, district: district)
  }

  private mutating func accessPoint(_ node: Node) -> SiteModel.AccessPoint? {
    let known = ["id", "name", "unit", "type", "ranges", "vlan", "importance"]
    let values = fields(of: node, known: known, of: "an access point")
    guard let identifier = text(values, "id", node), let unit = text(values, "unit", node),
      let kind: SiteModel.AccessPoint.Kind = choice(values, "type", node)
    else { return nil }
    let ranges = values["ranges"].map { items($0, "ranges").compactMap { prefix($0) } } ?? []
    return SiteModel.AccessPoint(
      identifier: identifier, name: values["name"]?.string ?? identifier, unit: unit, kind: kind,
      ranges: ranges,
      vlan: number(values, "vlan", 0...4095).map { UInt16($0) },
      importance: number(values, "importance", 1...5) ?? 3)
  }

  private mutating func asset(_ node: Node) -> SiteModel.Asset? {
    let values = fields(of: node, known: ["id", "name", "address", "role", "importance"], of: "an asset")
    guard let identifier = text(values, "id", node), let place = values["address"],
      let address = address(place),
      let role: SiteModel.Asset.Role = choice(values, "role", node)
    else { return nil }
    return SiteModel.Asset(
      identifier: identifier, name: values["name"]?.string ?? identifier, address: address, role: role,
      importance: number(values, "importance", 1...5) ?? 3)
  }

  private mutating func checkReferences() {
    let units = Set(site.units.map(\.identifier)), districts = Set(site.districts.map(\.identifier))
    for point in site.accessPoints where !units.contains(point.unit) {
      problems.append(
        problem(
          nil, "access point \(point.identifier) names the unit \(point.unit), which is not there",
          "add it under units, or name one of them"))
    }
    for unit in site.units where !districts.contains(unit.district) {
      problems.append(
        problem(
          nil, "unit \(unit.identifier) names the district \(unit.district), which is not there",
          "add it under districts, or name one of them"))
    }
  }
}

/// All that is wrong with a site file.
package struct SiteProblems: Error {
  package let problems: [RuleProblem]
}

// Reading single values, each with its own complaint.
extension SiteLoader {
  private func problem(_ mark: Mark?, _ message: String, _ remedy: String) -> RuleProblem {
    RuleProblem(
      at: SourcePosition(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1), message,
      remedy: remedy)
  }

  private mutating func fields(of node: Node, known: [String], of what: String) -> [String: Node] {
    guard let mapping = node.mapping else {
      problems.append(problem(node.mark, "\(what) must be a mapping", "write 'key: value' lines"))
      return [:]
    }
    var result: [String: Node] = [:]
    for (key, value) in mapping {
      let name = key.string ?? ""
      if known.contains(name) {
        result[name] = value
      } else {
        problems.append(
          problem(
            key.mark, "unknown key '\(name)' in \(what)", "use one of: \(known.joined(separator: ", "))"))
      }
    }
    return result
  }

  private mutating func items(_ node: Node, _ key: String) -> [Node] {
    guard let sequence = node.sequence else {
      problems.append(problem(node.mark, "'\(key)' must be a list", "write one '- …' line for each"))
      return []
    }
    return Array(sequence)
  }

  private mutating func text(_ values: [String: Node], _ key: String, _ node: Node) -> String? {
    if let text = values[key]?.scalar?.string, !text.isEmpty { return text }
    problems.append(problem(values[key]?.mark ?? node.mark, "'\(key)' is missing", "write '\(key): …'"))
    return nil
  }

  private mutating func choice<T: RawRepresentable & CaseIterable>(
    _ values: [String: Node], _ key: String, _ node: Node
  ) -> T? where T.RawValue == String {
    guard let text = text(values, key, node) else { return nil }
    if let value = T(rawValue: text) { return value }
    let choices = T.allCases.map(\.rawValue).joined(separator: ", ")
    problems.append(problem(values[key]?.mark, "'\(text)' is no \(key)", "use one of: \(choices)"))
    return nil
  }

  private mutating func number(_ values: [String: Node], _ key: String, _ range: ClosedRange<Int>) -> Int? {
    guard let node = values[key] else { return nil }
    if let value = node.int, range.contains(value) { return value }
    problems.append(
      problem(
        node.mark, "'\(node.string ?? "")' is no \(key)",
        "write a number from \(range.lowerBound) to \(range.upperBound)"))
    return nil
  }

  private mutating func address(_ node: Node) -> IPAddress? {
    if let text = node.string, let address = IPAddress(text) { return address }
    problems.append(
      problem(node.mark, "'\(node.string ?? "")' is no IP address", "write it as 10.31.4.20 or fd00::20"))
    return nil
  }

  private mutating func prefix(_ node: Node) -> IPPrefix? {
    if let text = node.string, let prefix = IPPrefix(text) { return prefix }
    problems.append(
      problem(node.mark, "'\(node.string ?? "")' is no range of addresses", "write it as 10.31.4.0/24"))
    return nil
  }
}
