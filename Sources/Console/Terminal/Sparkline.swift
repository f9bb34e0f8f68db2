/// Numbers over time as a line of block characters.
package enum Sparkline {
  /// One character for each value, from blank for zero to a full block for the greatest.
  package static func text(_ values: [Int64]) -> String {
    let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    let greatest = values.max() ?? 0
    return String(
      values.map { value in
        guard value > 0, greatest > 0 else { return Character(" ") }
        return blocks[min(Int((Double(value) / Double(greatest) * 8).rounded(.up)) - 1, 7)]
      })
  }
}
