package import Wire

/// Where an address belongs: identifiers of access point, unit and district.
package struct PlaceNames: Sendable, Equatable {
  package let accessPoint: String
  package let unit: String
  package let district: String
  /// Who is behind the address, where that is known: the access point is theirs then.
  package var account = ""
  package var circuit = ""
  package var session = ""
  /// By what the access point was found: `account`, `circuit`, `address`; empty: nobody asks.
  package var basis = ""

  package init(accessPoint: String, unit: String, district: String) {
    self.accessPoint = accessPoint
    self.unit = unit
    self.district = district
  }
}

/// Knows where addresses belong: the site, which stands above this target.
package protocol PlaceSource: Sendable {
  /// The place of an address whose frame has these tags, at a moment; nil: it is of none.
  func placeNames(
    of address: IPAddress, vlans: [UInt16], pppoeSession: UInt16, at nanoseconds: Int64
  ) -> PlaceNames?
}

// The place of both ends, as `site.src` and `site.dest` beside what the reference writes.
extension EVEEncoder {
  func encodePlaces(
    _ source: IPAddress, _ destination: IPAddress, of subject: EventSubject,
    into line: inout JSONWriter
  ) {
    guard let places = settings.places else { return }
    let vlans = subject.packet.vlanCount == 0 ? [] : [subject.packet.vlan0, subject.packet.vlan1]
    let session = subject.packet.pppoeSession
    // A flow's record is written when time has passed: what it tells of is over by then.
    let packet = subject.packet
    let time =
      packet.ipVersion != 0 ? packet.timeNanoseconds : subject.flow?.lastNanoseconds ?? packet.timeNanoseconds
    let first = places.placeNames(of: source, vlans: vlans, pppoeSession: session, at: time)
    let second = places.placeNames(of: destination, vlans: vlans, pppoeSession: session, at: time)
    guard first != nil || second != nil else { return }
    line.beginObject("site")
    if let first { encode(first, "src", into: &line) }
    if let second { encode(second, "dest", into: &line) }
    line.endObject()
  }

  private func encode(_ place: PlaceNames, _ key: StaticString, into line: inout JSONWriter) {
    line.beginObject(key)
    if !place.accessPoint.isEmpty {
      line.member("access_point", place.accessPoint)
      line.member("unit", place.unit)
      line.member("district", place.district)
    }
    if !place.basis.isEmpty { line.member("by", place.basis) }
    if !place.account.isEmpty { line.member("account", place.account) }
    if !place.circuit.isEmpty { line.member("circuit", place.circuit) }
    if !place.session.isEmpty { line.member("session", place.session) }
    line.endObject()
  }
}
