import Capture
import Foundation
import Testing
import Wire

@testable import Sensor

/// Evidence is the incident's packets, and every changed byte of it shows.
@Suite struct EvidenceTests {
  /// A folder that goes when the test is over.
  private final class Folder {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("fengsui-\(UUID().uuidString)")

    init() throws {
      try FileManager.default.createDirectory(
        at: url.appendingPathComponent("evidence/more"), withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    func write(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: url.appendingPathComponent(name))
    }
  }

  private func sealed(_ folder: Folder, _ algorithm: SigningKey.Algorithm) throws {
    let key = try #require(SigningKey.make(algorithm))
    try Data(try #require(key.text(isPrivate: true))).write(to: folder.url.appendingPathComponent("duty.key"))
    try Data(try #require(key.text(isPrivate: false))).write(
      to: folder.url.appendingPathComponent("duty.pub"))
    try folder.write("evidence/incident.json", "{}\n")
    try folder.write("evidence/more/alerts.jsonl", "{\"a\":1}\n")
    _ = try EvidenceSeal.seal(
      folder.path("evidence"), subject: "incident 1", keyPath: folder.path("duty.key"))
  }

  private func problems(_ folder: Folder) throws -> [String] {
    try EvidenceSeal.verify(folder.path("evidence"), keyPaths: [folder.path("duty.pub")]).1
  }

  @Test("a sealed folder verifies, with both kinds of keys", arguments: [SigningKey.Algorithm.ed25519, .sm2])
  func seal(algorithm: SigningKey.Algorithm) throws {
    let folder = try Folder()
    try sealed(folder, algorithm)
    let (manifest, problems) = try EvidenceSeal.verify(
      folder.path("evidence"), keyPaths: [folder.path("duty.pub")])
    #expect(problems.isEmpty)
    #expect(manifest.subject == "incident 1")
    #expect(manifest.files.map(\.path) == ["incident.json", "more/alerts.jsonl"])
    // Of "{}\n", as other programs compute it.
    #expect(
      manifest.files.first?.sha256 == "ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356")
    #expect(manifest.files.first?.sm3 == "cb4858beb15702d29cb0900c382778ab2ebb7aed13e6847ee111e1ed88ec9156")
    #expect(manifest.files.allSatisfy { $0.sha256.count == 64 && $0.sm3.count == 64 })
    #expect(manifest.algorithmName == (algorithm == .sm2 ? "SM2 with SM3" : "Ed25519"))
  }

  @Test("a byte changed, a file taken away and one put there are named")
  func changes() throws {
    let folder = try Folder()
    try sealed(folder, .ed25519)
    try folder.write("evidence/incident.json", "{]\n")
    #expect(try problems(folder) == ["incident.json was changed since it was sealed"])
    try FileManager.default.removeItem(atPath: folder.path("evidence/incident.json"))
    #expect(try problems(folder).first?.contains("incident.json is missing") ?? false)
    try folder.write("evidence/incident.json", "{}\n")
    try folder.write("evidence/new", "x")
    #expect(try problems(folder) == ["new was put there since it was sealed"])
  }

  @Test("a changed manifest, a changed seal and another key are refused")
  func refusals() throws {
    let folder = try Folder()
    try sealed(folder, .ed25519)
    let manifest = folder.path("evidence/manifest.json")
    let text = try String(contentsOfFile: manifest, encoding: .utf8)
    try folder.write(
      "evidence/manifest.json", text.replacingOccurrences(of: "incident 1", with: "incident 2"))
    #expect(throws: RunFailure.self) { try problems(folder) }
    try folder.write("evidence/manifest.json", text)
    #expect(try problems(folder).isEmpty)
    let other = try #require(SigningKey.make(.ed25519)?.text(isPrivate: false))
    try Data(other).write(to: folder.url.appendingPathComponent("duty.pub"))
    #expect(throws: RunFailure.self) { try problems(folder) }
    try folder.write("evidence/manifest.sig", "AAAA\n")
    #expect(throws: RunFailure.self) { try problems(folder) }
  }

  private static let capture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../Captures/rules/web-shell.pcap").standardized.path

  /// All pairs of hosts of a capture, with the times of their packets.
  private func packets(_ path: String) throws -> [(source: IPAddress, destination: IPAddress, time: Int64)] {
    var captures = try CaptureSet([path]), batch = PacketBatch(), decoder = PacketDecoder(DecoderSettings())
    var found: [(source: IPAddress, destination: IPAddress, time: Int64)] = []
    while captures.fill(&batch) {
      for index in 0..<batch.count {
        let frame = batch.frame(index)
        var packets: [Packet] = []
        decoder.decode(
          batch.bytes(index), number: batch.number(index), timeNanoseconds: frame.timeNanoseconds,
          linkType: frame.linkType, wireLength: Int(frame.wireLength), into: &packets)
        if let packet = packets.first {
          found.append((packet.source, packet.destination, packet.timeNanoseconds))
        }
      }
    }
    return found
  }

  @Test("the packets of a pair of hosts are cut out of a capture, both ways, within their time")
  func cut() throws {
    let folder = try Folder()
    let all = try packets(Self.capture)
    let first = try #require(all.first)
    let isOurs = { (packet: (source: IPAddress, destination: IPAddress, time: Int64)) in
      Set([packet.source, packet.destination]) == Set([first.source, first.destination])
        && abs(packet.time - first.time) <= 60_000_000_000
    }
    let pair = EvidencePackets.Pair(first.destination, first.source, first: first.time, last: first.time)
    let cut = try EvidencePackets([pair]).cut([Self.capture], to: folder.path("evidence"))
    #expect(cut.files == ["packets.pcap"])
    #expect(cut.packets == all.count(where: isOurs))
    #expect(cut.packets > 0 && cut.packets < all.count)
    let written = try packets(folder.path("evidence/packets.pcap"))
    #expect(written.map(\.time) == all.filter(isOurs).map(\.time))
  }

  @Test("hosts that are not there give no packets; a span at the end of time does not trap")
  func nothing() throws {
    let folder = try Folder()
    let host = IPAddress(v4: 0x01020304)
    let pairs = [
      EvidencePackets.Pair(host, IPAddress(v4: 0x05060708), first: .min, last: .max),
      EvidencePackets.Pair(host, host, first: .max, last: .min),
    ]
    let cut = try EvidencePackets(pairs).cut([Self.capture], to: folder.path("evidence"))
    #expect(cut.packets == 0)
    #expect(cut.files.isEmpty)
  }
}
