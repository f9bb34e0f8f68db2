import Wire

/// Versions 2 and 3.
extension NFSSession {
  /// Procedures whose calls belong to the transaction of a file.
  private static let ofFiles: Set<UInt32> = [NFSProcedure3.read, NFSProcedure3.write, NFSProcedure3.commit]

  /// A call of version 2 (RFC 1094 §2.2). As in the reference, procedures are read by the numbers of
  /// version 3: a lookup is the one that asks for the root.
  func takeCall2(_ message: RPCMessage, _ content: RawSpan) {
    var call = NFSCall(version: 2, procedure: message.procedure)
    var reader = ByteReader(content)
    do throws(ParseFailure) {
      switch message.procedure {
      case NFSProcedure3.lookup:
        call.handle = try reader.take(32).copied()
        let length = try reader.u32()
        try reader.skip(Int(length))
        call.name = known(call.handle)
      case NFSProcedure3.read:
        call.handle = try reader.take(32).copied()
        call.offset = UInt64(try reader.u32())
        _ = try reader.u32()
        call.name = known(call.handle)
      default: break
      }
    } catch { raise(.malformedData) }
    if !Self.ofFiles.contains(message.procedure) { _ = begin(message, call, procedure: message.procedure) }
    calls.put(message.identifier, call)
  }

  func takeReply2(_ message: RPCMessage, _ call: NFSCall, _ content: RawSpan) {
    var status = content.byteCount >= 4 ? content.u32(0) : 0
    if call.procedure == NFSProcedure3.read {
      if let reply = try? Self.readReply2(content, call) {
        let taken = read(reply.chunk, message, call, status: reply.status, isWhole: true)
        taken.file?.take(content.part(taken.start, taken.count))
      } else {
        raise(.malformedData)
        status = 0
      }
    }
    answer(message, status: status)
  }

  /// Status (32), attributes (68 bytes; the size at 20), data. As in the reference, one to four bytes must
  /// follow.
  private static func readReply2(_ content: RawSpan, _ call: NFSCall) throws(ParseFailure) -> ReadReply {
    var reader = ByteReader(content)
    let status = try reader.u32()
    let attributes = try reader.take(68)
    let length = try reader.u32()
    let start = reader.position
    try reader.skip(Int(length))
    try reader.skip(4 &- Int(length % 4))
    let end = call.offset &+ UInt64(length)
    return ReadReply(
      status: status,
      chunk: NFSChunk(
        handle: call.handle, offset: call.offset, claimed: length, count: Int(length),
        isLast: UInt64(attributes.u32(20)) == end, start: start))
  }

  /// A call of version 3 (RFC 1813 §3.3).
  func takeCall3(_ message: RPCMessage, _ content: RawSpan) {
    if connection.version == 0 { connection.version = 3 }
    var call = NFSCall(version: 3, procedure: message.procedure)
    var newName: [UInt8] = []
    do throws(ParseFailure) {
      newName = try read3(message, content, &call)
    } catch { raise(.malformedData) }
    if !Self.ofFiles.contains(message.procedure) {
      begin(message, call, procedure: message.procedure).newName = newName
    } else if message.procedure == NFSProcedure3.read, transfer(of: call.handle, .toClient) == nil {
      let transaction = beginTransfer(call.handle, call.name, .toClient)
      transaction.procedure = message.procedure
      transaction.identifier = message.identifier
      transaction.version = 3
      note(message.credentials, transaction)
    }
    calls.put(message.identifier, call)
  }

  /// Reads the arguments; gives the new name of a RENAME.
  private func read3(_ message: RPCMessage, _ content: RawSpan, _ call: inout NFSCall) throws(ParseFailure)
    -> [UInt8]
  {
    var reader = ByteReader(content)
    switch message.procedure {
    case NFSProcedure3.lookup:
      _ = try Self.handle(&reader)
      call.name = try Self.name(&reader, isPadded: false)
    case NFSProcedure3.access, NFSProcedure3.getAttributes, NFSProcedure3.listWithHandles, NFSProcedure3.read:
      let handle = try Self.handle(&reader)
      if message.procedure == NFSProcedure3.read { call.offset = try Self.offset(&reader) }
      let more = [NFSProcedure3.access: 4, NFSProcedure3.listWithHandles: 24]
      try reader.skip(more[message.procedure] ?? 0)
      call.handle = handle
      call.name = known(handle)
    case NFSProcedure3.write:
      let chunk = try Self.writeChunk(content)
      guard content.byteCount &- chunk.start >= (chunk.count &+ 3) & ~3 else {
        throw ParseFailure(.truncated, at: content.byteCount)
      }
      let taken = write(chunk, message, procedure: NFSProcedure3.write)
      taken.file?.take(content.part(taken.start, taken.count))
    case NFSProcedure3.create, NFSProcedure3.remove, NFSProcedure3.makeFolder, NFSProcedure3.removeFolder:
      call.handle = try Self.handle(&reader)
      call.name = try Self.name(&reader, isPadded: message.procedure != NFSProcedure3.remove)
      if message.procedure == NFSProcedure3.create { try reader.skip(4) }
    case NFSProcedure3.rename:
      call.handle = try Self.handle(&reader)
      call.name = try Self.name(&reader, isPadded: true)
      _ = try Self.handle(&reader)
      return try Self.name(&reader, isPadded: false)
    case NFSProcedure3.commit:
      let handle = try Self.handle(&reader)
      try reader.skip(12)
      commit(handle, message, isCounted: true)
    default: break
    }
    return []
  }

