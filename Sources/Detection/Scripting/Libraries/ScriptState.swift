import Wire

/// `suricata.flowvar`: texts kept for the flow.
enum ScriptFlowVariables {
  static let library = ScriptLibrary(
    "suricata.flowvar",
    [
      ScriptFunction("get") { (host, arguments) throws(ScriptFailure) in
        let name = String(decoding: try arguments.text(0), as: UTF8.self)
        let number = host.trial?.flowVariables[name] ?? host.script?.flowVariables[name]
        guard let number = number ?? host.names.flowVariables[name] else {
          throw .message("flowvar does not exist")
        }
        host.reply.object(.flowVariable, Int64(number))
      },
      ScriptFunction("register") { (host, arguments) throws(ScriptFailure) in
        let name = String(decoding: try arguments.text(0), as: UTF8.self)
        guard let trial = host.trial else {
          return host.reply.object(.flowVariable, Int64(host.names.flowVariables[name] ?? -1))
        }
        if trial.flowVariables[name] == nil {
          guard trial.flowVariables.count < ScriptSettings.registrationsMax else {
            throw .message("too many flowvars registered")
          }
          trial.flowVariables[name] = trial.context?.captures.intern(name) ?? host.names.flowVariables[name]
        }
        host.reply.object(.flowVariable, Int64(trial.flowVariables[name] ?? -1))
      },
    ])

  static let methods: [ScriptFunction] = [
    ScriptFunction("value") { (host, arguments) throws(ScriptFailure) in
      let number = try arguments.object(.flowVariable)
      host.reply.optional(host.subject?.detection?.variables.first { Int64($0.name) == number }?.text)
    },
    ScriptFunction("set") { (host, arguments) throws(ScriptFailure) in
      let number = try arguments.object(.flowVariable)
      let text = try arguments.text(1)
      let length = try arguments.integer(2)
      guard number >= 0 else { return }
      let kept = text.prefix(Int(clamping: max(length, 0)))
      host.subject?.detection?.setVariable(Int(clamping: number), Array(kept.prefix(Self.bytesMax)))
    },
  ]

  /// Bytes of one text: Suricata's length of it has 16 bits.
  private static let bytesMax = 65_535
}

/// `suricata.flowint`: numbers kept for the flow.
enum ScriptFlowIntegers {
  static let library = ScriptLibrary(
    "suricata.flowint",
    [
      ScriptFunction("get") { (host, arguments) throws(ScriptFailure) in
        let name = String(decoding: try arguments.text(0), as: UTF8.self)
        let number = host.trial?.flowIntegers[name] ?? host.script?.flowIntegers[name]
        guard let number = number ?? host.names.flowIntegers[name] else {
          throw .message("flowvar does not exist")
        }
        host.reply.object(.flowInteger, Int64(number))
      },
      ScriptFunction("register") { (host, arguments) throws(ScriptFailure) in
        let name = String(decoding: try arguments.text(0), as: UTF8.self)
        guard let trial = host.trial else {
          return host.reply.object(.flowInteger, Int64(host.names.flowIntegers[name] ?? -1))
        }
        if trial.flowIntegers[name] == nil {
          guard trial.flowIntegers.count < ScriptSettings.registrationsMax else {
            throw .message("too many flowints registered")
          }
          trial.flowIntegers[name] = trial.context?.flowIntegers.intern(name) ?? host.names.flowIntegers[name]
        }
        host.reply.object(.flowInteger, Int64(trial.flowIntegers[name] ?? -1))
      },
    ])

