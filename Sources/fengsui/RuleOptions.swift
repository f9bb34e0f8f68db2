import ArgumentParser

/// What the commands on rules take alike.
struct RuleOptions: ParsableArguments {
  @Option(name: .customShort("c"), help: "Configuration (suricata.yaml), for its variables.")
  var configuration: String?

  @Flag(help: "Print JSON, one object a line.")
  var json = false
}

/// What the commands that try rules on traffic take besides.
struct TrialOptions: ParsableArguments {
  @Option(name: .customShort("k"), help: "Checksums: all (wrong ones are refused) or none.")
  var checksums: String?
}
