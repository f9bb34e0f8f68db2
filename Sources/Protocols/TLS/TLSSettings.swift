/// `app-layer.protocols.tls` of the configuration.
package struct TLSSettings: Sendable {
  package init() {}
}
