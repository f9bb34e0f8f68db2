import Protocols
import Wire

/// `suricata.dnp3`: a message as a table of all that it says.
enum ScriptDNP3 {
  static let library = ScriptLibrary(
    "suricata.dnp3",
    [
      ScriptFunction("get_tx") { (host, _) throws(ScriptFailure) in
        guard let transaction = host.transaction(DNP3Transaction.self, "dnp3") else { return }
        host.reply.open()
        host.reply.pair("tx_num", Int64(clamping: transaction.number) + 1)
        host.reply.pair("is_request", transaction.isRequest)
        host.reply.text(transaction.isRequest ? "request" : "response")
        host.reply.open()
        host.reply.pair("done", transaction.isDone)
        host.reply.pair("complete", transaction.isWhole)
        add(transaction, to: &host.reply)
        host.reply.close()
        host.reply.close()
      }
    ])

  private static func add(_ transaction: DNP3Transaction, to reply: inout ScriptReply) {
    let header = transaction.header
    reply.text("link_header")
    reply.open()
    reply.pair("len", Int64(header?.length ?? 0))
    reply.pair("control", Int64(header?.control ?? 0))
    reply.pair("dst", Int64(header?.destination ?? 0))
    reply.pair("src", Int64(header?.source ?? 0))
    reply.pair("crc", Int64(header?.checksum ?? 0))
    reply.close()
    reply.pair("transport_header", Int64(transaction.transport))
    reply.text("application_header")
    reply.open()
    reply.pair("control", Int64(header?.applicationControl ?? 0))
    reply.pair("function_code", Int64(header?.function ?? 0))
    reply.close()
    if !transaction.isRequest { reply.pair("indicators", Int64(header?.indications ?? 0)) }
    reply.text("objects")
    reply.open()
    for (place, object) in transaction.objects.enumerated() {
      reply.integer(place + 1)
      add(object, of: transaction.bytes, to: &reply)
    }
    reply.close()
  }

  private static func add(_ object: DNP3Object, of message: [UInt8], to reply: inout ScriptReply) {
    reply.open()
    reply.pair("group", Int64(object.group))
    reply.pair("variation", Int64(object.variation))
    reply.text("points")
    reply.open()
    var place = 0
    object.forEachPoint(of: message) { point, members in
      place += 1
      reply.integer(place)
      reply.open()
      reply.pair("index", Int64(point.index))
      for member in members {
        reply.text(member.name)
        switch member.value {
        case .unsigned(let number): reply.integer(Int64(bitPattern: number))
        case .signed(let number): reply.integer(number)
        case .float(let number): reply.number(number)
        // As in the reference, a text ends with a NUL.
        case .text(let text): reply.text(text.prefix { $0 != 0 })
        case .data(let data), .code(let data): reply.text(data)
        }
      }
      reply.close()
    }
    reply.close()
    reply.close()
  }
}

extension ScriptReply {
  /// A pair of a table: a name and a number.
  fileprivate mutating func pair(_ name: String, _ number: Int64) {
    text(name)
    integer(number)
  }

  /// A pair of a table: a name and a flag.
  fileprivate mutating func pair(_ name: String, _ flag: Bool) {
    text(name)
    boolean(flag)
  }
}
