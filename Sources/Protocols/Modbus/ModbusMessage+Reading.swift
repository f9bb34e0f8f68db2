import Wire

extension ModbusMessage {
  /// Bytes of the header before the unit.
  static let headerBytes = 6
  /// Bits and registers that a message may ask for.
  private static let bitsMax: UInt16 = 2000
  private static let registersMax: UInt16 = 125

  /// Reads the message that begins here, and how many bytes it takes; nil where it is not there yet. A length
  /// that cannot be takes what there is of it.
  static func read(_ bytes: RawSpan, _ direction: Direction?) -> (message: ModbusMessage, byteCount: Int)? {
    guard bytes.byteCount >= headerBytes else { return nil }
    var message = ModbusMessage(bytes)
    let end = headerBytes &+ Int(message.length)
    guard 2...254 ~= message.length else {
      message.errors.insert(.length)
      return (message, min(end, bytes.byteCount))
    }
    guard end <= bytes.byteCount else { return nil }
    message.unit = bytes[headerBytes]
    message.function = bytes[headerBytes &+ 1]
    message.access = .of(message.code)
    var reader = Reader(bytes.part(headerBytes &+ 2, Int(message.length) &- 2))
    let isWhole =
      switch direction {
      case .toServer: message.readRequest(&reader)
      case .toClient: message.readResponse(&reader)
      case nil: message.readEither(&reader)
      }
    if !isWhole, case .none = message.content { message.content = .bytes(reader.bytes.copied()) }
    if !isWhole || reader.remaining > 0 { message.errors.insert(.length) }
    message.category = message.foundCategory
    return (message, end)
  }

  /// Reads numbers while there are any.
  private struct Reader: ~Escapable {
    let bytes: RawSpan
    var position = 0

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) { self.bytes = bytes }

    var count: Int { bytes.byteCount }
    var remaining: Int { bytes.byteCount &- position }

    mutating func u8() -> UInt8? {
      guard remaining >= 1 else { return nil }
      defer { position &+= 1 }
      return bytes[position]
    }

    mutating func u16() -> UInt16? {
      guard remaining >= 2 else { return nil }
      defer { position &+= 2 }
      return bytes.u16(position)
    }

