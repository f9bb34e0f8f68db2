import Protocols

extension Keyword {
  static let cipService = Keyword(
    "cip_service", .protocols,
    "A service that is asked for or answered, and if wanted a class and an attribute that it is asked of.",
    source: "CIP volume 1, §2-4", values: "service[,class[,attribute or !attribute]]",
    example: "cip_service:14,1,7;", exampleProtocol: "enip"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split()
    guard parts.count <= 3 else {
      throw value.problem("cip_service takes three numbers at most", remedy: "write service,class,attribute")
    }
    let service = try parts[0].integer(in: 0...127, "the service")
    var first = ContentCondition(pattern: Array("\(service);".utf8))
    first.startsWith = true
    var conditions = [BufferCondition.content(first)]
    if parts.count > 1 {
      let number = try parts[1].integer(in: 0...Int64(UInt32.max), "the class")
      conditions.append(.content(ContentCondition(pattern: Array(";c\(number);".utf8))))
    }
    if parts.count > 2 {
      let isNegated = parts[2].dropping("!") != nil
      let attribute = parts[2].dropping("!") ?? parts[2]
      let number = try attribute.integer(in: 0...Int64(UInt32.max), "the attribute")
      // As in the reference, an attribute with a mark of negation is not asked for.
      if !isNegated { conditions.append(.content(ContentCondition(pattern: Array(";a\(number);".utf8)))) }
    }
    let references = FieldReference.hidden(ENIP.servicesField, of: "enip")
    let usable = try builder.restrict(to: references, keyword: "cip_service")
    builder.signature.inspections.append(
      Inspection(buffer: BufferReference(.field(usable)), conditions: conditions))
  }
}
