/// All patterns of behaviour. To add one: its file here, a value and a line in `observe`.
///
/// A pattern sees every sighting in order of event time and says what it finds as findings, with points
/// and evidence as a signature has them. Each bounds its own memory.
struct PatternCatalogue: Sendable, Codable {
  mutating func observe(_ sighting: Sighting, site: SiteModel) -> [Finding] {
    []
  }
}
