@testable import Protocols
import Testing
import Wire

@Suite("DCERPC")
struct DCERPCTests {
  private func transactions(_ conversation: Conversation) -> [DCERPCTransaction] {
    conversation.session?.openTransactions.compactMap { $0 as? DCERPCTransaction } ?? []
  }

  private func value(_ keyword: String, _ transaction: Transaction, _ direction: Direction) throws
    -> FieldValue
  {
    let field = try #require(DCERPC.entry.fields.first { ($0.keyword ?? $0.eve) == keyword })
    return field.extract(transaction, direction)
  }

  private func bytes(_ value: FieldValue) -> [UInt8]? {
    if case .bytes(let bytes) = value { bytes } else { nil }
  }

  @Test("a negotiation and a call are transactions, in either byte order", arguments: [true, false])
  func call(isLittleEndian: Bool) throws {
    let messages = DCERPCMessages(isLittleEndian: isLittleEndian)
    let flow = conversation(.tcp, to: 135)
    flow.send(messages.bind(contexts: [0, 1]), .toServer)
    flow.send(messages.bindAcknowledge(results: [0, 2]), .toClient)
    flow.send(messages.request(call: 2, operation: 15, context: 0, "arguments"), .toServer)
    flow.send(messages.response(call: 2, "results"), .toClient)
    #expect(flow.state.name == "dcerpc")
    let all = transactions(flow)
    try #require(all.count == 2)
    #expect(all[0].call.interfaces.map(\.result) == [0, 2])
    #expect(all[0].call.interfaces.map(\.majorVersion) == [2, 2])
    #expect(text(all[0].call.interfaces[0].identifier.text) == "367abb81-9844-35f1-ad32-98f038001003")
    #expect(all[1].call.operation == 15)
    #expect(all[1].call.interfaces.map(\.context) == [0])
    #expect(all[1].state.isLittleEndian == isLittleEndian)
    #expect(all.filter { !$0.state.isDone }.isEmpty)
    #expect(try bytes(value("dcerpc.stub_data", all[1], .toServer)).map(text) == "arguments")
    #expect(
      try bytes(value("dcerpc.stub_data", all[1], .toClient)).map { text(Array($0.suffix(7))) } == "results")
  }

  @Test("fragments of a request are put together, and calls may overlap")
  func fragments() throws {
    let messages = DCERPCMessages()
    let flow = conversation(.tcp, to: 135)
    flow.send(messages.bind() + messages.request(call: 2, flags: 1, "one "), .toServer)
    flow.send(messages.request(call: 3, operation: 4, "other"), .toServer)
    flow.send(messages.request(call: 2, flags: 2, "two"), .toServer)
    flow.send(messages.bindAcknowledge() + messages.response(call: 3, "x"), .toClient)
    let all = transactions(flow)
    try #require(all.count == 3)
    #expect(all[1].call.stubs.toServer.fragments == 2)
    #expect(try bytes(value("dcerpc.stub_data", all[1], .toServer)).map(text) == "one two")
    #expect(!all[1].state.isDone)
    #expect(all[2].state.isDone)
  }

  @Test("a call of an interface whose negotiation lacks its first fragment is packed as such")
  func firstFragment() throws {
    let messages = DCERPCMessages()
    let flow = conversation(.tcp, to: 135)
    flow.send(messages.bind(flags: 0) + messages.request("x"), .toServer)
    guard case .list(let packed) = try value(DCERPC.interfaceField, transactions(flow)[1], .toServer) else {
      Issue.record("no interface")
      return
    }
    #expect(packed.map { $0.suffix(3) } == [[0, 2, 0]])
  }

  @Test("after a gap, an answer to a lost request is a transaction of its own, and packets are found again")
  func gap() throws {
    let messages = DCERPCMessages()
    let flow = conversation(.tcp, to: 135)
    flow.send(messages.bind(), .toServer)
    flow.send(messages.bindAcknowledge(), .toClient)
    flow.send(messages.response(call: 9, "late"), .toClient)
    #expect(transactions(flow).last?.state.isDone == false)
    flow.gap(100, .toServer, clock)
    #expect(transactions(flow).last?.state.isDone == true)
    flow.send([1, 2, 3] + messages.request(call: 10, operation: 5, "again"), .toServer)
    #expect(transactions(flow).last?.call.operation == 5)
    #expect(!flow.hasFailed)
  }

  @Test("a packet that is none ends the parsing")
  func malformed() {
    let flow = conversation(.tcp, to: 135)
    flow.send(DCERPCMessages().bind() + [4, 0, 0, 3] + [UInt8](repeating: 0, count: 20), .toServer)
    #expect(flow.hasFailed)
  }

  @Test("datagrams belong together by activity and sequence", arguments: [true, false])
  func datagrams(isLittleEndian: Bool) throws {
    let messages = DCERPCMessages(isLittleEndian: isLittleEndian)
    let flow = conversation(.udp, to: 135)
    flow.send(datagram: messages.datagram(0, flags: 4, "first "), .toServer)
    flow.send(datagram: messages.datagram(0, flags: 6, fragment: 1, "last"), .toServer)
    flow.send(datagram: messages.datagram(2, "answer"), .toClient)
    flow.send(datagram: messages.datagram(0, sequence: 8, "next"), .toServer)
    let all = transactions(flow)
    try #require(all.count == 2)
    #expect(all[0].call.operation == 3)
    #expect(all[0].state.isDone)
    #expect(try bytes(value("dcerpc.stub_data", all[0], .toServer)).map(text) == "first last")
    #expect(all[1].call.identifier == 8)
  }

  @Test("what calls keep is bounded for the flow, and given back with them")
  func budget() {
    let budget = FlowBudget(bytesMax: DCERPCLimits.flowStubBytes)
    var calls = (0..<8).map { DCERPCCall(UInt32($0), budget) }
    let bytes = [UInt8](repeating: 1, count: 1 << 20)
    for call in calls { call.append(bytes.rawSpan, .toServer) }
    #expect(budget.used == DCERPCLimits.flowStubBytes)
    #expect(calls[7].stubs.toServer.total == 1 << 20)
    calls = []
    #expect(budget.used == 0)
  }

  @Test("a flood of calls without answers stays bounded")
  func flood() {
    let flow = conversation(.tcp, to: 135)
    for number in 0..<2000 {
      flow.send(DCERPCMessages().request(call: number, "x"), .toServer)
      for transaction in flow.session?.openTransactions ?? [] where transaction.state.isDone {
        transaction.isLogged = true
        transaction.isInspected = Pair(both: true)
      }
      flow.removeFinished()
    }
    #expect(!flow.hasFailed)
    #expect((flow.session?.openTransactions.count ?? 0) <= DCERPCLimits.transactions + 1)
  }
}
