package import Flows
package import Protocols
package import Wire

/// Scripts of the configuration (`outputs.lua`) that write what they like of what was seen.
///
/// In: packets, alerts, transactions, files and flows as they are recorded. They belong to who runs the
/// sensor, so that all of Lua is theirs; a script that fails is told once, and asked again with the next.
package final class ScriptOutputs {
  /// A script as it was read.
  package struct Source: Sendable {
    /// Where it stands, for messages.
    package let path: String
    let text: [UInt8]

    /// A script by its path and text.
    package init(path: String, text: [UInt8]) {
      self.path = path
      self.text = text
    }
  }

  private let outputs: [ScriptOutput]

  /// Reads the scripts and sets them up. Those that cannot be used are told and left out.
  package init(_ sources: [Source], _ settings: ScriptSettings) {
    var settings = settings
    settings.allowsEverything = true
    settings.bytesMax = Limits.bytes
    settings.instructionsMax = Limits.instructions
    settings.nanosecondsMax = Limits.nanoseconds
    outputs = sources.compactMap { ScriptOutput($0, settings) }
  }

  /// What one script may take: it is no stranger's, but a loop in it must come to an end.
  private enum Limits {
    static let bytes = 256 << 20
    static let instructions: Int64 = 1 << 32
    static let nanoseconds: Int64 = 60_000_000_000
  }

  /// Some script takes records of this kind.
  package func take(_ kind: ScriptRecord) -> Bool { outputs.contains { $0.kind == kind } }

  /// Shows a record to the scripts that take its kind.
  package func show(_ kind: ScriptRecord, _ record: ScriptSubject, _ bytes: RawSpan) {
    for output in outputs where output.kind == kind { output.show(record, bytes) }
  }

  /// Nothing more will come.
  package func finish() {
    for output in outputs { output.finish() }
  }
}

/// What a script of the configuration takes.
package enum ScriptRecord: Equatable, Sendable {
  case packet, alert, flow, file
  /// Transactions of a protocol.
  case transaction(String)
}

/// A record, with all that hangs on it.
package struct ScriptSubject {
  let subject: ScriptScene
  /// The transaction and the file that were recorded, and the rule that alerted.
  package var transaction: Transaction?
  package var file: TransferredFile?
  package var signature: Signature?

  /// A record with this packet; `direction` is the packet's within the conversation.
  package init(_ packet: Packet, _ direction: Direction, flow: Flow?, conversation: Conversation?) {
    subject = ScriptScene(
      packet: packet, flow: flow, conversation: conversation,
      detection: flow?.detection as? FlowDetection)
  }
}

/// One of the scripts, in its state.
private final class ScriptOutput {
  let kind: ScriptRecord
  private let host: ScriptHost
  private let state: LuaState
  private let path: String
  private var hasComplained = false

  init?(_ source: ScriptOutputs.Source, _ settings: ScriptSettings) {
    let host = ScriptHost(settings)
    let trial = ScriptTrial(nil)
    host.trial = trial
    guard let state = LuaState(host, settings) else { return nil }
    func refuse(_ words: String) {
      settings.sink.logged(.error, "\(source.path): \(words); the output script is not used")
    }
    guard state.load(source.text, name: source.path) == .done else {
      refuse(state.message ?? "it cannot be read")
      return nil
    }
    guard state.call("init", Self.noArguments, results: -1) == .done else {
      refuse(state.message ?? "init must be a function that returns a table")
      return nil
    }
    host.trial = nil
    guard let kind = Self.kind(trial.values) else {
      refuse("init asks for records that there are not: \(trial.needs.sorted().joined(separator: ", "))")
      return nil
    }
    self.kind = kind
    self.host = host
    self.state = state
    path = source.path
    if state.has("setup") { note(state.call("setup", Self.noArguments)) }
  }

  private static let noArguments: ScriptReply = {
    var arguments = ScriptReply()
    arguments.open()
    arguments.close()
    return arguments
  }()

  private static func kind(_ values: [String: String]) -> ScriptRecord? {
    switch (values["type"], values["protocol"], values["filter"]) {
    case ("packet", _, "alerts"): .alert
    case ("packet", _, _): .packet
    case ("flow", _, _): .flow
    case ("file", _, _): .file
    case (nil, let name?, _): .transaction(name)
    default: nil
    }
  }

  func show(_ record: ScriptSubject, _ bytes: RawSpan) {
    host.begin(record.subject, record.transaction, record.signature)
    host.file = record.file
    note(state.call("log", Self.noArguments, results: 0, frame: bytes))
    host.end()
  }

  func finish() {
    if state.has("deinit") { note(state.call("deinit", Self.noArguments)) }
  }

  private func note(_ outcome: LuaState.Outcome) {
    guard outcome != .done, !hasComplained else { return }
    hasComplained = true
    host.settings.sink.logged(.error, "\(path): \(state.message ?? "the script failed"); told once")
  }
}
