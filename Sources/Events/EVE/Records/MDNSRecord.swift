import Protocols
import Wire

/// `mdns`: one record for each message, in the short form that has a member named after each type.
let mdnsRecord = TransactionRecord(
  protocolName: "mdns", type: .mdns, isClientFirst: false, hasProgress: false, encode: encodeMDNS)

@Sendable
private func encodeMDNS(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? DNSTransaction else { return }
  line.beginObject("mdns")
  encodeMDNS(transaction.message, into: &line)
  line.endObject()
}

private func encodeMDNS(_ message: borrowing DNSMessage, into line: inout JSONWriter) {
  line.member("type", literal: message.isResponse ? "response" : "request")
  line.member("id", message.identifier)
  encodeFlags(message, into: &line)
  line.member("opcode", message.opcode)
  line.member("rcode", message.responseCode)
  if message.questionCount > 0 {
    line.beginArray("queries")
    for question in message.questions {
      line.beginObject()
      line.member("rrname", text: message.name(question))
      line.member("rrtype", DNSNames.type(question.type).lowercased())
      line.endObject()
    }
    line.endArray()
  }
  encodeSection("answers", message.answers, message, into: &line)
  encodeSection("authorities", message.authorities, message, into: &line)
  encodeSection("additionals", message.additionals, message, into: &line)
}

private func encodeFlags(_ message: borrowing DNSMessage, into line: inout JSONWriter) {
  let flags: [(isSet: Bool, name: String)] = [
    (message.isAuthoritative, "aa"), (message.isTruncated, "tc"), (message.wantsRecursion, "rd"),
    (message.offersRecursion, "ra"), (message.hasReservedBit, "z"),
  ]
  guard flags.contains(where: \.isSet) else { return }
  line.beginArray("flags")
  for flag in flags where flag.isSet { line.element(text: Array(flag.name.utf8)) }
  line.endArray()
}

private func encodeSection(
  _ key: StaticString, _ records: ArraySlice<DNSRecord>, _ message: borrowing DNSMessage,
  into line: inout JSONWriter
) {
  guard !records.isEmpty else { return }
  line.beginArray(key)
  for record in records {
    line.beginObject()
    line.member("rrname", text: message.name(record))
    encode(message.data(record), record, into: &line)
    line.endObject()
  }
  line.endArray()
}

/// The data under the key of the type; types that are not looked into show their name only.
private func encode(_ data: DNSData, _ record: DNSRecord, into line: inout JSONWriter) {
  switch (data, record.type) {
  case (.address(let bytes), 1):
    line.key("a")
    appendAddress(bytes, to: &line)
  case (.address(let bytes), _):
    line.key("aaaa")
    appendAddress(bytes, to: &line)
  case (.name(let name, _), 2): line.member("ns", text: name)
  case (.name(let name, _), 5): line.member("cname", text: name)
  case (.name(let name, _), 15): line.member("mx", text: name)
  case (.name(let name, _), _): line.member("ptr", text: name)
  case (.text(let strings), _):
    line.beginArray("txt")
    for string in strings { line.element(text: string) }
    line.endArray()
  case (.soa(let soa), _):
    line.beginObject("soa")
    encode(soa, into: &line)
  case (.service(let service), _):
    line.beginObject("srv")
    encode(service, into: &line)
  default: line.member("rrtype", DNSNames.type(record.type).lowercased())
  }
}
