package import Wire

/// Parser of RFB 3.3 to 3.8 (RFC 6143 §7.1 to §7.3) over TCP: one message of a side after the other, up to
/// the server's screen. What follows is not read.
///
///     server "RFB 003.008\n"          client "RFB 003.008\n"
///     server count (8) | types        client type (8)             from 3.7 on; 3.3: server type (32)
///     server challenge (16 bytes)     client response (16 bytes)  type 2
///     server result (32)                                          type 2; from 3.8 on type 1 too
///     server length (32) | reason                                 where it refuses
///     client shared (8)               server screen
///
/// A message out of turn, one that cannot be read and an authentication that is not known are events and end
/// the parsing; so does a gap.
package final class RFBSession: Session {
  /// Which message comes next.
  private enum Step {
    case serverVersion, clientVersion, securityTypes, securityChoice, serverChoice, challenge, response
    case result, reason, clientIntroduction, serverIntroduction, over

    /// Who sends it; nil: whoever likes.
    var sender: Direction? {
      switch self {
      case .clientVersion, .securityChoice, .response, .clientIntroduction: .toServer
      case .over: nil
      default: .toClient
      }
    }
  }

  /// Bytes of a desktop's name, or of a reason: what is longer is no text.
  private static let textBytesMax: UInt32 = 16 * 1024

  private var step = Step.serverVersion
  private var transaction: RFBTransaction?

  init() {
    super.init()
    streamMessages = .marked
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    var position = 0
    while position < bytes.byteCount {
      guard let sender = step.sender else { return Consumption(bytes: bytes.byteCount) }
      let transaction = current(clock)
      guard sender == direction else {
        transaction.raise(.confusedState)
        return Consumption(bytes: bytes.byteCount, .failed)
      }
      let rest = bytes.part(position, bytes.byteCount &- position)
      guard let length = length(rest) else {
        transaction.raise(.malformedMessage)
        return Consumption(bytes: bytes.byteCount, .failed)
      }
      guard length <= rest.byteCount else { break }
      announce(RFBFrame.pdu, direction, at: position, length: length, transaction: 0)
      let (asked, isRead) = (step, take(rest.part(0, length), transaction))
      // Rules on the stream are shown each message but for a refusal, whose reason follows.
      let isWhole = isRead ? asked != .result || transaction.securityResult == 0 : asked == .securityChoice
      if isWhole { endsMessage[direction] = true }
      guard isRead else { return Consumption(bytes: bytes.byteCount, .failed) }
      transaction.revision &+= 1
      position &+= length
    }
    return Consumption(bytes: position)
  }

  private func current(_ clock: PacketClock) -> RFBTransaction {
    if let transaction { return transaction }
    let begun = RFBTransaction(clock)
    transaction = begun
    transactionCount = 1
    transactions.append(begun)
    return begun
  }

  /// Bytes of the message that comes next, or that there must be to tell; nil: it is none.
  private func length(_ bytes: RawSpan) -> Int? {
    switch step {
    case .serverVersion, .clientVersion: return 12
    case .securityTypes: return 1 &+ Int(bytes[0])
    case .securityChoice, .clientIntroduction: return 1
    case .serverChoice, .result: return 4
    case .challenge, .response: return 16
    case .reason: return lengthWithText(bytes, at: 0)
    case .serverIntroduction: return lengthWithText(bytes, at: 20)
    case .over: return bytes.byteCount
    }
  }

  private func lengthWithText(_ bytes: RawSpan, at offset: Int) -> Int? {
    guard bytes.byteCount >= offset &+ 4 else { return offset &+ 4 }
    let length = bytes.u32(offset)
    return length > Self.textBytesMax ? nil : offset &+ 4 &+ Int(length)
  }

  /// Reads a whole message; false where nothing can be read behind it.
  private func take(_ bytes: RawSpan, _ transaction: RFBTransaction) -> Bool {
    switch step {
    case .serverVersion, .clientVersion:
      guard let version = Self.version(bytes) else {
        transaction.raise(.malformedMessage)
        return false
      }
      if step == .serverVersion {
        transaction.serverVersion = version
        step = .clientVersion
      } else {
        transaction.clientVersion = version
        step = version.isOld(untilMinor: "003") ? .serverChoice : .securityTypes
      }
    case .securityTypes: step = bytes[0] == 0 ? .reason : .securityChoice
    case .securityChoice: return choose(UInt32(bytes[0]), transaction)
    case .serverChoice: return choose(bytes.u32(0), transaction)
    case .challenge:
      transaction.challenge = bytes.copied()
      step = .response
    case .response:
      transaction.response = bytes.copied()
      step = .result
    case .result: takeResult(bytes.u32(0), transaction)
    case .reason:
      transaction.failureReason = bytes.part(4, bytes.byteCount &- 4).copied()
      finish(transaction)
    case .clientIntroduction:
      transaction.isShared = bytes[0] != 0
      step = .serverIntroduction
    case .serverIntroduction:
      transaction.screen = Self.screen(bytes)
      finish(transaction)
    case .over: break
    }
    return true
  }

  private func choose(_ type: UInt32, _ transaction: RFBTransaction) -> Bool {
    transaction.securityType = type
    switch type {
    case 0: step = .reason
    case 1:
      let isOld = transaction.clientVersion?.isOld(untilMinor: "007") ?? true
      step = isOld ? .clientIntroduction : .result
    case 2: step = .challenge
    default:
      transaction.raise(.unimplementedSecurityType)
      return false
    }
    return true
  }

  private func takeResult(_ result: UInt32, _ transaction: RFBTransaction) {
    transaction.securityResult = result
    switch result {
    case 0: step = .clientIntroduction
    case 1, 2: step = .reason
    default:
      transaction.raise(.unknownSecurityResult)
      finish(transaction)
    }
  }

  private func finish(_ transaction: RFBTransaction) {
    transaction.complete()
    step = .over
  }

  /// `RFB 003.008` and a line feed.
  private static func version(_ bytes: RawSpan) -> RFBTransaction.Version? {
    for (index, byte) in "RFB ".utf8.enumerated() where bytes[index] != byte { return nil }
    guard bytes[7] == UInt8(ascii: "."), bytes[11] == 0x0A else { return nil }
    return RFBTransaction.Version(major: bytes.part(4, 3).copied(), minor: bytes.part(8, 3).copied())
  }

  private static func screen(_ bytes: RawSpan) -> RFBTransaction.Screen {
    let format = RFBTransaction.PixelFormat(
      bitsPerPixel: bytes[4], depth: bytes[5], isBigEndian: bytes[6] != 0, hasTrueColour: bytes[7] != 0,
      redMax: bytes.u16(8), greenMax: bytes.u16(10), blueMax: bytes.u16(12), redShift: bytes[14],
      greenShift: bytes[15], blueShift: bytes[16])
    return RFBTransaction.Screen(
      width: bytes.u16(0), height: bytes.u16(2), format: format,
      name: bytes.part(24, bytes.byteCount &- 24).copied())
  }
}
