/// When slots are to be looked at again: a ring of seconds, each with a list of slots, all linked in arrays.
///
/// Scheduling, cancelling and bringing forward take constant time. A slot that is due later than the ring is
/// long is looked at once per round. A packet does not touch the wheel: a slot found not yet over is
/// scheduled anew.
struct TimeoutWheel {
  /// Seconds in the ring: a little more than the usual longest time-out, a power of two.
  static let length = 1024

  private static let none = UInt32.max

  private struct Link {
    var next = TimeoutWheel.none
    var previous = TimeoutWheel.none
    /// The second at which it is due, which says its place in the ring, too.
    var due = Link.never

    /// Not scheduled.
    private static let never = Int64.min
    var isScheduled: Bool { due != Link.never }
    var place: Int { Int(truncatingIfNeeded: due) & (TimeoutWheel.length &- 1) }
  }

  private var heads = [UInt32](repeating: TimeoutWheel.none, count: TimeoutWheel.length)
  private var links: [Link] = []
  /// The second up to which the wheel has turned; nil before the first.
  private var second: Int64?

  /// Has the slot looked at when the clock reaches `dueSecond`.
  mutating func schedule(_ slot: UInt32, dueSecond: Int64) {
    let index = Int(slot)
    while links.count <= index { links.append(Link()) }
    if links[index].isScheduled { cancel(slot) }
    // What is due already is found in the second that is being looked at.
    let due = max(dueSecond, second ?? dueSecond)
    let link = Link(previous: TimeoutWheel.none, due: due)
    let place = link.place
    let head = heads[place]
    links[index] = link
    links[index].next = head
    if head != TimeoutWheel.none { links[Int(head)].previous = slot }
    heads[place] = slot
  }

  /// The same if it is earlier than scheduled.
  mutating func bringForward(_ slot: UInt32, dueSecond: Int64) {
    guard Int(slot) < links.count, links[Int(slot)].isScheduled, dueSecond < links[Int(slot)].due else {
      return
    }
    schedule(slot, dueSecond: dueSecond)
  }

  mutating func cancel(_ slot: UInt32) {
    let index = Int(slot)
    guard index < links.count, links[index].isScheduled else { return }
    let link = links[index]
    if link.previous == TimeoutWheel.none {
      heads[link.place] = link.next
    } else {
      links[Int(link.previous)].next = link.next
    }
    if link.next != TimeoutWheel.none { links[Int(link.next)].previous = link.previous }
    links[index] = Link()
  }

  /// Turns the wheel to a second, and takes out the slots that have come due.
  mutating func advance(toSecond now: Int64, due: inout [UInt32]) {
    let start = second ?? now &- Int64(TimeoutWheel.length)
    // A clock that stands still or goes back: only the second at hand can hold what is due.
    let first = max(min(start, now), now &- Int64(TimeoutWheel.length) &+ 1)
    guard now >= start else { return }
    for turn in first...now {
      var slot = heads[Int(truncatingIfNeeded: turn) & (TimeoutWheel.length &- 1)]
      while slot != TimeoutWheel.none {
        let link = links[Int(slot)]
        if link.due <= now {
          cancel(slot)
          due.append(slot)
        }
        slot = link.next
      }
    }
    second = now
  }

  /// The slot that comes due next; nil if there is none. Used only where memory is short.
  func next() -> UInt32? {
    let start = second ?? 0
    var best: UInt32?
    var bestDue = Int64.max
    for step in 0..<Int64(TimeoutWheel.length) {
      let place = Int(truncatingIfNeeded: start &+ step) & (TimeoutWheel.length &- 1)
      var slot = heads[place]
      while slot != TimeoutWheel.none {
        let link = links[Int(slot)]
        // Nothing is due before this second: the rest of its list need not be looked at.
        if link.due <= start &+ step { return slot }
        if link.due < bestDue { (best, bestDue) = (slot, link.due) }
        slot = link.next
      }
    }
    return best
  }
}
