import Protocols
import Wire

/// Samples of protocols that carry conversations of people and programs.
extension ProtocolSample {
  private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  // MARK: SIP

  private static let session =
    "v=0\r\no=watch 1 2 IN IP4 tower.example\r\ns=call\r\ni=talk\r\nu=https://tower.example\r\n"
    + "e=watch@tower.example\r\np=+86 1\r\nc=IN IP4 192.0.2.1\r\nb=AS:64\r\nt=0 0\r\nr=7d 1h 0 25h\r\n"
    + "z=0 -1h\r\nk=prompt\r\na=sendrecv\r\nm=audio 49170 RTP/AVP 0\r\ni=voice\r\nc=IN IP4 192.0.2.2\r\n"
    + "b=CT:1\r\nk=prompt\r\na=rtpmap:0 PCMU/8000\r\n"

  private static let invitation =
    "INVITE sip:gate@tower.example SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nFrom: <sip:watch@tower>\r\n"
    + "To: <sip:gate@tower>\r\n ;tag=1\r\nUser-Agent: beacon\r\nc: application/sdp\r\n"
    + "Content-Length: \(session.utf8.count)\r\n\r\n\(session)"

  private static let answer = "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a\r\nl: 2\r\n\r\nhi"

  static let sip = [
    ProtocolSample(
      "SIP over UDP", of: "sip", .udp, 5060, [(.toServer, text(invitation)), (.toClient, text(answer))]),
    ProtocolSample(
      "SIP over TCP", of: "sip", .tcp, 5060,
      [
        (.toServer, text(invitation + "\r\n\r\nACK sip:gate@tower SIP/2.0\r\n\r\n")),
        (.toClient, text(answer + answer)),
        (.toServer, text("BYE sip:gate@tower SIP/2.0\r\nl: 9\r\n\r\nleft")),
      ]),
  ]
}