    mutating func rest() -> [UInt8] {
      defer { position = bytes.byteCount }
      return bytes.part(position, remaining).copied()
    }
  }

  // MARK: Directions. False: the message is cut.

  private mutating func readRequest(_ reader: inout Reader) -> Bool {
    switch code {
    case 8:
      if reader.count != 4 { errors.insert(.length) }
      let isWhole = readDiagnostic(&reader)
      checkDiagnostic()
      return isWhole
    case 43: return readEncapsulated(&reader)
    case 20 where reader.count == 0, 21 where reader.count == 0, 24 where reader.count != 2:
      errors.insert(.length)
    case 7 where reader.count > 0, 11 where reader.count > 0, 12 where reader.count > 0,
      17 where reader.count > 0:
      errors.insert(.length)
    default:
      if function == 0 || function >= 0x80 { errors.insert(.function) }
      if access.contains(.read) {
        let isWhole = readReadRequest(&reader)
        return isWhole && access.contains(.write) ? readWriteRequest(&reader) : isWhole
      }
      if access.contains(.write) { return readWriteRequest(&reader) }
    }
    content = .bytes(reader.rest())
    return true
  }

  private mutating func readResponse(_ reader: inout Reader) -> Bool {
    if function >= 0x80 { return readException(&reader) }
    switch code {
    case 8: return readDiagnostic(&reader)
    case 43: return readEncapsulated(&reader)
    case 7 where reader.count != 1, 11 where reader.count != 4: errors.insert(.length)
    default:
      if access.contains(.read) { return readReadAnswer(&reader) }
      if access.contains(.write) { return readWriteAnswer(&reader) }
    }
    content = .bytes(reader.rest())
    return true
  }

  private mutating func readEither(_ reader: inout Reader) -> Bool {
    if function >= 0x80 { return readException(&reader) }
    switch code {
    case 8: return readDiagnostic(&reader)
    case 43: return readEncapsulated(&reader)
    default: content = .bytes(reader.rest())
    }
    return true
  }

  // MARK: Functions

  /// An exception (§7): errors of memory are those of files.
  private mutating func readException(_ reader: inout Reader) -> Bool {
    guard let exception = reader.u8() else { return false }
    switch exception {
    case 8 where code != 20 && code != 21: errors.insert(.exception)
    case 0, 9, 12...: errors.insert(.exception)
    default: break
    }
    content = .exception(exception)
    return true
  }

  private mutating func readDiagnostic(_ reader: inout Reader) -> Bool {
    guard let subfunction = reader.u16() else {
      errors.insert(.length)
      return true
    }
    content = .diagnostic(subfunction, reader.rest())
    return true
  }

  /// Data that a request must have with some subfunctions (§6.8.1).
  private mutating func checkDiagnostic() {
    guard case .diagnostic(let subfunction, let data) = content, data.count == 2 else { return }
    let isGood: Bool
    switch subfunction {
    case 0, 4: isGood = true
    case 1: isGood = data[1] == 0 && (data[0] == 0 || data[0] == 0xFF)
    case 3: isGood = data[1] == 0
    case 2, 10...21: isGood = data == [0, 0]
    default: isGood = true
    }
    if !isGood { errors.insert(.value) }
  }

  private mutating func readEncapsulated(_ reader: inout Reader) -> Bool {
    guard let kind = reader.u8() else {
      errors.insert(.length)
      return true
    }
    content = .encapsulated(kind, reader.rest())
    return true
  }

  private mutating func readReadRequest(_ reader: inout Reader) -> Bool {
    guard let address = reader.u16(), let quantity = reader.u16() else { return false }
    if code != 23, reader.count > 4 { errors.insert(.length) }
    let most = isOfBits ? Self.bitsMax : Self.registersMax
    if quantity == 0 || quantity > most { errors.insert(.value) }
    content = .read(address: address, quantity: quantity)
    return true
  }

  private mutating func readReadAnswer(_ reader: inout Reader) -> Bool {
    guard let count = reader.u8() else {
      errors.insert(.length)
      return true
    }
    if !(1...250 ~= count) || reader.remaining != Int(count) { errors.insert(.value) }
    content = .readAnswer(reader.rest())
    return true
  }

  private mutating func readWriteRequest(_ reader: inout Reader) -> Bool {
    guard let address = reader.u16() else { return false }
    if access.contains(.single) {
      guard let data = reader.u16() else { return false }
      if access.contains(.coils), data != 0, data != 0xFF00 { errors.insert(.value) }
      content = .write(.other(address: address, data: data))
      return true
    }
    guard access.contains(.multiple) else { return readMask(address, &reader) }
    guard let quantity = reader.u16(), let count = reader.u8() else { return false }
    if quantity == 0 || reader.remaining != Int(count) { errors.insert(.length) }
    let wanted = isOfBits ? (Int(quantity) &+ 7) / 8 : 2 &* Int(quantity)
    if quantity > (isOfBits ? Self.bitsMax : Self.registersMax) || Int(count) != wanted {
      errors.insert(.value)
    }
    let write = ModbusWrite.multiple(address: address, quantity: quantity, data: reader.rest())
    if case .read(let address, let quantity) = content {
      content = .readWrite(address: address, quantity: quantity, write)
    } else {
      content = .write(write)
    }
    return true
  }

  private mutating func readWriteAnswer(_ reader: inout Reader) -> Bool {
    guard let address = reader.u16() else { return false }
    guard access.contains(.single) || access.contains(.multiple) else { return readMask(address, &reader) }
    guard let data = reader.u16() else { return false }
    if access.contains(.multiple) {
      // As in the reference, the bounds of bits and registers have changed places.
      if data == 0 || data > (isOfBits ? Self.registersMax : Self.bitsMax) { errors.insert(.value) }
    }
    content = .write(.other(address: address, data: data))
    return true
  }

  private mutating func readMask(_ address: UInt16, _ reader: inout Reader) -> Bool {
    guard let and = reader.u16(), let or = reader.u16() else { return false }
    content = .write(.mask(address: address, and: and, or: or))
    return true
  }

  private var isOfBits: Bool { !access.isDisjoint(with: [.discretes, .coils]) }

  private var foundCategory: ModbusCategory {
    switch (code, content) {
    case (8, .diagnostic(let subfunction, _)):
      return 0...4 ~= subfunction || 10...21 ~= subfunction ? .assigned : .reserved
    case (43, .encapsulated(let kind, _)): return kind == 13 || kind == 14 ? .assigned : .reserved
    case (8, _), (43, _): return []
    case (0, _): return .of(function)
    default: return .assigned
    }
  }

  // MARK: Requests and responses

  /// Whether it belongs to a message of the other direction; notes values that do not go with it.
  mutating func matches(_ other: ModbusMessage) -> Bool {
    guard transaction == other.transaction, unit == other.unit, code == other.code, access == other.access
    else { return false }
    // Of functions that are not known nothing more can be said, of exceptions neither.
    guard category == .assigned else { return true }
    if case .exception = other.content { return true }
    switch (content, other.content) {
    case (.exception, _), (.bytes, .bytes): return true
    case (.bytes, _): return errors.contains(.length)
    case (_, .bytes): return other.errors.contains(.length)
    case (.readAnswer(let data), .read(_, let quantity)), (.read(_, let quantity), .readAnswer(let data)):
      if data.count != (Int(quantity) &+ 7) / 8 { errors.insert(.value) }
      return true
    case (.readAnswer(let data), .readWrite(_, let quantity, _)),
      (.readWrite(_, let quantity, _), .readAnswer(let data)):
      if data.count != 2 &* Int(quantity) { errors.insert(.value) }
      return true
    case (.write(let own), .write(let others)): return matches(own, others)
    case (.diagnostic(let own, _), .diagnostic(let others, _)): return own == others
    case (.encapsulated(let own, _), .encapsulated(let others, _)): return own == others
    default: return false
    }
  }

  private mutating func matches(_ own: ModbusWrite, _ others: ModbusWrite) -> Bool {
    let isSame: Bool
    switch (own, others) {
    case (.other(let address, let data), .other(let otherAddress, let otherData)),
      (.other(let address, let data), .multiple(let otherAddress, let otherData, _)),
      (.multiple(let address, let data, _), .other(let otherAddress, let otherData)):
      isSame = address == otherAddress && data == otherData
    case (.mask, .mask): isSame = own == others
    default: return false
    }
    if !isSame { errors.insert(.value) }
    return true
  }
}
