import Protocols

/// The argument of `krb5.ticket_encryption`: `weak`, `!weak`, or names and numbers between commas or blanks.
enum TicketEncryptionSyntax {
  static func parse(_ value: KeywordValue) throws(RuleProblem) -> NumberTest {
    let strong = KerberosEncryption.strong.map(Int64.init)
    switch value.text.split(separator: " ") {
    case ["weak"]: return .noneOf(strong)
    case ["!weak"]: return .oneOf(strong)
    default: break
    }
    var numbers: [Int64] = []
    for part in value.split() {
      // A comma may stand behind the last, too.
      for word in part.words() { numbers.append(try number(word)) }
    }
    guard !numbers.isEmpty else {
      throw value.problem(
        "an encryption is missing", remedy: "write weak, !weak or a list such as rc4-hmac,23")
    }
    return .oneOf(numbers)
  }

  private static func number(_ word: KeywordValue) throws(RuleProblem) -> Int64 {
    if let named = KerberosEncryption.names.first(where: { $1 == word.text }) { return Int64(named.key) }
    if let number = Int32(word.text), word.bytes.first != UInt8(ascii: "+") { return Int64(number) }
    let near = Spelling.nearest(to: word.text, among: Array(KerberosEncryption.names.values))
    throw word.problem(
      "“\(word.text)” is no encryption", remedy: "write \(near ?? "rc4-hmac"), for example")
  }
}
