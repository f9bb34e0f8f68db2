/// What the command line asks for.
struct Options {
  var folders: [String] = []
  var variants = 20
  /// The first variant: to replay one that failed.
  var firstVariant = 0
  var seed: UInt64 = 1
  /// Position of the first capture, to go on after one that ended the process.
  var from = 0
  /// Position after the last capture.
  var to = Int.max
  /// Every how many captures one is taken, so that several processes share them.
  var step = 1
  /// Only captures whose path holds this.
  var only = ""
  var rules = "Rules"
  var work = "/tmp/fengsui-hostile"
  var secondsMax = 10.0
  var memoryMegabytesMax = 1_500

  /// Minutes for damaged rules, lists, settings and sessions instead of captures; 0: captures.
  var minutes = 0
  /// A kept input that is read again.
  var again = ""

  static let usage = """
    usage: hostile [options] FOLDER…
      --variants N   damaged variants of each capture (20)     --first N      the first of them (0)
      --seed N       seed of the damage (1)                    --from N       the first capture (0)
      --to N         the capture to end before (none)          --step N       takes each Nth capture (1)
      --only TEXT    captures whose path holds TEXT            --rules PATH   rules for all (Rules)
      --work FOLDER  where variants and events are written     --seconds N    longest replay (10)
      --memory N     largest process in megabytes (1500)
      --inputs N     for N minutes, damaged rules, lists, settings and sessions instead of captures;
                     --only: kinds of them, as rules,tlcp,ppp,l2tp,radius,dhcp
      --again FILE   reads one such file again, of the kind that --only names
    """

  /// Reads the arguments; nil where they are not understood.
  init?(_ arguments: [String]) {
    var words = arguments[...]
    while let word = words.popFirst() {
      guard word.hasPrefix("--") else {
        folders.append(word)
        continue
      }
      guard let value = words.popFirst(), take(word, value) else { return nil }
    }
    if folders.isEmpty && again.isEmpty { return nil }
  }

  private mutating func take(_ name: String, _ value: String) -> Bool {
    switch name {
    case "--only": only = value
    case "--rules": rules = value
    case "--again": again = value
    case "--work": work = value
    case "--seed":
      guard let number = UInt64(value) else { return false }
      seed = number
    default:
      guard let number = Int(value), number >= 0 else { return false }
      switch name {
      case "--variants": variants = number
      case "--first": firstVariant = number
      case "--from": from = number
      case "--to": to = number
      case "--step": step = max(number, 1)
      case "--seconds": secondsMax = Double(number)
      case "--memory": memoryMegabytesMax = number
      case "--inputs": minutes = number
      default: return false
      }
    }
    return true
  }
}
