import Detection
package import Events
import Wire

/// Reads lines of EVE JSON, of any Suricata sensor or our own, as events.
///
/// Lines may be hostile. What is no event of use is counted by its reason and skipped: too long, malformed,
/// nested too deeply, of wrong types.
package struct EVEReader {
  /// What was read and what was not.
  package struct Counts: Sendable, Codable, Equatable {
    package var lines: UInt64 = 0
    package var events: UInt64 = 0
    /// Event types that correlation has no use for.
    package var other: UInt64 = 0
    package var tooLong: UInt64 = 0
    package var malformed: UInt64 = 0
    package var tooDeep: UInt64 = 0
    /// JSON, but without a time, addresses or a signature where they belong.
    package var incomplete: UInt64 = 0

    package init() {}

    /// All that was skipped for what it is.
    package var refused: UInt64 { tooLong &+ malformed &+ tooDeep &+ incomplete }
  }

  package private(set) var counts = Counts()
  private let keepsLines: Bool
  private var fields = EVEFields()
  /// The longest line of use: payloads and bodies may be in it. 1 MB.
  package static let lineBytesMax = 1 << 20

  /// With `keepsLines`, events carry their line, as Sigma rules look into it.
  package init(keepsLines: Bool = false) {
    self.keepsLines = keepsLines
  }

  /// Counts a line that was too long to be kept.
  package mutating func countTooLong() {
    counts.lines &+= 1
    counts.tooLong &+= 1
  }

  /// The event of a line, without its line feed; nil where it is none of use. The line's number tells events
  /// of a file apart.
  package mutating func event(_ bytes: [UInt8], from start: Int, to end: Int, number: UInt64) -> Event? {
    counts.lines &+= 1
    guard end - start <= Self.lineBytesMax else {
      counts.tooLong &+= 1
      return nil
    }
    var reader = JSONReader(bytes, from: start, to: end)
    if reader.isAtEnd() { return nil }
    fields = EVEFields()
    do {
      try fields.read(&reader)
      guard reader.isAtEnd() else { throw JSONReader.Failure.malformed }
    } catch JSONReader.Failure.tooDeep {
      counts.tooDeep &+= 1
      return nil
    } catch {
      counts.malformed &+= 1
      return nil
    }
    let line = keepsLines ? Array(bytes[start..<end]) + [10] : []
    let order = EventOrder(
      packet: fields.packet, flow: fields.flowIdentifier, sequence: UInt32(truncatingIfNeeded: number))
    guard let event = fields.event(order, line, keepsLines: keepsLines) else {
      counts.incomplete &+= 1
      return nil
    }
    if let event {
      counts.events &+= 1
      return event
    }
    counts.other &+= 1
    return nil
  }
}
