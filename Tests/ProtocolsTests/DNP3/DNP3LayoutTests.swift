import Testing

@testable import Protocols

/// The table of points is compiled in, and a line that cannot be read would be left out in silence.
@Suite struct DNP3LayoutTests {
  @Test("every line of the table gives a layout, with all of its members")
  func table() {
    let lines = DNP3Layouts.table.split(separator: "\n")
    #expect(lines.count > 150)
    #expect(DNP3Layout.all.count == lines.count)
    let kinds = ["packed", "sized", "sized16"]
    for line in lines {
      let words = line.split(separator: " ").map(String.init)
      let layout = DNP3Layout.all[DNP3Layout.key(UInt8(words[0]) ?? 0, UInt8(words[1]) ?? 0)]
      let members = words.dropFirst(2).filter { !kinds.contains($0) }.flatMap { word in
        guard word.hasPrefix("$") else { return [word] }
        return DNP3Layouts.common[String(word.dropFirst())]?.split(separator: " ").map(String.init) ?? []
      }
      #expect(layout?.members.count == members.count, "\(line)")
    }
  }
}
