/// Bounds of what one flow's remote procedure calls may hold.
enum DCERPCLimits {
  /// Bytes of one call's arguments or results that are kept: rules look at structures near their start.
  static let stubBytes = 1 << 20
  /// The same for all open calls of a flow.
  static let flowStubBytes = 4 << 20
  /// Interfaces that one association negotiates; real clients offer a handful.
  static let contexts = 256
  /// Open transactions of a flow, before the oldest is given up.
  static let transactions = 512
  /// Bytes after a gap that are looked through for the next packet at a time.
  static let headerBytes = 16
}
