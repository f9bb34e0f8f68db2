import Foundation
import Testing
import Wire

@testable import Capture

@Suite struct CaptureSetTests {
  /// What a set gave: (time, bytes, link type, file) of each frame.
  private struct Result {
    var frames: [(time: Int64, bytes: [UInt8], link: Int32, file: Int32)] = []
    var numbers: [UInt64] = []
    var problems: [CaptureProblem] = []
    var progress = CaptureProgress()
  }

  private func read(
    _ paths: [String], _ options: CaptureSet.Options = CaptureSet.Options(), capacity: Int = 4096
  ) throws -> Result {
    var set = try CaptureSet(paths, options)
    var batch = PacketBatch(capacityBytes: capacity)
    var result = Result()
    while set.fill(&batch) {
      let count = batch.count
      #expect(count > 0)
      batch.forEach { bytes, number, frame in
        let copy = bytes.copied()
        result.frames.append((frame.timeNanoseconds, copy, frame.linkType, frame.file))
        result.numbers.append(number)
      }
    }
    result.problems = set.problems
    result.progress = set.progress
    return result
  }

  @Test("pcap is read in both byte orders, in micro- and nanoseconds", arguments: [false, true])
  func pcap(isBig: Bool) throws {
    let folder = try CaptureFiles.Folder()
    let frames: [(UInt32, UInt32, [UInt8])] = [(10, 5, [1, 2, 3]), (11, 999_999, [])]
    let micro = try folder.write("a", CaptureFiles.pcap(frames, isBig: isBig))
    let nano = try folder.write("b", CaptureFiles.pcap(frames, isBig: isBig, magic: 0xa1b2_3c4d, link: 113))
    let first = try read([micro])
    #expect(first.frames.map(\.time) == [10_000_005_000, 11_999_999_000])
    #expect(first.frames[0].bytes == [1, 2, 3] && first.frames[0].link == 1 && first.numbers == [1, 2])
    #expect(first.problems.isEmpty && first.progress.packets == 2)
    #expect(first.progress.bytesRead == first.progress.bytesTotal)
    let second = try read([nano])
    #expect(second.frames.map(\.time) == [10_000_000_005, 11_000_999_999] && second.frames[0].link == 113)
  }

  @Test(
    "pcapng is read with its sections, interfaces, resolutions and blocks of no interest",
    arguments: [false, true])
  func pcapng(isBig: Bool) throws {
    let folder = try CaptureFiles.Folder()
    let half = { CaptureFiles.half($0, isBig) }
    let resolution = half(9) + half(1) + [9, 0, 0, 0]
    let offset = half(14) + half(8) + (isBig ? [0, 0, 0, 0, 0, 0, 0, 100] : [100, 0, 0, 0, 0, 0, 0, 0])
    let binary = half(9) + half(1) + [0x8a, 0, 0, 0]
    var bytes = CaptureFiles.section(isBig) + CaptureFiles.interface(1, isBig)
    bytes += CaptureFiles.block(0xbad, [UInt8](repeating: 9, count: 9000), isBig)
    bytes += CaptureFiles.interface(113, options: resolution + offset + half(0) + half(0), isBig)
    bytes += CaptureFiles.enhanced(0, 1_000_001, [1], isBig) + CaptureFiles.enhanced(1, 5, [2, 2], isBig)
    bytes += CaptureFiles.block(3, CaptureFiles.word(3, isBig) + [3, 3, 3, 0], isBig)
    bytes += CaptureFiles.section(!isBig) + CaptureFiles.interface(101, options: [], !isBig)
    bytes += CaptureFiles.enhanced(0, 7_000_000, [4], !isBig)
    bytes += CaptureFiles.section(isBig) + CaptureFiles.interface(101, options: binary, isBig)
    bytes += CaptureFiles.enhanced(0, 1024 + 512, [5], isBig)
    let result = try read([try folder.write("x.pcapng", bytes)])
    #expect(result.problems.isEmpty)
    #expect(result.frames.map(\.bytes) == [[1], [2, 2], [3, 3, 3], [4], [5]])
    #expect(result.frames.map(\.link) == [1, 113, 1, 101, 101])
    let times: [Int64] = [1_000_001_000, 100_000_000_005, 100_000_000_005, 7_000_000_000, 1_500_000_000]
    #expect(result.frames.map(\.time) == times)
  }

