package import Wire

/// Parser of SSL 2.0 to TLS 1.3 (RFC 6101, 5246, 8446) and TLCP (GB/T 38636-2020): records, and the
/// handshake as far as it is in the clear.
///
///     type (8) | version (16) | length (16) | payload        records
///     type (8) | length (24) | body                          handshake messages, over one or several records
///
/// A record of an unknown type or version, or a handshake message that contradicts itself, is an event and
/// ends the parsing. What is encrypted is stepped over; after the first application data a direction needs no
/// reassembly.
package final class TLSSession: Session {
  let transaction: TLSTransaction
  private let handling: TLSSettings.EncryptionHandling
  let settings: TLSSettings
  private var server: IPAddress?
  private var serverPort: UInt16 = 0
  var lanes = Pair(both: Lane())
  /// The server wants to see a certificate of the client.
  var asksForCertificate = false

  /// Where one direction stands.
  struct Lane {
    /// Bytes of the record at hand still to be stepped over.
    var skips = 0
    /// A handshake message that goes on in the next record.
    var handshake: [UInt8] = []
    var hasBytes = false
    /// The record at hand has its header, and is waited for.
    var isCut = false
    /// The version that the last record named.
    var recordVersion: UInt16 = 0
    var hasApplicationData = false
    /// After ChangeCipherSpec (before TLS 1.3), or the server's hello of TLS 1.3.
    var isEncrypted = false
    /// Length of the payload of a heartbeat request that went this way.
    var heartbeatBytes: Int?
    /// Half an alert, the other half of which comes in the next record.
    var alert: [UInt8] = []
    /// The server has said hello in SSL 2.0: all that follows is stepped over.
    var isSSL2 = false
  }

  /// Why parsing ends.
  struct Stop: Error {
    let event: TLSEvent
  }

  init(_ settings: TLSSettings) {
    handling = settings.encryptionHandling
    self.settings = settings
    transaction = TLSTransaction(number: 0, settings: settings)
    super.init()
    streamMessages = .all
    movesAsOne = true
    transactions = [transaction]
    transactionCount = 1
  }

  package override func adopt(protocolBefore name: String) { transaction.protocolBefore = name }

  package override func adopt(server: IPAddress) { self.server = server }

  package override func adopt(serverPort: UInt16) { self.serverPort = serverPort }

  /// The site says that this server must speak TLCP.
  var mustBeTLCP: Bool {
    guard !settings.tlcpServers.isEmpty, let server else { return false }
    return settings.requiresTLCP(server, port: serverPort)
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    if transaction.startNanoseconds == 0 { transaction.startNanoseconds = clock.nanoseconds }
    if transaction.waitsForAlerts { stopWaitingIfLate(clock) }
    if bytes.byteCount > 0 { lanes[direction].hasBytes = true }
    var position = 0
    while true {
      if lanes[direction].isSSL2 { return Consumption(bytes: bytes.byteCount) }
      let skipped = min(lanes[direction].skips, bytes.byteCount &- position)
      lanes[direction].skips &-= skipped
      position &+= skipped
      // Part of an encrypted record is news too: rules at a hook are asked with each, as in the reference.
      if skipped > 0 { transaction.revision &+= 1 }
      guard position < bytes.byteCount else {
        noteCertificates()
        return Consumption(bytes: position)
      }
      do throws(Stop) {
        let used = try record(
          bytes.part(position, bytes.byteCount &- position), at: position, direction, clock)
        guard used > 0 else {
          if !lanes[direction].isCut { noteCertificates() }
          return Consumption(bytes: position)
        }
        lanes[direction].isCut = false
        // Messages of SSL 2.0 bring no stream to inspection.
        if bytes[position] & 0xC0 == 0 { endsMessage[direction] = true }
        transaction.revision &+= 1
        position &+= used
      } catch {
        transaction.raise(error.event)
        transaction.core.isCut = Pair(both: true)
        return Consumption(bytes: bytes.byteCount, .failed)
      }
      if frames == nil, !settings.followsEncrypted, isOver(direction) {
        return Consumption(bytes: bytes.byteCount, .finished)
      }
    }
  }

  /// A gap is harmless within a record that is stepped over; elsewhere the records cannot be found again, and
  /// no side gets any further.
  package override func skipGap(_ count: Int, _ direction: Direction, _ clock: PacketClock)
    -> Consumption.Outcome
  {
    if lanes[direction].isSSL2 { return .goesOn }
    guard count <= lanes[direction].skips else {
      transaction.core.isCut = Pair(both: true)
      return .failed
    }
    lanes[direction].skips &-= count
    return .goesOn
  }

  /// A side that has said nothing, or whose last record is cut, is not through; that no more of that comes is
  /// news.
  package override func end(_ direction: Direction, _ clock: PacketClock) {
    if lanes[direction].isCut { transaction.revision &+= 1 }
    if lanes[direction].isCut || !lanes[direction].hasBytes { transaction.core.isCut[direction] = true }
    if !transaction.core.isCut[direction] { finish(direction) }
  }

  private func finish(_ direction: Direction) {
    let isServer = direction == .toClient
    transaction.advance(
      direction,
      to: isServer ? TLSTransaction.ServerProgress.finished : TLSTransaction.ClientProgress.finished)
  }

  package override func isOver(_ direction: Direction) -> Bool {
    guard handling != .full else { return false }
    // Alerts that end TLCP may be in the clear (older programs), and are told of.
    if transaction.isTLCP, handling != .bypass { return false }
    let done =
      direction == .toServer
      ? TLSTransaction.ClientProgress.handshakeDone : TLSTransaction.ServerProgress.handshakeDone
    return lanes[direction].hasApplicationData && transaction.progress[direction] >= done
  }

  /// The version that a side speaks: its hello's, before that what its last record named.
  private func version(_ direction: Direction) -> TLSVersion {
    let hello =
      direction == .toServer ? transaction.clientHello?.version : transaction.serverHello?.version
    if let hello, hello != .undetermined { return hello }
    return TLSVersion(lanes[direction].recordVersion)
  }

  /// Takes one record from the front; 0 where it is not complete yet.
  private func record(
    _ bytes: RawSpan, at position: Int, _ direction: Direction, _ clock: PacketClock
  ) throws(Stop) -> Int {
    if bytes[0] & 0xC0 != 0 {
      if frames != nil { announceSSL2(bytes, position, direction) }
      return try ssl2Message(bytes, direction)
    }
    guard bytes.byteCount >= 5 else { return 0 }
    let type = bytes[0]
    let versionBefore = version(direction)
    lanes[direction].recordVersion = bytes.u16(1)
    guard 20...24 ~= type else {
      guard versionBefore.rawValue == 0x0301 || versionBefore.rawValue == 0x0302 else {
        throw Stop(event: .invalidRecordType)
      }
      // TLS 1.0 and 1.1 may have records of unknown types: what came with one is passed over.
      lanes[direction].recordVersion = versionBefore.rawValue
      transaction.raise(.invalidRecordType)
      return bytes.byteCount
    }
    let length = Int(bytes.u16(3))
    guard length > 0 else { throw Stop(event: .invalidRecordLength) }
    let named = version(direction)
    guard named.isPlausible else { throw Stop(event: .invalidRecordVersion) }
    if direction == .toClient, transaction.serverHello == nil { transaction.answeredVersion = named }
    if frames != nil { announceRecord(type, length, position, direction) }
    guard length <= TLSLimits.recordBytes else { throw Stop(event: .invalidRecordLength) }
    if type == 23 || lanes[direction].isEncrypted && type != 20 {
      if type == 23 { applicationData(direction) }
      if type == 24 { encryptedHeartbeat(length, direction) }
      if type == 21 {
        if length == 2 || transaction.isTLCP && length <= TLSLimits.plainAlertBytes {
          guard bytes.byteCount &- 5 >= length else {
            noteCutRecord(direction)
            return 0
          }
          try alert(bytes.part(5, length), TLSVersion(bytes.u16(1)), direction)
          return 5 &+ length
        }
        noteEncryptedAlert(TLSVersion(bytes.u16(1)), direction)
      }
      lanes[direction].skips = length
      return 5
    }
    guard bytes.byteCount &- 5 >= length else {
      noteCutRecord(direction)
      return 0
    }
    let payload = bytes.part(5, length)
    switch type {
    case 20: changeCipherSpec(direction)
    case 21: try alert(payload, TLSVersion(bytes.u16(1)), direction)
    case 22: try handshake(payload, direction, clock)
    default: heartbeat(payload, direction)
    }
    return 5 &+ length
  }

  private func applicationData(_ direction: Direction) {
    lanes[direction].hasApplicationData = true
    transaction.isEncrypted = true
    if transaction.waitsForAlerts, !transaction.isTLCP { stopWaiting() }
    // Early data of TLS 1.3 may come before the server's hello: the client's handshake is not done by it.
    if direction == .toServer, transaction.serverHello == nil { return }
    if direction == .toServer { transaction.handshakeFacts.hasClientData = true }
    handshakeDone(direction)
  }

  private func changeCipherSpec(_ direction: Direction) {
    if direction == .toClient { inferResumption() }
    transaction.handshakeFacts.hasChangedCipher[direction] = true
    // A server that resumes a session changes before the client: its handshake is done with its first data.
    if direction == .toServer { handshakeDone(.toServer) }
    // In TLS 1.3 it is sent for old middleboxes only and changes nothing.
    if !transaction.version.is13 {
      lanes[direction].isEncrypted = true
      transaction.isEncrypted = true
    }
  }

  /// Before TLS 1.3: a server that changes to encryption without having shown a certificate resumes a
  /// session.
  private func inferResumption() {
    guard let client = transaction.clientHello, let server = transaction.serverHello, !server.version.is13,
      transaction.certificates.toClient.isEmpty,
      !transaction.handshakeFacts.hasCertificateMessage.toClient
    else { return }
    let hasSameIdentifier =
      !client.sessionIdentifier.isEmpty && client.sessionIdentifier == server.sessionIdentifier
    if hasSameIdentifier || client.hasSessionTicket { transaction.isResumed = true }
  }

  /// The header of a record has come, and not all of it: news to rules at a hook, as in the reference.
  func noteCutRecord(_ direction: Direction) {
    guard !lanes[direction].isCut else { return }
    lanes[direction].isCut = true
    transaction.revision &+= 1
  }

  /// The records at hand are taken: once the side that shows who it is last has done so, what follows is
  /// keys, and both handshakes are done.
  private func noteCertificates() {
    let shower: Direction = asksForCertificate ? .toServer : .toClient
    guard transaction.progress.toClient < TLSTransaction.ServerProgress.handshakeDone,
      !transaction.certificates[shower].isEmpty || transaction.handshakeFacts.identity[shower] != nil
    else { return }
    handshakeDone(.toServer)
    handshakeDone(.toClient)
  }

  /// A side has said all of its handshake that can be read.
  func handshakeDone(_ direction: Direction) {
    let isServer = direction == .toClient
    transaction.advance(
      direction,
      to: isServer ? TLSTransaction.ServerProgress.handshakeDone : TLSTransaction.ClientProgress.handshakeDone
    )
  }

  /// Alerts in the clear: level (8) | description (8). TLCP lets them be cut and joined as records please.
  private func alert(
    _ payload: RawSpan, _ version: TLSVersion, _ direction: Direction
  ) throws(Stop) {
    var bytes = lanes[direction].alert + payload.copied().prefix(TLSLimits.alerts &* 2)
    lanes[direction].alert = []
    guard bytes.count >= 2 || transaction.isTLCP || version == .tlcp else {
      throw Stop(event: .invalidAlertMessage)
    }
    while bytes.count >= 2 {
      guard bytes[0] == 1 || bytes[0] == 2 else {
        transaction.raise(.invalidAlertMessage)
        return
      }
      transaction.add(
        TLSAlert(direction: direction, recordVersion: version, level: bytes[0], description: bytes[1]))
      if bytes[0] == 2, !transaction.waitsForAlerts {
        // After a fatal alert neither side goes on (RFC 5246 §7.2.2).
        finish(.toServer)
        finish(.toClient)
      }
      bytes.removeFirst(2)
    }
    lanes[direction].alert = bytes
    settleAlerts()
  }

  private func noteEncryptedAlert(_ version: TLSVersion, _ direction: Direction) {
    transaction.add(TLSAlert(direction: direction, recordVersion: version, level: nil, description: nil))
    settleAlerts()
  }

  /// Both sides have said their last word, or time is up: the record need not wait any more.
  private func settleAlerts() {
    let alerts = transaction.handshakeFacts.alerts
    guard transaction.waitsForAlerts, Set(alerts.map(\.direction)).count == 2 else { return }
    stopWaiting()
  }

  private func stopWaitingIfLate(_ clock: PacketClock) {
    let waited = clock.nanoseconds &- transaction.startNanoseconds
    if waited > TLSLimits.alertWaitNanoseconds { stopWaiting() }
  }

  private func stopWaiting() {
    transaction.waitsForAlerts = false
    transaction.settleLogging()
  }

  /// A heartbeat in the clear (RFC 6520 §4): type | payload length (16) | payload | at least 16 bytes of
  /// padding.
  private func heartbeat(_ payload: RawSpan, _ direction: Direction) {
    guard payload.byteCount >= 3, payload[0] == 1 || payload[0] == 2 else {
      transaction.raise(.invalidHeartbeatMessage)
      return
    }
    transaction.raise(.heartbeatMessage)
    let length = Int(payload.u16(1))
    if length > payload.byteCount &- 3 {
      transaction.raise(.overflowHeartbeatMessage)
    } else if length &+ 16 &+ 3 > payload.byteCount {
      transaction.raise(.invalidHeartbeatMessage)
    }
    compareHeartbeats(payload.byteCount, direction, isRequest: payload[0] == 1)
  }

  private func encryptedHeartbeat(_ length: Int, _ direction: Direction) {
    transaction.raise(.heartbeatMessage)
    compareHeartbeats(length, direction, isRequest: lanes[direction.opposite].heartbeatBytes == nil)
  }

  /// An answer that is longer than its request leaks memory of the answering side (CVE-2014-0160).
  private func compareHeartbeats(_ length: Int, _ direction: Direction, isRequest: Bool) {
    if isRequest {
      lanes[direction].heartbeatBytes = length
    } else if let asked = lanes[direction.opposite].heartbeatBytes {
      if length > asked { transaction.raise(.dataleakHeartbeatMismatch) }
      lanes[direction.opposite].heartbeatBytes = nil
    }
  }
}
