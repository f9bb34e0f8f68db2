import Protocols
import Wire

/// `pgsql`: one record for each request with its response.
let postgreSQLRecord = TransactionRecord(
  protocolName: "pgsql", type: .pgsql, encode: encodePostgreSQL)

@Sendable
private func encodePostgreSQL(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? PostgreSQLTransaction else { return }
  let hasPasswords = context.place == .own && context.settings.hasPostgreSQLPasswords
  line.beginObject("pgsql")
  line.member("tx_id", transaction.number + 1)
  if let request = transaction.request {
    line.beginObject("request")
    encode(request, of: transaction, hasPasswords: hasPasswords, into: &line)
    line.endObject()
  }
  if !transaction.responses.isEmpty { encodeResponses(of: transaction, into: &line) }
  line.endObject()
}

private func encode(
  _ request: PostgreSQLTransaction.Request, of transaction: PostgreSQLTransaction, hasPasswords: Bool,
  into line: inout JSONWriter
) {
  switch request {
  case .encryption: line.member("message", literal: "SSL Request")
  case .start(let version, let parameters):
    line.member("protocol_version", "\(version >> 16).\(version & 0xFFFF)")
    encode(parameters, into: &line)
  case .cancel(let process, let key):
    line.member("message", literal: "cancel_request")
    line.member("process_id", process)
    line.member("secret_key", key)
  case .password(let password):
    if hasPasswords {
      line.member("password", text: password)
    } else {
      line.member("password_redacted", true)
    }
  case .mechanism(let name, let response):
    line.member("sasl_authentication_mechanism", text: mechanism(name))
    line.member("sasl_param", text: response)
  case .mechanismResponse(let response): line.member("sasl_response", text: response)
  case .query(let text): line.member("simple_query", text: text)
  case .copy:
    if transaction.rows > 0 {
      line.beginObject("copy_data_in")
      line.member("msg_count", transaction.rows)
      line.member("data_size", transaction.rowBytes)
      line.endObject()
    }
    if transaction.isCopyDone { line.member("message", literal: "copy_done") }
    if let reason = transaction.copyFailure { line.member("copy_fail", text: reason) }
  case .termination: line.member("message", literal: "termination_message")
  }
}

private func encode(_ parameters: [PostgreSQLTransaction.Parameter], into line: inout JSONWriter) {
  line.beginObject("startup_parameters")
  if let user = parameters.first(where: { isUser($0) }) { line.member("user", text: user.value) }
  let others = parameters.filter { !isUser($0) }
  if !others.isEmpty {
    line.beginArray("optional_parameters")
    for parameter in others { encode(parameter, into: &line) }
    line.endArray()
  }
  line.endObject()
}

private func isUser(_ parameter: PostgreSQLTransaction.Parameter) -> Bool {
  parameter.name.elementsEqual("user".utf8)
}

private func encode(_ parameter: PostgreSQLTransaction.Parameter, into line: inout JSONWriter) {
  line.beginObject()
  let name = String(decoding: parameter.name, as: UTF8.self)
  line.key(text: parameterNames[name] ?? name)
  line.value(text: parameter.value)
  line.endObject()
}

/// Parameters that are told of by other names.
private let parameterNames = [
  "DateStyle": "date_style", "IntervalStyle": "interval_style", "TimeZone": "time_zone",
]

private func mechanism(_ name: [UInt8]) -> [UInt8] {
  switch String(decoding: name, as: UTF8.self) {
  case "SCRAM-SHA-256": Array("scram_SHA256".utf8)
  case "SCRAM-SHA-256-PLUS": Array("scram_SHA256_plus".utf8)
  default: name
  }
}

