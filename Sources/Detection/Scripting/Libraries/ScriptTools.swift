import Protocols
import Wire

/// `suricata.base64`.
enum ScriptBase64 {
  static let library = ScriptLibrary(
    "suricata.base64",
    [
      decoder("decode") { $0.count % 4 == 0 },
      decoder("decode_nopad") { !$0.contains(UInt8(ascii: "=")) },
      decoder("decode_padopt") { _ in true },
      ScriptFunction("decode_rfc2045") { (host, arguments) throws(ScriptFailure) in
        try decode(.rfc2045, host, arguments)
      },
      ScriptFunction("decode_rfc4648") { (host, arguments) throws(ScriptFailure) in
        try decode(.rfc4648, host, arguments)
      },
      ScriptFunction("encode") { (host, arguments) throws(ScriptFailure) in
        host.reply.text(try encoded(host, arguments))
      },
      ScriptFunction("encode_nopad") { (host, arguments) throws(ScriptFailure) in
        host.reply.text(try encoded(host, arguments).filter { $0 != UInt8(ascii: "=") })
      },
    ])

  private static func encoded(
    _ host: ScriptHost, _ arguments: ScriptArguments
  ) throws(ScriptFailure) -> [UInt8] {
    let text = try arguments.text(0)
    host.charge(text.count / 16)
    var encoded: [UInt8] = []
    Base64.append(encoding: text.rawSpan, to: &encoded)
    return encoded
  }

  /// All of the text must be Base64, with the padding that `accepts` wants.
  private static func decoder(
    _ name: String, _ accepts: @escaping @Sendable ([UInt8]) -> Bool
  ) -> ScriptFunction {
    ScriptFunction(name) { (host, arguments) throws(ScriptFailure) in
      let text = try arguments.text(0)
      host.charge(text.count / 16)
      var decoded: [UInt8] = []
      guard accepts(text), Base64.append(decoding: text.rawSpan, to: &decoded) else {
        throw .message("base64 decoding failed")
      }
      host.reply.text(decoded)
    }
  }

  private static func decode(
    _ mode: Base64Mode, _ host: ScriptHost, _ arguments: ScriptArguments
  ) throws(ScriptFailure) {
    let text = try arguments.text(0)
    host.charge(text.count / 16)
    var decoded: [UInt8] = []
    Base64Text.decode(text.rawSpan, mode, into: &decoded)
    host.reply.text(decoded)
  }
}

/// `suricata.hashlib`.
enum ScriptDigests {
  /// One of the algorithms.
  enum Algorithm: Sendable {
    case md5, sha1, sha256

    var name: String {
      switch self {
      case .md5: "md5"
      case .sha1: "sha1"
      case .sha256: "sha256"
      }
    }

    func digest(of bytes: [UInt8]) -> [UInt8] {
      switch self {
      case .md5: Digest.of(bytes.rawSpan, .md5) ?? []
      case .sha1: Digest.of(bytes.rawSpan, .sha1) ?? []
      case .sha256: Digest.of(bytes.rawSpan, .sha256) ?? []
      }
    }
  }

  static let library = ScriptLibrary(
    "suricata.hashlib",
    functions(.sha256, .sha256) + functions(.sha1, .sha1) + functions(.md5, .md5))

  private static func functions(_ algorithm: Algorithm, _ object: ScriptObject) -> [ScriptFunction] {
    [
      ScriptFunction(algorithm.name) { (host, _) throws(ScriptFailure) in
        host.reply.object(object, host.beginDigest())
      },
      ScriptFunction("\(algorithm.name)_digest") { (host, arguments) throws(ScriptFailure) in
        let text = try arguments.text(0)
        host.charge(text.count / 16)
        host.reply.text(algorithm.digest(of: text))
      },
      ScriptFunction("\(algorithm.name)_hexdigest") { (host, arguments) throws(ScriptFailure) in
        let text = try arguments.text(0)
        host.charge(text.count / 16)
        host.reply.text(Protocols.Digest.hexadecimal(algorithm.digest(of: text)))
      },
    ]
  }

  /// Methods of an object that takes its bytes in parts.
  static func methods(_ algorithm: Algorithm, _ object: ScriptObject) -> [ScriptFunction] {
    @Sendable func finish(_ host: ScriptHost, _ arguments: ScriptArguments) throws(ScriptFailure) -> [UInt8] {
      let number = try arguments.object(object)
      guard let bytes = host.digests.removeValue(forKey: number) else {
        throw .message("invalid \(algorithm.name) hash context")
      }
      host.charge(bytes.count / 16)
      return algorithm.digest(of: bytes)
    }
    return [
      ScriptFunction("update") { (host, arguments) throws(ScriptFailure) in
        let number = try arguments.object(object)
        let text = try arguments.text(1)
        guard host.digests[number] != nil else {
          throw .message("invalid \(algorithm.name) hash context")
        }
        guard host.digests.values.reduce(text.count, { $0 + $1.count }) <= host.settings.bytesMax else {
          throw .message("too much to be hashed in parts")
        }
        host.charge(text.count / 16)
        host.digests[number]?.append(contentsOf: text)
      },
      ScriptFunction("finalize") { (host, arguments) throws(ScriptFailure) in
        host.reply.text(try finish(host, arguments))
      },
      ScriptFunction("finalize_to_hex") { (host, arguments) throws(ScriptFailure) in
        host.reply.text(Protocols.Digest.hexadecimal(try finish(host, arguments)))
      },
    ]
  }
}

/// `suricata.config`.
enum ScriptConfiguration {
  static let library = ScriptLibrary(
    "suricata.config",
    [
      ScriptFunction("log_path") { (host, _) throws(ScriptFailure) in host.reply.text(host.settings.logFolder)
      }
    ])
}

/// `suricata.log`.
enum ScriptLogging {
  static let library = ScriptLibrary(
    "suricata.log",
    ScriptLogLevel.allCases.map { level in
      ScriptFunction(level.rawValue) { (host, arguments) throws(ScriptFailure) in
        host.settings.sink.logged(level, String(decoding: try arguments.text(0), as: UTF8.self))
      }
    })
}

/// `suricata.util`.
enum ScriptUtilities {
  static let library = ScriptLibrary(
    "suricata.util",
    [
      ScriptFunction("thread_info") { (host, _) throws(ScriptFailure) in
        host.reply.open()
        host.reply.text("id")
        host.reply.integer(host.workerNumber)
        host.reply.text("name")
        host.reply.text("W#\(host.workerNumber < 10 ? "0" : "")\(host.workerNumber)")
        host.reply.close()
      }
    ])
}
