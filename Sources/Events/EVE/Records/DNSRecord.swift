import Protocols
import Wire

/// `dns`: one record for each message.
let dnsRecord = TransactionRecord(
  protocolName: "dns", type: .dns, isClientFirst: false, hasProgress: false, isWanted: isDNSWanted,
  encode: encodeDNS)

@Sendable
private func isDNSWanted(_ context: RecordContext) -> Bool {
  guard let transaction = context.transaction as? DNSTransaction else { return false }
  let isLogged =
    transaction.isResponse ? context.settings.dns.hasResponses : context.settings.dns.hasRequests
  guard isLogged else { return false }
  guard let types = context.settings.dns.recordTypes else { return transaction.hasQuestions }
  return transaction.message.places(.questions).contains { place in
    types.contains(DNSNames.type(transaction.message.record(at: place).type).lowercased())
  }
}

/// Writes the object `dns` of a message.
@Sendable
func encodeDNS(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? DNSTransaction else { return }
  // Alerts always have the present form, with all that there is.
  let isOwn = context.place == .own
  let isOld = isOwn && context.settings.dns.version == 2
  let isDetailed = !isOwn || context.settings.dns.isDetailed
  let isGrouped = isOwn && context.settings.dns.isGrouped
  line.beginObject("dns")
  if isOld {
    encodeVersion2(transaction, into: &line)
  } else {
    encodeHead(transaction.message, number: transaction.number, into: &line)
    encodeQuestions(transaction.message, into: &line)
  }
  if !isOld || transaction.isResponse {
    encodeAnswers(transaction.message, isDetailed: isDetailed, isGrouped: isGrouped, &line)
  }
  line.endObject()
}

