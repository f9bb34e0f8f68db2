package import Correlation
package import Store

/// The console as a state machine: keys in, drawing out, no terminal. Views lie on a stack, each with its
/// filter.
package struct ConsoleState {
  /// What a key led to.
  package enum Outcome { case goesOn, quit }

  /// What is being typed in the last row.
  private enum Prompt: Equatable {
    case none
    case jump(String)
    case filter(String)
  }

  private struct Layer {
    var view: any View
    var filter = ""
  }

  private var context: ViewContext
  private var layers: [Layer]
  private var prompt = Prompt.none
  private var isHelpShown = false
  private var message = ""

  package init(database: StoreDatabase, run: Int64, language: Language) {
    context = ViewContext(database: database, run: run, language: language)
    layers = [Layer(view: OverviewView())]
  }

  /// Draws the whole screen.
  package mutating func draw(width: Int, height: Int) -> Canvas {
    var canvas = Canvas(width: width, height: height)
    context.filter = layers[layers.count - 1].filter
    drawHeading(on: &canvas)
    let rows = 1..<max(height - 1, 1)
    if isHelpShown {
      drawHelp(on: &canvas, rows: rows)
    } else {
      do {
        try layers[layers.count - 1].view.draw(on: &canvas, rows: rows, context)
      } catch {
        canvas.write(
          context("The database cannot be read: ", "数据库无法读取：") + "\(error)", row: 2, column: 1, .danger)
      }
    }
    drawStatus(on: &canvas)
    return canvas
  }

  /// Takes a key.
  package mutating func handle(_ key: Key) -> Outcome {
    message = ""
    if prompt != .none {
      handlePrompt(key)
      return .goesOn
    }
    if isHelpShown {
      isHelpShown = false
      return key == .character("q") ? .goesOn : .goesOn
    }
    do {
      switch try layers[layers.count - 1].view.handle(key, context) {
      case .stay: return .goesOn
      case .open(let view): layers.append(Layer(view: view))
      case .unhandled: return handleCommon(key)
      }
    } catch {
      message = context("The database cannot be read: ", "数据库无法读取：") + "\(error)"
    }
    return .goesOn
  }

  /// What was read is stale: views read it again when they are drawn next.
  package mutating func reload() {
    for index in layers.indices { layers[index].view.reload() }
  }

  private mutating func handleCommon(_ key: Key) -> Outcome {
    switch key {
    case .character("q"): return .quit
    case .character("?"): isHelpShown = true
    case .character(":"): prompt = .jump("")
    case .character("/"):
      if layers[layers.count - 1].view.canFilter {
        prompt = .filter(layers[layers.count - 1].filter)
      } else {
        message = context("This view has no filter.", "此视图不能过滤。")
      }
    case .character("r"): reload()
    case .escape, .backspace, .left: leave()
    default: break
    }
    return .goesOn
  }

  /// Esc: the filter goes first, then the view.
  private mutating func leave() {
    let top = layers.count - 1
    if !layers[top].filter.isEmpty {
      layers[top].filter = ""
      layers[top].view.reload()
    } else if layers.count > 1 {
      layers.removeLast()
    } else {
      message = context("q leaves the console", "按 q 退出")
    }
  }

  private mutating func handlePrompt(_ key: Key) {
    func edited(_ text: String) -> String? {
      switch key {
      case .character(let character): return text.count < 200 ? text + String(character) : text
      case .backspace: return String(text.dropLast())
      default: return nil
      }
    }
    switch prompt {
    case .jump(let text):
      if let next = edited(text) { prompt = .jump(next) }
      if key == .enter { jump(to: text) }
    case .filter(let text):
      if let next = edited(text) { prompt = .filter(next) }
      if key == .enter {
        layers[layers.count - 1].filter = text
        layers[layers.count - 1].view.reload()
        prompt = .none
      }
    case .none: break
    }
    if key == .escape { prompt = .none }
  }

  private mutating func jump(to text: String) {
    prompt = .none
    if let view = ViewCatalogue.view(named: text) {
      layers = [layers[0], Layer(view: view)]
    } else {
      let names = ViewCatalogue.all.map { context($0.name, $0.chineseName) }.joined(separator: ", ")
      message = context("No view '\(text)'; there are: \(names)", "没有视图“\(text)”；可用：\(names)")
    }
  }
}

// Heading, status and help.
extension ConsoleState {
  private func drawHeading(on canvas: inout Canvas) {
    canvas.fill(row: 0, .bar)
    let path = layers.map { $0.view.title(context) }.joined(separator: " › ")
    var column = canvas.write(context(" Fengsui ", " 烽燧 "), row: 0, column: 0, .bar)
    column = canvas.write(" \(path)", row: 0, column: column, .bar)
    let filter = layers[layers.count - 1].filter
    if !filter.isEmpty { canvas.write("  /\(filter)", row: 0, column: column, .bar) }
  }

  private func drawStatus(on canvas: inout Canvas) {
    let row = canvas.height - 1
    canvas.fill(row: row, .bar)
    switch prompt {
    case .jump(let text): canvas.write(":\(text)▏", row: row, column: 0, .bar)
    case .filter(let text): canvas.write("/\(text)▏", row: row, column: 0, .bar)
    case .none:
      let hint = context(
        "Enter in  Esc out  : jump  / filter  r reload  ? keys  q quit",
        "Enter 进入  Esc 返回  : 跳转  / 过滤  r 刷新  ? 按键  q 退出")
      canvas.write(message.isEmpty ? hint : message, row: row, column: 1, .bar)
    }
  }

  private func drawHelp(on canvas: inout Canvas, rows: Range<Int>) {
    let top = layers[layers.count - 1].view
    let common: [(String, String)] = [
      ("↑ ↓ j k", context("select", "选择")), ("PgUp PgDn", context("page", "翻页")),
      ("g G", context("first, last", "首行、末行")), ("Esc", context("clear the filter, then back", "先清过滤，再返回")),
      (":", context("jump to a view by the begin of its name", "按名称开头跳转视图")),
      ("/", context("filter by words", "按词过滤")), ("r", context("read the database again", "重新读取数据库")),
      ("?", context("this list", "本列表")), ("q", context("quit", "退出")),
    ]
    let own = top.keys(context).map { ($0.key, $0.does) }
    canvas.write(context("Keys valid here", "此处可用按键"), row: rows.lowerBound, column: 1, .heading)
    for (index, (key, does)) in (own + common).enumerated()
    where rows.lowerBound + 1 + index < rows.upperBound {
      let row = rows.lowerBound + 1 + index
      canvas.write(DisplayText.fitted(key, to: 12), row: row, column: 2, .accent)
      canvas.write(does, row: row, column: 15)
    }
  }
}
