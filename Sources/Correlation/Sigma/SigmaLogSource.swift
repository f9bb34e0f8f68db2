import Yams

/// What a rule's log source means for a network sensor: which EVE events, and what its fields are called
/// there.
///
/// Source: Sigma taxonomy appendix, categories dns, firewall, proxy, webserver.
struct SigmaLogSource {
  private(set) var eventTypes: [String] = []
  private(set) var isForeign = false
  private var names: [String: String] = [:]

  /// Products whose events are EVE's, or any.
  private static let own: Set<String> = ["", "suricata", "fengsui"]
  private static let types: Set<String> = [
    "alert", "anomaly", "dcerpc", "dhcp", "dnp3", "dns", "fileinfo", "flow", "ftp", "http", "ike", "krb5",
    "ldap",
    "modbus", "mqtt", "nfs", "pgsql", "quic", "rdp", "rfb", "sip", "smb", "smtp", "snmp", "ssh", "tftp",
    "tls",
  ]
  private static let web = [
    "c-uri": "http.url", "cs-uri": "http.url", "cs-uri-query": "http.url", "cs-uri-stem": "http.url",
    "c-uri-query": "http.url", "c-useragent": "http.http_user_agent", "cs-user-agent": "http.http_user_agent",
    "cs-host": "http.hostname", "r-dns": "http.hostname", "cs-method": "http.http_method",
    "sc-status": "http.status", "cs-referer": "http.http_refer", "cs-referrer": "http.http_refer",
    "c-ip": "src_ip", "src_ip": "src_ip", "dst_ip": "dest_ip", "cs-content-type": "http.http_content_type",
  ]
  private static let categories: [String: (types: [String], names: [String: String])] = [
    "dns": (
      ["dns"],
      [
        "query": "dns.rrname", "record_type": "dns.rrtype", "answer": "dns.answers.rdata",
        "rcode": "dns.rcode",
      ]
    ),
    "firewall": (
      ["flow"], ["src_ip": "src_ip", "src_port": "src_port", "dst_ip": "dest_ip", "dst_port": "dest_port"]
    ),
    "proxy": (["http"], web),
    "webserver": (["http"], web),
  ]

  init(_ node: Node?) {
    func text(_ key: String) -> String { node?[key]?.scalar?.string.lowercased() ?? "" }
    let (product, category, service) = (text("product"), text("category"), text("service"))
    let isOwn = Self.own.contains(product)
    if isOwn, let type = [service, category].first(where: { Self.types.contains($0) }), !product.isEmpty {
      eventTypes = [type]
    } else if let known = Self.categories[category],
      isOwn || category == "webserver" || category == "firewall"
    {
      (eventTypes, names) = known
    } else if !isOwn || product.isEmpty && !(category + service).isEmpty {
      isForeign = true
    }
  }

  /// The field's name in EVE.
  func field(_ name: String) -> String { names[name] ?? name }
}
