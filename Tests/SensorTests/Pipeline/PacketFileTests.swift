import Foundation
import Sensor
import Testing
import Wire

@testable import Outputs

@Suite("Files of packets")
struct PacketFileTests {
  private func folder() throws -> URL {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("fengsui-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }

  private func record(_ bytes: [UInt8], second: Int64, linkType: Int32 = 1) -> [UInt8] {
    var record: [UInt8] = []
    PacketRecord.append(
      bytes.rawSpan, linkType: linkType, nanoseconds: second * 1_000_000_000 + 5_000, wireLength: 100,
      to: &record)
    return record
  }

  @Test("a file has the header of its link type, and packets in order")
  func contents() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = PacketFile(PacketLogSettings(), folder: folder.path)
    try file.write(records: (record([1, 2], second: 7) + record([3], second: 8)).rawSpan)
    try file.close()
    let data = [UInt8](try Data(contentsOf: folder.appendingPathComponent("log.pcap.7")))
    #expect(data.prefix(8) == [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0])
    #expect(data[20..<24] == [1, 0, 0, 0])
    let first: [UInt8] = [7, 0, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0, 100, 0, 0, 0, 1, 2]
    let second: [UInt8] = [8, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 100, 0, 0, 0, 3]
    #expect(Array(data[24...]) == first + second)
  }

  @Test("a full file is followed by another, and the oldest goes")
  func rotation() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    var settings = PacketLogSettings()
    settings.bytesMax = 24 + 16 + 10
    settings.filesMax = 2
    settings.hasMicroseconds = true
    let file = PacketFile(settings, folder: folder.path)
    for second in 1...3 {
      try file.write(records: record([UInt8](repeating: 9, count: 10), second: Int64(second)).rawSpan)
    }
    // Another link type needs another file, however full this one is.
    try file.write(records: record([], second: 4, linkType: 101).rawSpan)
    try file.close()
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["log.pcap.3.000005", "log.pcap.4.000005"])
  }

  @Test("what a run logs of packets is the same at any number of workers")
  func workers() throws {
    let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let capture = project.appendingPathComponent("Captures/rules/web-shell.pcap").path
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let configuration = folder.appendingPathComponent("a.yaml").path
    try Data(
      "%YAML 1.1\n---\noutputs:\n  - pcap-log:\n      enabled: yes\n      filename: log.pcap\n".utf8
    ).write(to: URL(fileURLWithPath: configuration))
    var contents: [Data] = []
    for workers in [1, 3] {
      let output = folder.appendingPathComponent("\(workers)")
      var request = RunRequest()
      request.mode = .captures([capture])
      request.configurationPath = configuration
      request.outputFolder = output.path
      request.areRulesExclusive = true
      request.workers = workers
      _ = try PreparedRun(request, log: Log(level: .silent)).replay([capture])
      let names = try FileManager.default.contentsOfDirectory(atPath: output.path)
      let name = try #require(names.first { $0.hasPrefix("log.pcap.") })
      contents.append(try Data(contentsOf: output.appendingPathComponent(name)))
    }
    #expect(contents[0] == contents[1])
    let input = try Data(contentsOf: URL(fileURLWithPath: capture))
    #expect(contents[0].count == input.count)
  }

  @Test("records that are cut are not written")
  func cut() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = PacketFile(PacketLogSettings(), folder: folder.path)
    let whole = record([1, 2, 3], second: 1)
    for count in 0..<whole.count { try file.write(records: whole.rawSpan.part(0, count)) }
    try file.close()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}
