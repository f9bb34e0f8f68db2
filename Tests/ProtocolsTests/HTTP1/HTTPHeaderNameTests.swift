import Foundation
import Testing
import Wire

@testable import Protocols

/// The headers that are known by number.
struct HTTPHeaderNameTests {
  @Test("each has a place and a bit of its own, and they stand in the order of their lengths")
  func order() {
    let places = HTTPHeaders.Places(repeating: 0)
    #expect(HTTPHeaderName.allCases.count == places.count)
    // With all bits set, names with NUL bytes are told.
    #expect(HTTPHeaderName.allCases.count < UInt32.bitWidth)
    let counts = HTTPHeaderName.allCases.map(\.text.utf8.count)
    #expect(counts == counts.sorted())
    #expect(counts.allSatisfy { $0 <= HTTPNameWords.bytesMax })
  }

  @Test("names are told in any case, others are not", arguments: HTTPHeaderName.allCases)
  func names(_ name: HTTPHeaderName) {
    for text in [name.text, name.text.uppercased(), name.text.capitalized] {
      let bytes = Array(text.utf8)
      #expect(HTTPHeaderName(bytes.rawSpan) == name)
      let longer = bytes + [0x78]
      #expect(HTTPHeaderName(longer.rawSpan) == nil)
      // Every byte counts: one bit changed makes another name.
      for index in bytes.indices {
        var other = bytes
        other[index] ^= 0x01
        #expect(HTTPHeaderName(other.rawSpan) != name)
      }
    }
  }
}
