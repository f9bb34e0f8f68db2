/// `app-layer.protocols.http` of the configuration.
package struct HTTPSettings: Sendable {
  /// Bytes of a request body kept for detection (`request-body-limit`; 0: all).
  package var requestBodyBytesMax = 100 * 1024
  package var responseBodyBytesMax = 100 * 1024

  package init() {}
}
