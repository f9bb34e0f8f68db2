import Testing
import Wire

@testable import Protocols

@Suite struct LineReaderTests {
  /// All pieces that a reader gives of a stream cut into pieces of `size`, with whether each goes on.
  private func pieces(of stream: String, size: Int, _ excess: LineReader.Excess) -> [String] {
    var reader = LineReader(bytesMax: 8, excess: excess)
    var result: [String] = []
    let bytes = Array(stream.utf8)
    for start in stride(from: 0, to: bytes.count, by: size) {
      let chunk = Array(bytes[start..<min(start + size, bytes.count)])
      var position = 0
      while position < chunk.count {
        let mark = { (reader: LineReader) in reader.isContinuation ? "+" : "" }
        switch reader.gather(chunk.rawSpan, &position) {
        case .needsMore: break
        case .whole(let range): result.append(mark(reader) + text(Array(chunk[range])))
        case .cut(let range): result.append(mark(reader) + text(Array(chunk[range])) + "!")
        case .inKept: result.append(mark(reader) + text(reader.kept))
        case .cutInKept: result.append(mark(reader) + text(reader.kept) + "!")
        }
      }
    }
    return result
  }

  @Test("lines are the same however the stream is cut", arguments: [1, 2, 3, 5, 100])
  func cuts(size: Int) {
    #expect(pieces(of: "ab\ncd\r\n\nefg", size: size, .dropped) == ["ab\n", "cd\r\n", "\n"])
  }

  @Test("of a line that is too long the rest is dropped, or given in pieces", arguments: [1, 3, 7, 100])
  func excess(size: Int) {
    let stream = "0123456789abcdefghij\nend\n"
    #expect(pieces(of: stream, size: size, .dropped) == ["01234567!", "end\n"])
    #expect(pieces(of: stream, size: size, .given) == ["01234567!", "+89abcdef!", "+ghij\n", "end\n"])
  }

  @Test("a line that just fills the room is too long and ends", arguments: [1, 4, 100])
  func full(size: Int) {
    #expect(pieces(of: "1234567\nx\n", size: size, .dropped) == ["1234567\n!", "x\n"])
  }
}
