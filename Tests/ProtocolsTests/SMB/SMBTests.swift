@testable import Protocols
import Testing
import Wire

@Suite("SMB")
struct SMBTests {
  private typealias M = SMBMessages

  private func transactions(_ flow: Conversation) -> [SMBTransaction] {
    flow.session?.openTransactions.compactMap { $0 as? SMBTransaction } ?? []
  }

  private func value(_ keyword: String, _ transaction: Transaction) throws -> String {
    let field = try #require(SMB.entry.fields.first { $0.keyword == keyword })
    switch field.extract(transaction, .toServer) {
    case .bytes(let bytes): return text(bytes)
    case .number(let number): return "\(number)"
    default: return ""
    }
  }

  /// A flow that has connected to a tree of SMB 2 and opened a file in it.
  private func opened(_ path: String = "\\\\tower\\files", type: UInt8 = 1, _ name: String = "plan.txt")
    -> Conversation
  {
    let flow = conversation(.tcp, to: 445)
    flow.send(M.negotiate2(), .toServer)
    flow.send(M.negotiated2(), .toClient)
    flow.send(M.treeConnect2(path, message: 1), .toServer)
    flow.send(M.treeConnected2(type: type, message: 1), .toClient)
    flow.send(M.create2(name, message: 2), .toServer)
    flow.send(M.created2(77, message: 2), .toClient)
    return flow
  }

  @Test("negotiation, tree and file of SMB 2 are told with what both sides say")
  func setup() throws {
    let flow = opened()
    let all = transactions(flow)
    try #require(all.count == 3)
    guard case .negotiation(let negotiation) = all[0].detail, case .tree(let tree) = all[1].detail,
      case .create(let create) = all[2].detail
    else {
      Issue.record("other details")
      return
    }
    #expect(negotiation.dialects == [.numbered(0x202), .numbered(0x302)])
    #expect(negotiation.readBytesMax == 0x10000)
    #expect(all[0].dialect == .numbered(0x302))
    #expect(text(tree.name) == "\\\\tower\\files")
    #expect(!tree.isPipe)
    #expect(text(create.name) == "plan.txt")
    #expect(create.handle?.text.count == 36)
    #expect(all.filter { !$0.state.isDone }.isEmpty)
    #expect(try value("smb.share", all[1]) == "\\\\tower\\files")
    #expect(try value("smb.named_pipe", all[1]) == "")
    #expect(try value("smb.version", all[1]) == "2")
  }

  @Test("a file that is written comes as one transaction, whole when it is closed")
  func write() throws {
    let flow = opened()
    flow.send(M.write2(Array("beacon ".utf8), at: 0, 77, message: 3), .toServer)
    flow.send(M.written2(message: 3), .toClient)
    flow.send(M.write2(Array("lit".utf8), at: 7, 77, message: 4), .toServer)
    #expect(transactions(flow).last?.files.first?.state == .open)
    flow.send(M.close2(77, message: 5), .toServer)
    flow.send(M.closed2(message: 5), .toClient)
    let all = transactions(flow)
    let file = try #require(all[3].files.first)
    #expect(text(file.name) == "plan.txt")
    #expect(text(file.data.bytes) == "beacon lit")
    #expect(file.state == .closed)
    #expect(file.direction == .toServer)
    #expect(all[3].state.isDone)
    #expect(all[4].command == 6)
  }

  @Test("parts of a file may come in any order")
  func order() throws {
    let flow = opened()
    flow.send(M.read2(at: 0, 77, message: 3), .toServer)
    flow.send(M.read2(at: 4, 77, message: 4) + M.read2(at: 8, 77, message: 5), .toServer)
    flow.send(M.data2(Array("ijkl".utf8), message: 5), .toClient)
    flow.send(M.data2(Array("abcd".utf8), message: 3), .toClient)
    flow.send(M.data2(Array("efgh".utf8), message: 4), .toClient)
    let file = try #require(transactions(flow).last?.files.first)
    flow.send(M.close2(77, message: 6), .toServer)
    #expect(file.direction == .toClient)
    #expect(text(file.data.bytes) == "abcdefghijkl")
    #expect(!file.hasGaps)
    #expect(file.state == .closed)
  }

