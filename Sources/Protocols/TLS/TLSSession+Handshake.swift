import Wire

/// The handshake: messages put together from records, and what is taken from them.
extension TLSSession {
  /// Numbers of handshake messages (RFC 8446 §4, RFC 5246 §7.4).
  private enum Message {
    static let clientHello: UInt8 = 1
    static let serverHello: UInt8 = 2
    static let certificate: UInt8 = 11
    static let serverKeyExchange: UInt8 = 12
    static let certificateRequest: UInt8 = 13
    static let serverHelloDone: UInt8 = 14
    static let clientKeyExchange: UInt8 = 16
    /// All that are defined.
    static let known: Set<UInt8> = [
      0, 1, 2, 3, 4, 5, 6, 8, 11, 12, 13, 14, 15, 16, 20, 21, 22, 23, 24, 25, 67, 254,
    ]
  }

  /// Takes the payload of a handshake record.
  func handshake(_ payload: RawSpan, _ direction: Direction, _ clock: PacketClock) throws(Stop) {
    if lanes[direction].handshake.isEmpty {
      let used = try messages(payload, direction, clock)
      if used < payload.byteCount {
        lanes[direction].handshake.append(payload.part(used, payload.byteCount &- used))
      }
      return
    }
    var whole: [UInt8] = []
    swap(&whole, &lanes[direction].handshake)
    whole.append(payload)
    let used = try messages(whole.rawSpan, direction, clock)
    if used > 0 { whole.removeSubrange(0..<used) }
    swap(&whole, &lanes[direction].handshake)
  }

  /// Takes all complete messages from the front; says how many bytes they had.
  private func messages(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) throws(Stop) -> Int {
    var position = 0
    while bytes.byteCount &- position >= 4, !lanes[direction].isEncrypted {
      let type = bytes[position]
      guard Message.known.contains(type) else { throw Stop(event: .invalidSSLRecord) }
      let length = Int(bytes[position &+ 1]) << 16 | Int(bytes.u16(position &+ 2))
      guard length <= TLSLimits.handshakeBytes else { throw Stop(event: .handshakeInvalidLength) }
      guard bytes.byteCount &- position &- 4 >= length else { break }
      try message(type, bytes.part(position &+ 4, length), direction, clock)
      position &+= 4 &+ length
    }
    return lanes[direction].isEncrypted ? bytes.byteCount : position
  }

  private func message(
    _ type: UInt8, _ body: RawSpan, _ direction: Direction, _ clock: PacketClock
  ) throws(Stop) {
    transaction.revision &+= 1
    switch (type, direction) {
    case (Message.clientHello, .toServer): try clientHello(body)
    case (Message.serverHello, .toClient): try serverHello(body)
    case (Message.certificate, _): try certificates(body, direction, clock)
    case (Message.serverKeyExchange, .toClient):
      transaction.stateBits |= TLSTransaction.State.serverKeyExchange
      transaction.handshakeFacts.keyExchangeBytes.toClient = body.byteCount
      judgeKeyExchange(body)
    case (Message.certificateRequest, .toClient): certificateRequest(body)
    case (Message.serverHelloDone, .toClient):
      transaction.advance(.toClient, to: TLSTransaction.ServerProgress.helloDone)
    case (Message.clientKeyExchange, .toServer):
      transaction.stateBits |= TLSTransaction.State.clientKeyExchange
      transaction.handshakeFacts.keyExchangeBytes.toServer = body.byteCount
    default: break
    }
  }

  /// Verifies the signature of the first ServerKeyExchange of TLCP; one is all that a handshake has.
  private func judgeKeyExchange(_ body: RawSpan) {
    guard transaction.handshakeFacts.isKeyExchangeGenuine == nil,
      let verdict = TLCPKeyExchange(transaction)?.isGenuine(body)
    else { return }
    transaction.handshakeFacts.isKeyExchangeGenuine = verdict
    if !verdict { transaction.raise(.tlcpBadKeyExchange) }
  }

  private func clientHello(_ body: RawSpan) throws(Stop) {
    var reader = TLSHelloReader()
    let hello: TLSClientHello
    do throws(ParseFailure) { hello = try reader.client(body) } catch {
      throw Stop(event: .handshakeInvalidLength)
    }
    for event in reader.events { transaction.raise(event) }
    transaction.stateBits |= TLSTransaction.State.clientHello
    if let first = transaction.clientHello {
      // After a HelloRetryRequest the client says it all again. The first hello is what identifies it.
      // Differs from Suricata: without such a request its JA4 and lists are those of both hellos together.
      let repeats = first.serverName != nil && hello.serverName != nil
      if repeats, transaction.serverHello == nil { transaction.raise(.multipleSNIExtensions) }
    } else {
      transaction.clientHello = hello
      transaction.waitsForAlerts = hello.version == .tlcp || settings.showsHandshakes
    }
    transaction.advance(.toServer, to: TLSTransaction.ClientProgress.helloDone)
  }

