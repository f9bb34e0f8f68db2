import Foundation
import Testing

@testable import Sensor

/// A bundle is taken only as it was made, from a key that is trusted; what is in force is always whole.
@Suite struct BundleTests {
  /// A folder with keys, rules and a store.
  private final class Site {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("fengsui-\(UUID().uuidString)")
    let key: SigningKey
    var store: RuleStore { RuleStore(folder: path("store")) }

    init(_ algorithm: SigningKey.Algorithm = .ed25519) throws {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      key = try #require(SigningKey.make(algorithm))
      try write("maker.pub", try #require(key.text(isPrivate: false)))
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    func write(_ name: String, _ bytes: [UInt8]) throws {
      try Data(bytes).write(to: url.appendingPathComponent(name))
    }

    func bundle(_ rules: String, created: Int64 = 1_700_000_000) throws -> [UInt8] {
      let files = [("a.rules", Array(rules.utf8)), ("lists/b.lst", Array("x\n".utf8))]
      return try RuleBundle.make(files, name: "test", rules: 1, created: created, key: key)
    }

    func importBundle(
      _ bytes: [UInt8], keys: [String]? = nil, _ change: (inout RuleBundles.Options) -> Void = { _ in }
    )
      throws -> RuleBundles.Import
    {
      try write("in.tar", bytes)
      var options = RuleBundles.Options()
      options.keyPaths = keys ?? [path("maker.pub")]
      change(&options)
      return try RuleBundles.importBundle(path("in.tar"), into: path("store"), options)
    }

    /// The sentence with which a bundle is refused; nothing may be in force after it.
    func refusal(_ bytes: [UInt8], keys: [String]? = nil) -> String {
      do {
        _ = try importBundle(bytes, keys: keys)
        return "it was taken"
      } catch {
        return store.versions.isEmpty && !FileManager.default.fileExists(atPath: store.currentPath)
          ? "\(error)" : "something was left"
      }
    }
  }

  private static let rule = "alert tcp any any -> any any (msg:\"a\"; content:\"abcdef\"; sid:1; rev:1;)\n"

  /// Changes a header of the archive, whose sum is made good; entry 2 is the first file of rules.
  private static func changed(
    _ bytes: [UInt8], entry: Int, at offset: Int, to text: [UInt8]
  ) -> [UInt8] {
    var bytes = bytes
    var start = 0
    for _ in 0..<entry {
      let size = bytes[start + 124..<start + 135].reduce(0) { $0 << 3 | Int($1 & 7) }
      start += 512 + (size + 511) / 512 * 512
    }
    for (index, byte) in text.enumerated() { bytes[start + offset + index] = byte }
    for index in start + 148..<start + 156 { bytes[index] = 0x20 }
    let sum = bytes[start..<start + 512].reduce(0) { $0 + Int($1) }
    let digits = String(sum, radix: 8)
    let padded = String(repeating: "0", count: 6 - digits.count) + digits
    for (index, byte) in (Array(padded.utf8) + [0, 0x20]).enumerated() { bytes[start + 148 + index] = byte }
    return bytes
  }

  @Test("what was made is imported, and its rules are in force", arguments: SigningKey.Algorithm.allCases)
  func roundTrip(algorithm: SigningKey.Algorithm) throws {
    let site = try Site(algorithm)
    let result = try site.importBundle(try site.bundle(Self.rule))
    #expect(result.installed == 1 && result.changes.map(\.kind) == [.added])
    #expect(result.manifest.algorithm == algorithm.rawValue && result.manifest.key == site.key.fingerprint)
    let text = FileManager.default.contents(atPath: "\(site.store.currentPath)/a.rules")
    #expect(text == Data(Self.rule.utf8))
    #expect(FileManager.default.fileExists(atPath: "\(site.store.currentPath)/lists/b.lst"))
  }

  @Test("an import shows what it changes, and can be taken back")
  func rollback() throws {
    let site = try Site()
    _ = try site.importBundle(try site.bundle(Self.rule))
    let other = Self.rule.replacingOccurrences(of: "rev:1", with: "rev:2")
    let more = other + Self.rule.replacingOccurrences(of: "sid:1", with: "sid:2")
    let second = try site.importBundle(try site.bundle(more, created: 1_700_000_001))
    #expect(second.changes.map(\.kind) == [.changed, .added])
    #expect(second.previous == 1 && site.store.current?.number == 2)
    let first = try RuleBundles.rollBack(site.path("store"), to: nil)
    #expect(first.number == 1 && site.store.current?.number == 1)
    #expect(throws: RunFailure.self) { try RuleBundles.rollBack(site.path("store"), to: nil) }
    let last = try RuleBundles.rollBack(site.path("store"), to: 2)
    #expect(last.number == 2)
  }

  @Test("an older bundle does not take the place of a newer one, unless that is wanted")
  func older() throws {
    let site = try Site()
    _ = try site.importBundle(try site.bundle(Self.rule, created: 1_700_000_005))
    let old = try site.bundle(Self.rule, created: 1_700_000_004)
    #expect(throws: RunFailure.self) { try site.importBundle(old) }
    #expect(site.store.current?.number == 1)
    let result = try site.importBundle(old) { $0.acceptsOlder = true }
    #expect(result.installed == 2)
  }

  @Test("a trial and rules with errors change nothing")
  func nothingChanged() throws {
    let site = try Site()
    let good = try site.bundle(Self.rule)
    let trial = try site.importBundle(good) { $0.isTrial = true }
    #expect(trial.installed == nil && site.store.versions.isEmpty)
    let broken = try site.bundle("alert tcp any any -> any any (no_such_word; sid:1;)\n")
    #expect(site.refusal(broken).contains("1 errors"))
    let result = try site.importBundle(broken) { $0.acceptsErrors = true }
    #expect(result.errors.count == 1)
  }

  @Test("a bundle of another key, or with a changed manifest, is refused")
  func wrongKey() throws {
    let site = try Site()
    let stranger = try Site()
    let foreign = try stranger.bundle(Self.rule)
    #expect(site.refusal(foreign).contains("none of the trusted keys"))
    var bytes = try site.bundle(Self.rule)
    let place = try #require(Data(bytes).range(of: Data("\"test\"".utf8))?.lowerBound)
    bytes[place + 1] ^= 1
    #expect(site.refusal(bytes).contains("none of the trusted keys"))
    let own = try site.bundle(Self.rule)
    #expect(site.refusal(own, keys: []).contains("no key is trusted"))
  }

  @Test("a changed file is refused")
  func changedFile() throws {
    let site = try Site()
    var bytes = try site.bundle(Self.rule)
    let place = try #require(Data(bytes).range(of: Data("abcdef".utf8))?.lowerBound)
    bytes[place] ^= 1
    #expect(site.refusal(bytes).contains("SHA-256 differs"))
  }

  @Test("names that lead out, are absolute or hidden are refused")
  func names() throws {
    let site = try Site()
    let bytes = try site.bundle(Self.rule)
    for name in [
      "rules/../../x.rules", "/etc/cron.d/x", "rules//x", "rules/.x", "..", "rules/a\nb", "rules/a b",
    ] {
      let padded = Array(name.utf8) + [UInt8](repeating: 0, count: 100 - name.utf8.count)
      let refusal = site.refusal(Self.changed(bytes, entry: 2, at: 0, to: padded))
      #expect(refusal.contains("not allowed") || refusal.contains("empty"), "\(name): \(refusal)")
    }
    #expect(throws: BundleArchive.Flaw.self) {
      try BundleArchive.write([.init(name: "rules/../x", bytes: [])], seconds: 0)
    }
  }

