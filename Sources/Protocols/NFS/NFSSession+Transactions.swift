import Wire

/// What is known of a call until it is answered.
struct NFSCall {
  let version: UInt32
  let procedure: UInt32
  /// Offset of a read.
  var offset: UInt64 = 0
  var name: [UInt8] = []
  var handle: [UInt8] = []
  var hasEnvelope = false
}

/// Entries by a key, of which those that were not used the longest go where there are too many.
struct NFSTable<Key: Hashable, Value> {
  private var entries: [Key: (value: Value, used: UInt64)] = [:]
  private var uses: UInt64 = 0

  /// Looks at an entry, which counts as a use of it.
  subscript(key: Key) -> Value? {
    mutating get {
      guard let entry = entries[key] else { return nil }
      uses &+= 1
      entries[key]?.used = uses
      return entry.value
    }
  }

  mutating func put(_ key: Key, _ value: Value) {
    uses &+= 1
    entries[key] = (value, uses)
    guard entries.count > NFSLimits.entries else { return }
    if let oldest = entries.min(by: { $0.value.used < $1.value.used }) {
      entries.removeValue(forKey: oldest.key)
    }
  }

  mutating func remove(_ key: Key) -> Value? { entries.removeValue(forKey: key)?.value }
}

/// Transactions: how they begin, are found and answered.
extension NFSSession {
  func begin() -> NFSTransaction {
    if transactions.count >= Conversation.Limits.transactions { giveUpOne() }
    let transaction = NFSTransaction(number: transactionCount, connection, clock)
    transactionCount &+= 1
    transactions.append(transaction)
    return transaction
  }

  /// The oldest that is open is over.
  private func giveUpOne() {
    for case let transaction as NFSTransaction in transactions where !transaction.core.isDone {
      transaction.raise(.tooManyTransactions)
      transaction.transfer?.file?.cut()
      transaction.transfer?.isClosed = true
      transaction.finish()
      return
    }
  }

  /// A call as a transaction of its own.
  func begin(_ message: RPCMessage, _ call: NFSCall, procedure: UInt32) -> NFSTransaction {
    let transaction = begin()
    transaction.identifier = message.identifier
    transaction.procedure = procedure
    transaction.version = message.programVersion
    transaction.name = call.name
    transaction.handle = call.handle
    note(message.credentials, transaction)
    transaction.finish(.toServer)
    return transaction
  }

  func note(_ credentials: RPCCredentials, _ transaction: NFSTransaction) {
    transaction.credentialKind = credentials.kind
    transaction.machine = credentials.machine
    transaction.user = credentials.user
    transaction.group = credentials.group
  }

  /// As in the reference, what cannot be read is noted on the newest transaction.
  func raise(_ event: NFSEvent) {
    (transactions.last as? NFSTransaction)?.raise(event)
  }

  /// The reply to a call that is a transaction of its own.
  func answer(_ message: RPCMessage, status: UInt32, handle: [UInt8] = []) {
    for case let transaction as NFSTransaction in transactions
    where transaction.transfer == nil && transaction.identifier == message.identifier {
      transaction.replyState = message.state
      transaction.status = status
      if transaction.handle.isEmpty { transaction.handle = handle }
      transaction.finish(.toClient)
      return
    }
  }

  /// The transaction of a file that is open.
  func transfer(of handle: [UInt8], _ direction: Direction) -> NFSTransaction? {
    for case let transaction as NFSTransaction in transactions where transaction.handle == handle {
      guard let transfer = transaction.transfer, !transfer.isClosed, transfer.direction == direction else {
        continue
      }
      return transaction
    }
    return nil
  }

  /// Begins the transaction of a file.
  func beginTransfer(_ handle: [UInt8], _ name: [UInt8], _ direction: Direction) -> NFSTransaction {
    let transaction = begin()
    transaction.name = name
    transaction.handle = handle
    transaction.transfer = NFSTransfer(direction)
    transaction.isFirst = true
    return transaction
  }

  /// The file of a transaction, begun with its first chunk.
  func file(_ transaction: NFSTransaction, _ transfer: NFSTransfer, _ name: [UInt8]) -> NFSFile {
    if let file = transfer.file { return file }
    let made = files.make(transfer.direction, name)
    transaction.files.append(made)
    let file = NFSFile(transaction, made, files, settings, budget)
    transfer.file = file
    return file
  }

  func known(_ handle: [UInt8]) -> [UInt8] { names[handle] ?? [] }
}

/// A chunk of a file that a call or reply carries.
struct NFSChunk {
  let handle: [UInt8]
  var name: [UInt8] = []
  let offset: UInt64
  /// Bytes that it says to have, and has.
  let claimed: UInt32
  let count: Int
  let isLast: Bool
  /// Where its bytes begin among the arguments or results.
  let start: Int
}

/// Reads and writes.
extension NFSSession {
  /// What became of a chunk: its file, where its bytes are wanted, where they begin and how many there are.
  struct Taken {
    let file: NFSFile?
    let start: Int
    let count: Int
  }

