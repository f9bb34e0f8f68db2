import Events
import Wire

extension NameSighting {
  /// A DNS query or answer out of its EVE record; nil where the line has no name.
  init?(_ record: RecordEvent) { return nil }
}
