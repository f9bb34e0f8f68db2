import Protocols

/// Keywords of fields that have a value themselves.
extension SignatureBuilder {
  /// A number field: its test is an inspection of its own.
  mutating func addNumber(
    _ value: KeywordValue, _ references: [FieldReference], name: String
  ) throws(RuleProblem) {
    let usable = try restrict(to: references, keyword: name)
    guard let field = usable.first?.field else { return }
    let test: NumberTest
    var place = NumberPlace.any
    if field.keyword == "smb.version" { try refuseSecond(usable) }
    switch field.keyword {
    case "dcerpc.opnum": test = try NumberSyntax.list(value, maximum: Int64(UInt16.max))
    // Both ends of a range are meant, too.
    case "nfs_procedure", "nfs.version": test = try NumberSyntax.list(value, maximum: Int64(UInt32.max))
    case "ldap.responses.operation", "ldap.responses.result_code":
      let placed = try NumberSyntax.placed(value, maximum: Int64(UInt32.max), names: field.names)
      test = placed.test
      place = placed.place
    case _ where field.isFlag: test = .equal(1)
    case "ssl_state": test = try NumberSyntax.bits(value, names: field.names)
    case "ssl_version": test = try NumberSyntax.oneOf(value, names: field.names)
    case "tls_cert_notbefore", "tls_cert_notafter": test = try DateSyntax.parse(value)
    case "mqtt.flags", "mqtt.connect.flags", "websocket.flags":
      test = try NumberSyntax.flags(value, names: field.names)
    case "krb5.ticket_encryption": test = try TicketEncryptionSyntax.parse(value)
    case "krb5_msg_type": test = .equal(try value.integer(in: 0...255, "the number"))
    case "krb5_err_code": test = .equal(try value.integer(in: 0...999, "the number"))
    case "mqtt.qos", "mqtt.connack.session_present":
      test = .equal(try value.integer(in: 0...2, "the number"))
    case "ike.exchtype", "mqtt.type", "mqtt.protocol_version", "mqtt.reason_code":
      test = try NumberSyntax.parse(value, maximum: Int64(UInt8.max), names: field.names)
    default: test = try NumberSyntax.parse(value, maximum: Int64(UInt32.max), names: field.names)
    }
    signature.inspections.append(
      Inspection(buffer: BufferReference(.field(usable)), conditions: [.number(test, at: place)]))
  }

  /// A message has one version: a rule asks for one.
  private func refuseSecond(_ references: [FieldReference]) throws(RuleProblem) {
    let buffer = BufferReference(.field(references))
    guard signature.inspections.contains(where: { $0.buffer == buffer }) else { return }
    throw problem("a rule has smb.version only once", remedy: "remove one of them").inSuricata(
      "detect-smb-version",
      "Can't use 2 or more smb.version declarations in the same sig. Invalidating signature.")
  }

  /// A buffer whose keyword has the content as its argument: `tls.subject:"CN=example.com";`.
  mutating func addArgument(
    _ value: KeywordValue, _ references: [FieldReference], name: String
  ) throws(RuleProblem) {
    let usable = try restrict(to: references, keyword: name)
    var content = ContentCondition(pattern: try ContentSyntax.bytes(value))
    content.isNegated = value.isNegated
    let place = inspection(of: BufferReference(.field(usable)))
    signature.inspections[place].conditions.append(.content(content))
  }
}

extension Field {
  /// A number whose keyword stands alone and asks for 1: its example shows no value.
  var isFlag: Bool { kind == .number && !example.isEmpty && !example.contains(":") }
}
