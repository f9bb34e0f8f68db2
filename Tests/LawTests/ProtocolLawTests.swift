import Protocols
import Testing
import Wire

/// Laws of all protocols. A new entry of the catalogue is held to them by giving a sample.
@Suite struct ProtocolLawTests {
  @Test("every protocol with fields has a sample, and each sample is recognised and has a transaction")
  func samples() {
    // FTP's data connections are known from another flow, not from their bytes; frames of PPPoE have none.
    let parsed = ProtocolCatalogue.all.filter {
      !$0.fields.isEmpty && $0.name != "ftp-data" && !$0.transports.isEmpty
    }
    let missing = parsed.map(\.name).filter { name in
      !ProtocolSample.all.contains { $0.entryName == name }
    }
    #expect(missing == [])
    for sample in ProtocolSample.all {
      let text = ProtocolReader.read(sample, sample.turns)
      #expect(text.contains("transaction 0"), "\(sample.name)")
      #expect(text.contains("failed false"), "\(sample.name)")
    }
  }

  @Test(
    "any split of a stream gives the same transactions",
    arguments: ProtocolSample.all.filter { $0.transport == .tcp })
  func splits(of sample: ProtocolSample) {
    let whole = ProtocolReader.read(sample, sample.turns)
    var failures: [String] = []
    for (position, turn) in sample.turns.enumerated() {
      for cut in Self.places(in: turn.bytes.count) where cut > 0 {
        var pieces = sample.turns
        pieces[position] = ProtocolSample.Turn(direction: turn.direction, bytes: Array(turn.bytes[..<cut]))
        pieces.insert(
          ProtocolSample.Turn(direction: turn.direction, bytes: Array(turn.bytes[cut...])), at: position + 1)
        let split = ProtocolReader.read(sample, pieces)
        if split != whole {
          failures.append("turn \(position) cut at \(cut)\n\(Self.difference(whole, split))")
        }
      }
    }
    #expect(failures.prefix(2) == [], "\(failures.count) splits differ")
  }

  @Test(
    "a stream byte by byte gives the same transactions",
    arguments: ProtocolSample.all.filter { $0.transport == .tcp })
  func bytewise(of sample: ProtocolSample) {
    let pieces = sample.turns.flatMap { turn in
      turn.bytes.map { ProtocolSample.Turn(direction: turn.direction, bytes: [$0]) }
    }
    let (whole, bytewise) = (ProtocolReader.read(sample, sample.turns), ProtocolReader.read(sample, pieces))
    #expect(whole == bytewise, "\(Self.difference(whole, bytewise))")
  }

  @Test(
    "random pieces of a stream give the same transactions",
    arguments: ProtocolSample.all.filter { $0.transport == .tcp })
  func randomPieces(of sample: ProtocolSample) {
    let whole = ProtocolReader.read(sample, sample.turns)
    for seed in 0..<20 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      var pieces: [ProtocolSample.Turn] = []
      for turn in sample.turns {
        var rest = turn.bytes[...]
        while !rest.isEmpty {
          let count = min(Int.random(in: 1...60, using: &generator), rest.count)
          pieces.append(ProtocolSample.Turn(direction: turn.direction, bytes: Array(rest.prefix(count))))
          rest = rest.dropFirst(count)
        }
      }
      let split = ProtocolReader.read(sample, pieces)
      #expect(split == whole, "seed \(seed): \(Self.difference(whole, split))")
    }
  }

  @Test("any prefix of a sample is taken without a trap", arguments: ProtocolSample.all)
  func prefixes(of sample: ProtocolSample) {
    for position in sample.turns.indices {
      for count in Self.places(in: sample.turns[position].bytes.count) {
        var turns = sample.turns
        turns[position] = ProtocolSample.Turn(
          direction: turns[position].direction, bytes: Array(turns[position].bytes.prefix(count)))
        #expect(ProtocolReader.parse(sample, turns))
        _ = ProtocolReader.read(sample, turns)
      }
    }
  }

  @Test("any change of one byte is taken without a trap", arguments: ProtocolSample.all)
  func changes(of sample: ProtocolSample) {
    var generator = SeededGenerator(seed: 7)
    for position in sample.turns.indices {
      for place in Self.places(in: sample.turns[position].bytes.count) {
        for value in [0, 0xff, UInt8(truncatingIfNeeded: generator.next())] {
          var turns = sample.turns
          var bytes = turns[position].bytes
          bytes[place] = value
          turns[position] = ProtocolSample.Turn(direction: turns[position].direction, bytes: bytes)
          #expect(ProtocolReader.parse(sample, turns), "turn \(position), byte \(place) is \(value)")
        }
      }
    }
  }

  @Test("bytes that mean nothing are taken without a trap", arguments: ProtocolSample.all)
  func noise(for sample: ProtocolSample) {
    for seed in 0..<100 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let turns = (0..<4).map { number in
        ProtocolSample.Turn(
          direction: number % 2 == 0 ? .toServer : .toClient,
          bytes: (0..<Int.random(in: 1...200, using: &generator)).map { _ in
            UInt8(truncatingIfNeeded: generator.next())
          })
      }
      #expect(ProtocolReader.parse(sample, turns))
      _ = ProtocolReader.read(sample, turns)
    }
  }

  /// Every place of a short turn, about 240 of a long one: its beginning whole, where structure is densest.
  private static func places(in count: Int) -> [Int] {
    guard count > 240 else { return Array(0..<count) }
    return Array(0..<160) + Array(stride(from: 160, to: count, by: max((count - 160) / 80, 1)))
  }

  /// The first line that differs.
  private static func difference(_ expected: String, _ found: String) -> String {
    let (left, right) = (expected.split(separator: "\n"), found.split(separator: "\n"))
    for (one, other) in zip(left, right) where one != other { return "\(one)\n\(other)" }
    return "\(left.count) and \(right.count) lines"
  }
}
