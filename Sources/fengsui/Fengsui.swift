@main
struct Fengsui {
  static func main() {}
}
