import Testing

@testable import Sensor

import Detection
import Events
import Wire

/// The lines of all workers come out in the order of packets, flows and their sequence.
@Suite struct MergerTests {
  private final class Lines: LineOutput {
    var text = ""
    var isClosed = false

    func write(lines bytes: RawSpan) throws {
      for index in 0..<bytes.byteCount { text.unicodeScalars.append(UnicodeScalar(bytes[index])) }
    }
    func flush() throws {}
    func close() throws { isClosed = true }
  }

  private struct Refusal: Error {}

  private final class Broken: LineOutput {
    func write(lines bytes: RawSpan) throws { throw Refusal() }
    func flush() throws {}
    func close() throws { throw Refusal() }
  }

  private func buffer(_ lines: [(packet: UInt64, flow: UInt64, sequence: UInt32, text: String)])
    -> EventBuffer
  {
    var buffer = EventBuffer()
    for line in lines {
      let start = buffer.bytes.count
      buffer.bytes += Array((line.text + "\n").utf8)
      buffer.entries.append(
        EventBuffer.Entry(
          order: EventOrder(packet: line.packet, flow: line.flow, sequence: line.sequence), output: 0,
          start: start,
          end: buffer.bytes.count, match: -1, isFlow: false))
    }
    return buffer
  }

  @Test("lines of several workers are brought into one order")
  func order() throws {
    let lines = Lines()
    var merger = Merger(rules: nil, lineOutputs: [lines], outputs: [])
    try merger.merge([
      buffer([(1, 5, 1, "a"), (4, 5, 1, "e"), (4, 5, 2, "f")]),
      buffer([(2, 9, 1, "b"), (4, 2, 1, "d"), (7, 9, 1, "g")]),
      buffer([]), buffer([(3, 1, 1, "c")]),
    ])
    #expect(lines.text == "a\nb\nc\nd\ne\nf\ng\n")
  }

  @Test("nothing is written where there is nothing")
  func nothing() throws {
    let lines = Lines()
    var merger = Merger(rules: nil, lineOutputs: [lines], outputs: [])
    try merger.merge([])
    try merger.merge([buffer([]), buffer([])])
    #expect(lines.text.isEmpty)
  }

  @Test("what one worker has out of order is brought into order too")
  func ownOrder() throws {
    let lines = Lines()
    var merger = Merger(rules: nil, lineOutputs: [lines], outputs: [])
    try merger.merge([buffer([(3, 1, 1, "c"), (1, 1, 1, "a"), (2, 1, 1, "b")])])
    #expect(lines.text == "a\nb\nc\n")
  }

  @Test("thresholds are asked before the limit on a packet's alerts, and each packet has its own")
  func limit() throws {
    let plain = Signature(identity: SignatureIdentity(), action: .alert, header: HeaderCondition())
    var limited = plain
    limited.thresholds = [Threshold(kind: .limit, track: .bySource, count: 1, seconds: 60)]
    let rules = RuleSet([limited, plain])
    var buffer = EventBuffer()
    for (packet, signature) in [(1, 0), (1, 0), (1, 0), (1, 1), (1, 1), (2, 0), (2, 1)] as [(UInt64, Int)] {
      let order = EventOrder(packet: packet, flow: 1, sequence: UInt32(buffer.matches.count + 1))
      buffer.matches.append(
        EventBuffer.Match(
          order: order, signature: signature, source: IPAddress(v4: 1), destination: IPAddress(v4: 2),
          flow: 1,
          timeMicroseconds: 0, isDecided: false, beginsPacket: buffer.matches.last?.order.packet != packet))
      let start = buffer.bytes.count
      buffer.bytes += Array("\(packet):\(signature) ".utf8)
      buffer.entries.append(
        EventBuffer.Entry(
          order: order, output: 0, start: start, end: buffer.bytes.count,
          match: Int32(buffer.matches.count - 1), isFlow: false))
    }
    let lines = Lines()
    var merger = Merger(rules: rules, lineOutputs: [lines], outputs: [], alertsPerPacketMax: 2)
    try merger.merge([buffer])
    #expect(lines.text == "1:0 1:1 2:1 ")
    let (suppressed, overflow) = (merger.suppressedCount, merger.overflowCount)
    #expect(suppressed == 3)
    #expect(overflow == 1)
  }

  @Test("an output that fails is told, and the others are closed all the same")
  func failure() throws {
    let lines = Lines()
    var merger = Merger(rules: nil, lineOutputs: [Broken(), lines], outputs: [])
    var failed = false
    do { try merger.close() } catch { failed = true }
    #expect(failed)
    #expect(lines.isClosed)
  }
}
