/// Values on their way to a script, in the form that the boundary takes.
struct ScriptReply {
  private(set) var bytes: [UInt8] = []

  mutating func clear() { bytes.removeAll(keepingCapacity: true) }

  mutating func none() { bytes.append(UInt8(ascii: "n")) }

  mutating func boolean(_ value: Bool) { bytes.append(value ? UInt8(ascii: "t") : UInt8(ascii: "f")) }

  mutating func integer(_ value: Int64) {
    bytes.append(UInt8(ascii: "i"))
    add(UInt64(bitPattern: value), 8)
  }

  mutating func integer(_ value: Int) { integer(Int64(value)) }

  /// A floating-point number, as Suricata gives times.
  mutating func number(_ value: Double) {
    bytes.append(UInt8(ascii: "d"))
    add(value.bitPattern, 8)
  }

  mutating func text(_ value: some Collection<UInt8>) {
    bytes.append(UInt8(ascii: "s"))
    add(UInt64(value.count), 4)
    bytes += value
  }

  mutating func text(_ value: String) { text(Array(value.utf8)) }

  /// A text, or nil where there is none.
  mutating func optional(_ value: [UInt8]?) {
    if let value { text(value) } else { none() }
  }

  mutating func object(_ kind: ScriptObject, _ payload: Int64 = 0) {
    bytes.append(UInt8(ascii: "o"))
    add(UInt64(kind.rawValue), 4)
    add(UInt64(bitPattern: payload), 8)
  }

  /// A function of the catalogue.
  mutating func function(_ number: Int) {
    bytes.append(UInt8(ascii: "F"))
    add(UInt64(number + ScriptCatalogue.firstFunction), 4)
  }

  /// Begins a table: pairs of values follow.
  mutating func open() { bytes.append(UInt8(ascii: "{")) }

  mutating func close() { bytes.append(UInt8(ascii: "}")) }

  /// `nil` and what was wrong, as Suricata's libraries say it.
  mutating func failure(_ message: String) {
    none()
    text(message)
  }

  /// An error's message in the place of values.
  mutating func raw(_ message: some Collection<UInt8>) { bytes += message }

  /// In the machine's order: the boundary copies it into a number.
  private mutating func add(_ value: UInt64, _ count: Int) {
    for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
  }
}

/// Why a function of the sensor cannot do what a script asks.
enum ScriptFailure: Error {
  case message(String)
  /// About an argument, counted from 1.
  case argument(Int, String)
  /// The work is more than a call may have.
  case tooMuch
}

/// A value that a script gave.
enum ScriptValue {
  case none
  case boolean(Bool)
  case integer(Int64)
  case number(Double)
  case bytes([UInt8])
  case object(Int32, Int64)
  /// Lua's own number of the type.
  case other(Int32)
}
