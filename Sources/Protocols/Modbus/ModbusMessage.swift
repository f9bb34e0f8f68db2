import Wire

/// A message of Modbus: its header and what its function says (Modbus Application Protocol V1.1b3 §4, §6).
package struct ModbusMessage: Sendable {
  /// What stands behind the function.
  package enum Content: Sendable, Equatable {
    case none
    case exception(UInt8)
    /// Subfunction and data.
    case diagnostic(UInt16, [UInt8])
    /// Kind of an interface that is encapsulated, and data.
    case encapsulated(UInt8, [UInt8])
    case read(address: UInt16, quantity: UInt16)
    case readAnswer([UInt8])
    case write(ModbusWrite)
    case readWrite(address: UInt16, quantity: UInt16, ModbusWrite)
    /// What has no form that is known.
    case bytes([UInt8])
  }

  package let transaction: UInt16
  package let protocolNumber: UInt16
  let length: UInt16
  package internal(set) var unit: UInt8 = 0
  /// As it stands in the message.
  package internal(set) var function: UInt8 = 0
  package internal(set) var access: ModbusAccess = []
  package internal(set) var category: ModbusCategory = []
  package internal(set) var content = Content.none
  package internal(set) var errors: ModbusErrors = []

  /// The function without the mark of an exception; 0 where it is none that is known.
  package var code: UInt8 {
    let code = function & 0x7F
    return 1...24 ~= code || code == 43 ? code : 0
  }

  init(_ header: RawSpan) {
    transaction = header.u16(0)
    protocolNumber = header.u16(2)
    length = header.u16(4)
    if protocolNumber != 0 { errors.insert(.protocolNumber) }
  }
}

/// What is written.
package enum ModbusWrite: Sendable, Equatable {
  case multiple(address: UInt16, quantity: UInt16, data: [UInt8])
  case mask(address: UInt16, and: UInt16, or: UInt16)
  /// One value, or in answers how many were written.
  case other(address: UInt16, data: UInt16)
}

/// What a function does, and to what.
package struct ModbusAccess: OptionSet, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let read = ModbusAccess(rawValue: 1)
  package static let write = ModbusAccess(rawValue: 2)
  package static let discretes = ModbusAccess(rawValue: 4)
  package static let coils = ModbusAccess(rawValue: 8)
  package static let input = ModbusAccess(rawValue: 16)
  package static let holding = ModbusAccess(rawValue: 32)
  static let single = ModbusAccess(rawValue: 64)
  static let multiple = ModbusAccess(rawValue: 128)

  /// Names of the bits as events have them.
  package static let names = [
    "READ", "WRITE", "DISCRETES", "COILS", "INPUT", "HOLDING", "SINGLE", "MULTIPLE",
  ]

  static func of(_ code: UInt8) -> ModbusAccess {
    switch code {
    case 1: [.coils, .read]
    case 2: [.discretes, .read]
    case 3: [.holding, .read]
    case 4: [.input, .read]
    case 5: [.coils, .write, .single]
    case 6: [.holding, .write, .single]
    case 15: [.coils, .write, .multiple]
    case 16: [.holding, .write, .multiple]
    case 22: [.holding, .write]
    case 23: [.holding, .read, .write, .multiple]
    default: []
    }
  }
}

/// Who gives a function its meaning (§5).
package struct ModbusCategory: OptionSet, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let assigned = ModbusCategory(rawValue: 1)
  package static let unassigned = ModbusCategory(rawValue: 2)
  package static let user = ModbusCategory(rawValue: 4)
  package static let reserved = ModbusCategory(rawValue: 8)

  /// Names of the bits as events have them.
  package static let names = ["PUBLIC_ASSIGNED", "PUBLIC_UNASSIGNED", "USER_DEFINED", "RESERVED"]

  /// Of a function that is not known.
  static func of(_ function: UInt8) -> ModbusCategory {
    switch function {
    case 9..<15, 41..<43, 90..<92, 125..<128: .reserved
    case 65..<73, 100..<111: .user
    case 1..<128: .unassigned
    default: []
    }
  }
}

/// What is wrong with a message.
package struct ModbusErrors: OptionSet, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  static let value = ModbusErrors(rawValue: 1)
  static let length = ModbusErrors(rawValue: 2)
  static let exception = ModbusErrors(rawValue: 4)
  static let function = ModbusErrors(rawValue: 8)
  static let protocolNumber = ModbusErrors(rawValue: 16)

  /// Names of the bits as events have them.
  package static let names = ["DATA_VALUE", "DATA_LENGTH", "EXC_CODE", "FUNC_CODE", "PROTO_ID"]
}

extension ModbusMessage {
  /// The first and the last address that it is about, counted from 1 as people do. As in the reference, a
  /// single one behind the last is 0.
  var addresses: ClosedRange<UInt16>? {
    switch content {
    case .write(.other(let address, _)), .write(.mask(let address, _, _)):
      return (address &+ 1)...(address &+ 1)
    case .read(let address, let quantity), .write(.multiple(let address, let quantity, _)),
      .readWrite(_, _, .multiple(let address, let quantity, _)):
      guard quantity > 0, quantity <= .max - address else { return nil }
      return (address &+ 1)...(address &+ quantity)
    default: return nil
    }
  }

  /// What is written to each address: 65536 times the address, and the value. As in the reference, coils are
  /// looked for at the places of registers.
  var writtenValues: [Int64] {
    guard let addresses else { return [] }
    let isCoils = access.contains(.coils)
    switch content {
    case .write(.other(_, let data)) where access.contains(.single):
      return [Int64(addresses.lowerBound) << 16 | Int64(isCoils ? (data != 0 ? 1 : 0) : data)]
    case .write(.multiple(_, _, let data)), .readWrite(_, _, .multiple(_, _, let data)):
      var values: [Int64] = []
      for (place, address) in addresses.enumerated() {
        let offset = isCoils ? place &* 2 >> 3 : place &* 2
        guard offset &+ 1 < data.count else { break }
        var value = UInt16(data[offset]) << 8 | UInt16(data[offset &+ 1])
        if isCoils { value = value >> UInt16(place & 7) & 1 }
        values.append(Int64(address) << 16 | Int64(value))
      }
      return values
    default: return []
    }
  }
}
