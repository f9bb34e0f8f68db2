/// All protocols, sorted by name. A new protocol is one line here.
package enum ProtocolCatalogue {
  package static let all: [ApplicationProtocol] = [
    DNS.entry,
    HTTP.entry,
    TLS.entry,
  ]

  /// Position in `all` of the protocol with this name or alias.
  package static func index(named name: String) -> Int? {
    all.firstIndex { $0.name == name || $0.aliases.contains(name) }
  }
}
