import Detection
import Foundation
import Outputs

/// `fengsui rules key`, `bundle`, `import` and `rollback`.
package enum RuleBundles {
  /// What an import came to, or would come to.
  package struct Import: Sendable, Encodable {
    package let manifest: BundleManifest
    /// Against the rules in force.
    package let changes: [RuleComparison.Change]
    package let errors: [String]
    /// The version that is in force now; nil: nothing was changed.
    package let installed: Int?
    package let previous: Int?
  }

  /// How an import is carried out.
  package struct Options: Sendable {
    package var keyPaths: [String] = []
    package var isTrial = false
    package var acceptsErrors = false
    package var acceptsOlder = false
    package var configurationPath: String?

    package init() {}
  }

  /// Makes a pair of keys, `path.key` and `path.pub`; gives the fingerprint.
  package static func makeKey(_ path: String, usesSM2: Bool) throws -> String {
    guard let key = SigningKey.make(usesSM2 ? .sm2 : .ed25519), let own = key.text(isPrivate: true),
      let open = key.text(isPrivate: false)
    else { throw RunFailure("this OpenSSL makes no keys for \(usesSM2 ? "SM2" : "Ed25519")") }
    do {
      try InstalledFolder.write(own.rawSpan, to: "\(path).key", isPrivate: true)
      try InstalledFolder.write(open.rawSpan, to: "\(path).pub")
    } catch {
      throw RunFailure("\(error.description); keys are never written over")
    }
    return key.fingerprint
  }

  /// Writes a bundle of files and folders; gives what it says of itself.
  package static func make(
    _ paths: [String], to output: String, keyPath: String, name: String, options: Options
  ) throws -> BundleManifest {
    let key = try key(keyPath, isPrivate: true)
    let sources = try BundleSources(paths)
    let check = try RuleCheck.run(paths, configurationPath: options.configurationPath)
    if !options.acceptsErrors, let first = check.problems.first(where: { $0.severity == "error" }) {
      throw RunFailure("the rules have \(check.errors) errors, the first is \(first.text)")
    }
    let bytes = try RuleBundle.make(
      sources.files, name: name, rules: check.accepted, created: Int64(Date().timeIntervalSince1970), key: key
    )
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: output), options: .atomic)
    } catch {
      throw RunFailure("\(output) cannot be written; check the folder's space and rights")
    }
    return try RuleBundle.open(bytes, named: output, keys: [key]).manifest
  }

  /// Verifies a bundle, compares it with the rules in force, and puts it in their place.
  package static func importBundle(_ path: String, into folder: String, _ options: Options) throws -> Import {
    let store = RuleStore(folder: folder)
    let paths = options.keyPaths.isEmpty ? store.keyPaths : options.keyPaths
    guard !paths.isEmpty else {
      throw RunFailure(
        "no key is trusted: name the maker's public key with --key, or put it into \(folder)/keys")
    }
    let bundle = try RuleBundle.open(
      try contents(path), named: path, keys: try paths.map { try key($0, isPrivate: false) })
    let lock = try store.lock()
    defer { withExtendedLifetime(lock) {} }
    let current = store.current
    if let current, bundle.manifest.created < current.manifest.created, !options.acceptsOlder {
      throw RunFailure(
        "\(path) is refused: it is from \(bundle.manifest.date), older than the rules in force "
          + "(\(current.manifest.date)); 'fengsui rules rollback' goes back, --older takes it all the same")
    }
    let number = try store.add(bundle)
    do {
      let result = try compare(bundle, number, store, current, options)
      if options.isTrial { store.remove(number) }
      return result
    } catch {
      store.remove(number)
      throw error
    }
  }

  /// Goes back to the version before the one in force, or to the one named; gives it.
  package static func rollBack(_ folder: String, to number: Int?) throws -> RuleStore.Version {
    let store = RuleStore(folder: folder)
    let lock = try store.lock()
    defer { withExtendedLifetime(lock) {} }
    let versions = store.versions
    guard let current = versions.first(where: \.isCurrent) else {
      throw RunFailure("\(folder) holds no rules that were imported; name its folder with --into")
    }
    let wanted = versions.last { version in
      number.map { version.number == $0 } ?? (version.number < current.number)
    }
    guard let wanted else {
      let known = versions.map { String($0.number) }.joined(separator: ", ")
      throw RunFailure("there is no such version to go back to; there are \(known)")
    }
    try store.activate(wanted.number)
    return wanted
  }

  private static func compare(
    _ bundle: RuleBundle, _ number: Int, _ store: RuleStore, _ current: RuleStore.Version?, _ options: Options
  ) throws -> Import {
    let path = store.path(of: number)
    let check = try RuleCheck.run([path], configurationPath: options.configurationPath)
    let errors = check.problems.filter { $0.severity == "error" }.map(\.text)
    if let first = errors.first, !options.acceptsErrors, !options.isTrial {
      throw RunFailure(
        "nothing was changed: the rules have \(errors.count) errors, the first is \(first); "
          + "--accept-errors imports them without these rules")
    }
    let changes = try RuleComparison.changes(
      from: current.map { [store.path(of: $0.number)] } ?? [], to: [path],
      configurationPath: options.configurationPath, toleratesErrors: true)
    if !options.isTrial {
      try store.activate(number)
      store.removeOldest()
    }
    return Import(
      manifest: bundle.manifest, changes: changes, errors: errors, installed: options.isTrial ? nil : number,
      previous: current?.number)
  }

  /// Reads a key of ours or of OpenSSL's.
  static func key(_ path: String, isPrivate: Bool) throws -> SigningKey {
    guard let key = SigningKey.read(try contents(path), isPrivate: isPrivate) else {
      throw RunFailure(
        "\(path) is no \(isPrivate ? "private" : "public") key of Ed25519 or SM2 in PEM without password; "
          + "'fengsui rules key' makes one")
    }
    return key
  }

  private static func contents(_ path: String) throws -> [UInt8] {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    if let size = attributes?[.size] as? Int, size > BundleLimits.bundleBytes {
      throw RunFailure("\(path) is refused: it is larger than \(BundleLimits.bundleBytes >> 20) MB")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw RunFailure("\(path) cannot be read; check its name and rights")
    }
    return [UInt8](data)
  }
}
