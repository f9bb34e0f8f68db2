import Testing

@testable import Wire

@Suite struct TextTests {
  @Test(
    "addresses are read and written",
    arguments: [
      ("1.2.3.4", "1.2.3.4"), ("255.255.255.255", "255.255.255.255"), ("0.0.0.0", "0.0.0.0"),
      ("::", "0000:0000:0000:0000:0000:0000:0000:0000"), ("::1", "0000:0000:0000:0000:0000:0000:0000:0001"),
      ("fe80::1:2", "fe80:0000:0000:0000:0000:0000:0001:0002"),
      ("2001:DB8::", "2001:0db8:0000:0000:0000:0000:0000:0000"),
      ("1:2:3:4:5:6:7:8", "0001:0002:0003:0004:0005:0006:0007:0008"),
      ("::ffff:192.0.2.1", "0000:0000:0000:0000:0000:ffff:c000:0201"),
    ])
  func addresses(text: String, expected: String) {
    #expect(IPAddress(text)?.description == expected)
  }

  @Test(
    "what is no address is none",
    arguments: [
      "", ":", ":::", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4 ", "1..2.3", "::1::", "1:2:3:4:5:6:7",
      "12345::",
      "1:2:3:4:5:6:7:8:9", "g::", "1:", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "::1:2:3:4:5:6:7:8", "0001.2.3.4",
    ])
  func noAddresses(text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test("a prefix contains what shares its bits, of its own family")
  func prefixes() throws {
    let net = try #require(IPPrefix("10.1.0.0/16"))
    #expect(net.contains(try #require(IPAddress("10.1.255.255"))))
    #expect(!net.contains(try #require(IPAddress("10.2.0.0"))))
    #expect(!net.contains(try #require(IPAddress("::a01:0"))))
    #expect(net.last == IPAddress("10.1.255.255") && net.description == "10.1.0.0/16")
    #expect(IPPrefix("10.1.2.3/255.255.0.0") == net && IPPrefix("10.1.9.9/16") == net)
    let six = try #require(IPPrefix("2001:db8::/33"))
    #expect(six.contains(try #require(IPAddress("2001:db8:7fff::1"))))
    #expect(!six.contains(try #require(IPAddress("2001:db8:8000::1"))))
    #expect(try #require(IPPrefix("::/0")).contains(try #require(IPAddress("ff::"))))
    #expect(try #require(IPPrefix("0.0.0.0/0")).contains(try #require(IPAddress("9.9.9.9"))))
    #expect(IPPrefix("1.1.1.1")?.length == 32 && IPPrefix("::1")?.length == 128)
  }

  @Test(
    "what is no prefix is none",
    arguments: [
      "1.1.1.1/33", "::/129", "1.1.1.1/", "1.1.1.1/-1", "1.1.1.1/255.0.255.0", "::/255.0.0.0", "/8",
      "1.1.1.1/+8",
    ])
  func noPrefixes(text: String) {
    #expect(IPPrefix(text) == nil)
  }

  @Test("Base64 is written and read back for every length")
  func base64() {
    for length in 0..<20 {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 77 &+ 130) }
      var text: [UInt8] = []
      Base64.append(encoding: bytes.rawSpan, to: &text)
      var back: [UInt8] = []
      let isGood = Base64.append(decoding: text.rawSpan, to: &back)
      #expect(text.count % 4 == 0 && isGood && back == bytes)
    }
    var text: [UInt8] = []
    Base64.append(encoding: Array("light work.".utf8).rawSpan, to: &text)
    #expect(String(decoding: text, as: UTF8.self) == "bGlnaHQgd29yay4=")
  }

  @Test("spoilt Base64 gives what stands before the fault, or leaves the fault out")
  func spoiltBase64() {
    var bytes: [UInt8] = []
    let isGood = Base64.append(decoding: Array("QUJD*REVG".utf8).rawSpan, to: &bytes)
    #expect(!isGood && bytes == [65, 66, 67])
    bytes = []
    Base64.append(decoding: Array("QU\r\nJDREVG".utf8).rawSpan, .lenient, to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "ABCDEF")
  }

  @Test("percent encoding is decoded where it is one, and left alone where it is not")
  func percent() {
    var bytes: [UInt8] = []
    let count = PercentEncoding.append(
      decoding: Array("a%41%zz%4+%".utf8).rawSpan, plusIsSpace: true, to: &bytes)
    #expect(count == 1 && String(decoding: bytes, as: UTF8.self) == "aA%zz%4 %")
  }

  @Test("bytes are written as digits and letters")
  func asciiHelpers() {
    var text: [UInt8] = []
    ASCII.append(hex: [0, 0xab, 0xff].rawSpan, separator: UInt8(ascii: ":"), to: &text)
    ASCII.append(decimal: 0, to: &text)
    ASCII.append(decimal: UInt64.max, to: &text)
    ASCII.append(lowercased: Array("AbZ[".utf8).rawSpan, to: &text)
    #expect(String(decoding: text, as: UTF8.self) == "00:ab:ff018446744073709551615abz[")
    let host = Array("HoSt".utf8)
    let other = Array("hOsT".utf8)
    let isSame = ASCII.equalsIgnoringCase(host.rawSpan, other.rawSpan)
    let isShort = ASCII.equalsIgnoringCase(host.rawSpan.part(0, 3), other.rawSpan)
    #expect(isSame && !isShort)
    #expect(ASCII.hexDigit(UInt8(ascii: "F")) == 15 && ASCII.hexDigit(UInt8(ascii: "g")) == nil)
  }
}
