import Foundation
import Sensor

/// Replays damaged variants of many captures through the whole sensor, in this process, and looks for what
/// must never happen: a trap, a hang, memory past the caps, a line of events that is no JSON.
///
/// Before each replay its variant is written to the work folder with a note of what it is, so that whoever
/// started the process can name what ended it.
@main
struct Hostile {
  private let options: Options
  private let watchdog: Watchdog
  private let captures: [String]
  private var failures = 0
  private var replays = 0
  private var captureCount = 0

  static func main() {
    guard let options = Options(Array(CommandLine.arguments.dropFirst())) else {
      FileHandle.standardError.write(Data((Options.usage + "\n").utf8))
      exit(2)
    }
    if options.minutes > 0 || !options.again.isEmpty { readInputs(options) }
    var hostile = Hostile(options)
    do {
      try hostile.run()
    } catch {
      FileHandle.standardError.write(Data("hostile: \(error)\n".utf8))
      exit(2)
    }
    exit(hostile.failures == 0 ? 0 : 1)
  }

  private static func readInputs(_ options: Options) -> Never {
    var run = InputRun(
      options,
      Watchdog(secondsMax: options.secondsMax, residentBytesMax: options.memoryMegabytesMax << 20))
    do {
      if options.again.isEmpty {
        try run.run(minutes: Double(options.minutes))
      } else {
        run.readAgain(options.again)
      }
    } catch {
      FileHandle.standardError.write(Data("hostile: \(error)\n".utf8))
      exit(2)
    }
    exit(0)
  }

  private init(_ options: Options) {
    self.options = options
    watchdog = Watchdog(
      secondsMax: options.secondsMax, residentBytesMax: options.memoryMegabytesMax << 20)
    captures = CaptureFinder.captures(below: options.folders).filter {
      options.only.isEmpty || $0.contains(options.only)
    }
  }

  private mutating func run() throws {
    say("seed \(options.seed), \(captures.count) captures, \(options.variants) variants of each")
    try FileManager.default.createDirectory(atPath: options.work, withIntermediateDirectories: true)
    let keywordRules = "\(options.work)/keywords.rules"
    try Data(KeywordRules.text().utf8).write(to: URL(fileURLWithPath: keywordRules))
    let last = min(captures.count, options.to)
    for index in stride(from: options.from, to: last, by: options.step) {
      guard let data = FileManager.default.contents(atPath: captures[index]) else { continue }
      let bytes = [UInt8](data)
      let settings = [
        try prepared(for: captures[index], rules: [options.rules], []),
        try prepared(for: captures[index], rules: [options.rules, keywordRules], Self.lenient),
      ]
      for number in options.firstVariant..<(options.firstVariant + options.variants) {
        let name = "capture \(index) variant \(number) seed \(options.seed) of \(captures[index])"
        // The database takes longer than the replay of most captures: every fifth variant has one.
        let isStored = number % 5 == 0
        try replay(
          Variant(of: bytes, number: number, seed: options.seed), settings[number / 4 % 2], name, isStored)
      }
      captureCount += 1
      if captureCount % 20 == 0 || index + options.step >= last {
        say(
          "up to capture \(index + 1) of \(captures.count): \(replays) replays, \(failures) failures, "
            + "\(Watchdog.residentBytes >> 20) MB")
      }
    }
  }

  /// Small caps, so that small captures reach them.
  private static let caps: [(key: String, value: String)] = [
    ("flow.memcap", "1mb"), ("stream.memcap", "1mb"), ("stream.reassembly.memcap", "1mb"),
    ("defrag.memcap", "1mb"),
  ]

  /// Settings under which damaged handshakes do not end the inspection.
  private static let lenient: [(key: String, value: String)] = [
    ("stream.midstream", "yes"), ("stream.async-oneside", "yes"),
  ]

  /// The rules for all and those that lie beside the capture, loaded once for all its variants.
  private func prepared(
    for capture: String, rules: [String], _ overrides: [(key: String, value: String)]
  ) throws -> PreparedRun {
    var request = RunRequest()
    request.ruleFiles = rules + CaptureFinder.rules(beside: capture)
    request.areRulesExclusive = true
    request.outputFolder = "\(options.work)/output"
    request.checksumMode = "none"
    request.keepsStore = true
    request.workers = 1
    request.overrides = Self.caps + overrides
    return try PreparedRun(request, log: Log(level: .silent))
  }

  private mutating func replay(
    _ variant: Variant, _ run: PreparedRun, _ name: String, _ isStored: Bool
  ) throws {
    let path = "\(options.work)/variant.pcap"
    let output = "\(options.work)/output"
    try? FileManager.default.removeItem(atPath: output)
    try Data(variant.bytes).write(to: URL(fileURLWithPath: path))
    try Data((name + "\n").utf8).write(to: URL(fileURLWithPath: "\(options.work)/current"))
    replays += 1
    // The watchdog looks at the replay, not at what is checked of its output.
    watchdog.begin(name)
    let outcome = Result { try run.replay([path], keepsStore: isStored) }
    watchdog.end()
    switch outcome {
    case .success(let report): check(report, run, name)
    case .failure(let error): fail(name, "\(error)")
    }
    if let line = EventLines.firstBroken(in: "\(output)/eve.json") {
      fail(name, "eve.json:\(line) is no JSON object")
    }
  }

  private mutating func check(_ report: RunReport, _ run: PreparedRun, _ name: String) {
    let caps = run.memoryCaps
    let tables = [
      ("flows", report.memory.flows, caps.flows), ("sessions", report.memory.sessions, caps.sessions),
      ("reassembly", report.memory.reassembly, caps.reassembly),
      ("fragments", report.memory.defragment, caps.defragment),
    ]
    for (table, bytes, cap) in tables where bytes > cap + Self.slackBytes {
      fail(name, "\(table) held \(bytes) bytes, the cap is \(cap)")
    }
  }

  /// What a table may take past its cap before it looks: one datagram or window.
  private static let slackBytes = 65_536

  /// Writes a line at once: what follows may end the process.
  private func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }

  private mutating func fail(_ name: String, _ reason: String) {
    failures += 1
    say("FAILED \(name): \(reason)")
  }
}
