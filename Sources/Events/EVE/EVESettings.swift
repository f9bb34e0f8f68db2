/// What one `eve-log` of the configuration asks for.
package struct EVESettings: Sendable {
  /// The lines' form.
  package enum Format: Sendable {
    /// EVE JSON.
    case eve
    /// fast.log: alerts only.
    case fast
  }

  package var format = Format.eve
  /// Records that are written, each type with what its options say.
  package var types: Set<EVEType> = [
    .alert, .anomaly, .dcerpc, .http, .http2, .dns, .mdns, .mqtt, .ftp, .ftpData, .pop3, .smb, .smtp, .ssh,
    .quic, .tftp, .tls, .fileinfo, .stats, .flow, .pppoe, .ppp, .l2tp, .radius, .rfb, .sip, .snmp,
    .websocket, .ldap, .pgsql, .ntp, .dhcp, .dnp3, .modbus, .enip, .ike, .krb5, .nfs, .rdp, .bitTorrent,
  ]
  /// `metadata`: flowbits and variables at the top level of events.
  package var hasMetadata = true
  /// `suricata-version`: the version that we are compatible with.
  package var hasVersion = false
  /// `pcap-file`: name of the capture that is replayed.
  package var hasCaptureFile = false
  package var hasCommunityID = false
  package var communityIDSeed: UInt16 = 0
  /// `ethernet`: hardware addresses.
  package var hasEthernet = false
  /// `sensor-name`: EVE's `host`, if set.
  package var sensorName = ""
  package var xff: ForwardedSettings?
  /// Tells where both ends belong, where there is a site.
  package var places: (any PlaceSource)?
  package var alert = AlertSettings()
  package var anomaly = AnomalySettings()
  package var http = HTTPRecordSettings()
  package var dns = DNSRecordSettings()
  package var mqtt = MQTTRecordSettings()
  /// `dhcp.extended`: all messages with all that they say.
  package var hasExtendedDHCP = false
  /// `ike.extended`: names of exchanges.
  package var hasExtendedIKE = false
  /// `pgsql.passwords`: passwords are shown.
  package var hasPostgreSQLPasswords = false
  package var smtp = SMTPRecordSettings()
  package var tls = TLSRecordSettings()
  package var drop = DropSettings()
  /// `smb.types`: what SMB transactions are told of.
  package var smbTypes = Set(SMBRecordType.allCases)
  package var stats = StatsSettings()
  /// Bytes that a frame's record shows at most (`types.frame.payload-buffer-size`).
  package var framePayloadBytesMax = 4096

  package init() {}

  /// Settings of the reference's own `suricata.yaml`, and what a console wants where there is no
  /// configuration.
  package static let standard = EVESettings()
}

/// The record types that can be switched on in `eve-log.types`, by EVE's `event_type`.
package enum EVEType: String, Sendable, CaseIterable {
  case alert, anomaly, arp
  case bitTorrent = "bittorrent-dht"
  case dcerpc, dhcp, dnp3, dns, drop, enip, fileinfo, flow, frame, ftp
  case ftpData = "ftp_data"
  case http, http2, ike, krb5, l2tp, ldap, mdns, metadata, modbus, mqtt, netflow, nfs, ntp, pgsql, pop3, ppp
  case pppoe, quic, radius, rdp, rfb
  case sip, smb, smtp, snmp, ssh, stats, tftp, tls, websocket

  /// The name in `types` where it is not the event's own.
  package init?(configurationName name: String) {
    self.init(rawValue: name == "files" ? "fileinfo" : name)
  }
}

/// Record types as bits of a word: whether a type is wanted is asked with every packet, and a set would hash
/// its name each time.
struct EVETypeBits {
  private var bits: UInt64 = 0

  init(_ types: Set<EVEType>) {
    for type in types { bits |= Self.bit(type) }
    precondition(bits.nonzeroBitCount == types.count, "each type has a bit of its own")
  }

  @inline(__always)
  func contains(_ type: EVEType) -> Bool { bits & Self.bit(type) != 0 }

  @inline(__always)
  private static func bit(_ type: EVEType) -> UInt64 { 1 << number(type) }

