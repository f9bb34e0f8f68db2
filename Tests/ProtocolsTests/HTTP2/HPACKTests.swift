import Testing
import Wire

@testable import Protocols

/// The examples of RFC 7541 appendix C, and what hostile blocks do.
@Suite struct HPACKTests {
  private static func decode(_ decoder: inout HPACKDecoder, _ hexadecimal: String) throws -> [String] {
    try decoder.decode(bytes(hexadecimal: hexadecimal).rawSpan).map { "\(text($0.name)): \(text($0.value))" }
  }

  private static func first(_ decoder: inout HPACKDecoder, _ block: [UInt8]) throws -> HTTP2Header? {
    try decoder.decode(block.rawSpan).first
  }

  @Test("three requests on one connection use the table that they build up (C.4)")
  func requests() throws {
    var decoder = HPACKDecoder()
    do {
      let headers = try Self.decode(&decoder, "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff")
      #expect(
        headers == [
          ":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com",
        ])
    }
    do {
      let headers = try Self.decode(&decoder, "8286 84be 5886 a8eb 1064 9cbf")
      #expect(
        headers == [
          ":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com",
          "cache-control: no-cache",
        ])
    }
    do {
      let headers = try Self.decode(&decoder, "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf")
      #expect(
        headers == [
          ":method: GET", ":scheme: https", ":path: /index.html", ":authority: www.example.com",
          "custom-key: custom-value",
        ])
    }
  }

  @Test("a response with every byte class in Huffman code (C.6.1)")
  func response() throws {
    var decoder = HPACKDecoder()
    let block =
      "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad"
      + "1718 63c7 8f0b 97c8 e9ae 82ae 43d3"
    do {
      let headers = try Self.decode(&decoder, block)
      #expect(
        headers == [
          ":status: 302", "cache-control: private", "date: Mon, 21 Oct 2013 20:13:21 GMT",
          "location: https://www.example.com",
        ])
    }
  }

  @Test("a header that is not kept is not found again, and a table of no size holds nothing")
  func eviction() throws {
    var decoder = HPACKDecoder()
    do {
      let headers = try Self.decode(&decoder, "000161 0162")
      #expect(headers == ["a: b"])
    }
    #expect(throws: HPACKDecoder.Failure.damaged) { try Self.decode(&decoder, "be") }
    do {
      let headers = try Self.decode(&decoder, "400161 0162 be")
      #expect(headers == ["a: b", "a: b"])
    }
    let size = try Self.first(&decoder, [0x20])?.tableSize
    #expect(size == 0)
    #expect(throws: HPACKDecoder.Failure.damaged) { try Self.decode(&decoder, "be") }
  }

  @Test(
    "damaged blocks are refused",
    arguments: [
      "80", "ff", "ffffffffffffff", "00", "0005 6162", "0001", "0081 00 0161", "c0", "3fe1ffffffffffff7f",
    ])
  func damaged(block: String) {
    var decoder = HPACKDecoder()
    #expect(throws: HPACKDecoder.Failure.self) { try Self.decode(&decoder, block) }
  }

  @Test("a block that unfolds to more than the bounds ends")
  func bomb() throws {
    var decoder = HPACKDecoder()
    let value = [UInt8](repeating: 0x61, count: 3000)
    let first: [UInt8] = [0x40, 1, 0x78, 0x7F, 0xB9, 0x16] + value
    let kept = try Self.first(&decoder, first)?.value
    #expect(kept == value)
    let block = [UInt8](repeating: 0xBE, count: 4000)
    #expect(throws: HPACKDecoder.Failure.tooLong) { try Self.first(&decoder, block) }
  }

  @Test("random blocks neither trap nor grow past the bounds")
  func random() {
    var generator = SeededGenerator(state: 5)
    for _ in 0..<3000 {
      var decoder = HPACKDecoder()
      let block = (0..<Int.random(in: 1...120, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      let headers = (try? decoder.decode(block.rawSpan)) ?? []
      #expect(headers.count <= block.count)
    }
  }
}