  /// A call that writes, or a reply to one that reads, of version 3, of which the head is there. Nil: it is
  /// something else, not enough is there, or the message's `bytes` cannot hold it.
  func beginTransfer(_ message: RPCMessage, _ content: RawSpan, bytes: Int) -> Taken? {
    if message.isCall {
      guard message.procedure == NFSProcedure3.write, message.programVersion == 3,
        let chunk = try? Self.writeChunk(content), chunk.start &+ chunk.count <= bytes
      else { return nil }
      if connection.version == 0 { connection.version = 3 }
      calls.put(
        message.identifier,
        NFSCall(version: message.programVersion, procedure: message.procedure, handle: chunk.handle))
      return write(chunk, message, procedure: NFSProcedure3.write)
    }
    guard let call = calls[message.identifier], call.version == 3, call.procedure == NFSProcedure3.read,
      let reply = try? Self.readReply(content, call), reply.chunk.start &+ reply.chunk.count <= bytes
    else { return nil }
    _ = calls.remove(message.identifier)
    if connection.version == 0 { connection.version = 3 }
    return read(reply.chunk, message, call, status: reply.status, isWhole: false)
  }

  /// WRITE: the chunk goes to the file's transaction.
  func write(_ chunk: NFSChunk, _ message: RPCMessage, procedure: UInt32) -> Taken {
    let nothing = Taken(file: nil, start: chunk.start, count: chunk.count)
    guard chunk.claimed > 0 else { return nothing }
    let name = known(chunk.handle)
    if settings.bytesMax.write > 0, Int(chunk.claimed) > settings.bytesMax.write {
      let transaction = beginTransfer(chunk.handle, name, .toServer)
      describe(transaction, message, procedure)
      refuse(transaction, .writeRequestTooLarge)
      return nothing
    }
    let found = transfer(of: chunk.handle, .toServer)
    let transaction = found ?? beginTransfer(chunk.handle, name, .toServer)
    if found == nil { describe(transaction, message, procedure) }
    guard let transfer = transaction.transfer else { return nothing }
    let file = file(transaction, transfer, name)
    transfer.deadline = nil
    guard file.begin(chunk.count, at: chunk.offset, isLast: chunk.isLast) else { return nothing }
    if found != nil { transfer.chunks &+= 1 }
    if chunk.isLast {
      transfer.lastIdentifier = message.identifier
      transaction.isLast = true
      // As in the reference, the call that ends it answers those before it.
      transaction.finish(found != nil ? .toClient : .toServer)
      if found == nil || message.programVersion < 4 { transfer.isClosed = true }
    }
    return Taken(file: file, start: chunk.start, count: chunk.count)
  }

  private func describe(_ transaction: NFSTransaction, _ message: RPCMessage, _ procedure: UInt32) {
    transaction.procedure = procedure
    transaction.identifier = message.identifier
    transaction.version = message.programVersion
  }

  private func refuse(_ transaction: NFSTransaction, _ event: NFSEvent) {
    transaction.raise(event)
    transaction.transfer?.file?.cut()
    transaction.transfer?.isClosed = true
    transaction.finish()
  }

  /// READ: the chunk of a reply goes to the file's transaction.
  func read(_ chunk: NFSChunk, _ message: RPCMessage, _ call: NFSCall, status: UInt32, isWhole: Bool) -> Taken
  {
    let nothing = Taken(file: nil, start: chunk.start, count: chunk.count)
    guard chunk.claimed > 0 else { return nothing }
    let found = transfer(of: call.handle, .toClient)
    let transaction = found ?? beginTransfer(call.handle, call.name, .toClient)
    if found == nil {
      transaction.procedure = call.version < 4 ? NFSProcedure3.read : NFSOperation.read
      transaction.identifier = message.identifier
    }
    guard let transfer = transaction.transfer else { return nothing }
    if settings.bytesMax.read > 0, Int(chunk.claimed) > settings.bytesMax.read {
      transaction.isLast = true
      refuse(transaction, .readResponseTooLarge)
      return nothing
    }
    let file = file(transaction, transfer, call.name)
    transfer.deadline = nil
    guard file.begin(chunk.count, at: chunk.offset, isLast: chunk.isLast) else { return nothing }
    if found != nil { transfer.chunks &+= 1 }
    if chunk.isLast {
      transfer.lastIdentifier = message.identifier
      transaction.replyState = message.state
      transaction.status = status
      transaction.isLast = true
      transaction.finish(.toServer)
      if isWhole { transaction.finish(.toClient) }
    }
    return Taken(file: file, start: chunk.start, count: chunk.count)
  }

  /// COMMIT and CLOSE: all of a file has been written.
  func commit(_ handle: [UInt8], _ message: RPCMessage, isCounted: Bool) {
    guard let transaction = transfer(of: handle, .toServer), let transfer = transaction.transfer else {
      return
    }
    if isCounted {
      transfer.chunks &+= 1
      transfer.isCommitted = true
    }
    transfer.file?.close()
    transfer.lastIdentifier = message.identifier
    transaction.isLast = true
    transfer.isClosed = true
    transaction.finish(.toServer)
  }
}
