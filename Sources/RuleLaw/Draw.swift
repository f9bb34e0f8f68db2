/// Draws that look random and are the same for the same seed (splitmix64).
package struct Draw: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Begins a row of draws.
  package init(seed: UInt64) {
    state = seed
  }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }

  /// True in so many of a hundred draws.
  mutating func chance(_ percent: Int) -> Bool {
    Int(next() % 100) < percent
  }

  /// A number of the range; its first where the range is empty.
  mutating func number(_ first: Int, _ last: Int) -> Int {
    last > first ? Int.random(in: first...last, using: &self) : first
  }

  /// One of the values; `other` where there is none.
  mutating func one<T>(of values: [T], else other: T) -> T {
    values.randomElement(using: &self) ?? other
  }
}
