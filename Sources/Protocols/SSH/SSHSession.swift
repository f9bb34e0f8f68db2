package import Wire

/// Parser of SSH (RFC 4253): the first lines, and the records up to the change to encryption.
///
///     SSH-version-software [blank comment] CR LF                        §4.2
///     length (32) | padding length (8) | message number (8) | …         §6
///
/// A first line that names no version, and a record that cannot hold a message number, are events and end
/// the parsing. Records are stepped over but for the offers of the key exchange, and those only where
/// fingerprints are wanted. After SSH_MSG_NEWKEYS a direction needs no reassembly.
package final class SSHSession: Session {
  private let transaction: SSHTransaction
  private let settings: SSHSettings
  private var lanes = Pair(both: Lane())

  /// Where one direction stands.
  private struct Lane {
    enum State { case banner, bannerEnd, records, encrypted }

    var state = State.banner
    /// Bytes of the record at hand still to be stepped over.
    var skips = 0
    /// The record that is stepped over is the last in the clear.
    var isLast = false
  }

  init(_ settings: SSHSettings) {
    self.settings = settings
    transaction = SSHTransaction(number: 0, hasFingerprints: settings.makesFingerprints)
    super.init()
    streamMessages = .marked
    transactions = [transaction]
    transactionCount = 1
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    if transaction.startNanoseconds == 0 { transaction.startNanoseconds = clock.nanoseconds }
    var position = 0
    while position < bytes.byteCount {
      let used: Int?
      switch lanes[direction].state {
      case .banner: used = banner(bytes, direction)
      case .bannerEnd: used = bannerEnd(bytes.part(position, bytes.byteCount), direction)
      case .records: used = record(bytes.part(position, bytes.byteCount), direction, at: position)
      case .encrypted: return encrypted(bytes.byteCount)
      }
      guard let used else { return Consumption(bytes: bytes.byteCount, .failed) }
      guard used > 0 else { break }
      position &+= used
    }
    return lanes[direction].state == .encrypted ? encrypted(position) : Consumption(bytes: position)
  }

  /// A gap is harmless within a record that is stepped over; elsewhere the records cannot be found again.
  package override func skipGap(_ count: Int, _ direction: Direction, _ clock: PacketClock)
    -> Consumption.Outcome
  {
    if lanes[direction].state == .encrypted { return .goesOn }
    guard lanes[direction].state == .records, count <= lanes[direction].skips else { return .failed }
    lanes[direction].skips &-= count
    leaveRecord(direction)
    return .goesOn
  }

  package override var isSealedAsOne: Bool { true }

  private func encrypted(_ count: Int) -> Consumption {
    Consumption(bytes: count, settings.encryptionHandling == .full ? .goesOn : .finished)
  }

  /// Takes the first line. Nil: it is none.
  private func banner(_ bytes: RawSpan, _ direction: Direction) -> Int? {
    let bound = SSHLimits.bannerBytes
    guard let end = bytes.part(0, bound &+ 1).firstIndex(of: 0x0A, from: 0) else {
      guard bytes.byteCount > bound else { return 0 }
      transaction.raise(.longBanner)
      guard takeBanner(bytes.part(0, bound), direction) else { return nil }
      lanes[direction].state = .bannerEnd
      transaction.advance(direction, to: SSHTransaction.Progress.bannerWaitsForEnd)
      return bound
    }
    guard takeBanner(bytes.part(0, end), direction) else { return nil }
    endsMessage[direction] = true
    lanes[direction].state = .records
    transaction.advance(direction, to: SSHTransaction.Progress.bannerDone)
    return end &+ 1
  }

  /// Passes over the rest of a line that is too long.
  private func bannerEnd(_ bytes: RawSpan, _ direction: Direction) -> Int {
    guard let end = bytes.firstIndex(of: 0x0A, from: 0) else { return bytes.byteCount }
    lanes[direction].state = .records
    transaction.advance(direction, to: SSHTransaction.Progress.bannerDone)
    return end &+ 1
  }

  /// Reads a first line without its line feed; false where it is none, which is an event.
  private func takeBanner(_ line: RawSpan, _ direction: Direction) -> Bool {
    let prefix = Array("SSH-".utf8)
    guard line.byteCount > prefix.count, line.part(0, prefix.count).copied() == prefix,
      let dash = line.firstIndex(of: UInt8(ascii: "-"), from: prefix.count), dash > prefix.count
    else {
      transaction.raise(.invalidBanner)
      return false
    }
    var end = dash &+ 1
    while end < line.byteCount, line[end] != 0x20, line[end] != 0x0D { end &+= 1 }
    transaction.banners[direction] = SSHTransaction.Banner(
      version: line.part(prefix.count, dash &- prefix.count).copied(),
      software: line.part(dash &+ 1, end &- dash &- 1).copied())
    return true
  }

  /// Takes the head of a record, or steps over the rest of one. Nil: it cannot be one; 0: more must come.
  private func record(_ bytes: RawSpan, _ direction: Direction, at position: Int) -> Int? {
    if lanes[direction].skips > 0 {
      let skipped = min(lanes[direction].skips, bytes.byteCount)
      lanes[direction].skips &-= skipped
      leaveRecord(direction)
      return skipped
    }
    guard bytes.byteCount >= 6 else { return 0 }
    let length = Int(bytes.u32(0))
    guard length >= 2 else {
      transaction.raise(.invalidRecord)
      return nil
    }
    announce(SSHFrame.header, direction, at: position, length: 6, transaction: 0)
    announce(SSHFrame.data, direction, at: position &+ 6, length: length &- 2, transaction: 0)
    announce(SSHFrame.pdu, direction, at: position, length: length &+ 4, transaction: 0)
    let message = bytes[5]
    if message == Message.keyOffer, settings.makesFingerprints, length <= SSHLimits.offerBytes {
      guard bytes.byteCount &- 4 >= length else { return 0 }
      offer(bytes.part(6, length &- 2), direction)
      return 4 &+ length
    }
    lanes[direction].skips = length &- 2
    lanes[direction].isLast = message == Message.newKeys
    leaveRecord(direction)
    return 6
  }

  /// The last record in the clear has come to its end.
  private func leaveRecord(_ direction: Direction) {
    guard lanes[direction].isLast, lanes[direction].skips == 0 else { return }
    lanes[direction].state = .encrypted
    transaction.advance(direction, to: SSHTransaction.Progress.finished)
  }

  private func offer(_ payload: RawSpan, _ direction: Direction) {
    guard transaction.fingerprints[direction] == nil else { return }
    do throws(ParseFailure) {
      transaction.fingerprints[direction] = try SSHFingerprint(payload, direction)
      transaction.advance(direction, to: SSHTransaction.Progress.keysOffered)
    } catch {
      transaction.raise(.invalidRecord)
    }
  }

  /// Numbers of messages (RFC 4253 §12).
  private enum Message {
    static let keyOffer: UInt8 = 20
    static let newKeys: UInt8 = 21
  }
}
