package import Detection
import Wire
import Yams

/// Reads `site.yaml` with exact errors: every problem of the file in one pass, each with its place and
/// remedy.
package struct SiteLoader {
  private var reader: DocumentReader
  private var site = SiteModel()
  /// What names something that must be there: whose, which, and where it stands.
  private var unitNames: [(owner: String, name: String, node: Node?)] = []
  private var districtNames: [(owner: String, name: String, node: Node?)] = []
  private var seen: Set<String> = []
  private var rangeOwners: [IPPrefix: String] = [:]

  /// The model, or all that is wrong with the text.
  package static func load(_ text: String, file: String) -> Result<SiteModel, SiteProblems> {
    var loader = SiteLoader(file: file)
    if let root = loader.reader.root(text) { loader.readRoot(root) }
    loader.checkReferences()
    loader.site.prepare()
    let problems = loader.reader.problems
    return problems.isEmpty ? .success(loader.site) : .failure(SiteProblems(problems: problems))
  }

  private init(file: String) {
    reader = DocumentReader(file: file)
  }

  private mutating func readRoot(_ root: Node) {
    let known = ["centre", "districts", "units", "access_points", "assets", "scanners"]
    let values = reader.fields(root, known: known, of: "the site")
    if let centre = values["centre"] {
      let names = reader.fields(centre, known: ["name"], of: "the centre")
      site.centreName = reader.optionalText(names, "name") ?? ""
    }
    for node in reader.items(values["districts"], "districts") { readDistrict(node) }
    for node in reader.items(values["units"], "units") { readUnit(node) }
    for node in reader.items(values["access_points"], "access_points") { readAccessPoint(node) }
    for node in reader.items(values["assets"], "assets") { readAsset(node) }
    for node in reader.items(values["scanners"], "scanners") {
      guard let range = prefix(node) else { continue }
      if Int(range.length) == range.address.bitCount {
        site.scanners.insert(range.address)
      } else {
        site.scannerRanges.append(range)
      }
    }
  }

  private mutating func identifier(_ values: [String: Node], _ node: Node, _ what: String) -> String? {
    guard let text = reader.text(values, "id", node) else { return nil }
    if !seen.insert("\(what) \(text)").inserted {
      reader.complain(
        at: values["id"], "the \(what) '\(DocumentReader.shown(text))' is there twice",
        "give each an id of its own")
    }
    return text
  }

  private mutating func readDistrict(_ node: Node) {
    let values = reader.fields(node, known: ["id", "name"], of: "a district")
    guard let identifier = identifier(values, node, "district") else { return }
    site.districts.append(
      SiteModel.District(
        identifier: identifier, name: reader.optionalText(values, "name") ?? identifier))
  }

  private mutating func readUnit(_ node: Node) {
    let values = reader.fields(node, known: ["id", "name", "district"], of: "a unit")
    guard let identifier = identifier(values, node, "unit"),
      let district = reader.text(values, "district", node)
    else { return }
    districtNames.append(("unit \(identifier)", district, values["district"]))
    site.units.append(
      SiteModel.Unit(
        identifier: identifier, name: reader.optionalText(values, "name") ?? identifier,
        district: district))
  }

  private mutating func readAccessPoint(_ node: Node) {
    let known = [
      "id", "name", "unit", "type", "ranges", "vlan", "pppoe_session", "importance", "contact",
      "accounts", "circuits",
    ]
    let values = reader.fields(node, known: known, of: "an access point")
    let name = identifier(values, node, "access point")
    let unit = reader.text(values, "unit", node)
    let kind: SiteModel.AccessPoint.Kind? = reader.choice(values, "type", node)
    let vlan = reader.number(values, "vlan", 0...4095).map { UInt16($0) }
    let ranges = ranges(values, owner: name ?? "", vlan: vlan)
    let session = reader.number(values, "pppoe_session", 1...65_535).map { UInt16($0) }
    let importance = reader.number(values, "importance", 1...5) ?? 3
    guard let identifier = name, let unit, let kind else { return }
    unitNames.append(("access point \(identifier)", unit, values["unit"]))
    var point = SiteModel.AccessPoint(
      identifier: identifier, name: reader.optionalText(values, "name") ?? identifier, unit: unit,
      kind: kind, ranges: ranges, vlan: vlan, pppoeSession: session, importance: importance,
      contact: reader.optionalText(values, "contact") ?? "")
    point.accounts = reader.items(values["accounts"], "accounts").compactMap(\.scalar?.string)
    point.circuits = reader.items(values["circuits"], "circuits").compactMap(\.scalar?.string)
    site.accessPoints.append(point)
  }

  private mutating func ranges(_ values: [String: Node], owner: String, vlan: UInt16?) -> [IPPrefix] {
    var ranges: [IPPrefix] = []
    for node in reader.items(values["ranges"], "ranges") {
      guard let range = prefix(node) else { continue }
      if let other = rangeOwners[range], vlan == nil {
        reader.complain(
          at: node, "the range is that of access point \(other), too",
          "give each its own range, or tell them apart by 'vlan'")
      }
      rangeOwners[range] = owner
      ranges.append(range)
    }
    return ranges
  }

  private mutating func readAsset(_ node: Node) {
    let known = ["id", "name", "address", "role", "roles", "importance", "must_speak", "must_speak_ports"]
    let values = reader.fields(node, known: known, of: "an asset")
    let name = identifier(values, node, "asset")
    let address = reader.address(values, "address", node)
    let role: SiteModel.Asset.Role? = reader.choice(values, "role", node)
    var roles: [SiteModel.Asset.Role] = []
    for item in reader.items(values["roles"], "roles") {
      if let more: SiteModel.Asset.Role = reader.choice(["role": item], "role", item) { roles.append(more) }
    }
    let importance = reader.number(values, "importance", 1...5) ?? 3
    guard let identifier = name, let address, let role else { return }
    var asset = SiteModel.Asset(
      identifier: identifier, name: reader.optionalText(values, "name") ?? identifier, address: address,
      role: role, importance: importance, roles: roles)
    readObligation(values, node, &asset)
    site.assets.append(asset)
  }

  /// What the asset must speak: TLCP, on all ports or on some.
  private mutating func readObligation(
    _ values: [String: Node], _ node: Node, _ asset: inout SiteModel.Asset
  ) {
    for item in reader.items(values["must_speak_ports"], "must_speak_ports") {
      if let port = reader.number(["port": item], "port", 1...65_535) { asset.tlcpPorts.insert(UInt16(port)) }
    }
    guard values["must_speak"] != nil else { return }
    let obligation: SiteModel.Obligation? = reader.choice(values, "must_speak", node)
    asset.mustSpeakTLCP = obligation == .tlcp
  }

  private mutating func prefix(_ node: Node) -> IPPrefix? {
    if let text = node.scalar?.string, let prefix = IPPrefix(text) { return prefix }
    reader.complain(
      at: node, "'\(DocumentReader.shown(node.scalar?.string))' is no range of addresses",
      "write it as 10.31.4.0/24")
    return nil
  }

  private mutating func checkReferences() {
    let units = Set(site.units.map(\.identifier)), districts = Set(site.districts.map(\.identifier))
    for use in unitNames where !units.contains(use.name) {
      reader.complain(
        at: use.node, "\(use.owner) names the unit \(DocumentReader.shown(use.name)), which is not there",
        "add it under units, or name one of them")
    }
    for use in districtNames where !districts.contains(use.name) {
      reader.complain(
        at: use.node, "\(use.owner) names the district \(DocumentReader.shown(use.name)), which is not there",
        "add it under districts, or name one of them")
    }
  }
}

/// All that is wrong with a site file.
package struct SiteProblems: Error {
  package let problems: [RuleProblem]
}
