import Foundation
import Testing
import Wire

/// Laws of decoding, over every link type of the catalogue.
@Suite struct DecoderLawTests {
  /// The first frames of our captures with something of everything: VLAN, PPPoE, fragments, IPv6, ARP.
  static let frames: [[UInt8]] = {
    let names = [
      "Captures/exercise-01/doumen.pcap", "Captures/exercise-01/xiangzhou.pcap",
      "Tests/GoldenTests/Cases/ip-fragments/input.pcap", "Tests/GoldenTests/Cases/pppoe/input.pcap",
    ]
    return names.flatMap { Self.frames(of: Project.folder.appendingPathComponent($0)).prefix(24) }
  }()

  /// Frames of a little-endian pcap file.
  private static func frames(of file: URL) -> [[UInt8]] {
    guard let data = try? Data(contentsOf: file) else { return [] }
    let bytes = [UInt8](data)
    var frames: [[UInt8]] = []
    var position = 24
    while position + 16 <= bytes.count {
      let length = (0..<4).reduce(0) { $0 | Int(bytes[position + 8 + $1]) << (8 * $1) }
      guard position + 16 + length <= bytes.count else { break }
      frames.append(Array(bytes[(position + 16)..<(position + 16 + length)]))
      position += 16 + length
    }
    return frames
  }

  /// Decodes a frame as every link type in turn; all packets must lie within it.
  private static func decode(_ bytes: [UInt8], _ decoder: inout PacketDecoder, linkTypes: [Int32]) -> Bool {
    var packets: [Packet] = []
    for linkType in linkTypes {
      packets.removeAll(keepingCapacity: true)
      decoder.decode(
        bytes.rawSpan, number: 1, timeNanoseconds: 0, linkType: linkType, wireLength: bytes.count,
        into: &packets)
      for packet in packets {
        guard packet.payload(of: bytes.rawSpan).byteCount <= bytes.count else { return false }
      }
    }
    return true
  }

  @Test("there are frames to decode")
  func thereAreFrames() {
    #expect(Self.frames.count > 50)
  }

  @Test("any prefix of a frame, as any link type, is decoded without a trap")
  func prefixes() {
    var decoder = PacketDecoder()
    for frame in Self.frames {
      for count in stride(from: 0, through: min(frame.count, 160), by: 1) {
        #expect(
          Self.decode(Array(frame.prefix(count)), &decoder, linkTypes: count % 8 == 0 ? LinkTypes.known : [1])
        )
      }
    }
  }

  @Test("any change of one byte of a frame's headers is decoded without a trap")
  func changes() {
    var decoder = PacketDecoder()
    var generator = SeededGenerator(seed: 3)
    for frame in Self.frames {
      for place in 0..<min(frame.count, 90) {
        for value in [0, 0xff, UInt8(truncatingIfNeeded: generator.next())] {
          var bytes = frame
          bytes[place] = value
          #expect(Self.decode(bytes, &decoder, linkTypes: [1]))
        }
      }
    }
  }

  @Test("frames that mean nothing are decoded without a trap, as any link type")
  func noise() {
    var decoder = PacketDecoder()
    for seed in 0..<600 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let bytes = (0..<Int.random(in: 0...160, using: &generator)).map { _ in
        UInt8(truncatingIfNeeded: generator.next())
      }
      #expect(Self.decode(bytes, &decoder, linkTypes: LinkTypes.known + [9999]))
    }
  }
}
