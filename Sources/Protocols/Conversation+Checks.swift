import Wire

/// What is odd about a conversation as a whole.
extension Conversation {
  /// Compares the protocol that came after a change with the one that was announced.
  func checkExpected(_ index: Int?) {
    guard let wanted = expected.index else { return }
    if wanted == index {
      expected = .unknown
      return
    }
    let isTLS = ProtocolCatalogue.all[wanted].name == "tls"
    let wasHTTP = original.index.map { ProtocolCatalogue.all[$0].name == "http" } ?? false
    note(isTLS && !wasHTTP ? .noTLSAfterSTARTTLS : .unexpectedProtocol)
  }

  /// Keeps an anomaly, as far as there is room.
  func note(_ event: ConversationEvent) {
    guard events.count < Limits.events else { return }
    events.append(event)
  }

  /// The site may say that the server must speak TLCP: what is not TLS at all is told of here, TLS by its
  /// parser.
  func checkRequired() {
    let settings = detector.settings.tls
    guard !settings.tlcpServers.isEmpty, transport == .tcp, let server, state.name != "tls",
      settings.requiresTLCP(server, port: isReversed ? ports.toClient : ports.toServer)
    else { return }
    note(.tlcpRequired)
  }
}