  private func serverHello(_ body: RawSpan) throws(Stop) {
    let hello: TLSServerHello
    do throws(ParseFailure) { hello = try TLSHelloReader().server(body) } catch {
      throw Stop(event: .handshakeInvalidLength)
    }
    transaction.stateBits |= TLSTransaction.State.serverHello
    let isRetry = hello.random == Self.retryRandom
    // The first one gives JA3S, also where it asks for a retry: that is what fingerprints in use are made of.
    if transaction.serverHello == nil {
      transaction.serverHello = hello
    } else if !isRetry {
      transaction.serverHello?.random = hello.random
    }
    guard !isRetry else { return }
    transaction.waitsForAlerts = hello.version == .tlcp || settings.showsHandshakes
    if hello.version != .tlcp, mustBeTLCP { transaction.raise(.tlcpRequired) }
    transaction.advance(.toClient, to: TLSTransaction.ServerProgress.hello)
    if hello.version.is13 { lanes.toClient.isEncrypted = true }
  }

  /// Random of a ServerHello that is a HelloRetryRequest: SHA-256 of "HelloRetryRequest" (RFC 8446 §4.1.3).
  private static let retryRandom: [UInt8] = [
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91, 0xC2,
    0xA2, 0x11,
    0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
  ]

  /// A chain (RFC 5246 §7.4.2): total length (24), then each certificate after its length (24).
  private func certificates(_ body: RawSpan, _ direction: Direction, _ clock: PacketClock) throws(Stop) {
    if takesIdentity(body, direction) { return }
    transaction.handshakeFacts.hasCertificateMessage[direction] = true
    var reader = ByteReader(body)
    guard let total = try? reader.u24(), let list = try? reader.take(Int(total)) else {
      throw Stop(event: .invalidCertificate)
    }
    var entries = ByteReader(list)
    while !entries.isAtEnd, transaction.certificates[direction].count < TLSLimits.certificates {
      guard let length = try? entries.u24(), let bytes = try? entries.take(Int(length)) else {
        transaction.raise(.certificateInvalidLength)
        break
      }
      guard bytes.byteCount > 0 else { continue }
      var stage = TLSEvent.certificateInvalidDER
      do throws(ParseFailure) {
        transaction.certificates[direction].append(try TLSCertificate(bytes, stage: &stage))
      } catch {
        // Only the first one is looked into by everybody: without it the handshake means nothing.
        guard transaction.certificates[direction].isEmpty else { break }
        transaction.raise(stage == .certificateInvalidDER ? Self.event(for: error) : stage)
        throw Stop(event: .invalidHandshakeMessage)
      }
    }
    if direction == .toClient { transaction.certificateNanoseconds = clock.nanoseconds }
    if transaction.isTLCP || mustBeTLCP {
      var judge = TLCPJudge(transaction, settings, clock)
      judge.judge(direction)
      for finding in judge.findings { transaction.raise(finding) }
    }
    certificatesDone(direction)
  }

  private func certificatesDone(_ direction: Direction) {
    transaction.advance(
      direction,
      to: direction == .toClient
        ? TLSTransaction.ServerProgress.certificateDone : TLSTransaction.ClientProgress.certificateDone)
  }

  /// In suites of TLCP that are built on identities the message is no chain (GB/T 38636-2020 §6.4.4.3):
  /// identity <1..2^16-1> | public parameters <1..2^24-1>. Takes it; false: it is a chain.
  private func takesIdentity(_ body: RawSpan, _ direction: Direction) -> Bool {
    guard transaction.isTLCP, let suite = transaction.serverHello.map({ TLSSuite($0.cipherSuite) }),
      suite.isIdentityBased
    else { return false }
    transaction.handshakeFacts.hasCertificateMessage[direction] = true
    var reader = ByteReader(body)
    if let count = try? reader.u16(), let identity = try? reader.take(Int(count)) {
      transaction.handshakeFacts.identity[direction] =
        identity.part(0, TLSLimits.listEntries).copied()
    }
    certificatesDone(direction)
    return true
  }

  /// What the server asks for: types <1..2^8-1> | in TLS 1.2 algorithms <2..2^16-2> | names <0..2^16-1>.
  private func certificateRequest(_ body: RawSpan) {
    asksForCertificate = true
    var request = TLSCertificateRequest()
    var reader = ByteReader(body)
    do throws(ParseFailure) {
      request.types = try reader.take(Int(try reader.u8())).copied()
      if transaction.version == .tls12 { try reader.skip(Int(try reader.u16())) }
      var names = ByteReader(try reader.take(Int(try reader.u16())))
      while !names.isAtEnd, request.authorities.count < TLSLimits.certificates {
        var name = DERReader(try names.take(Int(try names.u16())))
        request.authorities.append(try CertificateName.text(try name.content(DERReader.Tag.sequence)))
      }
    } catch {
      // What is cut off is left out: nothing depends on it.
    }
    transaction.handshakeFacts.certificateRequest = request
  }

  /// What is told of a certificate whose elements do not fit into each other.
  private static func event(for failure: ParseFailure) -> TLSEvent {
    switch failure.reason {
    case .truncated: .invalidCertificate
    case .limit: .certificateInvalidLength
    default: .certificateInvalidDER
    }
  }
}
