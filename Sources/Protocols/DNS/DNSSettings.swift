/// `app-layer.protocols.dns` of the configuration.
package struct DNSSettings: Sendable {
  package init() {}
}

/// Bounds of what a DNS message may make the parser do.
enum DNSLimits {
  /// Bytes of a name that are kept; a valid one has at most 255 (RFC 1035 §2.3.4), tunnels send more.
  static let nameBytes = 1025
  /// Labels and pointers followed for one name: a valid name has at most 127 labels.
  static let nameSteps = 255
  /// Records of one message that are kept: a 64 KiB message cannot hold many more with data of their own.
  static let records = 4096
  /// The largest message: the length prefix over TCP has 16 bits.
  static let messageBytes = 65535
  /// Bytes of a decoded text or raw value, as events show it.
  static let strings = 256
}