  private static func number(_ type: EVEType) -> UInt64 {
    switch type {
    case .alert: 0
    case .anomaly: 1
    case .arp: 2
    case .dcerpc: 3
    case .dns: 4
    case .drop: 5
    case .fileinfo: 6
    case .flow: 7
    case .frame: 8
    case .ftp: 9
    case .ftpData: 10
    case .http: 11
    case .http2: 12
    case .l2tp: 13
    case .ldap: 32
    case .mdns: 14
    case .metadata: 15
    case .netflow: 16
    case .pop3: 17
    case .ppp: 18
    case .pppoe: 19
    case .radius: 20
    case .sip: 27
    case .smb: 21
    case .smtp: 22
    case .ssh: 23
    case .stats: 24
    case .tftp: 25
    case .tls: 26
    case .mqtt: 28
    case .quic: 29
    case .snmp: 30
    case .websocket: 31
    case .rfb: 33
    case .pgsql: 34
    case .ntp: 35
    case .dhcp: 36
    case .dnp3: 37
    case .modbus: 38
    case .enip: 39
    case .ike: 40
    case .krb5: 41
    case .nfs: 42
    case .rdp: 43
    case .bitTorrent: 44
    }
  }
}

/// `xff`: who is behind a proxy, out of a header of the request.
package struct ForwardedSettings: Sendable {
  /// `overwrite`: the address takes the place of the proxy's; otherwise it is an extra member.
  package var overwrites = false
  /// `forward`: the first address of the list counts instead of the last.
  package var isForward = false
  package var header = "X-Forwarded-For"

  package init() {}
}

/// `types.alert`.
package struct AlertSettings: Sendable {
  package var hasPayload = false
  package var hasPrintablePayload = false
  package var hasPayloadLength = false
  /// Bytes of payload shown at most (`payload-buffer-size`).
  package var payloadBytesMax = 4096
  package var hasPacket = false
  package var hasHTTPBody = false
  package var hasPrintableHTTPBody = false
  package var hasTaggedPackets = true
  /// `websocket-payload`, `websocket-payload-printable`: the payload in a frame's object.
  package var hasWebSocketPayload = false
  package var hasPrintableWebSocketPayload = false
  package var hasVerdict = false
  /// `metadata.app-layer`.
  package var hasApplicationLayer = true
  /// `metadata.flow`.
  package var hasFlow = true
  package var hasRuleMetadata = true
  package var hasRuleText = false
  package var hasRuleReferences = false

  package init() {}

  /// Some form of the payload is shown.
  package var showsPayload: Bool { hasPayload || hasPrintablePayload || hasPayloadLength }
}

/// `types.anomaly`.
package struct AnomalySettings: Sendable {
  package var hasDecode = false
  package var hasStream = false
  package var hasApplication = true
  /// `packethdr`: the packet's headers in base64.
  package var hasPacketHeader = false

  package init() {}
}

/// `types.http`.
package struct HTTPRecordSettings: Sendable {
  package var isExtended = true
  /// Additional headers shown, by the names of `custom`.
  package var custom: [String] = []
  package var dumpsRequestHeaders = false
  package var dumpsResponseHeaders = false

  package init() {}
}

/// `types.dns`.
package struct DNSRecordSettings: Sendable {
  /// 3, or 2 for the older form.
  package var version = 3
  package var hasRequests = true
  package var hasResponses = true
  package var isDetailed = true
  package var isGrouped = true
  /// Names of the query types that are logged, in lower case; nil: all.
  package var recordTypes: Set<String>?

  package init() {}
}

/// `types.mqtt`.
package struct MQTTRecordSettings: Sendable {
  /// `passwords`.
  package var hasPasswords = true
  /// `string-log-limit`: bytes of a text that are shown; 0: all.
  package var textBytesMax = 1024

  package init() {}
}

/// `types.tls`.
package struct TLSRecordSettings: Sendable {
  package var isExtended = true
  package var hasSessionResumption = true
  /// The fields of `custom`, which then are the only ones; nil: as `extended` says.
  package var custom: Set<String>?
  /// Fingerprints are shown: `app-layer.protocols.tls.ja3-fingerprints` says so, or with `auto` a rule
  /// uses them.
  package var showsJA3 = false
  package var showsJA4 = false

  package init() {}
}

/// `types.smtp`.
package struct SMTPRecordSettings: Sendable {
  package var isExtended = false
  /// Headers shown besides sender and recipients, in lower case.
  package var custom: [String] = []
  /// `md5`: digests of the subject and the body.
  package var showsSubjectMD5 = false
  package var showsBodyMD5 = false

  package init() {}
}

/// `types.drop`.
package struct DropSettings: Sendable {
  package var hasAlerts = false
  /// `flows: all`: every dropped packet instead of the first of each direction.
  package var hasAllPackets = false
  package var hasVerdict = false

  package init() {}
}

/// `types.stats`.
package struct StatsSettings: Sendable {
  package var hasTotals = true
  package var hasThreads = false
  package var hasDeltas = false
  /// Counters that are 0 are shown as well.
  package var hasZeroCounters = true

  package init() {}
}
