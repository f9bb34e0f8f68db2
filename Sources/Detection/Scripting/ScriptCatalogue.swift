/// A function that scripts may call.
struct ScriptFunction: Sendable {
  typealias Body = @Sendable (ScriptHost, ScriptArguments) throws(ScriptFailure) -> Void

  let name: String
  let body: Body

  init(_ name: String, _ body: @escaping Body) {
    self.name = name
    self.body = body
  }
}

/// What `require` gives.
struct ScriptLibrary: Sendable {
  let name: String
  let functions: [ScriptFunction]

  init(_ name: String, _ functions: [ScriptFunction]) {
    self.name = name
    self.functions = functions
  }
}

/// Objects that functions give, with methods.
enum ScriptObject: Int32, CaseIterable {
  case packet, flow, rule, flowVariable, flowInteger, byteVariable, signature, sha256, sha1, md5, dataset
  case dns, http, tls, ssh, smtp, ja3, file, ntp

  /// Suricata's name of it, which messages have.
  var name: String {
    switch self {
    case .packet: "suricata:packet"
    case .flow: "suricata:flow"
    case .rule: "suricata:rule:mt"
    case .flowVariable: "suricata:flowvar:mt"
    case .flowInteger: "suricata:flowint:mt"
    case .byteVariable: "suricata:bytevar:mt"
    case .signature: "suricata:signature"
    case .sha256: "suricata:hashlib:sha256"
    case .sha1: "suricata:hashlib:sha1"
    case .md5: "suricata:hashlib:md5"
    case .dataset: "dataset::metatable"
    case .dns: "suricata:dns:tx"
    case .http: "suricata:http:tx"
    case .tls: "suricata:tls"
    case .ssh: "suricata:ssh:tx"
    case .smtp: "suricata:smtp:tx"
    case .ja3: "suricata:ja3:tx"
    case .file: "suricata:file:mt"
    case .ntp: "suricata:ntp:tx"
    }
  }

  var methods: [ScriptFunction] {
    switch self {
    case .packet: ScriptPackets.methods
    case .flow: ScriptFlows.methods
    case .rule: ScriptRules.methods
    case .flowVariable: ScriptFlowVariables.methods
    case .flowInteger: ScriptFlowIntegers.methods
    case .byteVariable: ScriptByteVariables.methods
    case .signature: []
    case .sha256: ScriptDigests.methods(.sha256, self)
    case .sha1: ScriptDigests.methods(.sha1, self)
    case .md5: ScriptDigests.methods(.md5, self)
    case .dataset: ScriptDatasets.methods
    case .dns: ScriptDNS.methods
    case .http: ScriptHTTP.methods
    case .tls: ScriptTLS.methods
    case .ssh: ScriptSSH.methods
    case .smtp: ScriptSMTP.methods
    case .ja3: ScriptJA3.methods
    case .file: ScriptFiles.methods
    case .ntp: ScriptNTP.methods
    }
  }
}

/// All libraries that scripts may require. A new one is one line here.
enum ScriptCatalogue {
  /// Numbers of functions that the boundary itself asks for.
  enum Own {
    static let require = 0
    static let classOfObject = 1
    static let key = 2
    static let print = 3
  }

  /// Numbers of the libraries' functions begin here.
  static let firstFunction = 16

  static let libraries: [ScriptLibrary] = [
    ScriptText.library,
    ScriptBase64.library,
    ScriptByteVariables.library,
    ScriptConfiguration.library,
    ScriptDatasets.library,
    ScriptDNP3.library,
    ScriptDNS.library,
    ScriptFiles.library,
    ScriptFlows.library,
    ScriptFlowIntegers.library,
    ScriptFlowVariables.library,
    ScriptDigests.library,
    ScriptHTTP.library,
    ScriptJA3.library,
    ScriptLogging.library,
    ScriptNTP.library,
    ScriptPackets.library,
    ScriptRules.library,
    ScriptSMTP.library,
    ScriptSSH.library,
    ScriptTLS.library,
    ScriptUtilities.library,
  ]

  /// Functions of all libraries, then methods of all objects.
  static let functions: [ScriptFunction] =
    libraries.flatMap(\.functions) + ScriptObject.allCases.flatMap(\.methods)

  private static let libraryStarts: [String: Int] = {
    var starts: [String: Int] = [:]
    var start = 0
    for library in libraries {
      starts[library.name] = start
      start += library.functions.count
    }
    return starts
  }()

  private static let objectStarts: [Int] = {
    var start = libraries.reduce(0) { $0 + $1.functions.count }
    return ScriptObject.allCases.map { object in
      defer { start += object.methods.count }
      return start
    }
  }()

  /// A library as a table of functions.
  static func describe(library name: String, _ reply: inout ScriptReply) {
    guard let library = libraries.first(where: { $0.name == name }), let start = libraryStarts[name] else {
      return
    }
    reply.open()
    describe(library.functions, from: start, &reply)
    reply.close()
  }

  /// The metatable of an object's kind.
  static func describe(_ number: Int32, _ reply: inout ScriptReply) {
    reply.open()
    if let object = ScriptObject(rawValue: number) {
      reply.text("__name")
      reply.text(object.name)
      describe(object.methods, from: objectStarts[Int(number)], &reply)
    }
    reply.close()
  }

  private static func describe(_ functions: [ScriptFunction], from start: Int, _ reply: inout ScriptReply) {
    for (offset, function) in functions.enumerated() {
      reply.text(function.name)
      reply.function(start + offset)
    }
  }
}
