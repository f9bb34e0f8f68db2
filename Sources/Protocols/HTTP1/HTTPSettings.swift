package import Wire

/// One profile of `app-layer.protocols.http.libhtp`: the default configuration or a server's own.
package struct HTTPProfile: Sendable {
  /// How a kind of server reads requests (`personality`).
  package enum Personality: String, Sendable, CaseIterable {
    case minimal = "Minimal"
    case generic = "Generic"
    case ids = "IDS"
    case iis4 = "IIS_4_0"
    case iis5 = "IIS_5_0"
    case iis51 = "IIS_5_1"
    case iis6 = "IIS_6_0"
    case iis7 = "IIS_7_0"
    case iis75 = "IIS_7_5"
    case apache2 = "Apache_2"
  }

  /// `personality`: the way of the server in front of which the sensor stands.
  package var personality = Personality.ids
  /// Bytes of a request body kept for detection (`request-body-limit`; 0: all).
  package var requestBodyBytesMax = 100 * 1024
  /// Bytes of a response body kept for detection (`response-body-limit`; 0: all).
  package var responseBodyBytesMax = 100 * 1024
  /// Bytes of a body that detection waits for before its first look.
  package var requestBodyInspectBytesMin = 32 * 1024
  package var responseBodyInspectBytesMin = 40 * 1024
  /// Bytes before new data that detection looks at again.
  package var requestBodyInspectWindowBytes = 4 * 1024
  package var responseBodyInspectWindowBytes = 16 * 1024
  /// Content codings undone one within the other (`response-body-decompress-layer-limit`; 0: none).
  package var decompressionLayersMax = 2
  /// `http-body-inline`: bodies are inspected as they come, without waiting for a minimum.
  package var inspectsBodiesInline = false
  /// `double-decode-path`, `double-decode-query`: percent signs are undone twice.
  package var decodesPathTwice = false
  package var decodesQueryTwice = false
  /// `uri-include-all`: `http.uri` holds scheme, user, host and port too.
  package var uriIncludesAll = false
  /// `query-plusspace-decode`: `+` in a query is a blank.
  package var decodesPlusInQuery = false
  /// Overrides of the personality's way with paths, where given (`path-…` keys).
  package var convertsBackslashes: Bool?
  package var compressesSeparators: Bool?
  package var decodesSeparators: Bool?
  package var decodesPercentU: Bool?
  package var lowercasesPath: Bool?
  /// Bytes of one line, or of one header with its folded lines, line breaks included (`meta-field-limit`).
  package var fieldBytesMax = 18_000
  /// Headers of one message (`headers-limit`).
  package var headersMax = 1024
  /// Open transactions of one flow (`max-tx`).
  package var transactionsMax = 512
  /// `lzma-enabled`, `lzma-memlimit`: LZMA is recognised and not decoded.
  package var decodesLZMA = false
  package var lzmaMemoryBytesMax = 1 << 20
  /// Decoded bytes from which a ratio over 2,048 counts as a bomb (`compression-bomb-limit`).
  package var bombBytesMin = 1 << 20
  /// Bombs of one flow after which nothing more is decoded (`compression-bomb-count`).
  package var bombsMax = 3
  /// Decoded bytes of one body; stands for `decompression-time-limit`, as the sensor's parsers ask no clock.
  package var decodedBytesMax = 64 << 20

  package init() {}
}

extension HTTPProfile {
  /// The profile with limits under which no line could be read raised to the least that makes sense.
  var usable: HTTPProfile {
    var profile = self
    profile.fieldBytesMax = max(fieldBytesMax, 256)
    profile.headersMax = max(headersMax, 1)
    profile.transactionsMax = max(transactionsMax, 1)
    return profile
  }
}

/// `app-layer.protocols.http` of the configuration.
package struct HTTPSettings: Sendable {
  /// `libhtp.default-config`.
  package var standard = HTTPProfile()
  /// `libhtp.server-config`: profiles for the servers in some networks, first match wins.
  package var servers: [(networks: [(address: IPAddress, prefixLength: Int)], profile: HTTPProfile)] = []

  /// The profile for a server's address.
  package func profile(server: IPAddress) -> HTTPProfile {
    servers.first { server.isWithin($0.networks) }?.profile ?? standard
  }

  /// Bytes of a request body kept for detection by default.
  package var requestBodyBytesMax: Int {
    get { standard.requestBodyBytesMax }
    set { standard.requestBodyBytesMax = newValue }
  }

  /// Bytes of a response body kept for detection by default.
  package var responseBodyBytesMax: Int {
    get { standard.responseBodyBytesMax }
    set { standard.responseBodyBytesMax = newValue }
  }

  package init() {}
}

extension IPAddress {
  /// Whether the address is in one of the networks.
  fileprivate func isWithin(_ networks: [(address: IPAddress, prefixLength: Int)]) -> Bool {
    networks.contains { IPPrefix($0.address, length: $0.prefixLength)?.contains(self) ?? false }
  }
}
