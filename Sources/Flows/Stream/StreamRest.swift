/// What only streams have that lost data, have frames, or have reached their depth.
final class StreamRest {
  fileprivate var notedGap: Int64 = -1
  fileprivate var regionsMax = 1
  fileprivate var depthEnd = Int64.max
  fileprivate var rawRemainders: [StreamRegion] = []
  fileprivate var shownRemainder: StreamRegion?
  fileprivate var retainedFrom = Int64.max

  /// Parts that raw inspection has not seen need not be kept any more.
  func forgetRaw() { rawRemainders = [] }
}

extension StreamBuffer {
  private var made: StreamRest {
    mutating get {
      if let rest { return rest }
      let made = StreamRest()
      rest = made
      return made
    }
  }

  /// Where the hole lies that was last told of.
  var notedGap: Int64 {
    get { rest?.notedGap ?? -1 }
    set { made.notedGap = newValue }
  }

  /// The most regions there were at a time, the contiguous part among them.
  var regionsMax: Int {
    get { rest?.regionsMax ?? 1 }
    set { made.regionsMax = newValue }
  }

  /// Offset at which the depth ends, once it was reached.
  var depthEnd: Int64 {
    get { rest?.depthEnd ?? .max }
    set { made.depthEnd = newValue }
  }

  /// Parts before holes that were skipped before raw inspection had seen them, oldest first.
  var rawRemainders: [StreamRegion] {
    get { rest?.rawRemainders ?? [] }
    _modify { yield &made.rawRemainders }
  }

  /// The part before the last hole, seen by raw inspection, as long as it is near: events show it.
  var shownRemainder: StreamRegion? {
    get { rest?.shownRemainder }
    set { if newValue != nil || rest != nil { made.shownRemainder = newValue } }
  }

  /// Frames of the application layer begin here that are not done with: what follows stays.
  var retainedFrom: Int64 {
    get { rest?.retainedFrom ?? .max }
    set { made.retainedFrom = newValue }
  }

  /// Nobody inspects the stream as such any more.
  mutating func forgetRemainders() {
    guard let rest else { return }
    rest.rawRemainders = []
    rest.shownRemainder = nil
  }
}
