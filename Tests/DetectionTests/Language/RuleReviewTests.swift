import Testing

@testable import Detection

@Suite("Rule review")
struct RuleReviewTests {
  private func warnings(_ texts: String...) -> [String] {
    RuleReview.warnings(
      RuleLoader.load(files: [("x.rules", texts.joined(separator: "\n"))], environment: RuleEnvironment())
    ).map(\.message).filter { !$0.contains("no msg") && !$0.contains("no classtype") }
  }

  private func http(_ options: String, sid: Int = 1) -> String {
    "alert http any any -> any any (\(options) sid:\(sid);)"
  }

  @Test(
    "what makes a rule slow is told",
    arguments: [
      ("content:!\"abcd\";", "only contents that must not be there"),
      ("content:\"|00 00 00 00 00|\"; content:\"|00 00 00 00 00|\";", "one byte over and over"),
      ("content:\"HTTP/1.1\";", "in nearly every message"),
      ("content:\"ab\"; fast_pattern; content:\"abcdefgh\";", "fast_pattern stands at a content of 2 bytes"),
      ("content:\"abcdefgh\"; http.uri; pcre:\"/ab+c/\";", "not anchored"),
      ("content:\"abcdefgh\"; pcre:\"/.*abc/\";", "begins with .*"),
      ("content:\"abcdefgh\"; pcre:\"/x(a+)+y/\";", "a group of the expression is repeated"),
      ("content:\"abcdefgh\"; pcre:\"/(?:\\w+\\s*)*y/\";", "a group of the expression is repeated"),
    ])
  func slow(options: String, expected: String) {
    let found = warnings(http(options))
    #expect(found.contains { $0.contains(expected) }, "\(found)")
  }

  @Test(
    "what is fast is not told of",
    arguments: [
      "content:\"abcdefgh\"; pcre:\"/^ab+c/\";", "content:\"abcdefgh\"; pcre:\"/ab+c/\";",
      "content:\"abcdefgh\"; pcre:\"/(\\w+\\.)+y/\";", "content:\"abcdefgh\"; pcre:\"/(a++)+y/\";",
      "content:\"abcdefgh\"; pcre:\"/[(a+)]+y/\";", "content:\"abcdefgh\"; pcre:\"/(?:ab|cd)+y/\";",
      "http.uri; content:\"/abcdefgh\"; pcre:\"/^\\/abc/R\";",
    ])
  func fast(options: String) {
    #expect(warnings(http(options)) == [])
  }

  @Test("a chain of flowbits that nobody begins is told of, and one that somebody begins is not")
  func chains() {
    let first = http("content:\"abcdefgh\"; flowbits:isset,a; flowbits:set,b;", sid: 1)
    let second = http("content:\"abcdefgh\"; flowbits:isset,b; flowbits:set,a;", sid: 2)
    let found = warnings(first, second)
    #expect(found.count == 2 && found.allSatisfy { $0.contains("wait for flowbits that nobody sets") })
    #expect(warnings(first, second, http("content:\"abcdefgh\"; flowbits:set,a;", sid: 3)) == [])
  }

  @Test("a bit that is set in flows of another protocol only is told of")
  func protocols() {
    let asks = http("content:\"abcdefgh\"; flowbits:isset,a;", sid: 1)
    let dns = "alert dns any any -> any any (dns.query; content:\"abcdefgh\"; flowbits:set,a; sid:2;)"
    #expect(warnings(asks, dns).contains { $0.contains("other protocols only") })
  }

  @Test("numbers and bits of hosts that nobody sets are told of")
  func otherState() {
    #expect(
      warnings(http("content:\"abcdefgh\"; flowint:n,isset;")).contains { $0.contains("flowint n") })
    #expect(
      warnings(http("content:\"abcdefgh\"; xbits:isset,x,track ip_src;")).contains { $0.contains("xbit x") })
    #expect(
      warnings(http("content:\"abcdefgh\"; hostbits:isset,h,src;")).contains { $0.contains("hostbit h") })
  }

  @Test(
    "no expression, however odd, stops the review", arguments: ["(", "[", "\\", "a{", "(?", "((((", ")+*{,}"])
  func oddExpressions(text: String) {
    for end in 0...text.utf8.count {
      let review = ExpressionReview(String(decoding: Array(text.utf8.prefix(end)), as: UTF8.self))
      #expect(!review.isAnchored && !review.beginsWithAnything, "\(text.utf8.prefix(end))")
    }
  }
}