/// Writes the messages of a response. A member stands once: of several results the last counts.
private func encodeResponses(of transaction: PostgreSQLTransaction, into line: inout JSONWriter) {
  line.beginObject("response")
  var hasParameters = false
  for (index, response) in transaction.responses.enumerated() {
    let later = transaction.responses[(index + 1)...]
    switch response {
    case .parameter:
      if !hasParameters { encodeParameters(transaction.responses, into: &line) }
      hasParameters = true
    case .completion where later.contains(where: isCompletion): break
    case .columns where later.contains(where: isColumns): break
    case .failure where later.contains(where: isFailure): break
    case .rows:
      line.member("data_rows", transaction.rows)
      line.member("data_size", transaction.rowBytes)
    case .copied:
      line.beginObject("copy_data_out")
      line.member("row_count", transaction.rows)
      line.member("data_size", transaction.rowBytes)
      line.endObject()
    default: encode(response, into: &line)
    }
  }
  line.endObject()
}

private func encodeParameters(_ responses: [PostgreSQLTransaction.Response], into line: inout JSONWriter) {
  line.beginArray("parameter_status")
  for response in responses {
    if case .parameter(let parameter) = response { encode(parameter, into: &line) }
  }
  line.endArray()
}

private func encode(_ response: PostgreSQLTransaction.Response, into line: inout JSONWriter) {
  switch response {
  case .encryption(let isAccepted): line.member("ssl_accepted", isAccepted)
  case .login(let kind, let data): encodeLogin(kind, data, into: &line)
  case .key(let process, let key):
    line.member("process_id", process)
    line.member("secret_key", key)
  case .columns(let count):
    line.member("row_description_malformed", false)
    line.member("field_count", count)
  case .copyIn(let columns):
    line.beginObject("copy_in_response")
    line.member("malformed", false)
    line.member("columns", columns)
    line.endObject()
  case .copyOut(let columns):
    line.beginObject("copy_out_response")
    line.member("malformed", false)
    line.member("columns", columns)
    line.endObject()
  case .copyDone: line.member("message", literal: "copy_done")
  case .completion(let text): line.member("command_completed", text: text)
  case .failure(let fields):
    for field in fields {
      guard let name = failureNames[field.letter] else { continue }
      line.key(text: name)
      line.value(text: field.text)
    }
  case .parameter, .rows, .copied: break
  }
}

private func encodeLogin(_ kind: UInt32, _ data: [UInt8], into line: inout JSONWriter) {
  switch kind {
  case 0: line.member("message", literal: "authentication_ok")
  case 2: line.member("message", literal: "authentication_kerberos_v5")
  case 3: line.member("message", literal: "authentication_cleartext_password")
  case 5: line.member("authentication_md5_password", text: data)
  case 6: line.member("message", literal: "authentication_scm_credential")
  case 7: line.member("message", literal: "authentication_gss")
  case 8: line.member("message", literal: "authentication_gss_continue")
  case 9: line.member("message", literal: "authentication_sspi")
  case 10: line.member("message", literal: "authentication_sasl")
  case 11: line.member("message", literal: "authentication_sasl_continue")
  case 12: line.member("authentication_sasl_final", text: data)
  default: break
  }
}

/// Members for the fields of errors and notices (PostgreSQL 17 §53.8).
private let failureNames: [UInt8: String] = [
  UInt8(ascii: "S"): "severity_localizable", UInt8(ascii: "V"): "severity_non_localizable",
  UInt8(ascii: "C"): "code", UInt8(ascii: "M"): "message", UInt8(ascii: "D"): "detail",
  UInt8(ascii: "H"): "hint", UInt8(ascii: "P"): "position", UInt8(ascii: "p"): "internal_position",
  UInt8(ascii: "q"): "internal_query", UInt8(ascii: "W"): "where", UInt8(ascii: "s"): "schema_name",
  UInt8(ascii: "t"): "table_name", UInt8(ascii: "c"): "column_name", UInt8(ascii: "d"): "data_type",
  UInt8(ascii: "n"): "constraint_name", UInt8(ascii: "F"): "file", UInt8(ascii: "L"): "line",
  UInt8(ascii: "R"): "routine",
]

private func isCompletion(_ response: PostgreSQLTransaction.Response) -> Bool {
  if case .completion = response { true } else { false }
}

private func isColumns(_ response: PostgreSQLTransaction.Response) -> Bool {
  if case .columns = response { true } else { false }
}

private func isFailure(_ response: PostgreSQLTransaction.Response) -> Bool {
  if case .failure = response { true } else { false }
}
