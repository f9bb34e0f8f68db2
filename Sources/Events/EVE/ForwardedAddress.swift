import Protocols
import Wire

/// `xff`: the address that a proxy names in a header of the request.
extension EVEEncoder {
  /// The address in the transaction's header, if it has one that is an address.
  func forwardedAddress(of subject: EventSubject) -> String? {
    guard let xff = settings.xff, let transaction = subject.transaction as? HTTPTransaction else {
      return nil
    }
    guard let value = transaction.request.value(of: xff.header.lowercased()) else { return nil }
    let parts = value.split(separator: UInt8(ascii: ","))
    guard let chosen = xff.isForward ? parts.first : parts.last else { return nil }
    let text = String(decoding: chosen, as: UTF8.self).filter { $0 != " " && $0 != "\t" }
    return IPAddress(text) == nil ? nil : text
  }
}

extension Endpoints {
  /// The same ends with another address for the client.
  func replacingClient(_ address: String, _ subject: EventSubject) -> Endpoints {
    guard let address = IPAddress(address) else { return self }
    var changed = self
    if subject.direction == .toServer { changed.source = address } else { changed.destination = address }
    return changed
  }
}
