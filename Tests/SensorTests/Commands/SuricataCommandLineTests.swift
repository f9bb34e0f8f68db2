import Testing

@testable import Sensor

@Suite struct SuricataCommandLineTests {
  @Test("the usual replay is understood")
  func replay() throws {
    let request = try SuricataCommandLine.parse([
      "-r", "a.pcap", "-S", "my.rules", "-l", "out", "-k", "none", "-c", "s.yaml", "-vv", "--set",
      "flow.memcap=1mb",
      "--runmode=single", "tcp", "port", "80",
    ])
    #expect(request.mode == .captures(["a.pcap"]))
    #expect(request.ruleFiles == ["my.rules"])
    #expect(request.areRulesExclusive)
    #expect(request.outputFolder == "out")
    #expect(request.checksumMode == "none")
    #expect(request.configurationPath == "s.yaml")
    #expect(request.verbosity == 2)
    #expect(request.overrides.map(\.key) == ["flow.memcap"])
    #expect(request.overrides.map(\.value) == ["1mb"])
    #expect(request.captureFilter == "tcp port 80")
    #expect(request.isSuricata)
  }

  @Test("values may be attached to their flags")
  func attachedValues() throws {
    let request = try SuricataCommandLine.parse(["-ra.pcap", "-Sx.rules", "-lout"])
    #expect(request.mode == .captures(["a.pcap"]))
    #expect(request.ruleFiles == ["x.rules"])
    #expect(request.outputFolder == "out")
  }

  @Test("-s adds rules, -S takes only those")
  func rules() throws {
    #expect(try SuricataCommandLine.parse(["-s", "a.rules"]).areRulesExclusive == false)
    #expect(try SuricataCommandLine.parse(["-S", "a.rules"]).areRulesExclusive)
  }

  @Test(
    "testing the configuration wins over a capture",
    arguments: [["-T", "-r", "a.pcap"], ["-r", "a.pcap", "-T"]])
  func test(arguments: [String]) throws {
    #expect(try SuricataCommandLine.parse(arguments).mode == .test)
  }

  @Test(
    "what is not understood is named, with where to look",
    arguments: [["--wrong"], ["-Z"], ["-r"], ["--set", "novalue"], ["-q", "0"], ["--runmode"]])
  func problems(arguments: [String]) {
    #expect {
      _ = try SuricataCommandLine.parse(arguments)
    } throws: { error in
      guard let problem = error as? SuricataCommandLine.Problem else { return false }
      return problem.message.contains(arguments[0]) && problem.message.contains(";")
    }
  }
}
