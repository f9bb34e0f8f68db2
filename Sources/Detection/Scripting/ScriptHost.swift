import Flows
import Protocols
import Wire

/// Answers what a script asks: the functions of its libraries, with what is being inspected at hand.
///
/// One for each state, confined to its worker. Between evaluations nothing is at hand.
final class ScriptHost {
  let settings: ScriptSettings
  /// The script, once its rule is compiled.
  var script: Script?
  /// Names of all rules.
  var names = ScriptNames()
  /// Takes what the script says of itself while its rule is compiled.
  var trial: ScriptTrial?
  /// What the last function answered.
  var reply = ScriptReply()
  /// Work of the last function, in instructions.
  private var work: Int64 = 0

  // What is at hand.
  var subject: ScriptScene?
  var frame = BorrowedBytes()
  var transaction: Transaction?
  var signature: Signature?
  var file: TransferredFile?
  /// Variables of `byte_extract` and `byte_math` by slot.
  var variables: [UInt64] = []
  var datasets: DatasetTable?
  var workerNumber = 1

  /// Digests that are being worked out, by number.
  var digests: [Int64: [UInt8]] = [:]
  /// Data sets that objects mean, by their payloads.
  var sets: [Int] = []
  private var lastDigest: Int64 = 0

  /// Objects with state of their own that one script may have at a time: the oldest gives way.
  static let objectsMax = 64

  init(_ settings: ScriptSettings) {
    self.settings = settings
  }

  /// Calls a function by its number. Returns how the reply is to be taken: 0 values, 1 an error, 2 one
  /// about an argument.
  func answer(_ function: Int, _ arguments: ScriptArguments) -> Int32 {
    reply.clear()
    work = 0
    do throws(ScriptFailure) {
      try perform(function, arguments)
      return 0
    } catch {
      reply.clear()
      switch error {
      case .message(let text): reply.raw(text.utf8)
      case .argument(let number, let text):
        reply.raw(CollectionOfOne(UInt8(clamping: number)))
        reply.raw(text.utf8)
        return 2
      case .tooMuch: work = .max
      }
      return 1
    }
  }

  private func perform(_ function: Int, _ arguments: ScriptArguments) throws(ScriptFailure) {
    switch function {
    case ScriptCatalogue.Own.require: try require(arguments)
    case ScriptCatalogue.Own.classOfObject:
      if case .integer(let number)? = arguments[0] {
        ScriptCatalogue.describe(Int32(clamping: number), &reply)
      }
    case ScriptCatalogue.Own.key:
      guard case .bytes(let bytes)? = arguments[0] else { return }
      let key = String(decoding: bytes, as: UTF8.self)
      trial?.needs.append(key)
      guard case .bytes(let value)? = arguments[1] else { return }
      trial?.values[key] = String(decoding: value, as: UTF8.self)
    case ScriptCatalogue.Own.print:
      if case .bytes(let text)? = arguments[0] { settings.sink.printed(text) }
    default:
      let number = function - ScriptCatalogue.firstFunction
      guard ScriptCatalogue.functions.indices.contains(number) else { return }
      try ScriptCatalogue.functions[number].body(self, arguments)
    }
  }

  /// Gives a library's functions; without a name, those that the prelude builds the text functions of.
  private func require(_ arguments: ScriptArguments) throws(ScriptFailure) {
    guard case .bytes(let bytes)? = arguments[0] else {
      return ScriptCatalogue.describe(library: ScriptText.library.name, &reply)
    }
    let name = String(decoding: bytes, as: UTF8.self)
    guard name != ScriptText.library.name, ScriptCatalogue.libraries.contains(where: { $0.name == name })
    else {
      throw .message("Module not found: \(name)")
    }
    if name == ScriptDatasets.library.name { trial?.usesDatasets = true }
    ScriptCatalogue.describe(library: name, &reply)
  }

  /// Notes work that the limit on instructions does not see.
  func charge(_ instructions: Int) { work = work &+ Int64(max(instructions, 0)) }

  /// The work of the last function.
  func takeWork() -> Int64 {
    defer { work = 0 }
    return work
  }

  /// Begins an evaluation.
  func begin(_ subject: ScriptScene, _ transaction: Transaction?, _ signature: Signature?) {
    self.subject = subject
    self.transaction = transaction
    self.signature = signature
  }

  /// Ends it: nothing of the traffic is kept.
  func end() {
    subject = nil
    transaction = nil
    signature = nil
    file = nil
    datasets = nil
    variables.removeAll(keepingCapacity: true)
  }

  /// Begins a digest and gives its number.
  func beginDigest() -> Int64 {
    lastDigest &+= 1
    if digests.count >= Self.objectsMax, let oldest = digests.keys.min() { digests[oldest] = nil }
    digests[lastDigest] = []
    return lastDigest
  }
}

/// What is inspected, as far as scripts ask for it.
struct ScriptScene {
  let packet: Packet
  let flow: Flow?
  let conversation: Conversation?
  let detection: FlowDetection?
}

extension ScriptScene {
  init(_ subject: Subject) {
    self.init(
      packet: subject.packet, flow: subject.flow, conversation: subject.conversation,
      detection: subject.detection)
  }
}

/// What a script says of itself while its rule is compiled.
final class ScriptTrial {
  /// Keys of the table that `init` returned, and those of its values that are texts.
  var needs: [String] = []
  var values: [String: String] = [:]
  var flowVariables: [String: Int] = [:]
  var flowIntegers: [String: Int] = [:]
  var byteVariables: [String: Int] = [:]
  var wantsJA3 = false
  var wantsHASSH = false
  var usesDatasets = false
  /// Names that the rules share; nil for a script that belongs to no rule.
  let context: CompilerContext?
  /// Slots of the rule's variables.
  let slots: [String: Int]

  init(_ context: CompilerContext?, slots: [String: Int] = [:]) {
    self.context = context
    self.slots = slots
  }
}
