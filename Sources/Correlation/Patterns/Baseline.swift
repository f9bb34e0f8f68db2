package import Wire

/// What is usual for a host, learned from its own traffic: seen with `fengsui baselines`, and reset there.
package struct Baseline: Codable, Sendable {
  /// Hours in which it was seen, and the mean of the bytes it sent out and took in per hour.
  package var hours: Int64 = 0
  package var sentPerHour: Int64 = 0
  package var takenPerHour: Int64 = 0
  /// Ports on which it answered.
  package var services: Set<UInt16> = []
  /// Hosts inside that it administers.
  package var administered: Set<IPAddress> = []
  var hour = Int64.min
  var sent: Int64 = 0
  var taken: Int64 = 0
  var sources: Set<IPAddress> = []
  var isUploadTold = false
  var isStagingTold = false
  var newAdministered: Set<IPAddress> = []

  /// A day of traffic is needed before anything is unusual.
  package static let hoursMin: Int64 = 24
  static let hourNanoseconds: Int64 = 3_600_000_000_000
  private static let listMax = 1_024

  package var isLearned: Bool { hours >= Self.hoursMin }

  /// Closes the hour when a new one begins: means take in a sixteenth of it.
  mutating func advance(to nanoseconds: Int64) {
    let now = nanoseconds / Self.hourNanoseconds
    guard now > hour else { return }
    if hour != Int64.min {
      hours += 1
      let share: Int64 = hours < 16 ? hours : 16
      sentPerHour += (sent - sentPerHour) / share
      takenPerHour += (taken - takenPerHour) / share
      for host in newAdministered where administered.count < Self.listMax { administered.insert(host) }
    }
    hour = now
    (sent, taken) = (0, 0)
    (isUploadTold, isStagingTold) = (false, false)
    sources = []
    newAdministered = []
  }

  /// Whether the service is new to a host that is known.
  mutating func isNewService(_ port: UInt16) -> Bool {
    guard services.count < Self.listMax, services.insert(port).inserted else { return false }
    return isLearned
  }
}