  @Test("what was never read before a part is a gap of the file")
  func missing() throws {
    let flow = opened()
    flow.send(M.read2(at: 100, 77, message: 3), .toServer)
    flow.send(M.data2(Array("tail".utf8), message: 3), .toClient)
    flow.send(M.close2(77, message: 6), .toServer)
    let file = try #require(transactions(flow).compactMap(\.files.first).first)
    #expect(file.hasGaps)
    #expect(file.size == 104)
    #expect(text(file.data.bytes) == "tail")
    #expect(file.state == .truncated)
  }

  @Test("the end of a file closes it")
  func endOfFile() throws {
    let flow = opened()
    flow.send(M.read2(at: 0, 77, message: 3) + M.read2(at: 4, 77, message: 4), .toServer)
    flow.send(M.data2(Array("abcd".utf8), message: 3), .toClient)
    flow.send(M.data2([], status: 0xC000_0011, message: 4), .toClient)
    let file = try #require(transactions(flow).last?.files.first)
    #expect(file.state == .closed)
    #expect(text(file.data.bytes) == "abcd")
  }

  @Test("data that come again are left out and told of")
  func overlap() throws {
    let flow = opened()
    flow.send(M.write2(Array("abcd".utf8), at: 0, 77, message: 3), .toServer)
    flow.send(M.write2(Array("cdef".utf8), at: 2, 77, message: 4), .toServer)
    let transaction = try #require(transactions(flow).last)
    #expect(text(transaction.files[0].data.bytes) == "abcdef")
    #expect(flow.names(ofEventsIn: transaction) == ["file_overlap"])
  }

  @Test("a gap within written data is a gap of the file")
  func gap() throws {
    let flow = opened()
    let write = M.write2([UInt8](repeating: 0x61, count: 300), at: 0, 77, message: 3)
    flow.send(Array(write.prefix(200)), .toServer)
    flow.gap(100, .toServer, clock)
    flow.send(Array(write.dropFirst(300)), .toServer)
    flow.send(M.close2(77, message: 4), .toServer)
    let file = try #require(transactions(flow).compactMap(\.files.first).first)
    #expect(file.hasGaps)
    #expect(file.size == 300)
    #expect(file.state == .truncated)
    #expect(!flow.hasFailed)
  }

  @Test("after a gap between records, the next record is found")
  func lost() {
    let flow = opened()
    flow.gap(5000, .toServer, clock)
    flow.send([9, 9, 9, 0, 0] + M.close2(77, message: 9), .toServer)
    #expect(transactions(flow).last?.command == 6)
  }

  @Test("named pipes carry calls: the negotiation by writes and reads, the call by a device's function")
  func calls() throws {
    let flow = opened("\\\\tower\\IPC$", type: 2, "svcctl")
    let rpc = DCERPCMessages()
    flow.send(M.write2(rpc.bind(), at: 0, 77, message: 3), .toServer)
    flow.send(M.written2(message: 3), .toClient)
    flow.send(M.read2(at: 0, 77, message: 4), .toServer)
    flow.send(M.data2(rpc.bindAcknowledge(), message: 4), .toClient)
    let request = rpc.request(call: 2, operation: 12, "create service")
    let body =
      M.little(57, bytes: 2) + M.zeros(2) + M.little(0x11_C017, bytes: 4) + M.handle(77)
      + M.little(120, bytes: 4)
      + M.little(request.count, bytes: 4) + M.zeros(24) + request
    flow.send(M.record(M.command2(11, message: 5, body)), .toServer)
    let all = transactions(flow)
    try #require(all.count == 5)
    #expect(all[3].call?.response == .bindAcknowledge)
    #expect(all[3].state.isDone)
    #expect(all[3].status == .nt(0))
    #expect(all[4].command == 11)
    #expect(all[4].call?.operation == 12)
    #expect(try value("dcerpc.opnum", all[4]) == "12")
    #expect(try value("dcerpc.stub_data", all[4]) == "create service")
    #expect(try value("smb.named_pipe", all[1]) == "\\\\tower\\IPC$")
  }

