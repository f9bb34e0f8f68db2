import Protocols
import Wire

/// `dns`: one record for each message.
let dnsRecord = TransactionRecord(
  protocolName: "dns", type: .dns, isClientFirst: false, hasProgress: false, isWanted: isDNSWanted,
  encode: encodeDNS)

@Sendable
private func isDNSWanted(_ context: RecordContext) -> Bool {
  guard let transaction = context.transaction as? DNSTransaction else { return false }
  let settings = context.settings.dns
  guard transaction.isResponse ? settings.hasResponses : settings.hasRequests else { return false }
  guard let types = settings.recordTypes else { return transaction.hasQuestions }
  return transaction.message.questions.contains { types.contains(DNSNames.type($0.type).lowercased()) }
}

/// Writes the object `dns` of a message.
@Sendable
func encodeDNS(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? DNSTransaction else { return }
  let message = transaction.message
  let settings = context.settings.dns
  // Alerts always have the present form.
  let isOld = settings.version == 2 && context.place == .own
  line.beginObject("dns")
  if isOld {
    encodeVersion2(transaction, into: &line)
  } else {
    line.member("version", 3)
    line.member("type", literal: message.isResponse ? "response" : "request")
    line.member("tx_id", transaction.number)
    line.member("id", message.identifier)
    encodeFlags(message, into: &line)
    line.member("opcode", message.opcode)
    line.member("rcode", DNSNames.responseCode(message.responseCode))
    encodeQuestions(message, into: &line)
  }
  if !isOld || message.isResponse {
    let isOwn = context.place == .own
    encodeAnswers(
      message, isDetailed: settings.isDetailed || !isOwn, isGrouped: settings.isGrouped && isOwn, &line)
  }
  line.endObject()
}

/// The older form shows one question and calls messages `query` and `answer`.
private func encodeVersion2(_ transaction: DNSTransaction, into line: inout JSONWriter) {
  let message = transaction.message
  line.member("version", 2)
  line.member("type", literal: message.isResponse ? "answer" : "query")
  line.member("id", message.identifier)
  if message.isResponse {
    encodeFlags(message, into: &line)
    line.member("opcode", message.opcode)
  }
  if let question = message.questions.first {
    line.member("rrname", text: message.name(question))
    line.member("rrtype", DNSNames.type(question.type))
  }
  if message.isResponse {
    line.member("rcode", DNSNames.responseCode(message.responseCode))
  } else {
    line.member("tx_id", transaction.number)
    if message.hasReservedBit { line.member("z", true) }
    line.member("opcode", message.opcode)
  }
}

private func encodeFlags(_ message: DNSMessage, into line: inout JSONWriter) {
  line.key("flags")
  line.bytes.append(UInt8(ascii: "\""))
  line.bytes.append(hexadecimalOf: message.flags)
  line.bytes.append(UInt8(ascii: "\""))
  if message.isResponse { line.member("qr", true) }
  if message.isAuthoritative { line.member("aa", true) }
  if message.isTruncated { line.member("tc", true) }
  if message.wantsRecursion { line.member("rd", true) }
  if message.offersRecursion { line.member("ra", true) }
  if message.hasReservedBit { line.member("z", true) }
}

private func encodeQuestions(_ message: DNSMessage, into line: inout JSONWriter) {
  guard message.questionCount > 0 else { return }
  line.beginArray("queries")
  for question in message.questions {
    line.beginObject()
    encodeName(question, message, into: &line)
    line.member("rrtype", DNSNames.type(question.type))
    line.endObject()
  }
  line.endArray()
}

private func encodeName(_ record: DNSRecord, _ message: DNSMessage, into line: inout JSONWriter) {
  line.beginText()
  message.appendName(record, to: &line.text)
  line.memberOfText("rrname")
  if !record.nameOddities.isEmpty { line.member("rrname_truncated", true) }
}

