package import Events
package import Wire

extension SiteModel: PlaceSource {
  /// The place as EVE lines have it.
  package func placeNames(of address: IPAddress, vlans: [UInt16], pppoeSession: UInt16) -> PlaceNames? {
    let place = place(of: address, vlans: vlans, pppoeSession: pppoeSession)
    guard !place.isOutside else { return nil }
    return PlaceNames(accessPoint: place.accessPoint, unit: place.unit, district: place.district)
  }
}
