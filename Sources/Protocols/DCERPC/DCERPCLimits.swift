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

/// What the open calls of a flow keep together: each gives back what it took when it goes.
final class DCERPCBudget {
  private(set) var used = 0

  /// How many of `count` bytes may still be kept.
  func take(_ count: Int) -> Int {
    let granted = max(min(count, DCERPCLimits.flowStubBytes &- used), 0)
    used &+= granted
    return granted
  }

  func giveBack(_ count: Int) { used &-= count }
}