/// A record with its data, decoded once; nil for addresses and names, which are shown as they stand there.
private typealias Resource = (record: DNSRecord, data: DNSData?)

private func encodeAnswers(
  _ message: DNSMessage, isDetailed: Bool, isGrouped: Bool, _ line: inout JSONWriter
) {
  func resources(_ records: ArraySlice<DNSRecord>) -> [Resource] {
    records.map { ($0, DNSMessage.plainData($0) == nil ? message.data($0) : nil) }
  }
  if message.answerCount > 0, isDetailed || isGrouped {
    let answers = resources(message.answers)
    if isDetailed { encodeSection("answers", answers, message, into: &line) }
    if isGrouped { encodeGroups(answers, message, into: &line) }
  }
  if message.authorityCount > 0 {
    encodeSection("authorities", resources(message.authorities), message, into: &line)
  }
  if message.additionals.isEmpty { return }
  let additionals = resources(message.additionals).filter { isShown($0.data) }
  if !additionals.isEmpty { encodeSection("additionals", additionals, message, into: &line) }
}

/// An OPT record without options only says that EDNS is spoken.
private func isShown(_ data: DNSData?) -> Bool {
  if case .options(let options) = data { !options.isEmpty } else { true }
}

private func encodeSection(
  _ key: StaticString, _ resources: [Resource], _ message: DNSMessage, into line: inout JSONWriter
) {
  line.beginArray(key)
  for (record, data) in resources {
    if case .text(let strings) = data {
      // Each string of a TXT record stands as a record of its own.
      for string in strings.isEmpty ? [[]] : strings {
        beginResource(record, message, into: &line)
        line.member("rdata", text: string)
        line.endObject()
      }
    } else {
      beginResource(record, message, into: &line)
      if let data { encode(data, into: &line) } else { encodePlain(record, message, into: &line) }
      line.endObject()
    }
  }
  line.endArray()
}

private func beginResource(_ record: DNSRecord, _ message: DNSMessage, into line: inout JSONWriter) {
  line.beginObject()
  encodeName(record, message, into: &line)
  line.member("rrtype", DNSNames.type(record.type))
  line.member("ttl", record.ttlSeconds)
}

/// An address or a name.
private func encodePlain(_ record: DNSRecord, _ message: DNSMessage, into line: inout JSONWriter) {
  if DNSMessage.plainData(record) == .address {
    line.key("rdata")
    message.withAddress(record) { appendAddress($0, to: &line) }
    return
  }
  line.beginText()
  let isTruncated = message.appendDataName(record, to: &line.text)
  line.memberOfText("rdata")
  if isTruncated { line.member("rdata_truncated", true) }
}

/// The data of a record under the key that its type has.
private func encode(_ data: DNSData, into line: inout JSONWriter) {
  switch data {
  case .address(let bytes):
    line.key("rdata")
    appendAddress(bytes, to: &line)
  case .name(let name, let isTruncated):
    line.member("rdata", text: name)
    if isTruncated { line.member("rdata_truncated", true) }
  case .null(let bytes): line.member("rdata", text: bytes)
  case .soa(let soa):
    line.beginObject("soa")
    encode(soa, into: &line)
  case .service(let service):
    line.beginObject("srv")
    encode(service, into: &line)
  case .sshFingerprint(let algorithm, let type, let fingerprint):
    line.beginObject("sshfp")
    encodeFingerprint(algorithm, type, fingerprint, into: &line)
  case .options(let options) where !options.isEmpty:
    line.beginArray("opt")
    for option in options {
      line.beginObject()
      line.member("code", option.code)
      line.member("data", hexadecimal: option.data)
      line.endObject()
    }
    line.endArray()
  case .text, .options, .other: break
  }
}

