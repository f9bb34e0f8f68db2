import Protocols
import Wire

extension Keyword {
  static let lua = Keyword(
    "lua", .payload, "Asks a script whether the rule matches, when all else holds.", source: "Suricata 8",
    isNegatable: true, values: "[!]script",
    example: "content:\"uid=0\"; lua:check.lua;"
  ) { (value, builder) throws(RuleProblem) in
    let script = try ScriptCompiler.match(value, builder)
    builder.signature.scripts.append(ScriptCondition(script, isNegated: value.isNegated))
    if let direction = script.fingerprint { builder.waitForFingerprint(direction) }
  }

  static let luaTransform = Keyword(
    "luaxform", .transform, "A script changes the buffer.", values: "script[, word…]",
    example: "http.uri; luaxform:lower.lua; content:\"abc\";", exampleProtocol: "http"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split()
    // The words stay as they are written, blanks before them included: scripts of Suricata count on it.
    let words = value.text.split(separator: ",", omittingEmptySubsequences: false).dropFirst().map(
      String.init)
    try builder.add(.script(try ScriptCompiler.transform(parts[0], options: words, builder)))
  }
}

extension SignatureBuilder {
  /// A rule on nothing but a fingerprint is asked once, when the hello of that direction was read.
  fileprivate mutating func waitForFingerprint(_ direction: Direction) {
    guard signature.hookProgress == nil, signature.inspections.isEmpty else { return }
    let known = ProtocolCatalogue.all.indices.filter { index in
      ProtocolCatalogue.all[index].fields.contains { $0.keyword == "ja3.hash" }
    }
    if signature.protocols.isEmpty { signature.protocols = known }
    guard let index = signature.protocols.first, known.contains(index),
      let field = ProtocolCatalogue.all[index].fields.first(where: { $0.keyword == "ja3.hash" })
    else { return }
    signature.hookProgress = (direction, field.progress[direction])
  }
}
