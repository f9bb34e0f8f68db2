package import Wire

/// Parser of PostgreSQL's protocol 3 over TCP.
///
///     length (32) | code (32) | …           the client's first messages: start, encryption, cancel
///     kind (8) | length (32) | …            all others; the length counts itself
///     'S' or 'N'                            the answer to a request of encryption
///
/// A response is over when the server is ready for the next query, asks for a password, or waits for what is
/// to be copied. Values of rows and copied data are counted and stepped over, messages of prepared statements
/// passed over. A length that cannot be ends the parsing; so does a gap.
package final class PostgreSQLSession: Session {
  /// What the client's next message is where its bytes do not tell.
  private enum Login {
    case none, password, mechanism, mechanismResponse
  }

  private let settings: PostgreSQLSettings
  /// Bytes of a message that is stepped over, still to come.
  private var skipped = Pair(both: 0)
  /// Requests without a whole response, in order.
  private var open: [PostgreSQLTransaction] = []
  private var login = Login.none
  private var hasStarted = false
  private var waitsForEncryption = false
  private var isEncrypted = false
  private var clock = PacketClock(nanoseconds: 0)

  init(_ settings: PostgreSQLSettings) {
    self.settings = settings
    super.init(streamDepthBytes: settings.streamDepthBytes)
    streamMessages = .marked
    pendingBytesMax = PostgreSQLLimits.messageBytes &+ 5
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    self.clock = clock
    var position = min(skipped[direction], bytes.byteCount)
    skipped[direction] &-= position
    while position < bytes.byteCount {
      let rest = bytes.part(position, bytes.byteCount &- position)
      if direction == .toClient, waitsForEncryption, answersEncryption(rest[0]) {
        position &+= 1
        if isEncrypted { return Consumption(bytes: position, .changesProtocol("tls")) }
        continue
      }
      let isEarly = direction == .toServer && !hasStarted
      let head = isEarly ? 8 : 5
      guard rest.byteCount >= head else { break }
      let stated = rest.u32(isEarly ? 0 : 1)
      guard stated >= (isEarly ? 8 : 4), stated <= 1 << 30 else {
        begin(nil).raise(.invalidLength)
        return Consumption(bytes: bytes.byteCount, .failed)
      }
      let length = Int(stated) &+ (isEarly ? 0 : 1)
      if !isEarly, isCounted(rest[0], direction) || length > PostgreSQLLimits.messageBytes {
        guard count(rest, direction, length) else { break }
        let passed = min(length, rest.byteCount)
        skipped[direction] = length &- passed
        position &+= passed
        continue
      }
      guard length <= PostgreSQLLimits.messageBytes else {
        begin(nil).raise(.invalidLength)
        return Consumption(bytes: bytes.byteCount, .failed)
      }
      guard length <= rest.byteCount else { break }
      let content = rest.part(head, length &- head)
      if isEarly {
        takeEarly(rest.u32(4), content)
      } else if direction == .toServer {
        takeRequest(rest[0], content)
      } else {
        takeResponse(rest[0], content)
      }
      position &+= length
      if direction == .toServer { endsMessage.toServer = true }
    }
    return Consumption(bytes: position)
  }

  // MARK: Rows and copied data

  private func isCounted(_ kind: UInt8, _ direction: Direction) -> Bool {
    kind == UInt8(ascii: "d") || kind == UInt8(ascii: "D") && direction == .toClient
  }

  /// Counts a row by its head; false where that is not there. What has no row in it is passed over.
  private func count(_ bytes: RawSpan, _ direction: Direction, _ length: Int) -> Bool {
    guard isCounted(bytes[0], direction) else {
      // A query that is too long is one all the same.
      if bytes[0] == UInt8(ascii: "Q"), direction == .toServer { begin(.query([])).complete(.toServer) }
      return true
    }
    if direction == .toServer {
      let transaction = copying()
      transaction.countRow(length &- 5)
      transaction.revision &+= 1
      return true
    }
    guard let transaction = open.first else { return true }
    if bytes[0] == UInt8(ascii: "d") {
      if transaction.rows == 0 { transaction.add(.copied) }
      transaction.countRow(length &- 5)
      return true
    }
    guard length >= 7 else { return true }
    guard bytes.byteCount >= 7 else { return false }
    if transaction.rows == 0 { transaction.add(.rows) }
    // Each value has a length before it.
    transaction.countRow(length &- 7 &- 4 &* Int(bytes.u16(5)))
    return true
  }

  /// The transaction of the rows that the client sends: the first of them begins it.
  private func copying() -> PostgreSQLTransaction {
    if let last = open.last, case .copy = last.request { return last }
    return begin(.copy)
  }

  // MARK: The client's messages

  private func takeEarly(_ code: UInt32, _ content: RawSpan) {
    switch code {
    case 80_877_103:
      begin(.encryption).complete(.toServer)
      waitsForEncryption = true
    case 80_877_102:
      guard content.byteCount >= 8 else { return fail(.malformedRequest) }
      finish(begin(.cancel(process: content.u32(0), key: content.u32(4))))
    case 0x0003_0000...0x0003_FFFF:
      hasStarted = true
      begin(.start(version: code, parameters: Self.parameters(content))).complete(.toServer)
    default:
      // What a client asks for that is not known is refused with a letter, as encryption is.
      fail(.malformedRequest)
      waitsForEncryption = true
    }
  }

  private func takeRequest(_ kind: UInt8, _ content: RawSpan) {
    switch kind {
    case UInt8(ascii: "p"): takePassword(content)
    case UInt8(ascii: "Q"): begin(.query(Self.text(content))).complete(.toServer)
    case UInt8(ascii: "c"):
      let transaction = copying()
      transaction.isCopyDone = true
      transaction.complete(.toServer)
    case UInt8(ascii: "f"):
      let transaction = copying()
      transaction.copyFailure = Self.text(content)
      transaction.complete(.toServer)
    case UInt8(ascii: "X"): finish(begin(.termination))
    default: break
    }
  }

  private func takePassword(_ content: RawSpan) {
    switch login {
    case .mechanism:
      let name = Self.text(content)
      let place = name.count &+ 5
      let response = place < content.byteCount ? content.part(place, content.byteCount &- place).copied() : []
      begin(.mechanism(name: name, response: response)).complete(.toServer)
    case .mechanismResponse: begin(.mechanismResponse(content.copied())).complete(.toServer)
    case .password, .none: begin(.password(Self.text(content))).complete(.toServer)
    }
  }

  // MARK: The server's messages

  /// Takes the letter that answers a request of encryption; false where it is an error instead.
  private func answersEncryption(_ letter: UInt8) -> Bool {
    waitsForEncryption = false
    guard letter == UInt8(ascii: "S") || letter == UInt8(ascii: "N") else { return false }
    guard let transaction = open.first, case .encryption = transaction.request else { return true }
    isEncrypted = letter == UInt8(ascii: "S")
    transaction.add(.encryption(isEncrypted))
    finish(transaction)
    return true
  }

  private func takeResponse(_ kind: UInt8, _ content: RawSpan) {
    let transaction = open.first
    switch kind {
    case UInt8(ascii: "R"): takeLogin(content)
    case UInt8(ascii: "S"):
      if let parameter = Self.parameters(content).first { transaction?.add(.parameter(parameter)) }
    case UInt8(ascii: "K"):
      guard content.byteCount >= 8 else { return fail(.malformedResponse) }
      transaction?.add(.key(process: content.u32(0), key: content.u32(4)))
    case UInt8(ascii: "T"):
      guard content.byteCount >= 2 else { return fail(.malformedResponse) }
      transaction?.add(.columns(content.u16(0)))
    case UInt8(ascii: "C"): complete(Self.text(content))
    case UInt8(ascii: "E"), UInt8(ascii: "N"):
      transaction?.add(.failure(Self.fields(content)))
      // Whoever is not let in is told nothing more.
      if kind == UInt8(ascii: "E"), let transaction, !isAnswered(transaction) { finish(transaction) }
    case UInt8(ascii: "G"), UInt8(ascii: "H"), UInt8(ascii: "W"):
      guard content.byteCount >= 3 else { return fail(.malformedResponse) }
      let isIn = kind == UInt8(ascii: "G")
      transaction?.add(isIn ? .copyIn(columns: content.u16(1)) : .copyOut(columns: content.u16(1)))
      if isIn, let transaction { finish(transaction) }
    case UInt8(ascii: "c"): transaction?.add(.copyDone)
    case UInt8(ascii: "Z"):
      login = .none
      if let transaction, isAnswered(transaction) || !transaction.responses.isEmpty { finish(transaction) }
    default: break
    }
  }

  private func complete(_ text: [UInt8]) {
    guard let transaction = open.first else { return }
    // As in the reference, copied rows are those of the response, too.
    if case .copy = transaction.request, transaction.rows > 0 { transaction.add(.rows) }
    transaction.add(.completion(text))
  }

  /// The server says when it is done with the request: one that is none of logging in.
  private func isAnswered(_ transaction: PostgreSQLTransaction) -> Bool {
    switch transaction.request {
    case .query, .copy: true
    default: false
    }
  }

  private func takeLogin(_ content: RawSpan) {
    guard content.byteCount >= 4 else { return fail(.malformedResponse) }
    let kind = content.u32(0)
    let transaction = open.first
    transaction?.add(.login(kind: kind, data: content.part(4, content.byteCount &- 4).copied()))
    switch kind {
    case 0, 12: return
    case 10: login = .mechanism
    case 11: login = .mechanismResponse
    default: login = .password
    }
    if let transaction { finish(transaction) }
  }

  // MARK: Transactions

  @discardableResult
  private func begin(_ request: PostgreSQLTransaction.Request?) -> PostgreSQLTransaction {
    if open.count >= settings.transactionsMax, let oldest = open.first {
      oldest.raise(.tooManyTransactions)
      finish(oldest)
    }
    let transaction = PostgreSQLTransaction(number: transactionCount, clock)
    transaction.request = request
    transactionCount &+= 1
    transactions.append(transaction)
    if request != nil { open.append(transaction) } else { transaction.complete() }
    return transaction
  }

  private func finish(_ transaction: PostgreSQLTransaction) {
    if !transaction.isComplete(.toClient), !transaction.responses.isEmpty { endsMessage.toClient = true }
    transaction.complete()
    open.removeAll { $0 === transaction }
  }

  private func fail(_ event: PostgreSQLEvent) { begin(nil).raise(event) }

  // MARK: Texts

  /// Bytes up to a NUL, or all.
  private static func text(_ bytes: RawSpan) -> [UInt8] {
    var index = 0
    while index < bytes.byteCount, bytes[index] != 0 { index &+= 1 }
    return bytes.part(0, index).copied()
  }

  /// Names and values, each up to a NUL.
  private static func parameters(_ bytes: RawSpan) -> [PostgreSQLTransaction.Parameter] {
    var list: [PostgreSQLTransaction.Parameter] = []
    var position = 0
    while position < bytes.byteCount, bytes[position] != 0, list.count < PostgreSQLLimits.parameters {
      let name = text(bytes.part(position, bytes.byteCount &- position))
      position = min(position &+ name.count &+ 1, bytes.byteCount)
      let value = text(bytes.part(position, bytes.byteCount &- position))
      position &+= value.count &+ 1
      list.append(PostgreSQLTransaction.Parameter(name: name, value: value))
    }
    return list
  }

  /// Letters with a text behind each, up to a NUL.
  private static func fields(_ bytes: RawSpan) -> [(letter: UInt8, text: [UInt8])] {
    var list: [(letter: UInt8, text: [UInt8])] = []
    var position = 0
    while position < bytes.byteCount, bytes[position] != 0, list.count < PostgreSQLLimits.parameters {
      let value = text(bytes.part(position &+ 1, bytes.byteCount &- position &- 1))
      list.append((bytes[position], value))
      position &+= value.count &+ 2
    }
    return list
  }
}
