package import Wire

/// Numbers, times and addresses as text, appended to bytes: neither Foundation nor `String` is needed
/// per event.
extension ByteBuffer {
  /// Appends an integer in decimal.
  package mutating func appendDecimal(_ number: some FixedWidthInteger) {
    if number < 0 { append(UInt8(ascii: "-")) }
    append(decimal: UInt64(truncatingIfNeeded: number.magnitude))
  }

  /// Appends an integer in decimal with leading zeros: its last `width` digits, at most 20.
  package mutating func appendDecimal(_ number: Int64, width: Int) {
    append(
      digitsOf: UInt64(truncatingIfNeeded: Swift.max(number, 0)), width: Swift.min(Swift.max(width, 1), 20))
  }

  /// Appends bytes in lower-case hexadecimal, with a separator between them if one is given.
  package mutating func appendHexadecimal(_ bytes: [UInt8], separator: UInt8? = nil) {
    var isFirst = true
    for byte in bytes {
      if let separator, !isFirst { append(separator) }
      appendHexadecimal(byte)
      isFirst = false
    }
  }

  /// Appends bytes in base64 (RFC 4648 §4) with padding.
  package mutating func appendBase64(_ bytes: RawSpan) {
    let count = bytes.byteCount
    var index = 0
    while index &+ 2 < count {
      let word = UInt32(bytes[index]) << 16 | UInt32(bytes[index &+ 1]) << 8 | UInt32(bytes[index &+ 2])
      appendBase64(word, digits: 4)
      index &+= 3
    }
    switch count &- index {
    case 1:
      appendBase64(UInt32(bytes[index]) << 16, digits: 2)
      append("==")
    case 2:
      appendBase64(UInt32(bytes[index]) << 16 | UInt32(bytes[index &+ 1]) << 8, digits: 3)
      append("=")
    default: break
    }
  }

  @inline(__always)
  private mutating func appendBase64(_ word: UInt32, digits: Int) {
    for digit in 0..<digits {
      append(base64Digit(UInt8(truncatingIfNeeded: word >> UInt32(18 &- 6 &* digit)) & 63))
    }
  }

  /// Appends a moment in UTC as EVE writes it: `2026-11-20T01:03:10.120000+0000`.
  package mutating func appendTimestamp(nanoseconds: Int64) {
    appendDateTime(nanoseconds: nanoseconds)
    append(UInt8(ascii: "."))
    appendDecimal(floorModulo(nanoseconds, 1_000_000_000) / 1000, width: 6)
    append("+0000")
  }

  /// Appends a moment in UTC down to seconds: `2026-11-20T01:03:10`.
  package mutating func appendDateTime(nanoseconds: Int64) {
    let seconds = floorDivide(nanoseconds, 1_000_000_000)
    let date = CivilDate(daysSince1970: floorDivide(seconds, 86_400))
    let ofDay = floorModulo(seconds, 86_400)
    appendDecimal(date.year, width: 4)
    append(UInt8(ascii: "-"))
    appendDecimal(date.month, width: 2)
    append(UInt8(ascii: "-"))
    appendDecimal(date.day, width: 2)
    append(UInt8(ascii: "T"))
    appendTimeOfDay(ofDay)
  }

  /// Appends seconds of a day as `01:03:10`.
  package mutating func appendTimeOfDay(_ seconds: Int64) {
    appendDecimal(seconds / 3600, width: 2)
    append(UInt8(ascii: ":"))
    appendDecimal(seconds / 60 % 60, width: 2)
    append(UInt8(ascii: ":"))
    appendDecimal(seconds % 60, width: 2)
  }

  /// Appends an address in EVE's form: IPv6 with all eight groups of four digits, never `::`.
  package mutating func appendFullAddress(_ address: IPAddress) {
    if address.isIPv6 {
      append(groups: address.high, address.low)
    } else {
      append(octets: address.low)
    }
  }
}

/// A day of the Gregorian calendar.
package struct CivilDate: Sendable {
  package let year: Int64
  /// 1 to 12.
  package let month: Int64
  /// 1 to 31.
  package let day: Int64

  /// The date of a day counted from 1 January 1970, by eras of 400 years that begin in March.
  package init(daysSince1970 days: Int64) {
    let shifted = days &+ 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted &- era &* 146_097
    let yearOfEra = (dayOfEra &- dayOfEra / 1460 &+ dayOfEra / 36_524 &- dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
    let monthFromMarch = (5 &* dayOfYear &+ 2) / 153
    day = dayOfYear &- (153 &* monthFromMarch &+ 2) / 5 &+ 1
    month = monthFromMarch < 10 ? monthFromMarch &+ 3 : monthFromMarch &- 9
    year = yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0)
  }
}

@inline(__always)
func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
  let quotient = value / divisor
  return value % divisor < 0 ? quotient &- 1 : quotient
}

@inline(__always)
func floorModulo(_ value: Int64, _ divisor: Int64) -> Int64 {
  let rest = value % divisor
  return rest < 0 ? rest &+ divisor : rest
}

@inline(__always)
private func base64Digit(_ value: UInt8) -> UInt8 {
  switch value {
  case 0..<26: UInt8(ascii: "A") &+ value
  case 26..<52: UInt8(ascii: "a") &- 26 &+ value
  case 52..<62: UInt8(ascii: "0") &- 52 &+ value
  case 62: UInt8(ascii: "+")
  default: UInt8(ascii: "/")
  }
}