  static let methods: [ScriptFunction] = [
    ScriptFunction("value") { (host, arguments) throws(ScriptFailure) in
      let number = Int(clamping: try arguments.object(.flowInteger))
      if let value = host.subject?.detection?.integer(number) {
        host.reply.integer(value)
      } else {
        host.reply.none()
      }
    },
    ScriptFunction("set") { (host, arguments) throws(ScriptFailure) in
      let number = Int(clamping: try arguments.object(.flowInteger))
      let value = try arguments.integer(1)
      set(number, Int64(UInt32(truncatingIfNeeded: value)), host)
    },
    ScriptFunction("incr") { (host, arguments) throws(ScriptFailure) in
      let number = Int(clamping: try arguments.object(.flowInteger))
      let value = (host.subject?.detection?.integer(number) ?? 0).addingReportingOverflow(1).partialValue
      set(number, value, host)
      host.reply.integer(value)
    },
    ScriptFunction("decr") { (host, arguments) throws(ScriptFailure) in
      let number = Int(clamping: try arguments.object(.flowInteger))
      let value = max((host.subject?.detection?.integer(number) ?? 0).subtractingReportingOverflow(1).0, 0)
      set(number, value, host)
      host.reply.integer(value)
    },
  ]

  private static func set(_ number: Int, _ value: Int64, _ host: ScriptHost) {
    if number >= 0 { host.subject?.detection?.setInteger(number, value) }
  }
}

/// `suricata.bytevar`: numbers that the rule's `byte_extract` and `byte_math` read.
enum ScriptByteVariables {
  static let library = ScriptLibrary(
    "suricata.bytevar",
    [
      ScriptFunction("map") { (host, arguments) throws(ScriptFailure) in
        guard case .object(ScriptObject.signature.rawValue, _)? = arguments[0] else {
          throw .message("bytevar.map: first argument must be the signature passed to init")
        }
        let name = String(decoding: try arguments.text(1), as: UTF8.self)
        guard let slot = host.trial?.slots[name] else {
          throw .message("unknown byte_extract or byte_math variable: \(name)")
        }
        host.trial?.byteVariables[name] = slot
      },
      ScriptFunction("get") { (host, arguments) throws(ScriptFailure) in
        let name = String(decoding: try arguments.text(0), as: UTF8.self)
        guard let slot = host.script?.byteVariables[name] else { throw .message("unknown bytevar: \(name)") }
        host.reply.object(.byteVariable, Int64(slot))
      },
    ])

  static let methods: [ScriptFunction] = [
    ScriptFunction("value") { (host, arguments) throws(ScriptFailure) in
      let slot = Int(clamping: try arguments.object(.byteVariable))
      guard host.variables.indices.contains(slot) else { return host.reply.none() }
      host.reply.integer(Int64(truncatingIfNeeded: host.variables[slot]))
    }
  ]
}

/// `suricata.dataset`: sets of values.
enum ScriptDatasets {
  static let library = ScriptLibrary("suricata.dataset", functions)
  static let methods = functions

  /// Suricata gives the methods with the library too.
  private static let functions: [ScriptFunction] = [
    ScriptFunction("new") { (host, _) throws(ScriptFailure) in
      guard host.sets.count < ScriptHost.objectsMax else { return host.reply.failure("too many datasets") }
      host.sets.append(-1)
      host.reply.object(.dataset, Int64(host.sets.count - 1))
    },
    ScriptFunction("get") { (host, arguments) throws(ScriptFailure) in
      let place = Int(clamping: try arguments.object(.dataset))
      let name = String(decoding: try arguments.text(1), as: UTF8.self)
      guard let number = host.datasets?.sets.firstIndex(where: { $0.name == name }) else {
        return host.reply.failure("dataset not found")
      }
      if host.sets.indices.contains(place) { host.sets[place] = number }
      host.reply.integer(0)
    },
    ScriptFunction("add") { (host, arguments) throws(ScriptFailure) in
      let place = Int(clamping: try arguments.object(.dataset))
      let text = try arguments.text(1)
      let length = Int(clamping: max(try arguments.integer(2), 0))
      guard host.sets.indices.contains(place), let datasets = host.datasets, host.sets[place] >= 0 else {
        return host.reply.failure("dataset is not initialized")
      }
      guard length <= text.count else { return host.reply.failure("string length too large") }
      host.reply.integer(datasets.add(Array(text.prefix(length)), to: host.sets[place]))
    },
  ]
}
