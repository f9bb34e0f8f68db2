/// The views that `:` reaches by name, sorted. A new view is one file and one line here.
package enum ViewCatalogue {
  package struct Entry: Sendable {
    package let name: String
    package let chineseName: String
    package let make: @Sendable () -> any View
  }

  package static let all: [Entry] = [
    Entry(name: "alerts", chineseName: "告警") { AlertsView() },
    Entry(name: "flows", chineseName: "流") { FlowsView() },
    Entry(name: "incidents", chineseName: "事件") { IncidentsView() },
    Entry(name: "overview", chineseName: "总览") { OverviewView() },
  ]

  /// The one view whose name begins with what was typed, in either language.
  package static func view(named text: String) -> (any View)? {
    let found = all.filter { $0.name.hasPrefix(text.lowercased()) || $0.chineseName.hasPrefix(text) }
    return found.count == 1 && !text.isEmpty ? found[0].make() : nil
  }
}
