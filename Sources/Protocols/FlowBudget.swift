/// What the open transactions of a flow keep together: each gives back what it took when it goes.
final class FlowBudget {
  private let bytesMax: Int
  private(set) var used = 0

  init(bytesMax: Int) {
    self.bytesMax = bytesMax
  }

  /// How many of `count` bytes may still be kept.
  func take(_ count: Int) -> Int {
    let granted = max(min(count, bytesMax &- used), 0)
    used &+= granted
    return granted
  }

  /// Takes all of `count` bytes, or none.
  func takeAll(_ count: Int) -> Bool {
    guard count <= bytesMax &- used else { return false }
    used &+= count
    return true
  }

  func giveBack(_ count: Int) { used &-= count }
}
