import Protocols

extension Keyword {
  static let dnp3Function = Keyword(
    "dnp3_func", aliases: ["dnp3.func"], .protocols, "Function of a message of DNP3.",
    source: "IEEE 1815-2012 §4.4", values: "n or a name", example: "dnp3_func:cold_restart;",
    exampleProtocol: "dnp3"
  ) { (value, builder) throws(RuleProblem) in
    let code = try DNP3Syntax.function(value)
    try DNP3Syntax.add(.equal(Int64(code)), DNP3.functionField, "dnp3_func", &builder)
  }

  static let dnp3Indications = Keyword(
    "dnp3_ind", aliases: ["dnp3.ind"], .protocols,
    "Internal indications of a response of DNP3, one of which must be set.",
    source: "IEEE 1815-2012 §4.2.2.6",
    values: "n, or names between commas", example: "dnp3_ind:device_restart,device_trouble;",
    exampleProtocol: "dnp3"
  ) { (value, builder) throws(RuleProblem) in
    let flags = try DNP3Syntax.indications(value)
    // As in the reference, only the lower half of the second byte counts.
    let test = NumberTest.maskedNotEqual(mask: Int64(flags & 0xFF0F), 0)
    try DNP3Syntax.add(test, DNP3.indicationsField, "dnp3_ind", &builder)
  }

  static let dnp3Object = Keyword(
    "dnp3_obj", aliases: ["dnp3.obj"], .protocols, "An object of a message of DNP3, by group and variation.",
    source: "IEEE 1815-2012 §4.2.2.7", values: "group,variation", example: "dnp3_obj:12,1;",
    exampleProtocol: "dnp3"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split()
    guard parts.count == 2 else {
      throw value.problem("dnp3_obj takes two numbers", remedy: "write group,variation")
    }
    let group = try DNP3Syntax.byte(parts[0], "the group")
    let variation = try DNP3Syntax.byte(parts[1], "the variation")
    let wanted = Int64(group) << 8 | Int64(variation)
    try DNP3Syntax.add(.equal(wanted), DNP3.objectsField, "dnp3_obj", &builder)
  }
}

/// The arguments of DNP3's keywords, as tests of fields without keywords.
private enum DNP3Syntax {
  static func add(
    _ test: NumberTest, _ path: String, _ keyword: String, _ builder: inout SignatureBuilder
  ) throws(RuleProblem) {
    let usable = try builder.restrict(to: FieldReference.hidden(path, of: "dnp3"), keyword: keyword)
    builder.signature.inspections.append(
      Inspection(buffer: BufferReference(.field(usable)), conditions: [.number(test, at: .any)]))
  }

  static func function(_ value: KeywordValue) throws(RuleProblem) -> UInt8 {
    if let number = UInt8(value.text) { return number }
    if let code = functions[value.lowercasedText] { return code }
    let near = Spelling.nearest(to: value.lowercasedText, among: Array(functions.keys))
    throw value.problem(
      "“\(value.text)” is no function of DNP3", remedy: "write \(near ?? "read"), or a number up to 255"
    ).inSuricata("detect-dnp3", "Invalid argument \"\(value.text)\" supplied to dnp3_func keyword.")
  }

  static func indications(_ value: KeywordValue) throws(RuleProblem) -> UInt16 {
    if let number = value.integer, let flags = UInt16(exactly: number) { return flags }
    var flags: UInt16 = 0
    for part in value.split() where !part.isEmpty {
      guard let place = indicationNames.firstIndex(of: part.lowercasedText) else {
        let near = Spelling.nearest(to: part.lowercasedText, among: indicationNames)
        throw part.problem(
          "“\(part.text)” is no internal indication",
          remedy: "write \(near ?? "device_restart"), or a number up to 65535"
        ).inSuricata("detect-dnp3", "Bad argument \"\(part.text)\" supplied to dnp3.ind keyword.")
      }
      flags |= 0x8000 >> UInt16(place)
    }
    return flags
  }

  /// A number up to 255; as in C, one that begins with 0 is octal.
  static func byte(_ value: KeywordValue, _ what: String) throws(RuleProblem) -> UInt8 {
    let digits = value.text
    if digits.count > 1, digits.first == "0", let number = UInt8(digits, radix: 8) { return number }
    guard digits.count == 1 || digits.first != "0" || digits.lowercased().hasPrefix("0x") else {
      throw value.problem("“\(digits)” is no octal number", remedy: "write \(what) without 0 before it")
    }
    return UInt8(truncatingIfNeeded: try value.integer(in: 0...255, what))
  }

  private static let functions: [String: UInt8] = [
    "confirm": 0, "read": 1, "write": 2, "select": 3, "operate": 4, "direct_operate": 5,
    "direct_operate_nr": 6, "immed_freeze": 7, "immed_freeze_nr": 8, "freeze_clear": 9, "freeze_clear_nr": 10,
    "freeze_at_time": 11, "freeze_at_time_nr": 12, "cold_restart": 13, "warm_restart": 14,
    "initialize_data": 15, "initialize_appl": 16, "start_appl": 17, "stop_appl": 18, "save_config": 19,
    "enable_unsolicited": 20, "disable_unsolicited": 21, "assign_class": 22, "delay_measure": 23,
    "record_current_time": 24, "open_file": 25, "close_file": 26, "delete_file": 27, "get_file_info": 28,
    "authenticate_file": 29, "abort_file": 30, "activate_config": 31, "authenticate_req": 32,
    "authenticate_err": 33, "response": 129, "unsolicited_response": 130, "authenticate_resp": 131,
  ]

  private static var indicationNames: [String] { DNP3.indicationNames }
}

extension FieldReference {
  /// The fields without keywords that a protocol has at a path of EVE's object.
  static func hidden(_ path: String, of name: String) -> [FieldReference] {
    ProtocolCatalogue.all.enumerated().flatMap { index, entry in
      entry.fields.indices.filter { entry.name == name && entry.fields[$0].eve == path }.map {
        FieldReference(protocolIndex: index, fieldIndex: $0)
      }
    }
  }
}
