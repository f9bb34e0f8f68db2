import Wire

/// All patterns of behaviour. To add one: its file here, a value and a line in `observe`.
///
/// A pattern sees every flow and name in order of event time and says what it finds as findings, as
/// signatures do. Each bounds its own memory. A victim that starts to attack is the correlator's own (a role
/// flip).
struct PatternCatalogue: Sendable, Codable {
  private var scans = Scans()
  private var guessing = Guessing()
  private var beacons = Beacons()
  private var names = Names()
  private var outward = Outward()
  var habits = Habits()
  /// Missing in states of earlier versions.
  private var lines: Lines?

  mutating func observe(_ sighting: Sighting, site: SiteModel) -> [Finding] {
    var findings: [Finding] = []
    func add(_ finding: Finding?) { if let finding { findings.append(finding) } }
    switch sighting {
    case .finding, .trace, .sigma: break
    case .flow(let flow):
      if site.identities != nil {
        if lines == nil { lines = Lines() }
        findings += lines?.observe(flow, site: site) ?? []
      }
      add(scans.observe(flow, site: site))
      add(guessing.observe(flow))
      add(beacons.observe(flow, site: site))
      add(outward.observe(flow, site: site))
      findings += habits.observe(flow, site: site)
    case .name(let name): add(names.observe(name, site: site))
    }
    return findings
  }
}
