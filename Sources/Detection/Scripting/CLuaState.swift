import CLua
import Wire

/// The boundary to liblua: one script's state, with its limits.
///
/// Confined to its worker. Whatever a script does ends in an outcome: nothing that Lua throws reaches Swift.
@safe
final class LuaState {
  /// How something that was run ended.
  enum Outcome: Int32 {
    case done, failed, outOfMemory, outOfInstructions, blocked, unreadable, noTable
  }

  private let state: OpaquePointer
  private let host: ScriptHost

  /// Opens a state that asks `host`; nil where there is no memory for it.
  init?(_ host: ScriptHost, _ settings: ScriptSettings) {
    var options = unsafe clua_options()
    // Sound: the state keeps the host's address and is closed with this object, which holds the host.
    unsafe options.host = Self.answer
    unsafe options.context = Unmanaged.passUnretained(host).toOpaque()
    unsafe options.class_count = Int32(ScriptObject.allCases.count)
    unsafe options.allows_restricted =
      settings.allowsEverything
      ? CLUA_EVERYTHING : settings.allowsRestricted ? CLUA_RESTRICTED : CLUA_SANDBOX
    unsafe options.bytes_max = settings.bytesMax
    unsafe options.instructions_max = settings.instructionsMax
    unsafe options.nanoseconds_max = settings.nanosecondsMax
    let prelude = Array(ScriptPrelude.text.utf8)
    // Sound: the prelude is read during the call only.
    let opened = unsafe prelude.withUnsafeBufferPointer { buffer in
      unsafe options.prelude = buffer.baseAddress
      unsafe options.prelude_count = buffer.count
      return unsafe clua_open(&options)
    }
    guard let opened = unsafe opened else { return nil }
    unsafe state = opened
    self.host = host
  }

  deinit {
    // Sound: this is the only owner of the state.
    unsafe clua_close(state)
  }

  /// Reads a script and runs its outermost part.
  func load(_ text: [UInt8], name: String) -> Outcome {
    // Sound: text and name are read during the call only.
    let outcome = unsafe text.withUnsafeBufferPointer { buffer in
      unsafe "@\(name)".withCString { unsafe clua_load(state, buffer.baseAddress, buffer.count, $0) }
    }
    return Outcome(rawValue: outcome) ?? .failed
  }

  /// Whether the script defines a function.
  func has(_ name: String) -> Bool {
    // Sound: the name is read during the call only.
    unsafe name.withCString { unsafe clua_has(state, $0) } != 0
  }

  /// Calls a function of the script. `results` of them can be read; −1 wants a table, whose keys the host
  /// is told.
  func call(_ name: String, _ arguments: ScriptReply = ScriptReply(), results: Int32 = 0) -> Outcome {
    // Sound: name and arguments are read during the call only; the host outlives it.
    let outcome = unsafe arguments.bytes.withUnsafeBufferPointer { buffer in
      unsafe name.withCString { unsafe clua_call(state, $0, buffer.baseAddress, buffer.count, results) }
    }
    return Outcome(rawValue: outcome) ?? .failed
  }

  /// The same while the frame of a packet can be asked for.
  func call(_ name: String, _ arguments: ScriptReply, results: Int32, frame: RawSpan) -> Outcome {
    unsafe frame.withUnsafeBytes { buffer in
      // Sound: the host forgets the address before the span ends.
      unsafe host.frame = BorrowedBytes(buffer)
      defer { unsafe host.frame = BorrowedBytes(nil) }
      return call(name, arguments, results: results)
    }
  }

  /// A result of the last call.
  func result(_ index: Int32) -> ScriptValue {
    // Sound: the value's bytes are Lua's until the next call, and copied here.
    unsafe ScriptValue(clua_result(state, index))
  }

