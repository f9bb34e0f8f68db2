import Protocols
import Wire

/// A worker's own state of a script.
final class ScriptInstance {
  let script: Script
  private let host: ScriptHost
  private let state: LuaState?
  private var hasComplained = false

  /// Opens the state and runs the script's outermost part and its `thread_init`.
  init(_ script: Script, names: ScriptNames, datasets: DatasetTable, _ counters: inout ScriptCounters) {
    self.script = script
    host = ScriptHost(script.settings)
    host.script = script
    host.names = names
    host.datasets = datasets
    state = LuaState(host, script.settings)
    defer { host.end() }
    guard let state else { return }
    var outcome = state.load(script.text, name: script.path)
    if outcome == .done, state.has("thread_init") { outcome = state.call("thread_init") }
    if outcome != .done { note(outcome, "couldn't run script 'thread_init' function: ", &counters) }
  }

  /// Asks the script whether the rule matches. nil: it failed, which is neither.
  func matches(
    _ subject: Subject, _ frame: RawSpan, _ question: ScriptQuestion,
    _ counters: inout ScriptCounters
  ) -> Bool? {
    guard let state else { return nil }
    host.begin(ScriptScene(subject), question.transaction, question.signature)
    host.variables = question.variables
    host.datasets = question.datasets
    defer { host.end() }
    var arguments = ScriptReply()
    arguments.open()
    arguments.close()
    let outcome = state.call("match", arguments, results: 1, frame: frame)
    guard outcome == .done else {
      note(outcome, Self.complaint, &counters)
      return nil
    }
    switch state.result(0) {
    case .integer(let value): return value == 1
    case .number(let value): return value == 1
    default: return false
    }
  }

  /// What the script makes of a buffer; nil where it leaves it as it is.
  func transform(
    _ bytes: [UInt8], _ options: [String], datasets: DatasetTable, _ counters: inout ScriptCounters
  ) -> [UInt8]? {
    guard let state else { return nil }
    host.datasets = datasets
    defer { host.end() }
    var arguments = ScriptReply()
    arguments.text(bytes)
    arguments.open()
    for (number, option) in options.enumerated() {
      arguments.integer(number + 1)
      arguments.text(option)
    }
    arguments.close()
    let outcome = state.call("transform", arguments, results: 2)
    guard outcome == .done else {
      note(outcome, Self.complaint, &counters)
      return nil
    }
    guard case .bytes(let result) = state.result(0) else { return nil }
    switch state.result(1) {
    case .integer(let count): return Array(result.prefix(Int(clamping: max(count, 0))))
    case .number(let count) where count >= 0 && count < 1e9: return Array(result.prefix(Int(count)))
    default: return nil
    }
  }

  private static let complaint = "Lua script failed to run successfully: "

  /// Counts a failure; the first of the script is told.
  private func note(_ outcome: LuaState.Outcome, _ words: String, _ counters: inout ScriptCounters) {
    counters.errors &+= 1
    var message = state?.message ?? "(null)"
    switch outcome {
    case .blocked: counters.blockedFunctions &+= 1
    case .outOfInstructions: counters.instructionLimits &+= 1
    case .outOfMemory:
      counters.memoryLimits &+= 1
      message = "memory limit exceeded"
    case .done, .failed, .unreadable, .noTable: break
    }
    if hasComplained { return }
    hasComplained = true
    script.settings.sink.logged(.warning, words + message)
  }
}

/// What is at hand when a script is asked, besides the packet.
struct ScriptQuestion {
  let signature: Signature
  let transaction: Transaction?
  let variables: [UInt64]
  let datasets: DatasetTable
}

/// All scripts of a rule set, for one worker.
final class ScriptTable {
  package private(set) var counters = ScriptCounters()
  /// By the rule's position, in the order written.
  private var matching: [Int32: [ScriptInstance]] = [:]
  private var transforming: [Script: ScriptInstance] = [:]
  private let datasets: DatasetTable

  init(_ signatures: [Signature], names: ScriptNames, datasets: DatasetTable) {
    self.datasets = datasets
    for (number, signature) in signatures.enumerated() {
      for condition in signature.scripts {
        let instance = ScriptInstance(condition.script, names: names, datasets: datasets, &counters)
        matching[Int32(clamping: number), default: []].append(instance)
      }
      for script in signature.transformScripts where transforming[script] == nil {
        transforming[script] = ScriptInstance(script, names: names, datasets: datasets, &counters)
      }
    }
  }

  /// Whether all scripts of a rule say what it wants.
  func hold(
    _ number: Int32, _ subject: Subject, _ frame: RawSpan, _ question: ScriptQuestion
  ) -> Bool {
    guard let instances = matching[number] else { return false }
    for (instance, condition) in zip(instances, question.signature.scripts) {
      if condition.script.needsPayload, subject.packet.payloadLength == 0 { return false }
      guard let answer = instance.matches(subject, frame, question, &counters) else { return false }
      if answer == condition.isNegated { return false }
    }
    return true
  }

  /// The buffer after a script; as it was where the script fails or declines.
  func transform(_ script: Script, _ bytes: [UInt8]) -> [UInt8] {
    guard case .transform(let options) = script.use, let instance = transforming[script] else { return bytes }
    return instance.transform(bytes, options, datasets: datasets, &counters) ?? bytes
  }
}

extension Inspector {
  /// Whether a rule's scripts want it to match: asked last, when all else holds.
  @inline(never)
  mutating func holdsScripts(
    _ number: Int32, _ subject: Subject, _ bytes: RawSpan, _ transaction: Transaction?
  ) -> Bool {
    guard let scripts else { return false }
    let question = ScriptQuestion(
      signature: rules.signatures[Int(number)], transaction: transaction, variables: matcher.variables,
      datasets: matcher.datasets)
    return scripts.hold(number, subject, bytes, question)
  }

  /// How often scripts failed.
  package var scriptCounters: ScriptCounters { scripts?.counters ?? ScriptCounters() }
}

extension Signature {
  /// Scripts among the transformations of its buffers.
  var transformScripts: [Script] {
    inspections.flatMap { inspection in
      inspection.buffer.transforms.compactMap { if case .script(let script) = $0 { script } else { nil } }
    }
  }

  /// All of its scripts.
  package var allScripts: [Script] { scripts.map(\.script) + transformScripts }
}