  @Test("a file of SMB 1 is written, and its tree and dialect are known")
  func version1() throws {
    let flow = conversation(.tcp, to: 139)
    flow.send(M.negotiate1(), .toServer)
    flow.send(M.negotiated1(), .toClient)
    flow.send(M.treeConnect1("\\\\tower\\C$"), .toServer)
    flow.send(M.treeConnected1("A:"), .toClient)
    flow.send(M.create1("\\plan.txt"), .toServer)
    flow.send(M.created1(64), .toClient)
    flow.send(M.write1("beacon ", at: 0, 64, message: 4) + M.write1("lit", at: 7, 64, message: 5), .toServer)
    flow.send(M.close1(64), .toServer)
    let all = transactions(flow)
    try #require(all.count == 5)
    #expect(all[0].dialect == .named(Array("NT LM 0.12".utf8)))
    #expect(try value("smb.version", all[0]) == "1")
    #expect(try value("smb.share", all[1]) == "\\tower\\C$")
    #expect(text(all[3].files[0].data.bytes) == "beacon lit")
    #expect(text(all[3].files[0].name) == "\\plan.txt")
    #expect(all[3].files[0].state == .closed)
  }

  @Test("more open transactions than allowed are told of, and end the parsing")
  func tooMany() {
    var settings = ProtocolSettings()
    settings.smb.transactionsMax = 3
    let flow = conversation(.tcp, to: 445, settings)
    for number in 0..<6 { flow.send(M.create2("x", message: number), .toServer) }
    #expect(flow.hasFailed)
    #expect(transactions(flow).flatMap { flow.names(ofEventsIn: $0) } == ["too_many_transactions"])
  }

  @Test("commands of one message refer to the session and file of the one before")
  func related() throws {
    let flow = opened()
    let name = M.wide("old.txt")
    var create = M.command2(
      5, message: 8, next: 136,
      M.little(57, bytes: 2) + M.zeros(34) + M.little(1, bytes: 4) + M.zeros(4) + M.little(120, bytes: 2)
        + M.little(name.count, bytes: 2) + M.zeros(8) + name)
    create += M.zeros(136 - create.count)
    let renamed = M.wide("new.txt")
    let change = M.zeros(16) + M.little(renamed.count, bytes: 4) + renamed
    let set = M.command2(
      17, message: 9, tree: -1, flags: 4,
      M.little(33, bytes: 2) + [1, 10] + M.little(change.count, bytes: 4) + M.little(96, bytes: 2)
        + M.zeros(6)
        + [UInt8](repeating: 0xFF, count: 16) + change)
    flow.send(M.record(create + set), .toServer)
    let transaction = try #require(transactions(flow).last)
    guard case .change(let found) = transaction.detail else {
      Issue.record("no change")
      return
    }
    #expect(text(found.name) == "old.txt")
    #expect(found.newName.map(text) == "new.txt")
    #expect(transaction.tree == 1)
  }

  @Test("what waits of a file is bounded: what is missing before it becomes a gap")
  func queue() throws {
    var settings = ProtocolSettings()
    settings.smb.queueBytesMax = SMBTransfers(read: 10, write: 10)
    let flow = conversation(.tcp, to: 445, settings)
    flow.send(M.write2(Array("ab".utf8), at: 0, 5, message: 1), .toServer)
    flow.send(M.write2([UInt8](repeating: 0x63, count: 12), at: 100, 5, message: 2), .toServer)
    let transaction = try #require(transactions(flow).first)
    #expect(flow.names(ofEventsIn: transaction) == ["write_queue_size_exceeded"])
    #expect(transaction.files[0].hasGaps)
    #expect(transaction.files[0].size == 112)
  }
}
