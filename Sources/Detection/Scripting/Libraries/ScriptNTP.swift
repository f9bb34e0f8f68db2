import Protocols
import Wire

/// `suricata.ntp`.
enum ScriptNTP {
  static let library = ScriptLibrary(
    "suricata.ntp",
    [
      ScriptFunction("get_tx") { (host, _) throws(ScriptFailure) in
        guard let transaction = host.transaction(NTPTransaction.self, "ntp") else { return }
        host.reply.object(.ntp, Int64(clamping: transaction.number))
      }
    ])

  static let methods: [ScriptFunction] = [
    method("version") { $1.integer(Int64($0.version)) },
    method("mode") { $1.integer(Int64($0.mode)) },
    method("stratum") { $1.integer(Int64($0.stratum)) },
    method("reference_id") { $1.text($0.reference) },
  ]

  private static func method(
    _ name: String, _ body: @escaping @Sendable (NTPTransaction, inout ScriptReply) -> Void
  ) -> ScriptFunction {
    ScriptFunction(name) { (host, arguments) throws(ScriptFailure) in
      guard let transaction = try host.transaction(.ntp, arguments, NTPTransaction.self) else { return }
      body(transaction, &host.reply)
    }
  }
}
