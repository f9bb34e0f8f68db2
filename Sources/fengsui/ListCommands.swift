import ArgumentParser
import Console
import Correlation
import Store

/// `fengsui incidents`: each with its explanation.
struct Incidents: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists incidents, gravest first, each with its explanation.")

  @OptionGroup var options: ListOptions

  @Flag(name: .shortAndLong, help: "One line for each incident, without the explanation.")
  var brief = false

  mutating func run() throws {
    let (database, run) = try options.open()
    let incidents = try database.incidents(run: run, filter: options.words)
    if options.json {
      return try printJSON(
        try incidents.map { IncidentDocument($0, try database.traits(run: run, incident: $0.id)) })
    }
    if incidents.isEmpty {
      print(Text("No incident.", "没有事件。")(userLanguage))
    }
    for incident in incidents {
      let traits = brief ? nil : try database.traits(run: run, incident: incident.id)
      let text = IncidentText(incident, traits: traits, language: userLanguage)
      print(text.lines(isBrief: brief).joined(separator: "\n"))
    }
  }
}

/// `fengsui alerts`.
struct Alerts: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Lists alerts in order of time.")

  @OptionGroup var options: ListOptions

  @Option(help: "How many rows at the most.")
  var limit = 1_000

  @Option(help: "Only those of this incident.")
  var incident: String?

  mutating func run() throws {
    let (database, run) = try options.open()
    let alerts = try database.alerts(
      run: run, filter: options.words, incident: incident, limit: max(limit, 0))
    if options.json { return try printJSON(alerts) }
    print(TextTable.alerts(alerts, language: userLanguage).joined(separator: "\n"))
    let total = try database.alertCount(run: run, filter: options.words)
    if total > alerts.count, incident == nil {
      print("… \(total - Int64(alerts.count)) more: --limit \(total)")
    }
  }
}

/// `fengsui flows`.
struct Flows: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Lists flows in order of their beginning.")

  @OptionGroup var options: ListOptions

  @Option(help: "How many rows at the most.")
  var limit = 1_000

  mutating func run() throws {
    let (database, run) = try options.open()
    let flows = try database.flows(run: run, filter: options.words, limit: max(limit, 0))
    if options.json { return try printJSON(flows) }
    print(TextTable.flows(flows, language: userLanguage).joined(separator: "\n"))
    let total = try database.flowCount(run: run, filter: options.words)
    if total > flows.count { print("… \(total - Int64(flows.count)) more: --limit \(total)") }
  }
}
