package import Wire

/// What is defended: districts, units, access points and assets, as `site.yaml` says.
package struct SiteModel: Sendable {
  package struct District: Sendable, Equatable {
    package let identifier: String
    package let name: String
  }

  package struct Unit: Sendable, Equatable {
    package let identifier: String
    package let name: String
    package let district: String
  }

  package struct AccessPoint: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable { case leased, pppoe, cloud }

    package let identifier: String
    package let name: String
    package let unit: String
    package let kind: Kind
    package let ranges: [IPPrefix]
    package let vlan: UInt16?
    /// 1 to 5.
    package let importance: Int
  }

  package struct Asset: Sendable, Equatable {
    package enum Role: String, Sendable, CaseIterable {
      case web, mail, dns, database, directory, file, proxy, client, other
    }

    package let identifier: String
    package let name: String
    package let address: IPAddress
    package let role: Role
    /// 1 to 5.
    package let importance: Int
  }

  package var centreName = ""
  package var districts: [District] = []
  package var units: [Unit] = []
  package var accessPoints: [AccessPoint] = []
  package var assets: [Asset] = []
  /// Addresses that may scan.
  package var scanners: Set<IPAddress> = []

  package init() {}

  /// The access point with the narrowest range around an address.
  package func accessPoint(of address: IPAddress) -> AccessPoint? {
    var best: (point: AccessPoint, length: Int)?
    for point in accessPoints {
      for range in point.ranges where range.contains(address) && Int(range.length) > best?.length ?? -1 {
        best = (point, Int(range.length))
      }
    }
    return best?.point
  }

  package func unit(_ identifier: String) -> Unit? { units.first { $0.identifier == identifier } }

  package func district(_ identifier: String) -> District? { districts.first { $0.identifier == identifier } }

  package func asset(at address: IPAddress) -> Asset? { assets.first { $0.address == address } }

  /// Belongs to an access point or an asset; without a site model, to a private or link-local range (RFC
  /// 1918, RFC 6598, RFC 4193, RFC 4291).
  package func isInside(_ address: IPAddress) -> Bool {
    if !accessPoints.isEmpty || !assets.isEmpty {
      return accessPoint(of: address) != nil || asset(at: address) != nil
    }
    if address.isIPv6 { return address.high >> 57 == 0xfc >> 1 || address.high >> 54 == 0xfe80 >> 6 }
    let value = UInt32(truncatingIfNeeded: address.low)
    return value >> 24 == 10 || value >> 20 == 0xac1 || value >> 16 == 0xc0a8 || value >> 22 == 0x6440 >> 6
      || value >> 16 == 0xa9fe
  }
}
