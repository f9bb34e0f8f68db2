import Wire

/// The application layer of one flow: recognises its protocol in both directions, shows the parser its bytes in
/// order, and keeps what the parser left over.
package final class Conversation {
  /// Position in `ProtocolCatalogue.all`, once known.
  package var protocolIndex: Int?
  package var session: Session?

  private let settings: ProtocolSettings

  package init(_ transport: ApplicationProtocol.Transport, sourcePort: UInt16, destinationPort: UInt16,
    settings: ProtocolSettings) {
    self.settings = settings
  }
}
