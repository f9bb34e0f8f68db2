import Protocols
import Wire

/// `dnp3`: one record for each message that is whole.
let dnp3Record = TransactionRecord(
  protocolName: "dnp3", type: .dnp3, hasUppercaseEvents: true, isWanted: { isTold($0.transaction) },
  encode: encodeDNP3)

/// What only carries an event is not told of, and what has not come to its end neither.
private func isTold(_ transaction: Transaction) -> Bool {
  guard let transaction = transaction as? DNP3Transaction else { return false }
  return transaction.isDone && transaction.header != nil
}

@Sendable
private func encodeDNP3(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? DNP3Transaction, let header = transaction.header else {
    return
  }
  line.beginObject("dnp3")
  if context.place == .own {
    encodeMessage(transaction, header, into: &line)
  } else if transaction.isDone {
    line.beginObject(transaction.isRequest ? "request" : "response")
    encodeMessage(transaction, header, into: &line)
    line.endObject()
  }
  line.endObject()
}

private func encodeMessage(
  _ transaction: DNP3Transaction, _ header: DNP3Transaction.Header, into line: inout JSONWriter
) {
  if transaction.isRequest {
    line.member("type", literal: "request")
  } else {
    line.member("type", literal: header.function == 130 ? "unsolicited_response" : "response")
  }
  line.beginObject("control")
  line.member("dir", header.control & 0x80 != 0)
  line.member("pri", header.control & 0x40 != 0)
  line.member("fcb", header.control & 0x20 != 0)
  line.member("fcv", header.control & 0x10 != 0)
  line.member("function_code", header.control & 15)
  line.endObject()
  line.member("src", header.source)
  line.member("dst", header.destination)
  line.beginObject("application")
  line.beginObject("control")
  line.member("fir", header.applicationControl & 0x80 != 0)
  line.member("fin", header.applicationControl & 0x40 != 0)
  line.member("con", header.applicationControl & 0x20 != 0)
  line.member("uns", header.applicationControl & 0x10 != 0)
  line.member("sequence", header.applicationControl & 15)
  line.endObject()
  line.member("function_code", header.function)
  if !transaction.objects.isEmpty {
    line.beginArray("objects")
    for object in transaction.objects { encode(object, of: transaction.bytes, into: &line) }
    line.endArray()
  }
  line.member("complete", transaction.isWhole)
  line.endObject()
  if !transaction.isRequest { encode(indications: header.indications, into: &line) }
}

private func encode(indications: UInt16, into line: inout JSONWriter) {
  line.beginObject("iin")
  if indications != 0 {
    line.beginArray("indicators")
    for (place, name) in DNP3.indicationNames.enumerated() where indications << UInt16(place) & 0x8000 != 0 {
      line.element(name)
    }
    line.endArray()
  }
  line.endObject()
}

private func encode(_ object: DNP3Object, of message: [UInt8], into line: inout JSONWriter) {
  line.beginObject()
  line.member("group", object.group)
  line.member("variation", object.variation)
  line.member("qualifier", object.qualifier)
  line.member("prefix_code", object.prefixCode)
  line.member("range_code", object.rangeCode)
  line.member("start", object.start)
  line.member("stop", object.stop)
  line.member("count", object.count)
  if object.hasPoints {
    line.beginArray("points")
    object.forEachPoint(of: message) { point, members in
      line.beginObject()
      line.member("prefix", point.prefix)
      line.member("index", point.index)
      if object.isSized { line.member("size", point.prefix) }
      for member in members { encode(member.name, member.value, into: &line) }
      line.endObject()
    }
    line.endArray()
  }
  line.endObject()
}

private func encode(_ name: String, _ value: DNP3Value, into line: inout JSONWriter) {
  // The reference tells data, and a vendor's code, by these names, and of the code only what is UTF-8.
  switch value {
  case .data(let data) where data.isEmpty: return
  case .code(let code) where !isValidUTF8(code.rawSpan): return
  case .data, .code: line.key(text: "data->" + name)
  default: line.key(text: name)
  }
  switch value {
  case .unsigned(let number): line.value(number)
  // As in the reference, a negative number is told as the unsigned one with the same 64 bits.
  case .signed(let number): line.value(UInt64(bitPattern: number))
  case .float(let number): line.value(number)
  case .text(let text), .code(let text): line.value(text: text)
  case .data(let data): line.value(base64: data)
  }
}
