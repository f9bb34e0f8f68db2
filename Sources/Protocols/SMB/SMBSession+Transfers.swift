import Wire

/// Reads, writes and calls, which both versions have alike.
extension SMBSession {
  /// The file that data of a read or write go to, begun with its first data.
  func file(
    _ handle: SMBHandle, _ direction: Direction, version: UInt8, command: UInt16, share: [UInt8],
    _ clock: PacketClock
  ) -> SMBFile? {
    if let file = connection.files[direction][handle] { return file }
    guard connection.files[direction].count < SMBLimits.handles,
      let transaction = begin(version, command, key: nil, clock)
    else { return nil }
    let name = connection.name(of: handle)
    transaction.detail = .transfer(SMBTransfer(name: name, share: share, handle: handle))
    let made = files.make(direction, name)
    transaction.files.append(made)
    transaction.revision &+= 1
    let file = SMBFile(
      transaction, made, fileBytesMax: fileBytesMax, settings: settings, budget: connection.budget)
    connection.files[direction][handle] = file
    return file
  }

  /// A file was closed: what was read and written of it has come to its end.
  func close(_ handle: SMBHandle) {
    for direction in Direction.allCases {
      guard let file = connection.files[direction].removeValue(forKey: handle) else { continue }
      file.close()
      // That a read failed at the file's end, or a pipe's, is no failure of the whole.
      if file.transaction.status != nil { file.transaction.status = .nt(0) }
      file.transaction.finish(.toServer)
      file.transaction.finish(.toClient)
    }
    connection.forget(handle)
  }

  /// Whether data written to a tree that is not known begin a call: then it is that of the named pipes.
  static func looksLikeCall(_ bytes: RawSpan) -> Bool {
    guard let header = DCERPCHeader(bytes) else { return false }
    return header.type == .bind || header.type == .request
  }

  /// Takes data of a named pipe; false where they are no packets of calls.
  @discardableResult
  func takeCalls(
    _ bytes: RawSpan, _ pipe: SMBPipe, _ message: SMBMessage, _ direction: Direction, _ clock: PacketClock
  ) -> Bool {
    pipe.take(bytes, direction) { header, packet in take(header, packet, pipe, message, clock) }
  }

  /// Data of a named pipe that are no call: a command like any other.
  func noteNoCall(
    _ pipe: SMBPipe, _ message: SMBMessage, _ direction: Direction, _ clock: PacketClock
  ) {
    // Other programs talk over named pipes as they like.
    guard pipe.isService else { return }
    guard direction == .toServer,
      let transaction = begin(message.version, message.command, key: message.key, clock)
    else { return note(.malformedData) }
    transaction.session = message.session
    transaction.tree = message.tree
    transaction.finish(.toServer)
    transaction.raise(.malformedData)
  }

  private func take(
    _ header: DCERPCHeader, _ packet: RawSpan, _ pipe: SMBPipe, _ message: SMBMessage, _ clock: PacketClock
  ) {
    guard let transaction = call(header, pipe, message, clock), let call = transaction.call else { return }
    pipe.association.take(header, packet, call)
    if header.type.isAnswer { transaction.status = message.status }
    if call.isAsked { transaction.finish(.toServer) }
    if call.isAnswered {
      transaction.finish(.toServer)
      transaction.finish(.toClient)
    }
    transaction.revision &+= 1
  }

  /// The transaction of a call, begun with the first packet that asks.
  private func call(
    _ header: DCERPCHeader, _ pipe: SMBPipe, _ message: SMBMessage, _ clock: PacketClock
  ) -> SMBTransaction? {
    for case let transaction as SMBTransaction in transactions.reversed() {
      guard let call = transaction.call, call.identifier == header.call, call.association === pipe.association
      else { continue }
      if header.type.asks {
        if header.type == .request, call.request == .request, !call.isAsked { return transaction }
      } else if !call.isAnswered, header.type.answers(call.request) {
        return transaction
      }
    }
    guard header.type.asks,
      let transaction = begin(message.version, message.command, key: message.key, clock)
    else { return nil }
    transaction.session = message.session
    transaction.tree = message.tree
    let call = DCERPCCall(header.call, connection.budget)
    call.association = pipe.association
    transaction.detail = .call(call)
    return transaction
  }
}
