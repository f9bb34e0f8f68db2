import Wire

extension LDAP {
  static let fields: [Field] = requestFields + growingFields + responseFields

  private static let atOnce = Pair<UInt8>(both: 0)
  private static let atEnd = Pair<UInt8>(both: 1)
  private static let operations = Dictionary(
    uniqueKeysWithValues: LDAPOperation.names.map { ($0.value, Int64($0.key)) })

  private static let requestFields: [Field] = [
    Field(
      keyword: "ldap.request.operation", eve: "request.operation", .number, .toServer, progress: atOnce,
      names: operations, source: "RFC 4511 §4.1.1", "What a request asks for.",
      example: "ldap.request.operation:search_request;", of: LDAPTransaction.self
    ) { transaction, _ in transaction.request.map { .number(Int64($0.code)) } ?? .none },
    Field(
      keyword: "ldap.request.dn", .buffer, .toServer, progress: atOnce, source: "RFC 4511 §4.1.3",
      "Name of the entry that a request is about.", example: "ldap.request.dn; content:\"dc=example\";",
      of: LDAPTransaction.self
    ) { transaction, _ in
      // The root of a directory has an empty one.
      guard let name = transaction.request?.operation.entryName else { return .none }
      return .bytes(name)
    },
    Field(
      keyword: "ldap.request.attribute_type", .multiBuffer, .toServer, progress: atOnce,
      source: "RFC 4511 §4.1.4", "Attributes that a request names.",
      example: "ldap.request.attribute_type; content:\"userPassword\";", of: LDAPTransaction.self
    ) { transaction, _ in list(transaction.request?.operation.attributeNames ?? []) },
  ]

  /// Numbers that come with one response after the other.
  private static let growingFields: [Field] = [
    Field(
      keyword: "ldap.responses.operation", eve: "responses.operation", .number, .toClient, progress: atOnce,
      names: operations, source: "RFC 4511 §4.1.1",
      "What a response is; behind a comma, which of the responses are asked: any, all, or a number from 0, "
        + "or from -1 backwards.",
      example: "ldap.responses.operation:search_result_done,-1;", of: LDAPTransaction.self
    ) { transaction, _ in numbers(transaction.responses.map { Int64($0.code) }) },
    Field(
      keyword: "ldap.responses.result_code", eve: "responses.result_code", .number, .toClient,
      progress: atOnce,
      names: Dictionary(uniqueKeysWithValues: LDAPOperation.resultNames.map { ($0.value, $0.key) }),
      source: "RFC 4511 §4.1.9",
      "Result of a request; behind a comma, which of the responses with one are asked: any, all, or a "
        + "number from 0, or from -1 backwards.",
      example: "ldap.responses.result_code:invalid_credentials;", of: LDAPTransaction.self
    ) { transaction, _ in
      numbers(transaction.responses.map { $0.operation.outcome?.code ?? FieldValue.noNumber })
    },
    Field(
      keyword: "ldap.responses.count", eve: "responses", .number, .toClient, progress: atOnce,
      source: "RFC 4511 §3", "How many responses a request has got so far.",
      example: "ldap.responses.count:>100;", of: LDAPTransaction.self
    ) { transaction, _ in .number(Int64(transaction.responses.count)) },
  ].map(\.growing)

  private static let responseFields: [Field] = [
    Field(
      keyword: "ldap.responses.dn", .multiBuffer, .toClient, progress: atEnd, source: "RFC 4511 §4.1.3",
      "Names of the entries that responses are about.", example: "ldap.responses.dn; content:\"dc=example\";",
      of: LDAPTransaction.self
    ) { transaction, _ in list(transaction.responses.compactMap(\.operation.entryName)) },
    Field(
      keyword: "ldap.responses.message", .multiBuffer, .toClient, progress: atEnd,
      source: "RFC 4511 §4.1.9", "Words that results come with.",
      example: "ldap.responses.message; content:\"limit\";", of: LDAPTransaction.self
    ) { transaction, _ in list(transaction.responses.compactMap(\.operation.outcome?.message)) },
    Field(
      keyword: "ldap.responses.attribute_type", .multiBuffer, .toClient, progress: atEnd,
      source: "RFC 4511 §4.1.4", "Attributes that responses bring.",
      example: "ldap.responses.attribute_type; content:\"userPassword\";", of: LDAPTransaction.self
    ) { transaction, _ in list(transaction.responses.flatMap(\.operation.attributeNames)) },
  ]

  private static func numbers(_ values: [Int64]) -> FieldValue { values.isEmpty ? .none : .numbers(values) }

  private static func list(_ values: [[UInt8]]) -> FieldValue { values.isEmpty ? .none : .list(values) }
}
