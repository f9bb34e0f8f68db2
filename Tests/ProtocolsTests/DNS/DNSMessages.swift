/// Builds DNS messages for tests.
enum DNSMessages {
  static let pointerToQuestion: [UInt8] = [0xC0, 0x0C]

  static func name(_ text: String) -> [UInt8] {
    text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
  }

  static func record(_ name: [UInt8], _ type: Int, _ data: [UInt8], ttl: Int = 60) -> [UInt8] {
    name + big(type, bytes: 2) + [0, 1] + big(ttl, bytes: 4) + big(data.count, bytes: 2) + data
  }

  static func message(
    identifier: Int = 1, flags: Int, question: [UInt8]? = name("www.example.com"), type: Int = 1,
    answers: [[UInt8]] = [], authorities: [[UInt8]] = [], additionals: [[UInt8]] = [],
    extraAdditionals: Int = 0,
    extraAuthorities: Int = 0
  ) -> [UInt8] {
    var result = big(identifier, bytes: 2) + big(flags, bytes: 2) + big(question == nil ? 0 : 1, bytes: 2)
    result += big(answers.count, bytes: 2) + big(authorities.count + extraAuthorities, bytes: 2)
    result += big(additionals.count + extraAdditionals, bytes: 2)
    if let question { result += question + big(type, bytes: 2) + [0, 1] }
    return result + (answers + authorities + additionals).flatMap { $0 }
  }

  static let request = message(flags: 0x0100)
  static let response = message(
    flags: 0x8180,
    answers: [
      record(pointerToQuestion, 5, name("real.example.com")),
      record(name("real.example.com"), 1, [192, 0, 2, 1]),
      record(pointerToQuestion, 16, [2] + "ab".utf8 + [1] + "c".utf8),
    ])

  /// With the length that goes before it over TCP.
  static func framed(_ message: [UInt8]) -> [UInt8] { big(message.count, bytes: 2) + message }
}
