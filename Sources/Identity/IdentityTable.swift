import Synchronization
package import Wire

/// Address or prefix ↔ account and line over time. One thread adds in the order of packets; any thread asks
/// for a moment that was reached: what is added later does not change the answer.
package final class IdentityTable: Sendable {
  struct Binding: Sendable, Codable {
    var from: Int64
    var until: Int64?
    var identity: LineIdentity

    func holds(at time: Int64) -> Bool {
      from <= time && time < until ?? (from &+ IdentityLimits.openNanoseconds)
    }
  }

  /// What is known, by prefix; an address is the prefix of all its bits.
  private struct Table {
    var bindings: [IPPrefix: [Binding]] = [:]
    /// Lengths of prefixes of IPv6 that were given, longest first.
    var lengths: [Int] = []

    mutating func note(_ prefix: IPPrefix) {
      guard prefix.address.isIPv6, prefix.length < 128, !lengths.contains(Int(prefix.length)) else { return }
      lengths.append(Int(prefix.length))
      lengths.sort(by: >)
    }
  }

  private let table = Mutex(Table())

  package init() {}

  /// Who is behind an address at a moment (nanoseconds since 1970); nil: not known.
  package func identity(of address: IPAddress, at time: Int64) -> LineIdentity? {
    table.withLock { table in
      if table.bindings.isEmpty { return nil }
      if let own = IPPrefix(address, length: address.bitCount),
        let found = table.bindings[own]?.last(where: { $0.holds(at: time) })
      {
        return found.identity
      }
      guard address.isIPv6 else { return nil }
      for length in table.lengths {
        if let prefix = IPPrefix(address, length: length),
          let found = table.bindings[prefix]?.last(where: { $0.holds(at: time) })
        {
          return found.identity
        }
      }
      return nil
    }
  }

  /// How many addresses are known.
  package var count: Int { table.withLock { $0.bindings.count } }

  /// An address is a session's from now on; the session of another ends. What is known of the same session
  /// already is completed: for later moments only, so that answers for earlier ones stay what they were.
  package func bind(_ address: IPAddress, to identity: LineIdentity, at time: Int64) {
    guard let prefix = IPPrefix(address, length: address.bitCount) else { return }
    bind(prefix, to: identity, at: time)
  }

  /// The same for a prefix that a session is given.
  package func bind(_ prefix: IPPrefix, to identity: LineIdentity, at time: Int64) {
    guard !identity.name.isEmpty else { return }
    table.withLock { table in
      let isKnown = table.bindings[prefix] != nil
      if !isKnown, table.bindings.count >= IdentityLimits.addresses { Self.makeRoom(in: &table.bindings) }
      if !isKnown { table.note(prefix) }
      var list = table.bindings[prefix] ?? []
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
      table.bindings[prefix] = list
    }
  }

  /// The session that has an address is over, if it is still the one that is meant.
  package func release(_ address: IPAddress, from identity: LineIdentity, at time: Int64) {
    guard let prefix = IPPrefix(address, length: address.bitCount) else { return }
    release(prefix, from: identity, at: time)
  }

  /// The same for a prefix.
  package func release(_ prefix: IPPrefix, from identity: LineIdentity, at time: Int64) {
    table.withLock { table in
      guard var list = table.bindings[prefix], let place = list.lastIndex(where: { $0.holds(at: time) }),
        list[place].identity.agrees(with: identity)
      else { return }
      list[place].until = time
      table.bindings[prefix] = list
    }
  }

  /// Forgets the quarter of the addresses that began longest ago.
  private static func makeRoom(in table: inout [IPPrefix: [Binding]]) {
    let begins = table.values.compactMap { $0.last?.from }.sorted()
    guard begins.count > 4 else { return }
    let oldest = begins[begins.count / 4]
    table = table.filter { ($0.value.last?.from ?? 0) > oldest }
  }

  /// Ends the binding that began when the entry's did.
  private func end(_ prefix: IPPrefix, of entry: SavedBinding, at time: Int64) {
    table.withLock { table in
      guard let place = table.bindings[prefix]?.lastIndex(where: { $0.from == entry.from }) else { return }
      let known = table.bindings[prefix]?[place].until
      table.bindings[prefix]?[place].until = min(known ?? time, time)
    }
  }

  // MARK: Over restarts

  /// All of it, for a file.
  package func saved() -> [SavedBinding] {
    table.withLock { table in
      table.bindings.flatMap { prefix, list in
        list.map { binding in
          SavedBinding(
            address: prefix.isAddress ? "\(prefix.address)" : "\(prefix.address)/\(prefix.length)",
            from: binding.from, until: binding.until, identity: binding.identity)
        }
      }.sorted { ($0.from, $0.address) < ($1.from, $1.address) }
    }
  }

  /// Takes what a file has; what cannot be an address is left out.
  package func restore(_ saved: [SavedBinding]) {
    for entry in saved.prefix(IdentityLimits.addresses) {
      guard let prefix = IPPrefix(entry.address) else { continue }
      bind(prefix, to: entry.identity, at: entry.from)
      // A binding ends where it says, looked at from the moment before.
      if let until = entry.until, until > entry.from { end(prefix, of: entry, at: until) }
    }
  }
}

/// A binding as a file has it.
package struct SavedBinding: Sendable, Codable, Equatable {
  /// An address, or a prefix with its length.
  package let address: String
  /// From and until when, in nanoseconds since 1970; nil: it goes on.
  package let from: Int64
  package let until: Int64?
  package let identity: LineIdentity

  package init(address: String, from: Int64, until: Int64?, identity: LineIdentity) {
    self.address = address
    self.from = from
    self.until = until
    self.identity = identity
  }
}

extension IPPrefix {
  /// It has all the bits of an address.
  fileprivate var isAddress: Bool { Int(length) == address.bitCount }
}
