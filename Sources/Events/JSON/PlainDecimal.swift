/// A finite number with as many digits as tell it, without an exponent, and without a fraction where that
/// is 0.
func plainDecimal(_ number: Double) -> String {
  var text = Substring(number.description)
  let sign = text.first == "-" ? "-" : ""
  text = text.drop { $0 == "-" }
  let parts = text.split(separator: "e")
  let mantissa = parts[0].split(separator: ".")
  let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
  var digits = String(mantissa[0])
  let fraction = mantissa.count > 1 && mantissa[1] != "0" ? mantissa[1] : ""
  let point = digits.count + exponent
  digits += fraction
  if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
  if point >= digits.count { return sign + digits + String(repeating: "0", count: point - digits.count) }
  let place = digits.index(digits.startIndex, offsetBy: point)
  return sign + digits[..<place] + "." + digits[place...]
}