  @Test("links, devices and folders are refused", arguments: ["1", "2", "3", "4", "5", "6", "7", "x", "L"])
  func kinds(kind: String) throws {
    let site = try Site()
    let bytes = Self.changed(try site.bundle(Self.rule), entry: 2, at: 156, to: Array(kind.utf8))
    #expect(site.refusal(bytes).contains("no plain file"))
    let linked = Self.changed(try site.bundle(Self.rule), entry: 2, at: 157, to: Array("/etc/passwd".utf8))
    #expect(site.refusal(linked).contains("no plain file"))
  }

  @Test(
    "sizes that are huge or no numbers are refused", arguments: ["77777777777", "00000000001", "-0000000001"])
  func sizes(size: String) throws {
    let site = try Site()
    let bytes = Self.changed(try site.bundle(Self.rule), entry: 2, at: 124, to: Array(size.utf8))
    #expect(site.refusal(bytes).hasPrefix(site.path("in.tar") + " is refused"))
    let manifest = Self.changed(try site.bundle(Self.rule), entry: 0, at: 124, to: Array(size.utf8))
    #expect(site.refusal(manifest).hasPrefix(site.path("in.tar") + " is refused"))
  }

  @Test("a bundle that is cut anywhere, or has something behind its end, is refused")
  func cut() throws {
    let site = try Site()
    let bytes = try site.bundle(Self.rule)
    for count in stride(from: 0, to: bytes.count, by: 256) {
      let refusal = site.refusal(Array(bytes.prefix(count)))
      #expect(refusal.contains("is refused"), "cut after \(count): \(refusal)")
    }
    #expect(site.refusal(bytes + [1]).contains("behind its end"))
  }

