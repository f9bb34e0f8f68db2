import Wire

/// Messages in the form of SSL 2.0: the hello of a client that also speaks SSL 3.0 and later, SSL 2.0 itself,
/// or what looks like either, as an answer of HTTP to a hello does. No record of TLS begins with one of the
/// two highest bits set.
///
///     1 length (15) | type (8) | body                             no padding
///     0 1 length (14) | padding (8) | type (8) | body
///
/// The length counts the type. A message that is cut is waited for; what is not known is stepped over.
extension TLSSession {
  /// Takes a message from the front; 0 where it is not complete yet.
  func ssl2Message(_ bytes: RawSpan, _ direction: Direction) throws(Stop) -> Int {
    let headerCount = bytes[0] & 0x80 != 0 ? 2 : 3
    guard bytes.byteCount > headerCount else { return 0 }
    if direction == .toClient, transaction.serverHello == nil {
      transaction.answeredVersion = .ssl2
      transaction.advance(.toClient, to: TLSTransaction.ServerProgress.hello)
    }
    let length = Int(bytes.u16(0) & (headerCount == 2 ? 0x7FFF : 0x3FFF))
    guard length > 0 else { throw Stop(event: .invalidSSLv2Header) }
    guard bytes.byteCount &- headerCount >= length else {
      noteCutRecord(direction)
      return 0
    }
    let body = bytes.part(headerCount, length)
    switch (headerCount == 2 ? body[0] : bytes[3], direction) {
    case (0, _): transaction.raise(.errorMessageEncountered)
    case (1, .toServer): try ssl2ClientHello(body)
    case (4, .toClient): ssl2ServerHello()
    default: break
    }
    return headerCount &+ length
  }

  ///     type (8) | version (16) | lengths of ciphers, session id and challenge (16 each)
  private func ssl2ClientHello(_ body: RawSpan) throws(Stop) {
    guard body.byteCount >= 7 else { throw Stop(event: .invalidSSLRecord) }
    var hello = TLSClientHello()
    hello.isSSL2 = true
    let version = TLSVersion(body.u16(1))
    if version == .ssl2 || version.isPlausible { hello.version = version }
    if transaction.clientHello == nil { transaction.clientHello = hello }
    transaction.stateBits |= TLSTransaction.State.clientHello
    transaction.advance(.toServer, to: TLSTransaction.ClientProgress.helloDone)
  }

  /// From here on both sides speak SSL 2.0, soon encrypted: nothing more is read.
  private func ssl2ServerHello() {
    var hello = TLSServerHello()
    hello.legacyVersion = .ssl2
    transaction.serverHello = hello
    transaction.stateBits |= TLSTransaction.State.serverHello
    handshakeDone(.toClient)
    handshakeDone(.toServer)
    lanes.toClient.isSSL2 = true
    lanes.toServer.isSSL2 = true
  }
}
