import Detection
import Foundation
import Protocols

/// `fengsui suricata`: runs from Suricata's own command line and ends with its exit status.
package enum SuricataProgram {
  package static func run(_ arguments: [String]) -> Never {
    do {
      let request = try SuricataCommandLine.parse(arguments)
      exit(try perform(request))
    } catch let problem as SuricataCommandLine.Problem {
      Log().error(problem.message)
      exit(1)
    } catch let failure as RunFailure {
      if !failure.wasTold { Log().error(failure.description) }
      exit(failure.exitStatus)
    } catch {
      Log().error("\(error)")
      exit(1)
    }
  }

  private static func perform(_ request: RunRequest) throws -> Int32 {
    let log = Log(level: [.notice, .info, .debug][min(request.verbosity, 2)], usesStandardOutput: true)
    switch request.mode {
    case .version:
      print(
        "This is Fengsui version \(Build.version), after Suricata version \(Build.suricataVersion) RELEASE")
    case .help: print(help)
    case .buildInformation: print(buildInformation)
    case .listProtocols:
      print("=========Supported App Layer Protocols=========")
      for entry in ProtocolCatalogue.all { print(entry.name) }
    case .listFrames:
      print("=========Supported App Layer Frames=========")
      for entry in ProtocolCatalogue.all {
        for name in entry.frameNames(.tcp) { print("tcp: \(entry.frameName).\(name)") }
        for name in entry.frameNames(.udp) { print("udp: \(entry.frameName).\(name)") }
      }
    case .listKeywords: for name in KeywordList.names() { print("- \(name)") }
    case .dumpConfiguration:
      let configuration = Configuration.load(
        path: request.configurationPath, includes: request.includes, overrides: request.overrides,
        isSuricata: true)
      for line in configuration.dump() { print(line) }
    case .engineAnalysis, .test:
      let report = try SensorRun(request, log: log).run()
      log.notice("Configuration provided was successfully loaded. \(report.rulesLoaded) rules. Exiting.")
    case .captures(let paths):
      guard !paths.isEmpty else {
        throw RunFailure("no traffic was named: give a capture with -r or an interface with -i")
      }
      return try runTraffic(request, log)
    case .interface: return try runTraffic(request, log)
    }
    return 0
  }

  private static func runTraffic(_ request: RunRequest, _ log: Log) throws -> Int32 {
    let report = try LiveStopper().run(request, log: log)
    log.notice("read \(report.packets) packets, \(report.bytes) bytes; \(report.alerts) alerts")
    // As Suricata does: what could be read of a damaged capture is a success, and so is a folder without any.
    if case .captures(let paths) = request.mode, paths.allSatisfy(isFolder) { return 0 }
    return report.packets > 0 || report.problems.isEmpty ? 0 : report.exitStatus
  }

  private static func isFolder(_ path: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.type] as? FileAttributeType == .typeDirectory
  }

  private static let help = """
    usage: fengsui suricata [options] [capture filter]
      -r PATH             read a capture file or folder        -i INTERFACE   watch an interface
      -S FILE             only these rules                     -s FILE        these rules too
      -c FILE             configuration (suricata.yaml)        --set KEY=VALUE
      -l FOLDER           where events are written             -k all|none    checksums
      -T                  test configuration and rules         -v             more messages
      --runmode MODE      single, autofp, workers              --init-errors-fatal
      --disable-detection --simulate-ips --data-dir FOLDER --include FILE --pcap-file-recursive
      --dump-config --list-keywords --list-app-layer-protos --list-app-layer-frames
      --build-info --engine-analysis -V
    """

  private static var buildInformation: String {
    """
    Fengsui \(Build.version), after Suricata \(Build.suricataVersion)
    Features: PCRE_JIT HTTP2_DECOMPRESSION HAVE_JA3 HAVE_JA4
    """
  }
}
