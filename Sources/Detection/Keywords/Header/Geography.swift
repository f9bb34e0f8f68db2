extension Keyword {
  static let geography = Keyword(
    "geoip", .header, "The country of an address, as the database of `geoip-database` has it.",
    values: "[any|src|dst|both,]country[,country…], or with ! before each",
    example: "geoip:src,CN,US;", exampleProtocol: "ip"
  ) { (value, builder) throws(RuleProblem) in
    guard let source = builder.context.environment.countries else {
      let reason = builder.context.environment.countriesProblem
      throw value.problem(
        "there is no database of countries", remedy: "name a database of MaxMind in geoip-database"
      ).inSuricata(
        "detect-geoip",
        reason
          ?? "Unable to locate a GeoIP2database filename in YAML conf.  GeoIP rule matching is disabled.")
    }
    var parts = value.split()[...]
    var side = AddressSide.any
    if parts.count > 1, let first = parts.first, let named = AddressSide(rawValue: first.text) {
      side = named
      parts = parts.dropFirst()
    }
    var countries: Set<UInt16> = []
    var isNegated = false
    for part in parts {
      var country = part
      if let rest = part.dropping("!") {
        isNegated = true
        country = rest
      }
      guard country.bytes.count == 2, country.bytes.allSatisfy({ $0 >= 0x41 && $0 <= 0x5a }) else {
        throw country.problem(
          "“\(country.text)” is no country", remedy: "write the two capital letters of ISO 3166-1, like CN")
      }
      countries.insert(UInt16(country.bytes[0]) << 8 | UInt16(country.bytes[1]))
    }
    builder.signature.flowConditions.append(
      .country(side, CountrySet(source, countries), isNegated: isNegated))
  }
}
