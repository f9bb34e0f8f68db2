package import Wire

/// Arguments or results of a call, put together from its fragments.
package struct DCERPCStub: Sendable {
  /// The bytes kept, from the start.
  package fileprivate(set) var bytes: [UInt8] = []
  /// Bytes seen in all.
  package fileprivate(set) var total: UInt64 = 0
  package fileprivate(set) var fragments: UInt32 = 0
}

/// A call or negotiation with its answer: the same over connections, datagrams and named pipes.
package final class DCERPCCall {
  /// Number of the call within its association.
  package let identifier: UInt32
  /// What the client sent; nil: it was lost.
  package internal(set) var request: DCERPCType?
  /// What the server sent; nil: nothing yet.
  package internal(set) var response: DCERPCType?
  /// Number of the operation that a request calls.
  package internal(set) var operation: UInt16 = 0
  /// Interfaces that a negotiation offers, or the one that a request is for.
  package internal(set) var interfaces: [DCERPCInterface] = []
  /// Over named pipes: the interfaces that were accepted when the request came.
  var accepted: [DCERPCInterface]?
  /// The request's first fragment was seen.
  package internal(set) var hasFirstFragment = false
  /// Numbers are in little-endian order.
  package internal(set) var isLittleEndian = false
  package internal(set) var minorVersion: UInt8 = 0
  package private(set) var stubs = Pair(both: DCERPCStub())
  /// The answer's last fragment was seen.
  var isAnswered = false
  /// The request's last fragment was seen.
  var isAsked = false

  /// What the call belongs to.
  weak var association: DCERPCAssociation?

  private let budget: FlowBudget

  init(_ identifier: UInt32, _ budget: FlowBudget) {
    self.identifier = identifier
    self.budget = budget
  }

  deinit { budget.giveBack(stubs.toServer.bytes.count &+ stubs.toClient.bytes.count) }

  /// Takes one fragment's part of the arguments or results.
  func append(_ bytes: RawSpan, _ direction: Direction) {
    stubs[direction].total &+= UInt64(bytes.byteCount)
    if stubs[direction].fragments < .max { stubs[direction].fragments &+= 1 }
    let room = DCERPCLimits.stubBytes &- stubs[direction].bytes.count
    let count = budget.take(max(min(bytes.byteCount, room), 0))
    stubs[direction].bytes.append(bytes.part(0, count))
  }

  /// The arguments or results, as rules look at them.
  func stub(_ direction: Direction) -> FieldValue {
    let type = direction == .toServer ? request : response
    guard type == .request || type == .response, !stubs[direction].bytes.isEmpty else { return .none }
    return .bytes(stubs[direction].bytes)
  }

  /// The number of the operation, where one is called.
  var calledOperation: FieldValue { request == .request ? .number(Int64(operation)) : .none }

  /// The interface that is called, as `DCERPC.pack` writes it.
  var calledInterface: FieldValue {
    let called = accepted ?? interfaces
    guard request == .request, !called.isEmpty else { return .none }
    return .list(called.map { DCERPC.pack($0, isFirst: hasFirstFragment) })
  }
}
