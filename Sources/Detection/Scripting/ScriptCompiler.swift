/// Reads scripts that rules name, and runs them once to hear what they need.
enum ScriptCompiler {
  /// The script of `lua`.
  static func match(_ name: KeywordValue, _ builder: SignatureBuilder) throws(RuleProblem) -> Script {
    let module = "detect-lua"
    let (path, text) = try read(name, builder, module, missing: "couldn't load file: cannot open ")
    let trial = ScriptTrial(builder.context, slots: builder.slots)
    let host = ScriptHost(builder.context.environment.scripts)
    host.trial = trial
    let state = try open(host, path, text, name, module)
    guard state.has("init") else { throw refuse(name, "no init function in script", module) }
    var arguments = ScriptReply()
    arguments.object(.signature)
    switch state.call("init", arguments, results: -1) {
    case .done: break
    case .noTable:
      throw refuse(name, "init function in script should return table, returned is not table", module)
    case let outcome:
      throw refuse(name, "couldn't run script 'init' function: \(words(state, outcome))", module)
    }
    for need in trial.needs {
      if Self.needs.contains(need) { continue }
      if Self.formerNeeds.contains(need) || need.hasPrefix("http.") || need.hasPrefix("dns.") {
        throw refuse(name, "data type \(need) no longer supported, use rule hooks", module)
      }
      throw refuse(name, "unsupported data type \(need)", module)
    }
    return Script(path: path, use: .match, text: text, settings: host.settings, trial)
  }

  /// The script of `luaxform`, with the words behind its name.
  static func transform(
    _ name: KeywordValue, options: [String], _ builder: SignatureBuilder
  ) throws(RuleProblem) -> Script {
    let module = "detect-transform-luaxform"
    let (path, text) = try read(name, builder, module, missing: "couldn't load file: cannot open ")
    let trial = ScriptTrial(builder.context, slots: [:])
    let host = ScriptHost(builder.context.environment.scripts)
    host.trial = trial
    let state = try open(host, path, text, name, module)
    guard state.has("transform") else { throw refuse(name, "no transform function in script", module) }
    return Script(path: path, use: .transform(options), text: text, settings: host.settings, trial)
  }

  /// Keys that `init` may return. Scripts get what they need from the libraries; `payload` asks for packets
  /// with one.
  private static let needs: Set<String> = ["packet", "payload", "buffer", "stream", "ja3", "ja3s", "flow"]
  /// Keys of older scripts.
  private static let formerNeeds: Set<String> = ["tls", "ssh", "smtp", "dnp3", "http", "dns"]

  private static func read(
    _ name: KeywordValue, _ builder: SignatureBuilder, _ module: String, missing: String
  ) throws(RuleProblem) -> (path: String, text: [UInt8]) {
    let environment = builder.context.environment
    guard environment.scripts.allowsRules else {
      throw name.problem(
        "scripts of rules are switched off", remedy: "set security.lua.allow-rules: yes"
      ).inSuricata(module, "Lua rules disabled by security configuration: security.lua.allow-rules")
    }
    guard !name.isEmpty else {
      throw name.problem(
        "the script's name is missing", remedy: "write \(builder.option?.name ?? "lua"):name.lua;")
    }
    let path = environment.lists.path(of: name.text, besides: name.source.file)
    guard let text = environment.lists.read(path) else {
      throw refuse(name, "\(missing)\(path): No such file or directory", module)
    }
    guard text.count <= bytesMax else {
      throw name.problem(
        "the script \(path) has more than \(bytesMax) bytes", remedy: "write a shorter one")
    }
    return (path, text)
  }

  /// Bytes of one script.
  private static let bytesMax = 1 << 20

  /// A state that has read the script.
  private static func open(
    _ host: ScriptHost, _ path: String, _ text: [UInt8], _ name: KeywordValue, _ module: String
  ) throws(RuleProblem) -> LuaState {
    guard let state = LuaState(host, host.settings) else {
      throw refuse(name, "couldn't prime file: \(noMemory)", module)
    }
    switch state.load(text, name: path) {
    case .done: return state
    case .unreadable:
      throw refuse(name, "couldn't load file: \(words(state, .unreadable))", module)
    case let outcome:
      throw refuse(name, "couldn't prime file: \(words(state, outcome))", module)
    }
  }

  private static func words(_ state: LuaState, _ outcome: LuaState.Outcome) -> String {
    outcome == .outOfMemory ? noMemory : state.message ?? "(null)"
  }

  private static let noMemory = "not enough memory"

  private static func refuse(_ name: KeywordValue, _ message: String, _ module: String) -> RuleProblem {
    // The same words twice would be counted twice by who looks for Suricata's.
    let own = message.hasPrefix("no ") ? "lacks its \(message.dropFirst(3))" : "cannot be used: \(message)"
    return name.problem("the script \(name.text) \(own)", remedy: "mend the script")
      .inSuricata(module, message)
  }
}
