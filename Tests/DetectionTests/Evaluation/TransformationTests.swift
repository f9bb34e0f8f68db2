import Testing

@testable import Detection

@Suite("Transformations")
struct TransformationTests {
  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test("percent codes are decoded, and what is no code stays")
  func urlDecode() {
    #expect(text(Transformation.urlDecoding(bytes("a%41+%zz%4"))) == "aA %zz%4")
  }

  @Test("white space is compressed to one byte")
  func whitespace() {
    #expect(text(Transformation.compressingWhitespace(bytes("a  \t b c"))) == "a b c")
  }

  @Test("names of headers become small up to the colon")
  func headers() {
    #expect(text(Transformation.loweringHeaders(bytes("HoSt: ABC\nX-Y: Z"))) == "host: ABC\nx-y: Z")
    #expect(text(Transformation.strippingPseudoHeaders(bytes(":method: GET\nhost: a"))) == "host: a")
  }

  @Test("the registered domain is the public suffix and one label more")
  func domains() {
    func domain(_ name: String) -> String? {
      Transformation.registeredDomain(bytes(name)).map { text(Array($0)) }
    }
    #expect(domain("www.example.com") == "example.com")
    #expect(domain("a.b.example.gov.cn") == "example.gov.cn")
    #expect(domain("com") == nil)
    #expect(domain("7.1.20.10.in-addr.arpa") == "10.in-addr.arpa")
    #expect(Transformation.publicSuffix(bytes("x.co.uk")).map { text(Array($0)) } == "co.uk")
  }

  @Test("Base64 is decoded as far as it goes")
  func base64() {
    func decode(_ input: String, _ mode: Base64Mode) -> String {
      var decoded: [UInt8] = []
      Base64Text.decode(bytes(input).rawSpan, mode, into: &decoded)
      return text(decoded)
    }
    #expect(decode("aGVsbG8=", .rfc4648) == "hello")
    #expect(decode("aGVs\r\nbG8=", .rfc2045) == "hello")
    #expect(decode("aGVs!bG8=", .rfc4648) == "hel")
    #expect(decode("aGVs!bG8=", .strict) == "")
    #expect(decode("aGVsb", .rfc4648) == "")
    #expect(decode("aGVsbG", .rfc2045) == "hel")
    #expect(decode("aG.V!s", .rfc2045) == "hel")
  }

  @Test(
    "padding, foreign bytes and cut groups are taken as each mode has it",
    arguments: [
      ("YWJjZA==YWJj", "abcdabc", "abcdabc", ""), ("SGVsbG8=V29ybGQ=", "HelloWorld", "HelloWorld", ""),
      ("YW=Jj", "", "a", ""), ("YWJj=", "", "abc", ""), ("YWJjZA=", "abcd", "abc", ""),
      ("YWJjZ!A==", "", "abcd", ""), ("YWJj!", "abc", "abc", ""), ("!YWJj", "", "abc", ""),
      ("YW Jj", "a", "abc", ""), ("YWJjZA==X", "", "abcd", ""), ("YWJj====", "", "", ""),
      ("YWJjZB==", "abcd", "abcd", ""), ("YWJjZA==", "abcd", "abcd", "abcd"), ("Y", "", "", ""),
      ("YWJjZGVmZ2hpamts==", "", "abcdefghijkl", ""), ("YWJ", "ab", "", ""),
    ])
  func base64Modes(input: String, rfc4648: String, rfc2045: String, strict: String) {
    for (mode, wanted) in [
      (Base64Mode.rfc4648, rfc4648), (.rfc2045, rfc2045), (.strict, strict),
    ] {
      var decoded = bytes("kept")
      Base64Text.decode(bytes(input).rawSpan, mode, into: &decoded)
      #expect(text(decoded) == "kept" + wanted, "\(mode)")
    }
  }
}
