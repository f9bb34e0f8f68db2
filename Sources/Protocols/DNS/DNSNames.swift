/// Numbers of record types that the parser looks into (IANA, Domain Name System Parameters).
enum DNSType {
  static let a: UInt16 = 1
  static let ns: UInt16 = 2
  static let cname: UInt16 = 5
  static let soa: UInt16 = 6
  static let null: UInt16 = 10
  static let ptr: UInt16 = 12
  static let mx: UInt16 = 15
  static let txt: UInt16 = 16
  static let aaaa: UInt16 = 28
  static let srv: UInt16 = 33
  static let opt: UInt16 = 41
  static let sshfp: UInt16 = 44
}

/// Names of numbers as events print them and rules may write them: tables of the IANA registry.
package enum DNSNames {
  /// Record types (TYPE and QTYPE), those that Suricata names; others print as numbers.
  package static let types = strings(namedTypes)

  /// Response codes (RCODE), the extended ones of EDNS and TSIG included.
  package static let responseCodes = strings(namedResponseCodes)

  /// Record types (TYPE and QTYPE) that Suricata names; others print as numbers.
  private static let namedTypes: [(number: UInt16, name: StaticString)] = [
    (1, "A"), (2, "NS"), (3, "MD"), (4, "MF"), (5, "CNAME"), (6, "SOA"), (7, "MB"), (8, "MG"), (9, "MR"),
    (10, "NULL"), (11, "WKS"), (12, "PTR"), (13, "HINFO"), (14, "MINFO"), (15, "MX"), (16, "TXT"),
    (17, "RP"), (18, "AFSDB"), (19, "X25"), (20, "ISDN"), (21, "RT"), (22, "NSAP"), (23, "NSAPPTR"),
    (24, "SIG"), (25, "KEY"), (26, "PX"), (27, "GPOS"), (28, "AAAA"), (29, "LOC"), (30, "NXT"), (33, "SRV"),
    (34, "ATMA"), (35, "NAPTR"), (36, "KX"), (37, "CERT"), (38, "A6"), (39, "DNAME"), (41, "OPT"),
    (42, "APL"), (43, "DS"), (44, "SSHFP"), (45, "IPSECKEY"), (46, "RRSIG"), (47, "NSEC"), (48, "DNSKEY"),
    (49, "DHCID"), (50, "NSEC3"), (51, "NSEC3PARAM"), (52, "TLSA"), (55, "HIP"), (59, "CDS"),
    (60, "CDNSKEY"), (65, "HTTPS"), (99, "SPF"), (249, "TKEY"), (250, "TSIG"), (254, "MAILA"), (255, "ANY"),
    (256, "URI"),
  ]

  /// Response codes (RCODE), the extended ones of EDNS and TSIG included.
  private static let namedResponseCodes: [(number: UInt16, name: StaticString)] = [
    (0, "NOERROR"), (1, "FORMERR"), (2, "SERVFAIL"), (3, "NXDOMAIN"), (4, "NOTIMP"), (5, "REFUSED"),
    (6, "YXDOMAIN"), (7, "YXRRSET"), (8, "NXRRSET"), (9, "NOTAUTH"), (10, "NOTZONE"), (16, "BADVERS"),
    (17, "BADKEY"), (18, "BADTIME"), (19, "BADMODE"), (20, "BADNAME"), (21, "BADALG"), (22, "BADTRUNC"),
  ]

  /// Operation codes, as rules may name them.
  package static let operations: [UInt16: String] = [
    0: "query", 1: "iquery", 2: "status", 4: "notify", 5: "update", 6: "dso",
  ]

  /// The type's name, or its number as text.
  package static func type(_ number: UInt16) -> String { typeText(number).map { "\($0)" } ?? String(number) }

  /// The response code's name, or its number as text.
  package static func responseCode(_ number: UInt16) -> String {
    responseCodeText(number).map { "\($0)" } ?? String(number)
  }

  /// The type's name as a literal: each message asks for a few. Nil where it has none.
  package static func typeText(_ number: UInt16) -> StaticString? { text(number, typeTexts) }

  /// The response code's name as a literal; nil where it has none.
  package static func responseCodeText(_ number: UInt16) -> StaticString? {
    text(number, responseCodeTexts)
  }

  /// Names by number.
  private static let typeTexts = texts(namedTypes)
  private static let responseCodeTexts = texts(namedResponseCodes)

  private static func texts(_ named: [(number: UInt16, name: StaticString)]) -> [StaticString?] {
    var texts = [StaticString?](repeating: nil, count: Int(named.map(\.number).max() ?? 0) + 1)
    for (number, name) in named { texts[Int(number)] = name }
    return texts
  }

  private static func text(_ number: UInt16, _ texts: [StaticString?]) -> StaticString? {
    Int(number) < texts.count ? texts[Int(number)] : nil
  }

  private static func strings(_ named: [(number: UInt16, name: StaticString)]) -> [UInt16: String] {
    Dictionary(uniqueKeysWithValues: named.map { ($0.number, "\($0.name)") })
  }

  /// A table the other way round, in lower case, as keywords take names.
  static func numbers(_ table: [UInt16: String]) -> [String: Int64] {
    Dictionary(table.map { ($0.value.lowercased(), Int64($0.key)) }) { first, _ in first }
  }
}
