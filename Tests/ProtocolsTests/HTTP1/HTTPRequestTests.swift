import Protocols
import Testing
import Wire

@Suite struct HTTPRequestTests {
  @Test("a request gives its parts as rules see them")
  func parts() {
    let request =
      "POST /a%20b/../c//d?x=%41+1#fr HTTP/1.1\r\nHost: Www.Example.COM:8080\r\nUser-Agent:  foo bar \r\n"
      + "Accept: a\r\nAccept: b\r\nX: 1\r\n 2\r\nCookie: a=b; c=d\r\nContent-Length: 5\r\n\r\nhello"
    let http = HTTPHarness([.client(request)])
    #expect(http.field("http.method", .toServer) == "POST")
    #expect(http.field("http.uri", .toServer) == "/c/d?x=A+1#fr")
    #expect(http.field("http.uri.raw", .toServer) == "/a%20b/../c//d?x=%41+1#fr")
    #expect(http.field("http.host", .toServer) == "www.example.com")
    #expect(http.field("http.host.raw", .toServer) == "Www.Example.COM:8080")
    #expect(http.field("http.user_agent", .toServer) == "foo bar")
    #expect(http.field("http.accept", .toServer) == "a, b")
    #expect(http.field("http.cookie", .toServer) == "a=b; c=d")
    #expect(
      http.field("http.header", .toServer)
        == "Host: Www.Example.COM:8080\r\nUser-Agent: foo bar\r\nAccept: a, b\r\nX: 1"
        + " 2\r\nContent-Length: 5\r\n"
    )
    #expect(
      http.field("http.header_names", .toServer)
        == "\r\nHost\r\nUser-Agent\r\nAccept\r\nX\r\nCookie\r\nContent-Length\r\n\r\n")
    #expect(http.field("http.request_line", .toServer) == "POST /a%20b/../c//d?x=%41+1#fr HTTP/1.1")
    #expect(http.field("http.request_body", .toServer) == "hello")
    #expect(http.first?.port == 8080)
    #expect(http.first?.isComplete(.toServer) == true)
    #expect(http.first?.files.first?.size == 5)
    #expect(http.events() == ["request_header_repetition"])
  }

  @Test(
    "a target is brought into normal form as Windows servers read it",
    arguments: [
      ("/a/./b", "/a/b"), ("/../../b", "/b"), ("/a//b///c", "/a/b/c"), ("/a\\b", "/a/b"),
      ("/a%2Fb%2f%2fc", "/a/b/c"),
      ("/A%zzb", "/A%zzb"), ("/A%", "/A%"), ("/%u0041b", "/Ab"), ("/%u2215x", "/x"), ("/%u0100", "/A"),
      ("/%c0%af", "//"), ("/%2541", "/%41"), ("/a+b", "/a+b"), ("/.", ""), ("/a/.", "/a"), ("/a/..", ""),
      ("../foo", "foo"), ("/a\\..\\b", "/b"), ("http://Host.com/p", "/p"), ("http:///x/y", "/x/y"),
      ("*", "*"),
      ("/?a=/../x//y", "/?a=/../x//y"), ("/?a=%u2215", "/?a=/"), ("/?a=%2541", "/?a=%41"), ("/a%e9x", "/a?x"),
    ])
  func normalForm(raw: String, wanted: String) {
    let http = HTTPHarness([.client("GET \(raw) HTTP/1.0\r\n\r\n")])
    #expect(http.field("http.uri", .toServer) == wanted)
  }

  @Test("a target may hold blanks: the version is what stands after the last one")
  func blanksInTarget() {
    let http = HTTPHarness([.client("GET /a b c HTTP/1.1\r\nHost: h\r\n\r\n")])
    #expect(http.field("http.uri", .toServer) == "/a b c")
  }

  @Test("pipelined requests become transactions in order")
  func pipelining() {
    let http = HTTPHarness([
      .client("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n"),
      .server("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 404 No\r\nContent-Length: 1\r\n\r\nb"),
    ])
    #expect(http.transactions.count == 2)
    #expect(http.transactions.map(\.statusNumber) == [200, 404])
    #expect(http.field("http.response_body", .toClient, of: 1) == "b")
    #expect(http.transactions.allSatisfy { $0.isComplete(.toServer) && $0.isComplete(.toClient) })
  }

  @Test("a chunked request with extensions and trailers")
  func chunks() {
    let http = HTTPHarness([
      .client(
        "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:"
          + " chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nT: r\r\n\r\n"
      )
    ])
    #expect(http.field("http.request_body", .toServer) == "abcde")
    #expect(http.field("http.header", .toServer)?.hasSuffix("T: r\r\n") == true)
    #expect(http.events() == ["request_chunk_extension"])
  }

  @Test("a form's files are found, its fields are not files")
  func multipart() {
    let body =
      "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nvalue\r\n--XX\r\n"
      + "Content-Disposition: form-data; name=\"f\"; filename=\"f.txt\"\r\n\r\nfile --XX data\r\n--XX--\r\n"
    let http = HTTPHarness([
      .client(
        "POST /up HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=XX\r\n"
          + "Content-Length: \(body.utf8.count)\r\n\r\n" + body)
    ])
    #expect(http.first?.files.map { String(decoding: $0.name, as: UTF8.self) } == ["f.txt"])
    #expect(
      http.first?.files.first.map { String(decoding: $0.data.bytes, as: UTF8.self) } == "file --XX data")
    #expect(http.first?.files.first?.state == .closed)
  }

  @Test(
    "what is odd about a request is told by name",
    arguments: [
      ("GET /a HTTP/1.1\r\n\r\n", "missing_host_header"),
      ("GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n", "host_header_ambiguous"),
      ("GET\t/a HTTP/1.1\r\nHost: h\r\n\r\n", "method_delim_non_compliant"),
      (" GET /a HTTP/1.1\r\nHost: h\r\n\r\n", "request_line_leading_whitespace"),
      ("GET /a HTTP/1.1\r\nHost: a b\r\n\r\n", "request_header_host_invalid"),
      ("GET /a HTTP/1.1\r\nHost: h\r\nfoo bar\r\n\r\n", "request_field_missing_colon"),
      ("GET /a\r\nHost: h\r\n\r\n", "request_line_missing_protocol"),
      ("GET /a HTTP/1.1\r\nHost: h\r\nAuthorization: Foo x\r\n\r\n", "request_auth_unrecognized"),
      (
        "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "duplicate_content_length_field_in_request"
      ),
    ])
  func events(request: String, event: String) {
    let http = HTTPHarness([.client(request)])
    #expect(http.events().contains(event))
  }

  @Test("a line over the limit ends the parsing and says so")
  func fieldLimit() {
    let http = HTTPHarness([.client("GET /" + String(repeating: "a", count: 20000) + " HTTP/1.1\r\n\r\n")])
    #expect(http.outcomes == [.failed])
    #expect(http.events() == ["request_field_too_long"])
  }

  @Test("CONNECT holds the client's bytes back until the server has agreed")
  func connect() {
    let http = HTTPHarness([
      .client("CONNECT h.com:443 HTTP/1.1\r\nHost: h.com:443\r\n\r\n"), .server("HTTP/1.1 200 OK\r\n\r\n"),
    ])
    #expect(http.outcomes == [.changesProtocol(nil)])
    #expect(http.first?.isComplete(.toServer) == true)
    #expect(http.first?.isComplete(.toClient) == true)
  }
}
