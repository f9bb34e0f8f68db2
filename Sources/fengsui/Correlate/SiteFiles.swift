import Correlation
import Foundation

/// Reading the files that describe a site, with all that is wrong with them.
enum SiteFiles {
  static func text(_ path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Complaint("\(path): the file cannot be read; check its name and rights")
    }
    return String(decoding: data, as: UTF8.self)
  }

  static func load(_ path: String) throws -> SiteModel {
    switch SiteLoader.load(try text(path), file: path) {
    case .success(let site): return site
    case .failure(let failure):
      throw Complaint(failure.problems.map(\.description).joined(separator: "\n"))
    }
  }

  static func loadMap(_ path: String) throws -> TacticMap {
    switch TacticMap.load(try text(path), file: path, over: .standard) {
    case .success(let map): return map
    case .failure(let failure):
      throw Complaint(failure.problems.map(\.description).joined(separator: "\n"))
    }
  }
}
