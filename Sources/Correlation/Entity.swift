package import Wire

/// What an event is about: a node of the graph that ties alerts together.
package enum Entity: Sendable, Hashable, Codable {
  case address(IPAddress)
  /// An asset of the site, by its identifier.
  case host(String)
  case accessPoint(String)
  case account(String)
  case domain(String)
  /// Fingerprint of a certificate.
  case certificate(String)
  /// SHA-256 of a file.
  case file(String)

  /// The word for the kind, as JSON has it.
  package var kind: String {
    switch self {
    case .address: "address"
    case .host: "host"
    case .accessPoint: "access_point"
    case .account: "account"
    case .domain: "domain"
    case .certificate: "certificate"
    case .file: "file"
    }
  }

  /// The value without its kind.
  package var text: String {
    switch self {
    case .address(let address): address.description
    case .host(let text), .accessPoint(let text), .account(let text), .domain(let text),
      .certificate(let text), .file(let text):
      text
    }
  }
}

/// Where an address belongs: identifiers of the site model, empty where it belongs nowhere.
package struct Place: Sendable, Hashable, Codable {
  package var accessPoint = ""
  package var unit = ""
  package var district = ""

  package init(accessPoint: String = "", unit: String = "", district: String = "") {
    self.accessPoint = accessPoint
    self.unit = unit
    self.district = district
  }

  /// It is outside of all access points.
  package var isOutside: Bool { accessPoint.isEmpty }
}

/// An address as text, in stored states.
extension IPAddress: Codable {
  /// Reads the text form.
  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let address = IPAddress(text) else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "no IP address"))
    }
    self = address
  }

  /// Writes the text form.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
