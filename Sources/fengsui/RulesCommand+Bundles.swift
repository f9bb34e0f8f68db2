import ArgumentParser
import Foundation
import Sensor

// Rules for sites that no network reaches.
extension Rules {
  /// `fengsui rules key`.
  struct Key: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes the keys that bundles are signed and verified with: NAME.key and NAME.pub.")

    @Argument(help: "Path and name of the two files, without their endings.")
    var name: String

    @Flag(name: .customLong("sm2"), help: "SM2 with SM3 (GB/T 32918) instead of Ed25519.")
    var usesSM2 = false

    mutating func run() throws {
      let fingerprint = try RuleBundles.makeKey(name, usesSM2: usesSM2)
      print("\(name).key signs: keep it secret. \(name).pub verifies: give it to the sites.")
      print("fingerprint \(fingerprint)")
    }
  }

  /// `fengsui rules bundle`.
  struct Bundle: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes a signed bundle of rules, their configuration files and lists: a tar archive.")

    @Argument(help: "Files and folders of rules.")
    var rules: [String]

    @Option(name: .shortAndLong, help: "The bundle.")
    var output: String

    @Option(help: "The private key (fengsui rules key).")
    var key: String

    @Option(help: "A word for people: what these rules are.")
    var name = "rules"

    @Flag(name: .customLong("accept-errors"), help: "Bundle rules although some have errors.")
    var acceptsErrors = false

    @OptionGroup var options: RuleOptions

    mutating func run() throws {
      var settings = RuleBundles.Options()
      settings.acceptsErrors = acceptsErrors
      settings.configurationPath = options.configuration
      let manifest = try RuleBundles.make(rules, to: output, keyPath: key, name: name, options: settings)
      if options.json { return try printJSON([manifest]) }
      print("\(output): \(manifest.rules) rules in \(manifest.files.count) files, \(manifest.algorithm)")
      print("signed by \(manifest.key)")
    }
  }

  /// `fengsui rules import`.
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Verifies a bundle, shows what it changes, and puts its rules in force at DIR/current.",
      discussion: "Run the sensor with -S DIR/current; 'fengsui rules reload' brings it to the new rules.")

    @Argument(help: "The bundle.")
    var bundle: String

    @Option(help: "Folder of the imported rules.")
    var into: String

    @Option(help: "A public key that is trusted; several times. Default: the keys in DIR/keys.")
    var key: [String] = []

    @Flag(name: .customLong("dry-run"), help: "Verify and show, and change nothing.")
    var isTrial = false

    @Flag(name: .customLong("accept-errors"), help: "Import although some rules have errors.")
    var acceptsErrors = false

    @Flag(name: .customLong("older"), help: "Import although the rules in force are newer.")
    var acceptsOlder = false

    @OptionGroup var options: RuleOptions

    mutating func run() throws {
      var settings = RuleBundles.Options()
      settings.keyPaths = key
      settings.isTrial = isTrial
      settings.acceptsErrors = acceptsErrors
      settings.acceptsOlder = acceptsOlder
      settings.configurationPath = options.configuration
      let result = try RuleBundles.importBundle(bundle, into: into, settings)
      if options.json { return try printJSON([result]) }
      let manifest = result.manifest
      print("\(manifest.name) of \(manifest.date), signed by \(manifest.key): \(manifest.rules) rules")
      for error in result.errors { print(error) }
      if result.previous != nil { for change in result.changes { print(change.text) } }
      print(RuleComparison.sum(result.changes))
      if let installed = result.installed {
        print(
          "version \(installed) is in force at \(into)/current; 'fengsui rules reload' brings it to a run")
      } else {
        print("nothing was changed (--dry-run)")
      }
    }
  }

  /// `fengsui rules rollback`.
  struct Rollback: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Goes back to the rules that were imported before those in force.")

    @Option(help: "Folder of the imported rules.")
    var into: String

    @Option(help: "The version to go to; the one before if left out.")
    var to: Int?

    @Flag(help: "List the versions that are there, and change nothing.")
    var list = false

    @Flag(help: "Print JSON, one version a line.")
    var json = false

    mutating func run() throws {
      let versions =
        list ? RuleStore(folder: into).versions : [try RuleBundles.rollBack(into, to: to)]
      if json { return try printJSON(versions) }
      for version in versions {
        let mark = list && !version.isCurrent ? "" : " in force"
        print("version \(version.number) of \(version.manifest.date), \(version.manifest.name)\(mark)")
      }
    }
  }
}
