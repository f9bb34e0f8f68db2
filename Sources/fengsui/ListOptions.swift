import ArgumentParser
import Correlation
import Foundation
import Store

/// What all lists take: the database, the run, the form.
struct ListOptions: ParsableArguments {
  @Option(help: "The database that replay or sense wrote.")
  var db = "output/fengsui.sqlite"

  @Option(help: "Number of the run; the newest if left out.")
  var run: Int64?

  @Flag(help: "Print JSON, one object a line, instead of text.")
  var json = false

  @Argument(help: "Words that a row must hold, all of them, in any column.")
  var filter: [String] = []

  var words: String { filter.joined(separator: " ") }

  /// Opens the database and finds the run, or says in one sentence why not.
  func open() throws -> (StoreDatabase, Int64) {
    try ListOptions.open(db, run: run)
  }

  static func open(_ path: String, run: Int64? = nil) throws -> (StoreDatabase, Int64) {
    guard FileManager.default.fileExists(atPath: path) else {
      throw Complaint(
        "\(path): there is no such database; write one with 'fengsui replay CAPTURE -o DIR', "
          + "or name it with --db"
      )
    }
    let database: StoreDatabase
    let latest: Int64?
    do {
      database = try StoreDatabase(path: path, readOnly: true)
      latest = try database.latestRun()
    } catch {
      throw Complaint("\(path): not a database of Fengsui, or not readable; name another one with --db")
    }
    guard let chosen = run ?? latest else {
      throw Complaint("\(path): holds no run yet; write one with 'fengsui replay CAPTURE -o DIR'")
    }
    return (database, chosen)
  }
}

/// One clear sentence for the user: what is wrong, where, and what to do.
struct Complaint: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// The language of this process, from the environment as programs of the system take it.
var userLanguage: Language {
  let environment = ProcessInfo.processInfo.environment
  return Language(environment: environment["LC_ALL"] ?? environment["LC_MESSAGES"] ?? environment["LANG"])
}

/// Prints values as JSON, one object a line with sorted keys.
func printJSON(_ values: [some Encodable]) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  for value in values { print(String(decoding: try encoder.encode(value), as: UTF8.self)) }
}
