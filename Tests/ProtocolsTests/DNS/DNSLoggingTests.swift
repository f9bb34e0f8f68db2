import Testing
import Wire

@testable import Protocols

@Suite("DNS logging")
struct DNSLoggingTests {
  @Test("the response to a request that is not written is not written either, others are")
  func silenced() throws {
    let flow = conversation(.udp, to: 53)
    flow.datagram(DNSMessages.request, .toServer)
    let session = try #require(flow.session)
    session.disableLogging(of: try #require(session.openTransactions.first))
    #expect(session.openTransactions.first?.isLogged == true)
    var other = DNSMessages.response
    other[0] ^= 0xff
    flow.datagram(other, .toClient)
    #expect(session.openTransactions.last?.isLogged == false)
    var response = DNSMessages.response
    response[0] = DNSMessages.request[0]
    response[1] = DNSMessages.request[1]
    flow.datagram(response, .toClient)
    #expect(session.openTransactions.last?.isLogged == true)
    flow.datagram(response, .toClient)
    #expect(session.openTransactions.last?.isLogged == false)
  }
}
