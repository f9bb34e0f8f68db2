import Foundation

/// Writes captures for tests, byte by byte, in every form.
enum CaptureFiles {
  /// A folder that is deleted with the value's end of use.
  final class Folder {
    let path: String

    init() throws {
      path = NSTemporaryDirectory() + "capture-tests-" + UUID().uuidString
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and gives its path.
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
      let file = path + "/" + name
      let folder = (file as NSString).deletingLastPathComponent
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(bytes).write(to: URL(fileURLWithPath: file))
      return file
    }
  }

  static func word(_ value: UInt32, _ isBig: Bool) -> [UInt8] {
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    return isBig ? bytes.reversed() : bytes
  }

  static func half(_ value: UInt16, _ isBig: Bool) -> [UInt8] {
    let bytes = [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
    return isBig ? bytes.reversed() : bytes
  }

  /// A pcap file: frames are of (seconds, fraction, bytes).
  static func pcap(
    _ frames: [(UInt32, UInt32, [UInt8])], isBig: Bool = false, magic: UInt32 = 0xa1b2_c3d4, link: UInt32 = 1
  ) -> [UInt8] {
    var bytes = word(magic, isBig) + half(2, isBig) + half(4, isBig) + word(0, isBig) + word(0, isBig)
    bytes += word(65535, isBig) + word(link, isBig)
    for (seconds, fraction, frame) in frames {
      bytes += word(seconds, isBig) + word(fraction, isBig) + word(UInt32(frame.count), isBig)
      bytes += word(UInt32(frame.count) + 7, isBig) + frame
    }
    return bytes
  }

  static func block(_ type: UInt32, _ body: [UInt8], _ isBig: Bool) -> [UInt8] {
    let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
    let length = word(UInt32(padded.count + 12), isBig)
    return word(type, isBig) + length + padded + length
  }

  static func section(_ isBig: Bool) -> [UInt8] {
    block(
      0x0a0d_0d0a,
      word(0x1a2b_3c4d, isBig) + half(1, isBig) + half(0, isBig) + word(.max, isBig) + word(.max, isBig),
      isBig)
  }

  static func interface(_ link: UInt16, options: [UInt8] = [], snap: UInt32 = 0, _ isBig: Bool) -> [UInt8] {
    block(1, half(link, isBig) + half(0, isBig) + word(snap, isBig) + options, isBig)
  }

  static func enhanced(_ interface: UInt32, _ ticks: UInt64, _ frame: [UInt8], _ isBig: Bool) -> [UInt8] {
    let length = word(UInt32(frame.count), isBig)
    let time = word(UInt32(ticks >> 32), isBig) + word(UInt32(truncatingIfNeeded: ticks), isBig)
    let padding = [UInt8](repeating: 0, count: (4 - frame.count % 4) % 4)
    return block(6, word(interface, isBig) + time + length + length + frame + padding + [0, 0, 0, 0], isBig)
  }
}
