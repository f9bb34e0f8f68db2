/// `app-layer.protocols.dns` of the configuration.
package struct DNSSettings: Sendable {
  package init() {}
}
