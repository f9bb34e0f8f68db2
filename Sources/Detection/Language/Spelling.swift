/// Finds what was probably meant by a misspelt word.
enum Spelling {
  /// Longest word that is compared: keywords are shorter, and the work grows with the square.
  private static let lengthMax = 48

  /// The nearest candidate, if it is near enough to be a slip: a third of the word's letters at most.
  static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let target = Array(word.lowercased().utf8)
    guard !target.isEmpty, target.count <= lengthMax else { return nil }
    var best: (distance: Int, word: String)?
    for candidate in candidates where candidate.utf8.count <= lengthMax {
      let distance = distance(target, Array(candidate.lowercased().utf8))
      if let current = best, (current.distance, current.word) <= (distance, candidate) { continue }
      best = (distance, candidate)
    }
    guard let best, best.distance <= max(1, target.count / 3) else { return nil }
    return best.word
  }

  /// Insertions, removals and exchanges of letters from one word to the other.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let exchanged = diagonal + (letter == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(exchanged, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}
