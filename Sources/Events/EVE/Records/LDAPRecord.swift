import Protocols
import Wire

/// `ldap`: one record for each request with its responses.
let ldapRecord = TransactionRecord(
  protocolName: "ldap", type: .ldap, hasProgress: false, encode: encodeLDAP)

@Sendable
private func encodeLDAP(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? LDAPTransaction else { return }
  line.beginObject("ldap")
  if let request = transaction.request {
    line.beginObject("request")
    line.member("message_id", request.identifier)
    encode(request, into: &line)
    line.endObject()
  }
  if !transaction.responses.isEmpty {
    line.beginArray("responses")
    for response in transaction.responses {
      line.beginObject()
      encode(response, isAlone: transaction.request == nil, into: &line)
      line.endObject()
    }
    line.endArray()
  }
  line.endObject()
}

private func encode(_ message: LDAPMessage, isAlone: Bool = false, into line: inout JSONWriter) {
  let name = LDAPOperation.names[message.code] ?? "unknown"
  line.member("operation", name)
  if isAlone { line.member("message_id", message.identifier) }
  switch message.operation {
  case .unbind, .abandon, .reference, .cut: return
  default: break
  }
  line.key(text: name)
  line.beginObjectValue()
  encode(message.operation, into: &line)
  line.endObject()
}

private func encode(_ operation: LDAPOperation, into line: inout JSONWriter) {
  switch operation {
  case .bind(let version, let name, let sasl):
    line.member("version", version)
    line.member("name", text: name)
    guard let sasl else { return }
    line.beginObject("sasl")
    line.member("mechanism", text: sasl.mechanism)
    if let credentials = sasl.credentials { line.member("credentials", hexadecimal: credentials) }
    line.endObject()
  case .search(let search): encode(search, into: &line)
  case .modify(let object, let changes): encode(changes, of: object, into: &line)
  case .add(let entry, let attributes):
    line.member("entry", text: entry)
    encode(attributes, name: "name", into: &line)
  case .delete(let entry): line.member("dn", text: entry)
  case .rename(let entry, let newName, let deletesOld, let newSuperior):
    line.member("entry", text: entry)
    line.member("new_rdn", text: newName)
    line.member("delete_old_rdn", deletesOld)
    if let newSuperior { line.member("new_superior", text: newSuperior) }
  case .compare(let entry, let attribute, let value):
    line.member("entry", text: entry)
    line.beginObject("attribute_value_assertion")
    line.member("description", text: attribute)
    line.member("value", text: value)
    line.endObject()
  case .extendedRequest(let name, let value):
    line.member("name", text: name)
    if let value { line.member("value", text: value) }
  case .entry(let object, let attributes):
    line.member("base_object", text: object)
    encode(attributes, name: "type", into: &line)
  case .result, .bindResponse, .extendedResponse, .intermediate: encodeResponse(operation, into: &line)
  case .unbind, .abandon, .reference, .cut: break
  }
}

private func encodeResponse(_ operation: LDAPOperation, into line: inout JSONWriter) {
  if let result = operation.outcome {
    line.member("result_code", LDAPOperation.resultNames[result.code] ?? "unknown-\(result.code)")
    line.member("matched_dn", text: result.matched)
    line.member("message", text: result.message)
  }
  switch operation {
  case .bindResponse(_, let credentials):
    if let credentials { line.member("server_sasl_creds", hexadecimal: credentials) }
  case .extendedResponse(_, let name, let value), .intermediate(let name, let value):
    if let name { line.member("name", text: name) }
    if let value { line.member("value", text: value) }
  default: break
  }
}

private func encode(_ search: LDAPOperation.Search, into line: inout JSONWriter) {
  line.member("base_object", text: search.base)
  line.member("scope", search.scope)
  line.member("deref_alias", search.aliases)
  line.member("size_limit", search.sizeLimit)
  line.member("time_limit", search.timeLimit)
  line.member("types_only", search.typesOnly)
  if let present = search.present {
    line.beginObject("filter")
    line.member("type", literal: "present")
    line.member("value", text: present)
    line.endObject()
  }
  encode("attributes", search.attributes, into: &line)
}

private func encode(
  _ changes: [LDAPOperation.Change], of object: [UInt8], into line: inout JSONWriter
) {
  line.member("object", text: object)
  guard !changes.isEmpty else { return }
  let names: [Int64: String] = [0: "add", 1: "delete", 2: "replace"]
  line.beginArray("changes")
  for change in changes {
    line.beginObject()
    line.member("operation", names[change.operation] ?? "\(change.operation)")
    line.beginObject("modification")
    line.member("attribute_type", text: change.attribute.name)
    encode("attribute_values", change.attribute.values, into: &line)
    line.endObject()
    line.endObject()
  }
  line.endArray()
}

private func encode(
  _ attributes: [LDAPOperation.Attribute], name: StaticString, into line: inout JSONWriter
) {
  guard !attributes.isEmpty else { return }
  line.beginArray("attributes")
  for attribute in attributes {
    line.beginObject()
    line.member(name, text: attribute.name)
    encode("values", attribute.values, into: &line)
    line.endObject()
  }
  line.endArray()
}

private func encode(_ key: StaticString, _ values: [[UInt8]], into line: inout JSONWriter) {
  guard !values.isEmpty else { return }
  line.beginArray(key)
  for value in values { line.element(text: value) }
  line.endArray()
}
