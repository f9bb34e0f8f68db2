package import Wire

/// State of hosts that outlives flows: `xbits` and `hostbits`. It is asked in packet order.
package protocol HostState: AnyObject {
  /// Whether the bit is set for the ends of the packet and has not expired.
  func isSet(_ bit: HostBit, source: IPAddress, destination: IPAddress, nowSeconds: Int64) -> Bool

  /// Sets, unsets or toggles the bit for the ends of the packet.
  func change(
    _ bit: HostBit, _ change: Effect.BitChange, source: IPAddress, destination: IPAddress, nowSeconds: Int64,
    expireSeconds: Int64)
}

/// The order in which several workers come to what they share: that of packets, however fast each of them is.
package protocol Turn: AnyObject {
  /// Returns when all other workers are done with everything before the place where this one is.
  func wait()
}

/// State of hosts that several workers share, each of which asks in its turn.
final class HostsInTurn: HostState {
  private let hosts: any HostState
  private let turn: any Turn

  init(_ hosts: any HostState, _ turn: any Turn) {
    self.hosts = hosts
    self.turn = turn
  }

  func isSet(_ bit: HostBit, source: IPAddress, destination: IPAddress, nowSeconds: Int64) -> Bool {
    turn.wait()
    return hosts.isSet(bit, source: source, destination: destination, nowSeconds: nowSeconds)
  }

  func change(
    _ bit: HostBit, _ change: Effect.BitChange, source: IPAddress, destination: IPAddress, nowSeconds: Int64,
    expireSeconds: Int64
  ) {
    turn.wait()
    hosts.change(
      bit, change, source: source, destination: destination, nowSeconds: nowSeconds,
      expireSeconds: expireSeconds)
  }
}

/// A bit's name, as the rule compiler numbered it, and of which hosts it is.
package struct HostBit: Hashable, Sendable {
  package enum Family: UInt8, Sendable { case xbit, hostBit }

  package var family: Family
  package var name: Int
  package var scope: BitScope

  package init(_ family: Family, name: Int, scope: BitScope) {
    self.family = family
    self.name = name
    self.scope = scope
  }
}

/// The bits of hosts in a table of bounded size.
package final class HostTable: HostState {
  private struct Key: Hashable {
    var family: HostBit.Family
    var name: Int
    var first: IPAddress
    var second: IPAddress
  }

  /// When each bit expires, in seconds since 1970.
  private var expiries: [Key: Int64] = [:]
  /// Bits that had no room.
  package private(set) var refused: UInt64 = 0
  private let entriesMax: Int

  /// `entriesMax` bounds the table: a scan over many addresses must not fill the memory.
  package init(entriesMax: Int = 1 << 20) {
    self.entriesMax = entriesMax
  }

  package func isSet(_ bit: HostBit, source: IPAddress, destination: IPAddress, nowSeconds: Int64) -> Bool {
    for key in keys(bit, source, destination) {
      if let expiry = expiries[key], expiry > nowSeconds { return true }
    }
    return false
  }

  package func change(
    _ bit: HostBit, _ change: Effect.BitChange, source: IPAddress, destination: IPAddress, nowSeconds: Int64,
    expireSeconds: Int64
  ) {
    for key in keys(bit, source, destination) {
      let isSet = (expiries[key] ?? 0) > nowSeconds
      switch change {
      case .unset: expiries[key] = nil
      case .toggle where isSet: expiries[key] = nil
      case .set, .toggle: set(key, nowSeconds, expireSeconds)
      }
    }
  }

  private func set(_ key: Key, _ nowSeconds: Int64, _ expireSeconds: Int64) {
    if expiries[key] == nil && expiries.count >= entriesMax {
      expiries = expiries.filter { $0.value > nowSeconds }
      guard expiries.count < entriesMax else {
        refused &+= 1
        return
      }
    }
    expiries[key] = expireSeconds <= 0 ? Int64.max : nowSeconds &+ expireSeconds
  }

  /// The hosts that the scope means: one, the pair in either order, or each of both.
  private func keys(_ bit: HostBit, _ source: IPAddress, _ destination: IPAddress) -> [Key] {
    func key(_ first: IPAddress, _ second: IPAddress) -> Key {
      Key(family: bit.family, name: bit.name, first: first, second: second)
    }
    switch bit.scope {
    case .source: return [key(source, source)]
    case .destination: return [key(destination, destination)]
    case .pair: return source < destination ? [key(source, destination)] : [key(destination, source)]
    case .both: return [key(source, source), key(destination, destination)]
    case .transaction: return []
    }
  }
}
