/// Numbers as people read them.
package enum Amount {
  /// `1,234,567`.
  package static func count(_ value: some BinaryInteger) -> String {
    let digits = Array(String(value))
    var result = ""
    for (position, digit) in digits.enumerated() {
      let left = digits.count - position
      if position > 0, left % 3 == 0, digits[position - 1] != "-" { result.append(",") }
      result.append(digit)
    }
    return result
  }

  /// `1.2 MB`: decimal units.
  package static func bytes(_ value: some BinaryInteger) -> String {
    var number = Double(value)
    var unit = 0
    let units = ["B", "kB", "MB", "GB", "TB", "PB"]
    while number >= 1_000, unit < units.count - 1 {
      number /= 1_000
      unit += 1
    }
    if unit == 0 { return "\(value) B" }
    let tenths = Int((number * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }
}
