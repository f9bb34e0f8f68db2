/// Arguments as the functions want them, with Lua's words for what they are not.
extension ScriptArguments {
  /// A text; numbers are taken as text.
  func text(_ index: Int) throws(ScriptFailure) -> [UInt8] {
    switch self[index] {
    case .bytes(let bytes)?: return bytes
    case .integer(let number)?: return Array(String(number).utf8)
    case .number(let number)?: return Array(String(number).utf8)
    default: throw wrong(index, "string")
    }
  }

  /// A whole number; nil where none was given.
  func optionalInteger(_ index: Int) throws(ScriptFailure) -> Int64? {
    switch self[index] {
    case nil, ScriptValue.none?: return nil
    case .integer(let number)?: return number
    case .number(let number)?:
      guard let whole = Int64(exactly: number) else {
        throw .argument(index + 1, "number has no integer representation")
      }
      return whole
    case .bytes(let bytes)?:
      guard let number = Int64(String(decoding: bytes, as: UTF8.self)) else { throw wrong(index, "number") }
      return number
    default: throw wrong(index, "number")
    }
  }

  /// A whole number.
  func integer(_ index: Int) throws(ScriptFailure) -> Int64 {
    guard let number = try optionalInteger(index) else { throw wrong(index, "number") }
    return number
  }

  /// Whether the argument counts as true.
  func isTrue(_ index: Int) -> Bool {
    switch self[index] {
    case nil, ScriptValue.none?, .boolean(false)?: false
    default: true
    }
  }

  /// The payload of an object of a kind.
  @discardableResult
  func object(_ kind: ScriptObject, _ index: Int = 0) throws(ScriptFailure) -> Int64 {
    guard case .object(let number, let payload)? = self[index], number == kind.rawValue else {
      throw wrong(index, kind.name)
    }
    return payload
  }

  private func wrong(_ index: Int, _ wanted: String) -> ScriptFailure {
    .argument(index + 1, "\(wanted) expected, got \(typeName(index))")
  }

  private func typeName(_ index: Int) -> String {
    switch self[index] {
    case nil: "no value"
    case ScriptValue.none?: "nil"
    case .boolean?: "boolean"
    case .integer?, .number?: "number"
    case .bytes?: "string"
    case .object(let number, _)?: ScriptObject(rawValue: number)?.name ?? "userdata"
    // Lua's own numbers of types.
    case .other(5)?: "table"
    case .other(6)?: "function"
    case .other?: "userdata"
    }
  }
}
