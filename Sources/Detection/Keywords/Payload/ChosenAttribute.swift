import Protocols

extension Keyword {
  static let chosenAttribute = Keyword(
    "ike.chosen_sa_attribute", .protocols,
    "An attribute of the association that a server of IKE has chosen, and its number.",
    source: "RFC 2409 appendix A", values: "name=n", example: "ike.chosen_sa_attribute:alg_hash=2;",
    exampleProtocol: "ike"
  ) { (value, builder) throws(RuleProblem) in
    let usable = try builder.restrict(
      to: ChosenAttributeSyntax.references, keyword: "ike.chosen_sa_attribute")
    let conditions = [BufferCondition.content(try ChosenAttributeSyntax.content(value))]
    builder.signature.inspections.append(
      Inspection(buffer: BufferReference(.field(usable)), conditions: conditions))
  }
}

/// The argument of `ike.chosen_sa_attribute`, as a condition on attributes in the form `name=number`.
private enum ChosenAttributeSyntax {
  static let references: [FieldReference] = ProtocolCatalogue.all.enumerated().flatMap { index, entry in
    entry.fields.indices.filter { entry.fields[$0].eve == IKEAttribute.field }.map {
      FieldReference(protocolIndex: index, fieldIndex: $0)
    }
  }

  static func content(_ value: KeywordValue) throws(RuleProblem) -> ContentCondition {
    let parts = value.split("=", limit: 2)
    guard parts.count == 2, IKEAttribute.compared.contains(parts[0].text) else {
      let names = IKEAttribute.compared.sorted()
      let near = Spelling.nearest(to: parts[0].text, among: names) ?? "alg_enc"
      throw parts[0].problem("“\(parts[0].text)” is no attribute", remedy: "write \(near)=1, for example")
    }
    let number = try parts[1].integer(in: 0...Int64(UInt32.max), "the number")
    var content = ContentCondition(pattern: IKEAttribute.bytes(parts[0].text, UInt32(number)))
    content.startsWith = true
    return content
  }
}
