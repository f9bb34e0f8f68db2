package import Wire

/// Where an address belongs: identifiers of access point, unit and district.
package struct PlaceNames: Sendable, Equatable {
  package let accessPoint: String
  package let unit: String
  package let district: String

  package init(accessPoint: String, unit: String, district: String) {
    self.accessPoint = accessPoint
    self.unit = unit
    self.district = district
  }
}

/// Knows where addresses belong: the site, which stands above this target.
package protocol PlaceSource: Sendable {
  /// The place of an address whose frame has these tags; nil: it is of none.
  func placeNames(of address: IPAddress, vlans: [UInt16], pppoeSession: UInt16) -> PlaceNames?
}

// The place of both ends, as `site.src` and `site.dest` beside what the reference writes.
extension EVEEncoder {
  func encodePlaces(
    _ source: IPAddress, _ destination: IPAddress, of subject: borrowing EventSubject,
    into line: inout JSONWriter
  ) {
    guard let places = settings.places else { return }
    let vlans = subject.packet.vlanCount == 0 ? [] : [subject.packet.vlan0, subject.packet.vlan1]
    let session = subject.packet.pppoeSession
    let first = places.placeNames(of: source, vlans: vlans, pppoeSession: session)
    let second = places.placeNames(of: destination, vlans: vlans, pppoeSession: session)
    guard first != nil || second != nil else { return }
    line.beginObject("site")
    if let first { encode(first, "src", into: &line) }
    if let second { encode(second, "dest", into: &line) }
    line.endObject()
  }

  private func encode(_ place: PlaceNames, _ key: StaticString, into line: inout JSONWriter) {
    line.beginObject(key)
    line.member("access_point", place.accessPoint)
    line.member("unit", place.unit)
    line.member("district", place.district)
    line.endObject()
  }
}