  /// Message of the last failure; nil where it was no text.
  var message: String? {
    var count = 0
    // Sound: the message is the state's own and has as many bytes as it says.
    guard let text = unsafe clua_message(state, &count) else { return nil }
    let bytes = unsafe UnsafeRawBufferPointer(start: text, count: count)
    return unsafe String(decoding: bytes, as: UTF8.self)
  }

  /// Bytes that the state holds.
  var bytes: Int {
    // Sound: it reads a number.
    Int(unsafe clua_bytes(state))
  }

  /// Answers for the host: the only way from Lua into Swift.
  private static let answer: clua_host = { state, context, function, values, count in
    guard let context = unsafe context, let state = unsafe state else { return 1 }
    // Sound: the context is the host that was given when the state was opened, and lives as long.
    let host = unsafe Unmanaged<ScriptHost>.fromOpaque(context).takeUnretainedValue()
    let arguments = unsafe ScriptArguments(UnsafeBufferPointer(start: values, count: Int(max(count, 0))))
    let status = host.answer(Int(function), arguments)
    // Sound: the reply is copied during the call.
    _ = unsafe host.reply.bytes.withUnsafeBufferPointer { buffer in
      unsafe clua_reply(state, buffer.baseAddress, buffer.count)
    }
    unsafe clua_charge(state, host.takeWork())
    return status
  }
}

extension ScriptValue {
  /// Copies a value of Lua's.
  fileprivate init(_ value: clua_value) {
    // Sound: the bytes are as many as the value says, and live during the call that gave it.
    switch unsafe value.kind {
    case CLUA_NIL: self = .none
    case CLUA_BOOLEAN: self = .boolean(unsafe value.integer != 0)
    case CLUA_INTEGER: self = .integer(unsafe value.integer)
    case CLUA_NUMBER: self = .number(unsafe value.number)
    case CLUA_STRING:
      self = .bytes(unsafe Array(UnsafeBufferPointer(start: value.bytes, count: value.count)))
    case CLUA_OBJECT: self = .object(unsafe value.type, unsafe value.integer)
    default: self = .other(unsafe value.type)
    }
  }
}

/// Arguments of a function that a script calls. Valid until the function returns: never kept.
@safe
struct ScriptArguments {
  private let values: UnsafeBufferPointer<clua_value>

  fileprivate init(_ values: UnsafeBufferPointer<clua_value>) {
    unsafe self.values = values
  }

  var count: Int { unsafe values.count }

  /// An argument, counted from 0; nil where none was given.
  subscript(index: Int) -> ScriptValue? {
    guard index >= 0, unsafe index < values.count else { return nil }
    // Sound: the index was checked, and the values live until the function returns.
    return unsafe ScriptValue(values[index])
  }

  /// A text without copying it; numbers are taken as text.
  func withText<Result>(
    _ index: Int, _ body: (RawSpan) throws(ScriptFailure) -> Result
  ) throws(ScriptFailure) -> Result {
    if index >= 0, unsafe index < values.count, unsafe values[index].kind == CLUA_STRING {
      // Sound: the bytes are Lua's, as many as the value says, and live until the function returns.
      let bytes = unsafe UnsafeRawBufferPointer(start: values[index].bytes, count: values[index].count)
      return try body(unsafe bytes.bytes)
    }
    let copy = try text(index)
    return try body(copy.rawSpan)
  }
}

/// The bytes of a frame while a script runs.
@safe
struct BorrowedBytes {
  private let buffer: UnsafeRawBufferPointer?

  fileprivate init(_ buffer: UnsafeRawBufferPointer?) {
    unsafe self.buffer = buffer
  }

  /// No frame.
  init() {
    unsafe buffer = nil
  }

  /// Shows the bytes, none where there is no frame.
  func with<Result>(_ body: (RawSpan) -> Result) -> Result {
    // Sound: the address is only here while the span it came from lives (`LuaState.call`).
    if let buffer = unsafe buffer { return body(unsafe buffer.bytes) }
    let none: [UInt8] = []
    return body(none.rawSpan)
  }
}
