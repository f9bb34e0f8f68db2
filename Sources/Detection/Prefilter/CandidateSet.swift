/// Rules to be evaluated, each once, given out in rule order. Adding is one test of a bit.
struct CandidateSet: ~Copyable {
  private var words: [UInt64]
  private var list: [Int32] = []

  init(ruleCount: Int) {
    words = [UInt64](repeating: 0, count: (ruleCount + 63) / 64)
    list.reserveCapacity(256)
  }

  var isEmpty: Bool { list.isEmpty }
  var count: Int { list.count }

  @inline(__always)
  mutating func insert(_ rule: Int32) {
    let word = Int(rule) >> 6
    let bit = UInt64(1) << UInt64(rule & 63)
    guard words[word] & bit == 0 else { return }
    words[word] |= bit
    list.append(rule)
  }

  /// The rule at a position; positions are in rule order after `sort`.
  @inline(__always)
  subscript(_ position: Int) -> Int32 { list[position] }

  /// Takes out all rules but those that their gates let pass.
  mutating func keep(admittedBy gates: [RuleGate], _ view: RuleGate.View) {
    keep { gates[Int($0)].admits(view) }
  }

  /// Takes out all rules but those kept.
  @inline(__always)
  mutating func keep(_ isKept: (Int32) -> Bool) {
    var kept = 0
    var position = 0
    while position < list.count {
      let rule = list[position]
      if isKept(rule) {
        list[kept] = rule
        kept &+= 1
      } else {
        words[Int(rule) >> 6] &= ~(1 << UInt64(rule & 63))
      }
      position &+= 1
    }
    list.removeLast(list.count &- kept)
  }

  /// Puts the rules into their order: a few by insertion, many by walking the bits.
  mutating func sort() {
    if list.count < 2 { return }
    if list.count <= 24 {
      sortByInsertion()
      return
    }
    list.removeAll(keepingCapacity: true)
    for word in words.indices {
      var bits = words[word]
      while bits != 0 {
        list.append(Int32(truncatingIfNeeded: word << 6 + bits.trailingZeroBitCount))
        bits &= bits &- 1
      }
    }
  }

  private mutating func sortByInsertion() {
    for index in 1..<list.count {
      let rule = list[index]
      var place = index
      while place > 0 && list[place &- 1] > rule {
        list[place] = list[place &- 1]
        place &-= 1
      }
      list[place] = rule
    }
  }

  /// Takes all rules out.
  mutating func removeAll() {
    for rule in list { words[Int(rule) >> 6] = 0 }
    list.removeAll(keepingCapacity: true)
  }
}
