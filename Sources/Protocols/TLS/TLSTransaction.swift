package import Wire

/// A flow's TLS session: one transaction, from the first hello to the end of the flow.
package final class TLSTransaction: Transaction {
  /// Steps of the client's direction, as rule hooks name them.
  package enum ClientProgress {
    package static let inProgress: UInt8 = 0
    package static let helloDone: UInt8 = 1
    package static let certificateDone: UInt8 = 2
    package static let handshakeDone: UInt8 = 3
    package static let finished: UInt8 = 4
  }

  /// Steps of the server's direction.
  package enum ServerProgress {
    package static let inProgress: UInt8 = 0
    package static let hello: UInt8 = 1
    package static let certificateDone: UInt8 = 2
    package static let helloDone: UInt8 = 3
    package static let handshakeDone: UInt8 = 4
    package static let finished: UInt8 = 5
  }

  /// Bits of `ssl_state`.
  package enum State {
    package static let clientHello: Int64 = 1
    package static let serverHello: Int64 = 2
    package static let clientKeyExchange: Int64 = 4
    package static let serverKeyExchange: Int64 = 8
    package static let unknown: Int64 = 16
  }

  /// The first hello of each side.
  package internal(set) var clientHello: TLSClientHello?
  package internal(set) var serverHello: TLSServerHello?
  /// Chains as they came, the end's own certificate first. TLS 1.3 encrypts them.
  package internal(set) var certificates = Pair<[TLSCertificate]>(both: [])
  /// The handshake was shortened by a session id or ticket (`session_resumed`).
  package internal(set) var isResumed = false
  /// What has been seen: bits of `State`.
  package internal(set) var stateBits: Int64 = 0
  /// Both sides have changed to encryption as far as can be told.
  package internal(set) var isEncrypted = false
  /// Time at which the server's certificates came, in nanoseconds since 1970.
  package internal(set) var certificateNanoseconds: Int64 = 0
  /// The certificates were written to the store.
  package var isStored = false
  /// The protocol that agreed on TLS, by name.
  package internal(set) var protocolBefore: String?
  /// What was seen of the handshake itself.
  package internal(set) var handshakeFacts = TLSHandshakeFacts()
  /// Its record waits for the alerts that end the session (TLCP), for a while.
  var waitsForAlerts = false
  private var detailsCache = Pair<[CertificateDetails]>(both: [])
  let allowsJA3: Bool
  let allowsJA4: Bool
  private var ja3Cache = Pair<[UInt8]?>(both: nil)
  private var ja4Cache: [UInt8]?

  init(number: UInt64, settings: TLSSettings) {
    allowsJA3 = settings.ja3 != .never
    allowsJA4 = settings.ja4 != .never
    super.init(number: number, completeFrom: Pair(ClientProgress.finished, ServerProgress.finished))
  }

  /// What the records of a server speak of that has said no hello: it refuses with an alert, or speaks
  /// something else.
  var answeredVersion = TLSVersion.undetermined

  /// The version agreed on, or what the server's records speak of.
  package var version: TLSVersion { serverHello?.version ?? answeredVersion }

  /// The version that a direction's hello speaks of.
  package func version(_ direction: Direction) -> TLSVersion {
    switch direction {
    case .toServer: clientHello?.highestVersion ?? .undetermined
    case .toClient: version
    }
  }

  /// JA3 of the client's first hello; nil where there is none, it is switched off, or the hello is of SSL
  /// 2.0.
  package var ja3Text: [UInt8]? {
    guard allowsJA3, let clientHello, !clientHello.isSSL2 else { return nil }
    if let cached = ja3Cache.toServer { return cached }
    ja3Cache.toServer = TLSFingerprints.ja3(clientHello)
    return ja3Cache.toServer
  }

  /// JA3S of the server's hello.
  package var ja3sText: [UInt8]? {
    guard allowsJA3, let serverHello, serverHello.legacyVersion != .ssl2 else { return nil }
    if let cached = ja3Cache.toClient { return cached }
    ja3Cache.toClient = TLSFingerprints.ja3s(serverHello)
    return ja3Cache.toClient
  }

  /// MD5 of `ja3Text` and `ja3sText`, in hexadecimal.
  package var ja3Hash: [UInt8]? { ja3Text.map(TLSFingerprints.hash) }
  package var ja3sHash: [UInt8]? { ja3sText.map(TLSFingerprints.hash) }

  /// JA4 of the client's first hello.
  package var ja4: [UInt8]? {
    guard allowsJA4, let clientHello else { return nil }
    if let cached = ja4Cache { return cached }
    ja4Cache = TLSFingerprints.ja4(clientHello)
    return ja4Cache
  }

  /// What the certificates say of their use and strength, in their order.
  package func certificateDetails(_ direction: Direction) -> [CertificateDetails] {
    let chain = certificates[direction]
    if detailsCache[direction].count != chain.count {
      detailsCache[direction] = chain.map { CertificateDetails($0.der) }
    }
    return detailsCache[direction]
  }

  func raise(_ event: TLSEvent) {
    if !events.contains(event.rawValue) { events.append(event.rawValue) }
    revision &+= 1
  }

  func advance(_ direction: Direction, to step: UInt8) {
    revision &+= 1
    progress[direction] = max(progress[direction], step)
    settleLogging()
  }

  /// Its record can be written: both sides are through, and nothing more is waited for.
  func settleLogging() {
    isLoggable =
      progress.toServer >= ClientProgress.handshakeDone && progress.toClient >= ServerProgress.handshakeDone
      && !waitsForAlerts
  }
}
