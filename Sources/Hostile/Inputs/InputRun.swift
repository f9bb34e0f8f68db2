import Foundation

/// Reads damaged rules, lists, configuration files and sessions until the time is over, in this process.
///
/// Each input is written to the work folder before it is read, with a note of what it is: whoever started the
/// process can name and keep what ended it.
struct InputRun {
  private let options: Options
  private let watchdog: Watchdog
  private var generator: SeededGenerator
  private var corpus: [InputKind: [[UInt8]]] = [:]
  private var counts: [InputKind: Int] = [:]

  init(_ options: Options, _ watchdog: Watchdog) {
    self.options = options
    self.watchdog = watchdog
    generator = SeededGenerator(seed: options.seed)
    for kind in InputKind.allCases { corpus[kind] = kind.seeds.map { Array($0.utf8) } }
    corpus[.l2tp] = [WireCorpus.l2tpSeed]
    corpus[.dhcp] = [WireCorpus.dhcpSeed]
    for path in options.folders.flatMap(Self.files) { add(path) }
  }

  /// Reads inputs for so many minutes, and tells how many of each kind there were.
  mutating func run(minutes: Double) throws {
    try FileManager.default.createDirectory(atPath: options.work, withIntermediateDirectories: true)
    let sizes = InputKind.allCases.map { "\($0.rawValue) \(corpus[$0]?.count ?? 0)" }
    say("seed \(options.seed), corpus: \(sizes.joined(separator: ", "))")
    let end = ContinuousClock.now + .seconds(minutes * 60)
    var number: UInt64 = 0
    while ContinuousClock.now < end {
      let kind = kind(number)
      let inputs = corpus[kind] ?? []
      guard let input = inputs.randomElement(using: &generator) else {
        number += 1
        continue
      }
      let other = inputs.randomElement(using: &generator) ?? []
      let bytes = InputDamage.damaged(input, with: other, &generator)
      let name = "\(kind.rawValue) input \(number) seed \(options.seed)"
      try Data(bytes).write(to: URL(fileURLWithPath: "\(options.work)/input"))
      try Data((name + "\n").utf8).write(to: URL(fileURLWithPath: "\(options.work)/current"))
      watchdog.begin(name)
      kind.read(bytes, turn: number / 8)
      watchdog.end()
      counts[kind, default: 0] += 1
      number += 1
    }
    let told = InputKind.allCases.map { "\($0.rawValue) \(counts[$0] ?? 0)" }
    say("\(number) inputs read: \(told.joined(separator: ", "))")
  }

  /// Reads one kept input again, in each way in which its kind is read.
  func readAgain(_ path: String) {
    guard let kind = InputKind(rawValue: options.only),
      let data = FileManager.default.contents(atPath: path)
    else { return say("name the kind of \(path) with --only") }
    for turn in 0..<60 { kind.read([UInt8](data), turn: UInt64(turn)) }
    say("\(path) was read")
  }

  private func kind(_ number: UInt64) -> InputKind {
    let asked = options.only.split(separator: ",").compactMap { InputKind(rawValue: String($0)) }
    let kinds = asked.isEmpty ? InputKind.allCases : asked
    return kinds[Int(number % UInt64(kinds.count))]
  }

  // MARK: Corpus

  /// Bytes of a file that are kept, and files with more than one rule are taken apart.
  private static let fileBytesMax = 20_000_000
  private static let rulesMax = 40_000
  private static let captureBytesMax = 2_000_000

  private mutating func add(_ path: String) {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    if WireCorpus.takes(path), let data = FileManager.default.contents(atPath: path),
      data.count <= Self.captureBytesMax
    {
      let found = WireCorpus([UInt8](data), isText: path.hasSuffix(".hex"))
      for (kind, inputs) in found.inputs { corpus[kind, default: []] += inputs }
    }
    for kind in InputKind.allCases where kind.takes(name) {
      guard let data = FileManager.default.contents(atPath: path), data.count <= Self.fileBytesMax else {
        continue
      }
      let bytes = [UInt8](data)
      switch kind {
      case .rules, .expressions:
        guard (corpus[kind]?.count ?? 0) < Self.rulesMax else { continue }
        let lines = bytes.split(separator: 0x0a).filter { $0.contains(0x28) }.map { Array($0) }
        corpus[kind, default: []] += kind == .rules ? lines : lines.compactMap(Self.expression)
      default: corpus[kind, default: []].append(Array(bytes.prefix(InputDamage.bytesMax)))
      }
    }
  }

  /// What stands in a rule's pcre.
  private static func expression(of rule: [UInt8]) -> [UInt8]? {
    let text = String(decoding: rule, as: UTF8.self)
    guard let start = text.range(of: "pcre:\"")?.upperBound,
      let end = text[start...].range(of: "\";")?.lowerBound
    else { return nil }
    return Array(text[start..<end].utf8)
  }

  private static func files(_ path: String) -> [String] {
    guard let found = FileManager.default.enumerator(atPath: path) else { return [path] }
    let names = found.allObjects.compactMap { $0 as? String }.sorted()
    return names.isEmpty ? [path] : names.map { "\(path)/\($0)" }
  }

  private func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }
}
