/// Which way a packet or some data goes within its flow. The client is who began the flow.
@frozen
public enum Direction: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  case toServer
  case toClient

  /// Written out, as the comparison that the compiler makes is called through a table from other modules.
  @inlinable @inline(__always)
  public static func == (left: Direction, right: Direction) -> Bool {
    switch (left, right) {
    case (.toServer, .toServer), (.toClient, .toClient): true
    case (.toServer, .toClient), (.toClient, .toServer): false
    }
  }

  @inlinable @inline(__always)
  public var opposite: Direction { self == .toServer ? .toClient : .toServer }

  /// 0 for to the server, 1 for to the client: an index into pairs.
  @inlinable @inline(__always)
  public var index: Int { Int(rawValue) }
}

/// One value for each direction, without an array's allocation.
///
/// Public, as is `Direction`: the compiler specialises a generic of another module only where it is, and asks
/// for types at run time otherwise.
@frozen
public struct Pair<Value> {
  public var toServer: Value
  public var toClient: Value

  @inlinable @inline(__always)
  public init(_ toServer: Value, _ toClient: Value) {
    self.toServer = toServer
    self.toClient = toClient
  }

  @inlinable @inline(__always)
  public init(both value: Value) {
    toServer = value
    toClient = value
  }

  public subscript(_ direction: Direction) -> Value {
    @inlinable @inline(__always)
    get { direction == .toServer ? toServer : toClient }
    @inlinable @inline(__always)
    _modify {
      if direction == .toServer { yield &toServer } else { yield &toClient }
    }
  }
}

extension Pair where Value: BitwiseCopyable {
  /// The value of a direction. It is exchanged as a whole: the compiler then sees that nothing else happens
  /// in between.
  @inlinable @inline(__always)
  public subscript(_ direction: Direction) -> Value {
    get { direction == .toServer ? toServer : toClient }
    set {
      if direction == .toServer { toServer = newValue } else { toClient = newValue }
    }
  }
}

extension Pair: Sendable where Value: Sendable {}

extension Pair: BitwiseCopyable where Value: BitwiseCopyable {}

extension Pair: Equatable where Value: Equatable {}
