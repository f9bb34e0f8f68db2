import Testing
import Wire

@testable import Events

@Suite struct JSONWriterTests {
  private func quoted(_ bytes: [UInt8]) -> String {
    var writer = JSONWriter()
    writer.appendQuoted(bytes.rawSpan)
    return String(decoding: writer.bytes.copied(), as: UTF8.self)
  }

  @Test("valid UTF-8 stays, but for quotes, backslashes and control characters")
  func validTextStays() {
    #expect(quoted(Array("h中.x/é😀".utf8)) == "\"h中.x/é😀\"")
    #expect(quoted(Array("a\"b\\c/<>&".utf8)) == #""a\"b\\c/<>&""#)
    #expect(
      quoted([0x75, 0x01, 0x7F, 0x1B, 0x09, 0x0A, 0x0D, 0x08, 0x0C])
        == "\"u\\u0001\u{7F}\\u001b\\t\\n\\r\\b\\f\"")
  }

  @Test("text that is not UTF-8 has all its high bytes written as \\xhh")
  func invalidTextIsEscapedAsAWhole() {
    let url = [UInt8]("/a".utf8) + [0xFF] + [UInt8]("é\"b\\c".utf8)
    #expect(quoted(url) == #""/a\\xff\\xc3\\xa9\"b\\c""#)
  }

  @Test(
    "overlong forms, surrogates and numbers past U+10FFFF are not UTF-8",
    arguments: [
      [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
      [0xF5, 0x80, 0x80, 0x80], [0x80],
      [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xC3, 0x28],
    ] as [[UInt8]])
  func malformedIsSeen(bytes: [UInt8]) {
    let isValid = isValidUTF8(bytes.rawSpan)
    #expect(!isValid)
  }

  @Test("any two bytes give a line of valid UTF-8")
  func anyBytesGiveValidLines() {
    for high in 0..<256 {
      for low in stride(from: 0, to: 256, by: 5) {
        var writer = JSONWriter()
        writer.appendQuoted([UInt8(high), UInt8(low)].rawSpan)
        let line = writer.bytes.copied()
        let isValid = isValidUTF8(line.rawSpan)
        #expect(isValid)
        #expect(!line.dropFirst().dropLast().contains { $0 < 0x20 })
      }
    }
  }

  @Test("members, arrays and nested objects get their commas")
  func commas() {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("a", 1)
    writer.beginArray("b")
    writer.element(2)
    writer.element("x")
    writer.endArray()
    writer.beginObject("c")
    writer.endObject()
    writer.member("d", true)
    writer.endObject()
    let line = String(decoding: writer.takeLine(), as: UTF8.self)
    let rest = writer.bytes.copied()
    #expect(line == #"{"a":1,"b":[2,"x"],"c":{},"d":true}"# + "\n")
    #expect(rest.isEmpty)
  }

  @Test(
    "times are written in UTC with microseconds",
    arguments: [
      (0, "1970-01-01T00:00:00.000000+0000"), (1_518_814_152_413_745_999, "2018-02-16T20:49:12.413745+0000"),
      (951_827_696_000_000_001, "2000-02-29T12:34:56.000000+0000"),
      (-1_000, "1969-12-31T23:59:59.999999+0000"),
    ] as [(Int64, String)])
  func timestamps(nanoseconds: Int64, text: String) {
    var bytes = ByteBuffer(capacity: 64)
    bytes.appendTimestamp(nanoseconds: nanoseconds)
    #expect(String(decoding: bytes.copied(), as: UTF8.self) == text)
  }

  @Test(
    "base64 pads to whole groups",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy"),
    ])
  func base64(plain: String, encoded: String) {
    var bytes = ByteBuffer(capacity: 64)
    bytes.appendBase64(Array(plain.utf8).rawSpan)
    #expect(String(decoding: bytes.copied(), as: UTF8.self) == encoded)
  }

  @Test("numbers keep all their digits")
  func numbers() {
    var bytes = ByteBuffer(capacity: 64)
    for number in [0, 9, 10, 1_000_000, Int64.max, Int64.min] {
      bytes.appendDecimal(number)
      bytes.append(0x20)
    }
    bytes.appendDecimal(UInt64.max)
    #expect(
      String(decoding: bytes.copied(), as: UTF8.self)
        == "0 9 10 1000000 9223372036854775807 -9223372036854775808 18446744073709551615")
  }

  @Test("numbers on both sides of each power of ten have as many digits as they need")
  func widths() {
    var power: UInt64 = 1
    while true {
      for number in [power &- 1, power, power &+ 1] {
        var bytes = ByteBuffer(capacity: 64)
        bytes.appendDecimal(number)
        #expect(String(decoding: bytes.copied(), as: UTF8.self) == String(number))
      }
      let (next, isOver) = power.multipliedReportingOverflow(by: 10)
      if isOver { break }
      power = next
    }
  }

  @Test("a byte to be escaped is found at any place of a text of any length")
  func places() {
    for count in 1...40 {
      for place in 0..<count {
        for (byte, escaped) in [(0x22, "\\\""), (0x5C, "\\\\"), (0x1F, "\\u001f"), (0xFF, "\\\\xff")] {
          var text = [UInt8](repeating: 0x7E, count: count)
          text[place] = UInt8(byte)
          let before = String(repeating: "~", count: place)
          let after = String(repeating: "~", count: count - 1 - place)
          #expect(quoted(text) == "\"" + before + escaped + after + "\"")
        }
      }
    }
  }

  @Test("moments that follow each other are each written anew")
  func moments() {
    var writer = JSONWriter()
    for nanoseconds in [-1_000, 0, 1_000, 1_000, 999_999_999, 1_000_000_000, 1_000_001_000, -1] as [Int64] {
      var plain = ByteBuffer(capacity: 64)
      plain.appendTimestamp(nanoseconds: nanoseconds)
      writer.clear()
      writer.member("at", nanoseconds: nanoseconds)
      let line = String(decoding: writer.bytes.copied(), as: UTF8.self)
      #expect(line == "\"at\":\"" + String(decoding: plain.copied(), as: UTF8.self) + "\"")
    }
  }

  @Test("addresses are written in full")
  func addresses() {
    var bytes = ByteBuffer(capacity: 64)
    bytes.appendFullAddress(IPAddress(v4: 0x0A10_010B))
    bytes.append(0x20)
    bytes.appendFullAddress(IPAddress(v6High: 0x2001_0DB8_0000_0000, low: 1))
    #expect(
      String(decoding: bytes.copied(), as: UTF8.self) == "10.16.1.11 2001:0db8:0000:0000:0000:0000:0000:0001")
    for octet in 0...255 as ClosedRange<UInt32> {
      bytes.removeAll()
      bytes.appendFullAddress(IPAddress(v4: octet << 24 | octet << 8 | 7))
      #expect(String(decoding: bytes.copied(), as: UTF8.self) == "\(octet).0.\(octet).7")
    }
  }

  @Test("numbers in hexadecimal have no zeros before them")
  func hexadecimal() {
    for number in [0, 1, 0xF, 0x10, 0x100, 0x0FFF, 0x1000, 0x8180, 0xFFFF] as [UInt16] {
      var bytes = ByteBuffer(capacity: 64)
      bytes.append(hexadecimalOf: number)
      #expect(String(decoding: bytes.copied(), as: UTF8.self) == String(number, radix: 16))
    }
  }

  @Test("labels become names with dots, unless something in them has to be escaped")
  func labels() {
    var writer = JSONWriter()
    var written: [Bool] = []
    for name in ["\u{3}www\u{7}example\u{2}de", "", "\u{1}x", "\u{3}a\"b\u{2}de"] {
      let labels = Array(name.utf8)
      let isWritten = writer.member("a", labels: labels.rawSpan)
      written.append(isWritten)
    }
    writer.member("e", true)
    #expect(written == [true, true, true, false])
    let line = String(decoding: writer.bytes.copied(), as: UTF8.self)
    #expect(line == #""a":"www.example.de","a":"","a":"x","e":true"#)
  }
}