func encode(_ soa: DNSData.SOA, into line: inout JSONWriter) {
  line.member("mname", text: soa.primary)
  if soa.isPrimaryTruncated { line.member("mname_truncated", true) }
  line.member("rname", text: soa.mailbox)
  if soa.isMailboxTruncated { line.member("rname_truncated", true) }
  line.member("serial", soa.serial)
  line.member("refresh", soa.refreshSeconds)
  line.member("retry", soa.retrySeconds)
  line.member("expire", soa.expireSeconds)
  line.member("minimum", soa.minimumSeconds)
  line.endObject()
}

func encode(_ service: DNSData.Service, into line: inout JSONWriter) {
  line.member("priority", service.priority)
  line.member("weight", service.weight)
  line.member("port", service.port)
  line.member("name", text: service.target)
  if service.isTargetTruncated { line.member("name_truncated", true) }
  line.endObject()
}

private func encodeFingerprint(
  _ algorithm: UInt8, _ type: UInt8, _ fingerprint: [UInt8], into line: inout JSONWriter
) {
  line.member("fingerprint", hexadecimal: fingerprint, separator: UInt8(ascii: ":"))
  line.member("algo", algorithm)
  line.member("type", type)
  line.endObject()
}

/// Appends an address as a quoted string; bytes of no address's length are shown in hexadecimal.
func appendAddress(_ bytes: [UInt8], to line: inout JSONWriter) { appendAddress(bytes.rawSpan, to: &line) }

private func appendAddress(_ bytes: RawSpan, to line: inout JSONWriter) {
  line.bytes.append(UInt8(ascii: "\""))
  switch bytes.byteCount {
  case 4: line.bytes.appendFullAddress(IPAddress(v4: bytes.u32(0)))
  case 16: line.bytes.appendFullAddress(IPAddress(v6High: bytes.u64(0), low: bytes.u64(8)))
  default: line.bytes.appendHexadecimal(bytes.copied(), separator: UInt8(ascii: ":"))
  }
  line.bytes.append(UInt8(ascii: "\""))
}

/// `grouped`: the answers' data by type, in the order in which the types come up.
private func encodeGroups(_ answers: [Resource], _ message: DNSMessage, into line: inout JSONWriter) {
  var isOpen = false
  for (index, answer) in answers.enumerated() where isGroupable(answer.data) {
    let type = answer.record.type
    if answers[..<index].contains(where: { $0.record.type == type && isGroupable($0.data) }) { continue }
    if !isOpen { line.beginObject("grouped") }
    isOpen = true
    line.key(text: DNSNames.type(type))
    line.beginArrayValue()
    for other in answers[index...] where other.record.type == type && isGroupable(other.data) {
      if let data = other.data {
        encodeGrouped(data, into: &line)
      } else {
        encodeGrouped(other.record, message, into: &line)
      }
    }
    line.endArray()
  }
  if isOpen { line.endObject() }
}

private func isGroupable(_ data: DNSData?) -> Bool {
  switch data {
  case .options, .other: false
  case nil, .address, .name, .text, .soa, .service, .sshFingerprint, .null: true
  }
}

private func encodeGrouped(_ record: DNSRecord, _ message: DNSMessage, into line: inout JSONWriter) {
  if DNSMessage.plainData(record) == .address {
    line.separate()
    message.withAddress(record) { appendAddress($0, to: &line) }
  } else {
    line.beginText()
    _ = message.appendDataName(record, to: &line.text)
    line.elementOfText()
  }
}

private func encodeGrouped(_ data: DNSData, into line: inout JSONWriter) {
  switch data {
  case .address(let bytes):
    line.separate()
    appendAddress(bytes, to: &line)
  case .name(let name, _): line.element(text: name)
  case .null(let bytes): line.element(text: bytes)
  case .text(let strings): for string in strings { line.element(text: string) }
  case .soa(let soa):
    line.beginObject()
    encode(soa, into: &line)
  case .service(let service):
    line.beginObject()
    encode(service, into: &line)
  case .sshFingerprint(let algorithm, let type, let fingerprint):
    line.beginObject()
    encodeFingerprint(algorithm, type, fingerprint, into: &line)
  case .options, .other: break
  }
}