  @Test("frames larger than the buffer, and many of them, come whole and in order")
  func largeFrames() throws {
    let folder = try CaptureFiles.Folder()
    let frames = (0..<200).map { index in
      (UInt32(index), UInt32(0), [UInt8](repeating: UInt8(index), count: index * index * 6 % 60_000))
    }
    let path = try folder.write("big", CaptureFiles.pcap(frames))
    for paths in [[path], [path, try folder.write("none", CaptureFiles.pcap([]))]] {
      let result = try read(paths)
      #expect(result.frames.map(\.bytes) == frames.map(\.2) && result.problems.isEmpty)
    }
  }

  @Test("several files are one, in order of time; equal times keep the order of the files")
  func merges() throws {
    let folder = try CaptureFiles.Folder()
    let first = try folder.write(
      "1", CaptureFiles.pcap([(1, 0, [1]), (3, 0, [3]), (5, 0, [5]), (9, 0, [9])]))
    let second = try folder.write("2", CaptureFiles.pcap([(2, 0, [2]), (3, 0, [33]), (9, 0, [99])]))
    let late = try folder.write("3", CaptureFiles.pcap([(9, 0, [77]), (20, 0, [20])]))
    let result = try read([first, second, late])
    #expect(result.frames.map(\.bytes) == [[1], [2], [3], [33], [5], [9], [99], [77], [20]])
    #expect(result.numbers == Array(1...9))
    #expect(
      try read([late, second, first]).frames.map(\.bytes)
        == [[1], [2], [33], [3], [5], [77], [99], [9], [20]])
    #expect(result.frames.last?.file == 2)
  }

  @Test("a folder gives its captures sorted by name, deeper ones when asked for")
  func folders() throws {
    let folder = try CaptureFiles.Folder()
    for (name, byte) in [("b.pcap", 2), ("a.cap", 1), ("notes.txt", 9), ("deep/c.pcapng", 3)]
      as [(String, UInt8)]
    {
      _ = try folder.write(name, CaptureFiles.pcap([(5, 0, [byte])]))
    }
    #expect(try read([folder.path]).frames.map(\.bytes) == [[1], [2]])
    var options = CaptureSet.Options()
    options.isRecursive = true
    #expect(try read([folder.path + "/"], options).frames.map(\.bytes) == [[1], [2], [3]])
  }

  @Test("a cut file gives what stands before, and says where it was cut, at every place")
  func cutFiles() throws {
    let folder = try CaptureFiles.Folder()
    let pcap = CaptureFiles.pcap([(1, 0, [1, 1]), (2, 0, [2]), (3, 0, [3])])
    let pcapng =
      CaptureFiles.section(false) + CaptureFiles.interface(1, false)
      + CaptureFiles.enhanced(0, 1, [1, 1], false)
      + CaptureFiles.enhanced(0, 2, [2], false) + CaptureFiles.enhanced(0, 3, [3], false)
    for (bytes, ends) in [(pcap, [24, 42, 59, 76]), (pcapng, [28, 48, 88, 128, 168])] {
      #expect(bytes.count == ends.last)
      for length in 0..<bytes.count {
        let result = try read([try folder.write("cut", Array(bytes[0..<length]))])
        let whole = ends.filter { $0 <= length }.count - (bytes == pcapng ? 2 : 1)
        // A frame of pcapng is there as soon as its bytes are, before the end of its block.
        #expect(result.frames.count >= max(0, whole) && result.frames.count <= max(0, whole) + 1)
        #expect(result.problems.isEmpty == ends.contains(length), "at \(length): \(result.problems)")
        if length > 28, let problem = result.problems.first, problem.isPartial {
          #expect(ends.contains(Int(problem.offset ?? 0)) || bytes == pcapng, "at \(length): \(problem)")
        }
      }
    }
  }

  @Test("no changed byte makes a reader trap, loop or give more than there is")
  func damagedFiles() throws {
    let folder = try CaptureFiles.Folder()
    let pcap = CaptureFiles.pcap([(1, 0, [1, 1]), (2, 0, [2])])
    let pcapng =
      CaptureFiles.section(true) + CaptureFiles.interface(1, options: [0, 9, 0, 1, 6, 0, 0, 0], true)
      + CaptureFiles.enhanced(0, 1, [1, 1], true) + CaptureFiles.block(3, [0, 0, 0, 1, 7, 0, 0, 0], true)
      + CaptureFiles.block(
        2, [0, 0, 0, 0] + [UInt8](repeating: 0, count: 19) + [1, 0, 0, 0, 1, 9, 0, 0, 0], true)
    for bytes in [pcap, pcapng] {
      for index in bytes.indices {
        for value in [0, 1, 0x7f, 0x80, 0xff] as [UInt8] {
          var changed = bytes
          changed[index] = value
          let result = try read([try folder.write("changed", changed)])
          #expect(result.frames.count <= 4)
          for frame in result.frames { #expect(frame.bytes.count <= bytes.count) }
        }
      }
    }
  }

  @Test("a record that claims too much ends the file with its offset")
  func hostileLength() throws {
    let folder = try CaptureFiles.Folder()
    var bytes = CaptureFiles.pcap([(1, 0, [1]), (2, 0, [2])])
    bytes.replaceSubrange((41 + 8)..<(41 + 12), with: [0xff, 0xff, 0xff, 0x7f])
    let result = try read([try folder.write("hostile", bytes)])
    #expect(result.frames.map(\.bytes) == [[1]])
    #expect(result.problems.first?.offset == 41 && result.problems.first?.isPartial == true)
    #expect(result.problems.first?.reason.contains("2147483647") == true)
  }

  @Test("what is missing, empty or a text is one sentence with a remedy; the other files are read")
  func notCaptures() throws {
    let folder = try CaptureFiles.Folder()
    let good = try folder.write("good", CaptureFiles.pcap([(1, 0, [1])]))
    let text = try folder.write("notes.pcap", Array("these are notes, not packets\n".utf8))
    let empty = try folder.write("empty", [])
    let result = try read([folder.path + "/missing", good, text, empty])
    #expect(result.frames.map(\.bytes) == [[1]])
    #expect(
      result.problems.map(\.reason) == [
        "there is no such file", "it is a text file, not a capture", "the file is empty",
      ])
    let sentence = result.problems[0].description
    #expect(sentence.hasPrefix(folder.path + "/missing: ") && sentence.hasSuffix("check the path."))
  }

  @Test("gzip is read through, also in several members, and a cut one says so")
  func gzip() throws {
    let folder = try CaptureFiles.Folder()
    let frames = (0..<3000).map {
      (UInt32($0), UInt32(0), [UInt8]((0..<100).map { _ in UInt8.random(in: 0...255) }))
    }
    let plain = CaptureFiles.pcap(frames)
    let first = try compressed(Array(plain[0..<100_000]), folder)
    let second = try compressed(Array(plain[100_000...]), folder)
    let result = try read([try folder.write("x.gz", first + second)])
    #expect(result.frames.map(\.bytes) == frames.map(\.2) && result.problems.isEmpty)
    #expect(result.progress.bytesRead == result.progress.bytesTotal)
    let cut = try read([try folder.write("y.gz", Array((first + second).dropLast(5000)))])
    #expect(cut.frames.count > 2500 && cut.frames.count < 3000 && cut.problems.count == 1)
    var spoilt = first + second
    for index in 60_000..<60_100 { spoilt[index] = 0x55 }
    let damaged = try read([try folder.write("z.gz", spoilt)])
    #expect(damaged.problems.count == 1 && damaged.frames.count < 3000)
  }

  private func compressed(_ bytes: [UInt8], _ folder: CaptureFiles.Folder) throws -> [UInt8] {
    let path = try folder.write("plain", bytes)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/gzip")
    process.arguments = ["-kf", path]
    try process.run()
    process.waitUntilExit()
    return Array(try Data(contentsOf: URL(fileURLWithPath: path + ".gz")))
  }

  @Test("a filter leaves out what it does not match, and numbers go on without a hole")
  func filter() throws {
    let folder = try CaptureFiles.Folder()
    func udp(_ port: UInt8) -> [UInt8] {
      let header: [UInt8] = [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
      return [UInt8](repeating: 2, count: 12) + [8, 0] + header + [0, 9, 0, port, 0, 8, 0, 0]
    }
    let path = try folder.write(
      "f", CaptureFiles.pcap([(1, 0, udp(53)), (2, 0, udp(80)), (3, 0, udp(53)), (4, 0, [])]))
    var options = CaptureSet.Options()
    options.filter = "udp dst port 53"
    let result = try read([path], options)
    #expect(result.frames.map(\.time) == [1_000_000_000, 3_000_000_000] && result.numbers == [1, 2])
    #expect(result.progress.filtered == 2)
    options.filter = "udp prt 53"
    do {
      _ = try read([path], options)
      Issue.record("the filter was accepted")
    } catch let problem as CaptureProblem {
      #expect(problem.reason.contains("column 5") && problem.remedy.contains("pcap-filter"))
    }
  }

  @Test("an interface that is not there is one sentence with a remedy")
  func missingInterface() {
    do {
      _ = try LiveCapture("no-such-interface", LiveOptions(), stop: LiveStop())
      Issue.record("it was opened")
    } catch {
      #expect(error.file == "no-such-interface" && !error.reason.isEmpty && !error.remedy.isEmpty)
    }
  }
}
