/// Which way a packet or some data goes within its flow. The client is who began the flow.
@frozen
package enum Direction: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  case toServer
  case toClient

  /// Written out, as the comparison that the compiler makes is called through a table from other modules.
  @inlinable @inline(__always)
  package static func == (left: Direction, right: Direction) -> Bool {
    switch (left, right) {
    case (.toServer, .toServer), (.toClient, .toClient): true
    case (.toServer, .toClient), (.toClient, .toServer): false
    }
  }

  @inlinable @inline(__always)
  package var opposite: Direction { self == .toServer ? .toClient : .toServer }

  /// 0 for to the server, 1 for to the client: an index into pairs.
  @inlinable @inline(__always)
  package var index: Int { Int(rawValue) }
}

/// One value for each direction, without an array's allocation.
@frozen
package struct Pair<Value> {
  package var toServer: Value
  package var toClient: Value

  @inlinable @inline(__always)
  package init(_ toServer: Value, _ toClient: Value) {
    self.toServer = toServer
    self.toClient = toClient
  }

  @inlinable @inline(__always)
  package init(both value: Value) {
    toServer = value
    toClient = value
  }

  package subscript(_ direction: Direction) -> Value {
    @inlinable @inline(__always)
    get { direction == .toServer ? toServer : toClient }
    @inlinable @inline(__always)
    _modify {
      if direction == .toServer { yield &toServer } else { yield &toClient }
    }
  }
}

extension Pair: Sendable where Value: Sendable {}

extension Pair: BitwiseCopyable where Value: BitwiseCopyable {}

extension Pair: Equatable where Value: Equatable {}
