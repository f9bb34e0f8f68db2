@testable import Protocols

/// Packets of remote procedure calls, in either byte order.
struct DCERPCMessages {
  var isLittleEndian = true

  func number(_ value: Int, bytes count: Int) -> [UInt8] {
    let bytes = big(value, bytes: count)
    return isLittleEndian ? bytes.reversed() : bytes
  }

  /// 367abb81-9844-35f1-ad32-98f038001003 in the byte order.
  var interface: [UInt8] {
    number(0x367a_bb81, bytes: 4) + number(0x9844, bytes: 2) + number(0x35f1, bytes: 2)
      + [0xad, 0x32, 0x98, 0xf0, 0x38, 0x00, 0x10, 0x03]
  }

  func packet(_ type: UInt8, call: Int, flags: UInt8 = 3, _ body: [UInt8]) -> [UInt8] {
    [5, 0, type, flags, isLittleEndian ? 0x10 : 0, 0, 0, 0] + number(16 + body.count, bytes: 2) + [0, 0]
      + number(call, bytes: 4) + body
  }

  func bind(call: Int = 1, contexts: [Int] = [0], type: UInt8 = 11, flags: UInt8 = 3) -> [UInt8] {
    var body = number(4280, bytes: 2) + number(4280, bytes: 2) + [0, 0, 0, 0, UInt8(contexts.count), 0, 0, 0]
    for context in contexts {
      // The version is one number: the major half counts first.
      body += number(context, bytes: 2) + [1, 0] + interface + number(2, bytes: 4)
      body += [UInt8](repeating: 0x8a, count: 20)
    }
    return packet(type, call: call, flags: flags, body)
  }

  func bindAcknowledge(call: Int = 1, results: [Int] = [0], type: UInt8 = 12) -> [UInt8] {
    var body = number(4280, bytes: 2) + number(4280, bytes: 2) + [1, 0, 0, 0] + number(4, bytes: 2)
    body += Array("135".utf8) + [0, 0, 0] + [UInt8(results.count), 0, 0, 0]
    for result in results { body += number(result, bytes: 2) + [0, 0] + [UInt8](repeating: 0, count: 20) }
    return packet(type, call: call, body)
  }

  func request(
    call: Int = 1, operation: Int = 15, context: Int = 0, flags: UInt8 = 3, _ arguments: String
  ) -> [UInt8] {
    packet(
      0, call: call, flags: flags,
      number(0, bytes: 4) + number(context, bytes: 2) + number(operation, bytes: 2) + Array(arguments.utf8))
  }

  func response(call: Int = 1, flags: UInt8 = 3, _ results: String) -> [UInt8] {
    packet(2, call: call, flags: flags, [UInt8](repeating: 0, count: 8) + Array(results.utf8))
  }

  /// A datagram of the protocol's version 4.
  func datagram(
    _ type: UInt8, sequence: Int = 7, operation: Int = 3, flags: UInt8 = 0, fragment: Int = 0, _ text: String
  )
    -> [UInt8]
  {
    var bytes: [UInt8] = [4, type, flags, 0, isLittleEndian ? 0x10 : 0, 0, 0, 0]
    bytes += [UInt8](repeating: 0, count: 16) + interface + [UInt8](1...16) + [0, 0, 0, 0]
    bytes += number(2, bytes: 4) + number(sequence, bytes: 4) + number(operation, bytes: 2)
    bytes +=
      [0xff, 0xff, 0xff, 0xff] + number(text.utf8.count, bytes: 2) + number(fragment, bytes: 2) + [0, 0]
    return bytes + Array(text.utf8)
  }
}
