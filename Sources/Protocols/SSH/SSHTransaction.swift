package import Wire

/// A flow's SSH session: one transaction, from the first line to the change to encryption.
package final class SSHTransaction: Transaction {
  /// Steps of a direction, as rule hooks name them.
  package enum Progress {
    package static let inProgress: UInt8 = 0
    package static let bannerWaitsForEnd: UInt8 = 1
    package static let bannerDone: UInt8 = 2
    package static let keysOffered: UInt8 = 3
    package static let finished: UInt8 = 4
  }

  /// A side's first line (RFC 4253 §4.2).
  package struct Banner: Sendable {
    package let version: [UInt8]
    /// Up to the first blank: what stands behind it is a comment.
    package let software: [UInt8]
  }

  /// First lines, as far as they came and could be read.
  package internal(set) var banners = Pair<Banner?>(both: nil)
  /// Fingerprints of both sides, where they are wanted.
  package internal(set) var fingerprints = Pair<SSHFingerprint?>(both: nil)
  private let hasFingerprints: Bool

  init(number: UInt64, hasFingerprints: Bool) {
    self.hasFingerprints = hasFingerprints
    super.init(number: number, completeFrom: Pair(both: Progress.finished))
  }

  func raise(_ event: SSHEvent) {
    if !events.contains(event.rawValue) { events.append(event.rawValue) }
    revision &+= 1
  }

  /// The event can be written once both sides have named themselves; with fingerprints, once these can be
  /// complete.
  func advance(_ direction: Direction, to step: UInt8) {
    revision &+= 1
    progress[direction] = max(progress[direction], step)
    let wanted = hasFingerprints ? Progress.finished : Progress.bannerDone
    isLoggable = progress.toServer >= wanted && progress.toClient >= wanted
  }
}

/// Events of SSH, in the order of their numbers.
package enum SSHEvent: UInt8, Sendable, CaseIterable {
  case invalidBanner, longBanner, invalidRecord

  /// Name in rules.
  var name: String {
    switch self {
    case .invalidBanner: "invalid_banner"
    case .longBanner: "long_banner"
    case .invalidRecord: "invalid_record"
    }
  }
}
