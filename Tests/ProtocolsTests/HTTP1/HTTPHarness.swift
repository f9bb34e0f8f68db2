import Protocols
import Wire

/// Feeds an HTTP session and looks at what it made of the bytes.
struct HTTPHarness {
  /// What was sent in one direction, or that the direction has ended.
  enum Input {
    case client(String)
    case server(String)
    case serverBytes([UInt8])
    case clientGap(Int)
    case serverGap(Int)
    case clientEnds
    case serverEnds
  }

  let session: HTTPSession
  private(set) var outcomes: [Consumption.Outcome] = []
  private var pending = Pair<[UInt8]>(both: [])

  init(_ inputs: [Input], pieceBytes: Int = .max, settings: ProtocolSettings = ProtocolSettings()) {
    session = HTTPSession(settings)
    for input in inputs {
      switch input {
      case .client(let text): feed(Array(text.utf8), .toServer, pieceBytes)
      case .server(let text): feed(Array(text.utf8), .toClient, pieceBytes)
      case .serverBytes(let bytes): feed(bytes, .toClient, pieceBytes)
      case .clientGap(let count): outcomes.append(session.skipGap(count, .toServer, Self.clock))
      case .serverGap(let count): outcomes.append(session.skipGap(count, .toClient, Self.clock))
      case .clientEnds: session.end(.toServer, Self.clock)
      case .serverEnds: session.end(.toClient, Self.clock)
      }
    }
  }

  private static let clock = PacketClock(nanoseconds: 1)

  /// What the session left over is shown again with what follows, as a conversation does.
  private mutating func feed(_ bytes: [UInt8], _ direction: Direction, _ pieceBytes: Int) {
    var position = 0
    while position < bytes.count {
      let piece = bytes[position..<min(position + min(pieceBytes, bytes.count), bytes.count)]
      position += piece.count
      pending[direction] += piece
      let shown = pending[direction]
      let result = session.consume(shown.rawSpan, direction, Self.clock)
      pending[direction].removeFirst(result.bytes)
      if result.outcome != .goesOn { outcomes.append(result.outcome) }
      if result.outcome == .failed { return }
    }
  }

  var transactions: [HTTPTransaction] { session.openTransactions.compactMap { $0 as? HTTPTransaction } }

  var first: HTTPTransaction? { transactions.first }

  func events(_ index: Int = 0) -> [String] {
    transactions.indices.contains(index) ? transactions[index].events.map { HTTPEvent.names[Int($0)] } : []
  }

  /// The value of a field of a transaction, as text; several instances are joined with "|".
  func field(_ keyword: String, _ direction: Direction, of index: Int = 0) -> String? {
    guard transactions.indices.contains(index),
      let field = HTTP.entry.fields.first(where: { $0.keyword == keyword })
    else { return nil }
    switch field.extract(transactions[index], direction) {
    case .bytes(let bytes): return text(bytes)
    case .list(let list): return list.map(text).joined(separator: "|")
    case .body(let body): return text(body.bytes)
    case .none, .number, .numbers: return nil
    }
  }

  /// Everything a rule or an event can see, in one text: equal texts mean equal transactions.
  var everything: String {
    transactions.map { transaction in
      let fields = HTTP.entry.fields.flatMap { field in
        Direction.allCases.map { direction in
          "\(field.keyword ?? "")/\(direction)=\(describe(field.extract(transaction, direction)))"
        }
      }
      let files = transaction.files.map { "\($0.name) \($0.size) \($0.state) \($0.hasGaps) \($0.data.bytes)" }
      let state = "\(transaction.progress) \(transaction.events.sorted()) \(transaction.responseLength)"
      return "\(state) \(fields) \(files)"
    }.joined(separator: "\n")
  }

  private func describe(_ value: FieldValue) -> String {
    switch value {
    case .none: "-"
    case .bytes(let bytes): "\(bytes)"
    case .list(let list): "\(list)"
    case .number(let number): "\(number)"
    case .numbers(let numbers): "\(numbers)"
    case .body(let body): "\(body.bytes) \(body.total) \(body.isComplete)"
    }
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
