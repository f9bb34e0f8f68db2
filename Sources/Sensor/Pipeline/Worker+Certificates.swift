import Detection
import Events
import Foundation
import Outputs
import Protocols
import Wire

// Certificates that rules with `tls.store` have kept.
extension Worker {
  /// Writes the certificates of an alert's session, once.
  func storeCertificates(_ signature: Signature, _ subject: EventSubject) {
    guard let folder = certificates, let transaction = subject.transaction as? TLSTransaction,
      !transaction.isStored,
      signature.effects.contains(where: { if case .storeCertificates = $0 { true } else { false } })
    else { return }
    let chain = transaction.certificates.toClient
    guard let own = chain.first else { return }
    transaction.isStored = true
    let packet = subject.packet
    let seconds = packet.timeNanoseconds / 1_000_000_000
    let microseconds = Self.digits(packet.timeNanoseconds % 1_000_000_000 / 1000, 6)
    let ends = subject.clientEndpoints
    let lines: [(String, String)] = [
      ("TIME:", "\(Self.date(seconds)).\(microseconds)"), ("PCAP PKT NUM:", "\(packet.number)"),
      ("SRC IP:", "\(ends.source)"), ("DST IP:", "\(ends.destination)"), ("PROTO:", "\(ends.ipProtocol)"),
      ("SRC PORT:", "\(ends.sourcePort)"), ("DST PORT:", "\(ends.destinationPort)"),
      ("TLS SUBJECT:", String(decoding: own.subject, as: UTF8.self)),
      ("TLS ISSUERDN:", String(decoding: own.issuer, as: UTF8.self)),
      ("TLS FINGERPRINT:", String(decoding: own.fingerprint, as: UTF8.self)),
    ]
    let description = lines.reduce(into: "") { text, line in
      text += line.0 + String(repeating: " ", count: max(19 - line.0.count, 1)) + line.1 + "\n"
    }
    folder.write(
      chain.map(\.der), description: description, name: "\(seconds).\(microseconds)-\(packet.number)")
  }

  private static func digits(_ number: Int64, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(count - text.count, 0)) + text
  }

  /// `03/06/2015-19:12:22`, in UTC: the same wherever a capture is replayed.
  private static func date(_ seconds: Int64) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? .current
    let parts = calendar.dateComponents(
      [.year, .month, .day, .hour, .minute, .second],
      from: Date(timeIntervalSince1970: TimeInterval(seconds)))
    func two(_ number: Int?) -> String { digits(Int64(number ?? 0), 2) }
    return "\(two(parts.month))/\(two(parts.day))/\(digits(Int64(parts.year ?? 0), 4))-"
      + "\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second))"
  }
}
