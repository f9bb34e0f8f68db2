package import Wire

/// What a server asks of its client's certificate (RFC 5246 §7.4.4, GB/T 38636-2020 §6.4.4.5).
package struct TLSCertificateRequest: Sendable, Equatable {
  /// Numbers of certificate types: 1 RSA, 64 ECC, 80 IBC.
  package internal(set) var types: [UInt8] = []
  /// Names of the authorities that it accepts, as text.
  package internal(set) var authorities: [[UInt8]] = []
}

/// What was seen of the handshake itself.
package struct TLSHandshakeFacts: Sendable {
  /// Alerts in order, the first of them where there are many.
  package internal(set) var alerts: [TLSAlert] = []
  /// A Certificate message came, be it empty.
  package internal(set) var hasCertificateMessage = Pair(both: false)
  /// Bytes of ClientKeyExchange (to the server) and ServerKeyExchange (to the client).
  package internal(set) var keyExchangeBytes = Pair<Int?>(both: nil)
  /// TLCP: ServerKeyExchange is signed by the key of the server's certificate; nil: it was not judged.
  package internal(set) var isKeyExchangeGenuine: Bool?
  package internal(set) var certificateRequest: TLSCertificateRequest?
  /// The identity that a side shows in suites that are built on identities.
  package internal(set) var identity = Pair<[UInt8]?>(both: nil)
  /// ChangeCipherSpec came.
  package internal(set) var hasChangedCipher = Pair(both: false)
  /// A fatal alert came in the clear before both sides had changed to encryption.
  package internal(set) var wasBroken = false
  /// TLS 1.3: the client sent encrypted records after the server's hello.
  package internal(set) var hasClientData = false
}

extension TLSTransaction {
  /// It is TLCP: by what the server chose, or what the client offers while there is no answer.
  package var isTLCP: Bool {
    if let serverHello { return serverHello.version == .tlcp }
    return clientHello?.version == .tlcp
  }

  /// National algorithms protect it: TLCP, or TLS 1.3 with the suites of RFC 8998.
  package var isShangMi: Bool {
    isTLCP || serverHello.map { TLSSuite($0.cipherSuite).isShangMi13 } ?? false
  }

  /// Both sides have changed to encryption and nobody broke off before.
  package var isHandshakeComplete: Bool {
    if version.is13 { return handshakeFacts.hasClientData && !handshakeFacts.wasBroken }
    return handshakeFacts.hasChangedCipher.toServer && handshakeFacts.hasChangedCipher.toClient
      && !handshakeFacts.wasBroken
  }

  /// Shortened by a session id or ticket, or by a key that was shared before (TLS 1.3).
  package var usesFormerSession: Bool {
    isResumed
      || version.is13 && serverHello?.extensions.contains(TLSExtension.preSharedKey) == true
  }

  /// What TLCP's certificates are for, by their places.
  package func certificateRoles(_ direction: Direction) -> [TLCPRole] {
    certificateDetails(direction).enumerated().map { position, details in
      switch position {
      case 0: .signing
      case 1: details.isAuthorityLike ? .authority : .encryption
      default: .authority
      }
    }
  }

  /// What is wrong with the certificates or with what is spoken, by the names of the events without `tlcp_`.
  package var findings: [String] {
    events.compactMap { number in
      guard number >= TLSEvent.tlcpOneCertificateTwice.rawValue, let event = TLSEvent(rawValue: number) else {
        return nil
      }
      return String(event.name.dropFirst(5))
    }
  }

  /// Something is wrong with the certificates or with what is spoken.
  package var hasFindings: Bool { events.contains { $0 >= TLSEvent.tlcpOneCertificateTwice.rawValue } }

  /// Takes an alert; nil as level and description: it is encrypted.
  func add(_ alert: TLSAlert) {
    revision &+= 1
    let isOver = handshakeFacts.hasChangedCipher.toServer && handshakeFacts.hasChangedCipher.toClient
    if alert.level == 2, !isOver { handshakeFacts.wasBroken = true }
    if handshakeFacts.alerts.count < TLSLimits.alerts { handshakeFacts.alerts.append(alert) }
  }
}
