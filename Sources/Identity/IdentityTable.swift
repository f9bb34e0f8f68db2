import Synchronization
package import Wire

/// Address ↔ account and line over time. One thread adds in the order of packets; any thread asks for a
/// moment that was reached: what is added later does not change the answer.
package final class IdentityTable: Sendable {
  struct Binding: Sendable, Codable {
    var from: Int64
    var until: Int64?
    var identity: LineIdentity

    func holds(at time: Int64) -> Bool {
      from <= time && time < until ?? (from &+ IdentityLimits.openNanoseconds)
    }
  }

  private let bindings = Mutex<[IPAddress: [Binding]]>([:])

  package init() {}

  /// Who is behind an address at a moment (nanoseconds since 1970); nil: not known.
  package func identity(of address: IPAddress, at time: Int64) -> LineIdentity? {
    bindings.withLock { $0[address]?.last { $0.holds(at: time) }?.identity }
  }

  /// How many addresses are known.
  package var count: Int { bindings.withLock { $0.count } }

  /// An address is a session's from now on; the session of another ends. What is known of the same session
  /// already is completed: for later moments only, so that answers for earlier ones stay what they were.
  package func bind(_ address: IPAddress, to identity: LineIdentity, at time: Int64) {
    guard !identity.name.isEmpty else { return }
    bindings.withLock { table in
      if table[address] == nil, table.count >= IdentityLimits.addresses { Self.makeRoom(in: &table) }
      var list = table[address] ?? []
      list.removeAll { $0.until.map { time &- $0 > IdentityLimits.endedNanoseconds } ?? false }
      var binding = Binding(from: time, until: nil, identity: identity)
      // What a file tells of another run may lie behind this moment.
      let place = (list.lastIndex { $0.from <= time } ?? -1) + 1
      if place > 0, list[place - 1].holds(at: time) {
        let held = list[place - 1]
        if held.identity.agrees(with: identity) {
          binding.identity = held.identity
          binding.identity.complete(with: identity)
          if binding.identity == held.identity { return }
          binding.until = held.until
        }
        list[place - 1].until = time
      }
      list.insert(binding, at: place)
      if list.count > IdentityLimits.bindings { list.removeFirst() }
      table[address] = list
    }
  }

  /// The session that has an address is over, if it is still the one that is meant.
  package func release(_ address: IPAddress, from identity: LineIdentity, at time: Int64) {
    bindings.withLock { table in
      guard var list = table[address], let place = list.lastIndex(where: { $0.holds(at: time) }),
        list[place].identity.agrees(with: identity)
      else { return }
      list[place].until = time
      table[address] = list
    }
  }

  /// Forgets the quarter of the addresses that began longest ago.
  private static func makeRoom(in table: inout [IPAddress: [Binding]]) {
    let begins = table.values.compactMap { $0.last?.from }.sorted()
    guard begins.count > 4 else { return }
    let oldest = begins[begins.count / 4]
    table = table.filter { ($0.value.last?.from ?? 0) > oldest }
  }

  // MARK: Over restarts

  /// All of it, for a file.
  package func saved() -> [SavedBinding] {
    bindings.withLock { table in
      table.flatMap { address, list in
        list.map { binding in
          SavedBinding(
            address: "\(address)", from: binding.from, until: binding.until, identity: binding.identity)
        }
      }.sorted { ($0.from, $0.address) < ($1.from, $1.address) }
    }
  }

  /// Takes what a file has; what cannot be an address is left out.
  package func restore(_ saved: [SavedBinding]) {
    for entry in saved.prefix(IdentityLimits.addresses) {
      guard let address = IPAddress(entry.address) else { continue }
      bind(address, to: entry.identity, at: entry.from)
      if let until = entry.until { release(address, from: entry.identity, at: until) }
    }
  }
}

/// A binding as a file has it.
package struct SavedBinding: Sendable, Codable {
  let address: String
  let from: Int64
  let until: Int64?
  let identity: LineIdentity
}
