import Wire

/// Version 4, whose calls are lists of operations.
extension NFSSession {
  func takeCall4(_ message: RPCMessage, _ content: RawSpan) {
    var call = NFSCall(version: 4, procedure: message.procedure)
    if message.procedure == 1 {
      var data = content
      if message.credentials.hasEnvelope {
        guard let inner = try? Self.envelope(content) else { return raise(.malformedData) }
        data = inner
        call.hasEnvelope = true
      }
      if let compound = try? NFSCompound(call: data) {
        take(compound, data, message, &call)
      } else {
        raise(.malformedData)
      }
    }
    calls.put(message.identifier, call)
  }

  /// Length (32) | number (32) | content (RFC 2203 §5.3.2.2).
  @_lifetime(copy content)
  private static func envelope(_ content: RawSpan) throws(ParseFailure) -> RawSpan {
    var reader = ByteReader(content)
    let length = try reader.u32()
    guard length < 4096 else { throw ParseFailure(.limit, at: 0) }
    try reader.skip(4)
    return try reader.take(Int(length))
  }

  private func take(_ compound: NFSCompound, _ data: RawSpan, _ message: RPCMessage, _ call: inout NFSCall) {
    var current: [UInt8]?
    var procedure: UInt32?
    for step in compound.steps {
      switch step {
      case .useHandle(let handle): current = handle
      case .read(let offset):
        guard let handle = current else { continue }
        call.offset = offset
        call.handle = handle
        if let name = names[handle] { call.name = name }
      case .write(let chunk):
        guard let handle = current else { continue }
        let own = NFSChunk(
          handle: handle, offset: chunk.offset, claimed: chunk.claimed, count: chunk.count,
          isLast: chunk.isLast, start: chunk.start)
        let taken = write(own, message, procedure: NFSOperation.write)
        taken.file?.take(data.part(taken.start, taken.count))
      case .name(let name): call.name = name
      case .commit: if let handle = current { commit(handle, message, isCounted: false) }
      case .create(let name):
        if let handle = current { call.handle = handle }
        call.name = name
        procedure = NFSOperation.create
      case .remove(let name):
        call.name = name
        procedure = NFSOperation.remove
      default: break
      }
    }
    if let procedure { _ = begin(message, call, procedure: procedure) }
  }

  func takeReply4(_ message: RPCMessage, _ call: NFSCall, _ content: RawSpan) {
    guard call.procedure == 1 else { return }
    var data = content
    if call.hasEnvelope {
      guard let inner = try? Self.envelope(content) else { return raise(.malformedData) }
      data = inner
    }
    guard let compound = try? NFSCompound(reply: data) else { return raise(.malformedData) }
    var call = call
    var isOpened = false
    var status: UInt32?
    for step in compound.steps {
      switch step {
      case .done(let result): status = result
      case .data(let result, let chunk):
        let own = NFSChunk(
          handle: call.handle, offset: call.offset, claimed: chunk.claimed, count: chunk.count,
          isLast: chunk.isLast, start: chunk.start)
        let taken = read(own, message, call, status: result, isWhole: true)
        taken.file?.take(data.part(taken.start, taken.count))
      case .opened: isOpened = true
      case .handle(let handle): if isOpened { names.put(handle, call.name) }
      case .root: if call.name.isEmpty { call.name = Array("<mount_root>".utf8) }
      default: break
      }
    }
    if let status { answer(message, status: status) }
  }
}
