import ArgumentParser
import Sensor

/// The program: one subcommand for each thing a user does. Suricata's own command line is taken as it is,
/// before any parsing of ours.
@main
struct Fengsui: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fengsui",
    abstract: "Sees attacks in network traffic, explains them as incidents, and shows them at a terminal.",
    discussion: """
      Begin with a capture:   fengsui replay capture.pcap -S Rules -o output
      then look at it:        fengsui incidents --db output/fengsui.sqlite
                              fengsui console --db output/fengsui.sqlite
      Suricata's users:       fengsui suricata -r capture.pcap -S my.rules -l output
      """,
    version: "fengsui \(Build.version)",
    subcommands: [
      Replay.self, Sense.self, Incidents.self, Alerts.self, Flows.self, ConsoleCommand.self, Rules.self,
      ExerciseCommand.self, Correlate.self, SiteCommand.self, Identities.self, Baselines.self,
      ReportCommand.self, EvidenceCommand.self, ContainCommand.self, Suricata.self,
    ])

  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    if arguments.first == "suricata" {
      SuricataProgram.run(Array(arguments.dropFirst()))
    } else {
      main(nil)
    }
  }
}

/// Suricata's command line; listed here for the help only, as its words follow other rules than ours.
struct Suricata: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suricata", abstract: "Takes Suricata's own command line: -r -i -S -s -c -l -k -T -v --set …"
  )

  @Argument(parsing: .captureForPassthrough, help: "Suricata's arguments.")
  var arguments: [String] = []

  mutating func run() throws {
    SuricataProgram.run(arguments)
  }
}