  func takeReply3(_ message: RPCMessage, _ call: NFSCall, _ content: RawSpan) {
    var status: UInt32 = 0
    var handle: [UInt8] = []
    var reader = ByteReader(content)
    do throws(ParseFailure) {
      switch call.procedure {
      case NFSProcedure3.lookup:
        status = try reader.u32()
        handle = try Self.handle(&reader)
        names.put(handle, call.name)
      case NFSProcedure3.create:
        status = try reader.u32()
        if try Self.flag(&reader) {
          handle = try Self.handle(&reader)
          names.put(handle, call.name)
        }
      case NFSProcedure3.read:
        let reply = try Self.readReply(content, call)
        guard content.byteCount &- reply.chunk.start >= (reply.chunk.count &+ 3) & ~3 else {
          throw ParseFailure(.truncated, at: content.byteCount)
        }
        let taken = read(reply.chunk, message, call, status: reply.status, isWhole: true)
        taken.file?.take(content.part(taken.start, taken.count))
      case NFSProcedure3.listWithHandles: status = try readListing(content)
      default: status = content.byteCount >= 4 ? content.u32(0) : 0
      }
    } catch {
      raise(.malformedData)
      if call.procedure == NFSProcedure3.lookup || call.procedure == NFSProcedure3.create { status = 0 }
    }
    if call.procedure != NFSProcedure3.read { answer(message, status: status, handle: handle) }
  }

  /// A listing that names handles (RFC 1813 §3.3.17).
  private func readListing(_ content: RawSpan) throws(ParseFailure) -> UInt32 {
    var reader = ByteReader(content)
    let status = try reader.u32()
    if try Self.flag(&reader) { try reader.skip(84) }
    try reader.skip(8)
    // The last word says whether the listing is at its end.
    var entries = ByteReader(
      content.part(0, max(content.byteCount &- 4, reader.position)), at: reader.position)
    // What cannot be read ends the list.
    do throws(ParseFailure) {
      while entries.remaining >= 4 { try Self.readEntry(&entries, &names) }
    } catch {}
    return status
  }

  /// An entry of a listing, where one follows; where it has a handle, its name is kept.
  @_lifetime(reader: copy reader)
  private static func readEntry(_ reader: inout ByteReader, _ names: inout NFSTable<[UInt8], [UInt8]>)
    throws(ParseFailure)
  {
    guard try flag(&reader) else { return }
    try reader.skip(8)
    let name = try name(&reader, isPadded: true)
    try reader.skip(8)
    if try flag(&reader) { try reader.skip(84) }
    if try flag(&reader) { names.put(try handle(&reader), name) }
  }

  /// What a reply to READ says.
  struct ReadReply {
    let status: UInt32
    let chunk: NFSChunk
  }

  /// Handle, offset (64), count (32), stable (32), length (32), data.
  static func writeChunk(_ content: RawSpan) throws(ParseFailure) -> NFSChunk {
    var reader = ByteReader(content)
    let handle = try handle(&reader)
    let offset = try offset(&reader)
    let claimed = try reader.u32()
    let stable = try reader.u32()
    let length = try reader.u32()
    guard stable <= 2, length <= claimed else { throw ParseFailure(.malformed, at: reader.position) }
    return NFSChunk(
      handle: handle, offset: offset, claimed: claimed, count: Int(length), isLast: stable == 2,
      start: reader.position)
  }

  /// Status (32), attributes, count (32), end (32), length (32), data.
  static func readReply(_ content: RawSpan, _ call: NFSCall) throws(ParseFailure) -> ReadReply {
    var reader = ByteReader(content)
    let status = try reader.u32()
    if try flag(&reader) { try reader.skip(84) }
    let claimed = try reader.u32()
    let isLast = try flag(&reader)
    let length = try reader.u32()
    guard length <= claimed else { throw ParseFailure(.malformed, at: reader.position) }
    return ReadReply(
      status: status,
      chunk: NFSChunk(
        handle: call.handle, offset: call.offset, claimed: claimed, count: Int(length), isLast: isLast,
        start: reader.position))
  }

  @_lifetime(reader: copy reader)
  static func flag(_ reader: inout ByteReader) throws(ParseFailure) -> Bool {
    let value = try reader.u32()
    guard value <= 1 else { throw ParseFailure(.malformed, at: reader.position) }
    return value == 1
  }

  @_lifetime(reader: copy reader)
  static func offset(_ reader: inout ByteReader) throws(ParseFailure) -> UInt64 {
    let high = try reader.u32()
    let low = try reader.u32()
    return UInt64(high) << 32 | UInt64(low)
  }

  /// Length (32) and bytes, of which no more are kept than a handle can have.
  @_lifetime(reader: copy reader)
  static func handle(_ reader: inout ByteReader) throws(ParseFailure) -> [UInt8] {
    let length = try reader.u32()
    return try reader.take(Int(length)).part(0, NFSLimits.nameBytes).copied()
  }

  /// The same of a name, which may be filled up to four bytes.
  @_lifetime(reader: copy reader)
  static func name(_ reader: inout ByteReader, isPadded: Bool) throws(ParseFailure) -> [UInt8] {
    let length = try reader.u32()
    let name = try reader.take(Int(length)).part(0, NFSLimits.nameBytes).copied()
    if isPadded { try reader.skip(Int((4 &- length % 4) % 4)) }
    return name
  }
}
