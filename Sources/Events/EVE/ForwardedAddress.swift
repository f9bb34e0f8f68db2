import Protocols
import Wire

/// `xff`: the address that a proxy names in a header of the request.
extension EVEEncoder {
  /// The address in the transaction's header, if it has one that is an address.
  func forwardedAddress(of subject: borrowing EventSubject) -> String? { nil }
}

extension Endpoints {
  /// The same ends with another address for the client.
  func replacingClient(_ address: String, _ subject: borrowing EventSubject) -> Endpoints { self }
}
