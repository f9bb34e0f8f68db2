package import Events
import Identity
package import Wire

extension SiteModel: PlaceSource {
  /// The place as EVE lines have it: of the account or line behind the address, or of the address.
  package func placeNames(
    of address: IPAddress, vlans: [UInt16], pppoeSession: UInt16, at nanoseconds: Int64
  ) -> PlaceNames? {
    guard let identity = identities?.identity(of: address, at: nanoseconds) else {
      let place = place(of: address, vlans: vlans, pppoeSession: pppoeSession)
      guard !place.isOutside else { return nil }
      var names = PlaceNames(accessPoint: place.accessPoint, unit: place.unit, district: place.district)
      if identities != nil { names.basis = "address" }
      return names
    }
    let (point, basis) = self.point(of: identity)
    let place = point.map(self.place(_:)) ?? self.place(of: address, vlans: vlans, pppoeSession: pppoeSession)
    var names = PlaceNames(accessPoint: place.accessPoint, unit: place.unit, district: place.district)
    names.basis = point != nil ? basis : place.isOutside ? "" : "address"
    names.account = identity.account
    names.circuit = identity.circuit
    names.session = identity.session
    return names
  }

  /// Where an address belonged at a moment: by the account or line behind it first, by its range second.
  package func place(
    of address: IPAddress, vlans: [UInt16], pppoeSession: UInt16, at nanoseconds: Int64
  ) -> Place {
    if let identity = identities?.identity(of: address, at: nanoseconds), let point = point(of: identity).0 {
      return place(point)
    }
    return place(of: address, vlans: vlans, pppoeSession: pppoeSession)
  }

  /// What stays of the host behind an address while its address changes: its account or line.
  func lineName(of address: IPAddress, at nanoseconds: Int64) -> String? {
    identities?.identity(of: address, at: nanoseconds)?.name
  }

  /// Who was behind an address at a moment, where sessions tell.
  func identity(of address: IPAddress, at nanoseconds: Int64) -> LineIdentity? {
    identities?.identity(of: address, at: nanoseconds)
  }

  /// The access point whose account or circuit it is.
  private func point(of identity: LineIdentity) -> (AccessPoint?, String) {
    if !identity.account.isEmpty, let point = accessPoint(account: identity.account) {
      return (point, "account")
    }
    return (identity.circuit.isEmpty ? nil : accessPoint(circuit: identity.circuit), "circuit")
  }

  private func place(_ point: AccessPoint) -> Place {
    Place(accessPoint: point.identifier, unit: point.unit, district: unit(point.unit)?.district ?? "")
  }
}
