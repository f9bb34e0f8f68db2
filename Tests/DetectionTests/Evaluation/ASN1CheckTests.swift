import Testing
import Wire

@testable import Detection

@Suite("asn1")
struct ASN1CheckTests {
  private func holds(_ bytes: [UInt8], at start: Int = 0, _ change: (inout ASN1Check) -> Void) -> Bool {
    var check = ASN1Check()
    change(&check)
    return check.holds(bytes.rawSpan, at: start)
  }

  @Test("a length beyond the one allowed is found, also inside of other elements")
  func lengths() {
    let data: [UInt8] = [0x30, 0x06, 0x04, 0x82, 0x10, 0x00, 0x00, 0x00]
    #expect(holds(data) { $0.lengthMax = 2048 })
    #expect(!holds(data) { $0.lengthMax = 5000 })
    #expect(!holds([0x30, 0x02, 0x05, 0x00]) { $0.lengthMax = 2048 })
  }

  @Test("a bit string with more unused bits than bits is found")
  func bitStrings() {
    #expect(holds([0x03, 0x02, 0x09, 0xff]) { $0.findsBitStringOverflow = true })
    #expect(!holds([0x03, 0x02, 0x07, 0xff]) { $0.findsBitStringOverflow = true })
  }

  @Test("a long real number in characters is found")
  func reals() {
    let data = [0x09, 0x82, 0x01, 0x10, 0x03] + [UInt8](repeating: 0x31, count: 0x10f)
    #expect(holds(data) { $0.findsDoubleOverflow = true })
    #expect(!holds([0x09, 0x02, 0x03, 0x31]) { $0.findsDoubleOverflow = true })
  }

  @Test("bytes of any kind neither trap nor loop", arguments: 0..<200)
  func hostile(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let bytes = (0..<64).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    for start in [-5, 0, 3, 63, 64, 1000] {
      let isFound = holds(bytes, at: start) {
        $0.findsBitStringOverflow = true
        $0.findsDoubleOverflow = true
        $0.lengthMax = 1 << 40
      }
      #expect(!isFound || start < bytes.count, "nothing stands beyond the end")
    }
  }

  @Test("an asn1 that looks for nothing is refused, and one that says where is taken")
  func syntax() {
    #expect(load(tcp("asn1:relative_offset 5;")).signatures.isEmpty)
    #expect(load(tcp("asn1:foo;")).signatures.isEmpty)
    #expect(load(tcp("content:\"a\"; asn1:double_overflow, relative_offset 5;")).signatures.count == 1)
  }
}