/// What stands in front of the questions.
private func encodeHead(_ message: borrowing DNSMessage, number: UInt64, into line: inout JSONWriter) {
  if message.isResponse {
    line.members(literal: #""version":3,"type":"response""#)
  } else {
    line.members(literal: #""version":3,"type":"request""#)
  }
  line.member("tx_id", number)
  line.member("id", message.identifier)
  encodeFlags(message, into: &line)
  line.member("opcode", message.opcode)
  encodeResponseCode(message, into: &line)
}

private func encodeResponseCode(_ message: borrowing DNSMessage, into line: inout JSONWriter) {
  if let name = DNSNames.responseCodeText(message.responseCode) {
    line.member("rcode", literal: name)
  } else {
    line.member("rcode", String(message.responseCode))
  }
}

private func encodeType(_ type: UInt16, into line: inout JSONWriter) {
  if let name = DNSNames.typeText(type) {
    line.member("rrtype", literal: name)
  } else {
    line.member("rrtype", String(type))
  }
}

/// The older form shows one question and calls messages `query` and `answer`.
private func encodeVersion2(_ transaction: DNSTransaction, into line: inout JSONWriter) {
  let isResponse = transaction.isResponse
  line.member("version", 2)
  line.member("type", literal: isResponse ? "answer" : "query")
  line.member("id", transaction.message.identifier)
  if isResponse {
    encodeFlags(transaction.message, into: &line)
    line.member("opcode", transaction.message.opcode)
  }
  if let question = transaction.message.questions.first {
    line.member("rrname", text: transaction.message.name(question))
    encodeType(question.type, into: &line)
  }
  if isResponse {
    encodeResponseCode(transaction.message, into: &line)
  } else {
    line.member("tx_id", transaction.number)
    if transaction.message.hasReservedBit { line.member("z", true) }
    line.member("opcode", transaction.message.opcode)
  }
}

private func encodeFlags(_ message: borrowing DNSMessage, into line: inout JSONWriter) {
  line.key("flags")
  line.bytes.append(UInt8(ascii: "\""))
  line.bytes.append(hexadecimalOf: message.flags)
  line.bytes.append(UInt8(ascii: "\""))
  if message.isResponse { line.members(literal: #""qr":true"#) }
  if message.isAuthoritative { line.members(literal: #""aa":true"#) }
  if message.isTruncated { line.members(literal: #""tc":true"#) }
  if message.wantsRecursion { line.members(literal: #""rd":true"#) }
  if message.offersRecursion { line.members(literal: #""ra":true"#) }
  if message.hasReservedBit { line.members(literal: #""z":true"#) }
}

private func encodeQuestions(_ message: borrowing DNSMessage, into line: inout JSONWriter) {
  guard message.questionCount > 0 else { return }
  line.beginArray("queries")
  for place in message.places(.questions) {
    let question = message.record(at: place)
    line.beginObject()
    encodeName(question, message, into: &line)
    encodeType(question.type, into: &line)
    line.endObject()
  }
  line.endArray()
}

private func encodeName(
  _ record: DNSRecord, _ message: borrowing DNSMessage, into line: inout JSONWriter
) {
  if let labels = message.labels(of: record) {
    let text = message.bytes.rawSpan.part(labels.lowerBound, labels.count)
    if line.member("rrname", labels: text) { return }
  }
  line.beginText()
  message.appendName(record, to: &line.text)
  line.memberOfText("rrname")
  if !record.nameOddities.isEmpty { line.member("rrname_truncated", true) }
}

private func encodeAnswers(
  _ message: borrowing DNSMessage, isDetailed: Bool, isGrouped: Bool, _ line: inout JSONWriter
) {
  if message.answerCount > 0 {
    if isDetailed { encodeSection("answers", message.places(.answers), message, into: &line) }
    if isGrouped { encodeGroups(message.places(.answers), message, into: &line) }
  }
  if message.authorityCount > 0 {
    encodeSection("authorities", message.places(.authorities), message, into: &line)
  }
  let additionals = message.places(.additionals)
  if additionals.isEmpty { return }
  // An OPT record without options only says that EDNS is spoken.
  let isAllShown = additionals.allSatisfy { !isEmptyOption(message.record(at: $0), message) }
  if isAllShown { return encodeSection("additionals", additionals, message, into: &line) }
  let shown = additionals.filter { !isEmptyOption(message.record(at: $0), message) }
  if !shown.isEmpty { encodeSection("additionals", shown, message, into: &line) }
}

private func isEmptyOption(_ record: DNSRecord, _ message: borrowing DNSMessage) -> Bool {
  guard DNSMessage.plainData(record) == nil else { return false }
  return if case .options(let options) = message.data(record) { options.isEmpty } else { false }
}

private func encodeSection(
  _ key: StaticString, _ places: some Sequence<Int>, _ message: borrowing DNSMessage,
  into line: inout JSONWriter
) {
  line.beginArray(key)
  for place in places {
    let record = message.record(at: place)
    guard DNSMessage.plainData(record) == nil else {
      beginResource(record, message, into: &line)
      encodePlain(record, message, into: &line)
      line.endObject()
      continue
    }
    let data = message.data(record)
    if case .text(let strings) = data {
      // Each string of a TXT record stands as a record of its own.
      for string in strings.isEmpty ? [[]] : strings {
        beginResource(record, message, into: &line)
        line.member("rdata", text: string)
        line.endObject()
      }
    } else {
      beginResource(record, message, into: &line)
      encode(data, into: &line)
      line.endObject()
    }
  }
  line.endArray()
}

private func beginResource(
  _ record: DNSRecord, _ message: borrowing DNSMessage, into line: inout JSONWriter
) {
  line.beginObject()
  encodeName(record, message, into: &line)
  encodeType(record.type, into: &line)
  line.member("ttl", record.ttlSeconds)
}

/// An address or a name.
private func encodePlain(
  _ record: DNSRecord, _ message: borrowing DNSMessage, into line: inout JSONWriter
) {
  if DNSMessage.plainData(record) == .address {
    line.key("rdata")
    message.withAddress(record) { appendAddress($0, to: &line) }
    return
  }
  if let labels = message.dataLabels(of: record) {
    let text = message.bytes.rawSpan.part(labels.lowerBound, labels.count)
    if line.member("rdata", labels: text) { return }
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
private func encodeGroups(
  _ places: Range<Int>, _ message: borrowing DNSMessage, into line: inout JSONWriter
) {
  var isOpen = false
  for place in places where isGroupable(message.record(at: place), message) {
    let type = message.record(at: place).type
    let isKnown = (places.lowerBound..<place).contains { earlier in
      message.record(at: earlier).type == type && isGroupable(message.record(at: earlier), message)
    }
    if isKnown { continue }
    if !isOpen { line.beginObject("grouped") }
    isOpen = true
    if let name = DNSNames.typeText(type) { line.key(name) } else { line.key(text: String(type)) }
    line.beginArrayValue()
    for other in place..<places.upperBound where message.record(at: other).type == type {
      encodeGrouped(message.record(at: other), message, into: &line)
    }
    line.endArray()
  }
  if isOpen { line.endObject() }
}

private func isGroupable(_ record: DNSRecord, _ message: borrowing DNSMessage) -> Bool {
  guard DNSMessage.plainData(record) == nil else { return true }
  return switch message.data(record) {
  case .options, .other: false
  case .address, .name, .text, .soa, .service, .sshFingerprint, .null: true
  }
}

private func encodeGrouped(
  _ record: DNSRecord, _ message: borrowing DNSMessage, into line: inout JSONWriter
) {
  switch DNSMessage.plainData(record) {
  case nil: encodeGrouped(message.data(record), into: &line)
  case .address:
    line.separate()
    message.withAddress(record) { appendAddress($0, to: &line) }
  case .name:
    if let labels = message.dataLabels(of: record) {
      let text = message.bytes.rawSpan.part(labels.lowerBound, labels.count)
      if line.element(labels: text) { return }
    }
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
