import Testing

@testable import Detection

@Suite("Lua's text patterns")
struct TextPatternTests {
  @Test(
    "patterns find what the manual says",
    arguments: [
      ("string.find(\"hello\", \"l\")", "3\t3"), ("string.find(\"hello\", \"l+\")", "3\t4"),
      ("string.find(\"hello\", \"xyz\")", "nil"), ("string.find(\"hello\", \"\")", "1\t0"),
      ("string.find(\"hello\", \"\", 10)", "nil"), ("string.find(\"hello\", \"\", 6)", "6\t5"),
      ("string.find(\"a.b\", \".\", 1, true)", "2\t2"), ("string.find(\"a+b\", \"+\", 1, true)", "2\t2"),
      ("string.find(\"hello\", \"l\", -2)", "4\t4"), ("string.find(\"hello\", \"(l)(l)\")", "3\t4\tl\tl"),
      ("string.find(\"hello\", \"()ll()\")", "3\t4\t3\t5"), ("string.find(\"hello\", \"^h\")", "1\t1"),
      ("string.find(\"hello\", \"^e\")", "nil"), ("string.find(\"hello\", \"^e\", 2)", "2\t2"),
      ("string.find(\"hello\", \"o$\")", "5\t5"), ("string.find(\"a$b\", \"a$b\")", "1\t3"),
      ("string.match(\"key = value\", \"(%w+)%s*=%s*(%w+)\")", "key\tvalue"),
      ("string.match(\"2026-11-25\", \"(%d+)-(%d+)-(%d+)\")", "2026\t11\t25"),
      ("string.match(\"  trim  \", \"^%s*(.-)%s*$\")", "trim"), ("string.match(\"abc\", \"b\")", "b"),
      ("string.match(\"f(a(b)c)d\", \"%b()\")", "(a(b)c)"),
      ("string.match(\"THE (quick) fox\", \"%f[%a]%a+\")", "THE"),
      ("string.find(\"THE (quick) fox\", \"%f[%l]%l+\")", "6\t10"),
      ("string.match(\"say 'it' now\", \"(['\\\"])(.-)%1\")", "'\tit"),
      ("string.match(\"[x]\", \"[]]\")", "]"), ("string.match(\"a-b\", \"[a%-]+\")", "a-"),
      ("string.match(\"a^b\", \"[b^]+\")", "^b"), ("string.match(\"abc\", \"[^ab]\")", "c"),
      ("string.match(\"x09af\", \"%x+\", 2)", "09af"), ("string.match(\"aXb\", \"%u\")", "X"),
      ("string.match(\"a1\", \"%A\")", "1"), ("string.match(\"aaa\", \"a-\")", ""),
      ("string.match(\"aaab\", \"a-b\")", "aaab"), ("string.match(\"ab\", \"a?b?c?\")", "ab"),
      ("string.match(\"2 < 3\", \"%p\")", "<"), ("string.match(123, \"2\")", "2"),
      ("string.gsub(\"hello world\", \"o\", \"0\")", "hell0 w0rld\t2"),
      ("string.gsub(\"hello world\", \"(%w+)\", \"<%1>\")", "<hello> <world>\t2"),
      ("string.gsub(\"hello\", \"\", \"-\")", "-h-e-l-l-o-\t6"),
      ("string.gsub(\"hello\", \"l\", \"L\", 1)", "heLlo\t1"),
      ("string.gsub(\"abc\", \"%w\", \"%0%0\")", "aabbcc\t3"),
      ("string.gsub(\"abc\", \"%w\", \"%%\")", "%%%\t3"),
      ("string.gsub(\"abc abc\", \"^a\", \"x\")", "xbc abc\t1"),
      ("string.gsub(\"$name is $age\", \"%$(%w+)\", { name = \"Lua\", age = 33 })", "Lua is 33\t2"),
      ("string.gsub(\"$a $b\", \"%$(%w)\", { a = \"x\" })", "x $b\t2"),
      ("string.gsub(\"abc\", \".\", function(c) if c ~= \"b\" then return c:upper() end end)", "AbC\t3"),
      ("string.gsub(\"abc\", \"b*\", function(s) return \"[\" .. s .. \"]\" end)", "[]a[b]c[]\t3"),
      ("string.gsub(\"abc\", \"b*\", \"x\")", "xaxcx\t3"), ("(\"x\"):rep(3):gsub(\"x\", \"y\", 0)", "xxx\t0"),
    ])
  func matches(expression: String, value: String) throws {
    #expect(try ScriptFixture.value(of: expression) == value)
  }

  @Test("matches follow each other, empty ones too")
  func iteration() throws {
    let fixture = ScriptFixture(
      body: """
        for k, v in string.gmatch("a=1, b=2", "(%w+)=(%w+)") do print(k, v) end
        for w in ("ab c"):gmatch("%a*") do print("[" .. w .. "]") end
        for w in ("hello"):gmatch("l", 4) do print(w) end
        for w in ("^a^"):gmatch("^a") do print(w) end
        """)
    #expect(try fixture.run().counters.errors == 0)
    #expect(fixture.sink.allLines == ["a\t1", "b\t2", "[ab]", "[c]", "l", "^a"])
  }
}