  @Test("a file that is not in the manifest, is there twice or is missing is refused")
  func strangeFiles() throws {
    let site = try Site()
    let bytes = try site.bundle(Self.rule)
    let more = try BundleArchive.write([.init(name: "rules/z.rules", bytes: [1])], seconds: 0)
    let twice = try BundleArchive.write([.init(name: "rules/a.rules", bytes: [1])], seconds: 0)
    #expect(site.refusal(bytes.dropLast(1024) + more).contains("not in its manifest"))
    #expect(site.refusal(bytes.dropLast(1024) + twice).contains("twice"))
    #expect(site.refusal(bytes.dropLast(2048) + [UInt8](repeating: 0, count: 1024)).contains("missing"))
  }

  @Test("one byte changed anywhere never traps and never is taken for the signed files")
  func anyByte() throws {
    let site = try Site()
    let bytes = try site.bundle(Self.rule)
    for index in stride(from: 0, to: bytes.count, by: 37) {
      var changed = bytes
      changed[index] ^= 0x55
      let opened = try? RuleBundle.open(changed, named: "x", keys: [site.key])
      #expect(opened == nil || opened?.files.first?.bytes == Array(Self.rule.utf8))
    }
  }

  @Test(
    "keys come back from their files, and a public one cannot sign", arguments: SigningKey.Algorithm.allCases)
  func keys(algorithm: SigningKey.Algorithm) throws {
    let site = try Site()
    let fingerprint = try RuleBundles.makeKey(site.path("own"), usesSM2: algorithm == .sm2)
    let read = { (name: String) in [UInt8](FileManager.default.contents(atPath: site.path(name)) ?? Data()) }
    let own = try #require(SigningKey.read(read("own.key"), isPrivate: true))
    let open = try #require(SigningKey.read(read("own.pub"), isPrivate: false))
    #expect(own.algorithm == algorithm && own.fingerprint == fingerprint && open.fingerprint == fingerprint)
    let signature = try #require(own.sign([1, 2, 3]))
    #expect(open.verifies(signature, of: [1, 2, 3]) && !open.verifies(signature, of: [1, 2, 4]))
    #expect(open.sign([1]) == nil)
    let attributes = try FileManager.default.attributesOfItem(atPath: site.path("own.key"))
    #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    #expect(throws: RunFailure.self) { try RuleBundles.makeKey(site.path("own"), usesSM2: false) }
    #expect(SigningKey.read(Array("nonsense".utf8), isPrivate: true) == nil)
  }
}
