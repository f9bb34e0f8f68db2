import Correlation
import Events
import Foundation
import Synchronization
import Wire

/// The site as it is now: read again while events are being placed.
final class CurrentSite: PlaceSource, Sendable {
  private let site: Mutex<SiteModel>

  init(_ site: SiteModel) {
    self.site = Mutex(site)
  }

  func exchange(_ other: SiteModel) { site.withLock { $0 = other } }

  func placeNames(
    of address: IPAddress, vlans: [UInt16], pppoeSession: UInt16, at nanoseconds: Int64
  ) -> PlaceNames? {
    site.withLock {
      $0.placeNames(of: address, vlans: vlans, pppoeSession: pppoeSession, at: nanoseconds)
    }
  }

  /// Reads a site file; throws all that is wrong with it.
  static func read(_ path: String) throws(RunFailure) -> SiteModel {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw RunFailure("\(path): the site file cannot be read; check the name after --site")
    }
    switch SiteLoader.load(String(decoding: data, as: UTF8.self), file: path) {
    case .success(let site): return site
    case .failure(let failure):
      throw RunFailure(failure.problems.map(\.description).joined(separator: "\n"))
    }
  }
}
