import Events
import Foundation
import Testing
import Wire

@testable import Sensor

/// A running sensor reads its site again when it is asked to by SIGHUP.
@Suite struct SiteReloadTests {
  private final class Folder {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("fengsui-\(UUID().uuidString)")
    var site: String { url.appendingPathComponent("site.yaml").path }

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(point: String) throws {
      let text = """
        districts: [{id: GZ, name: g}]
        units: [{id: U-1, name: u, district: GZ}]
        access_points: [{id: \(point), name: p, unit: U-1, type: leased, ranges: [10.31.4.0/24]}]

        """
      try Data(text.utf8).write(to: URL(fileURLWithPath: site))
    }
  }

  private static func point(_ outputs: RunOutputs) -> String? {
    outputs.encoderSettings.first?.places?.placeNames(
      of: IPAddress(v4: 0x0A1F_0401), vlans: [], pppoeSession: 0, at: 0)?.accessPoint
  }

  @Test("the new site is in force between two batches; a broken one changes nothing")
  func reload() throws {
    let folder = try Folder()
    try folder.write(point: "A-1")
    var request = RunRequest()
    request.areRulesExclusive = true
    request.outputFolder = folder.url.path
    request.sitePath = folder.site
    let loaded = try LoadedRun(request, log: Log(level: .silent))
    let outputs = try RunOutputs(loaded, request)
    var pipeline = Pipeline(
      loaded.context(for: request, outputs: outputs), workers: 1, defragment: loaded.settings.defragment,
      merger: outputs.merger(rules: loaded.rules, alertsPerPacketMax: 15))
    let control = RunControl()
    let reloads = RunReloads(loaded, request, outputs, control)
    defer { reloads.end() }
    #expect(Self.point(outputs) == "A-1")
    try folder.write(point: "A-2")
    try reloads.attend(to: &pipeline)
    #expect(Self.point(outputs) == "A-1", "nobody has asked")
    control.requestReopening()
    try reloads.attend(to: &pipeline)
    #expect(Self.point(outputs) == "A-2")
    try Data("access_points: [{id: A-3, unit: nowhere}]\n".utf8).write(to: URL(fileURLWithPath: folder.site))
    control.requestReopening()
    try reloads.attend(to: &pipeline)
    #expect(Self.point(outputs) == "A-2", "a broken site is refused as a whole")
    try pipeline.close()
  }

  @Test("SIGHUP asks for it")
  func hangUp() throws {
    let control = RunControl()
    let signals = RunSignals(control)
    defer {
      withExtendedLifetime(signals) {}
      // As a process without a run has them.
      for number in [SIGINT, SIGTERM, SIGUSR2, SIGHUP] { Foundation.signal(number, SIG_DFL) }
    }
    #expect(!control.takeReopening())
    // The source begins to listen some time after it was made, and a busy machine takes its time.
    var isAsked = false
    for _ in 0..<600 where !isAsked {
      kill(getpid(), SIGHUP)
      usleep(50_000)
      isAsked = control.takeReopening()
    }
    #expect(isAsked)
  }
}
