/// Who attacked whom: hosts in columns by how far they are from where it began, with arrows.
struct AttackGraph {
  /// What one host did to another.
  struct Edge {
    let from: String
    let to: String
    let label: String
    let isSuccess: Bool
  }

  private static let nodesMax = 40
  private static let (boxWidth, boxHeight, gapX, gapY) = (170, 38, 150, 28)

  /// `names` gives the second line of a host's box; `isInside` its colour.
  static func svg(
    _ edges: [Edge], names: [String: String], isInside: (String) -> Bool, title: String
  ) -> String {
    var nodes: [String] = []
    for edge in edges {
      for node in [edge.from, edge.to] where !nodes.contains(node) && nodes.count < nodesMax {
        nodes.append(node)
      }
    }
    let columns = columns(nodes, edges)
    let tallest = columns.map(\.count).max() ?? 1
    let width = columns.count * (boxWidth + gapX) + 20
    let height = tallest * (boxHeight + gapY) + 40
    var drawing = Drawing(width: max(width, 300), height: height, title: title)
    var places: [String: (x: Int, y: Int)] = [:]
    for (column, hosts) in columns.enumerated() {
      let offset = (tallest - hosts.count) * (boxHeight + gapY) / 2
      for (row, host) in hosts.enumerated() {
        places[host] = (10 + column * (boxWidth + gapX), 16 + offset + row * (boxHeight + gapY))
      }
    }
    let drawn = edges.filter { $0.from != $0.to && places[$0.from] != nil && places[$0.to] != nil }
    for edge in drawn {
      guard let from = places[edge.from], let to = places[edge.to] else { continue }
      draw(edge, from, to, &drawing)
    }
    for node in nodes {
      guard let place = places[node] else { continue }
      let color = isInside(node) ? "#e8f0fa" : "#fbe9e7"
      drawing.box(
        place.x, place.y, boxWidth, boxHeight, color, stroke: isInside(node) ? Palette.blue : Palette.red)
      drawing.text(
        place.x + boxWidth / 2, place.y + 16, Drawing.fitted(node, pixels: boxWidth - 8), anchor: "middle")
      drawing.text(
        place.x + boxWidth / 2, place.y + 31,
        Drawing.fitted(names[node] ?? "", pixels: boxWidth - 8, size: 10),
        size: 10, color: "#57606a", anchor: "middle")
    }
    label(drawn, places, &drawing)
    return drawing.svg
  }

  /// The ends of an edge's arrow.
  private static func ends(
    _ from: (x: Int, y: Int), _ to: (x: Int, y: Int)
  ) -> (x1: Int, y1: Int, x2: Int, y2: Int) {
    let forward = to.x > from.x, same = to.x == from.x
    return (
      same || forward ? from.x + boxWidth : from.x, from.y + boxHeight / 2,
      same || !forward ? to.x + boxWidth : to.x, to.y + boxHeight / 2
    )
  }

  /// Writes the labels over all arrows, each at the place along its arrow that is furthest from those of
  /// others.
  private static func label(
    _ edges: [Edge], _ places: [String: (x: Int, y: Int)], _ drawing: inout Drawing
  ) {
    var taken: [(x: Int, y: Int)] = []
    for edge in edges where !edge.label.isEmpty {
      guard let from = places[edge.from], let to = places[edge.to] else { continue }
      let (x1, y1, x2, y2) = ends(from, to)
      let bend = (x: (x1 + x2) / 2 - (y2 - y1) / 8, y: (y1 + y2) / 2 + (x2 - x1) / 8)
      func point(_ part: Int) -> (x: Int, y: Int) {
        let (a, b, c) = ((100 - part) * (100 - part), 2 * part * (100 - part), part * part)
        return ((a * x1 + b * bend.x + c * x2) / 10_000, (a * y1 + b * bend.y + c * y2) / 10_000)
      }
      /// Labels are wide and low: what is beside is nearer than what is above.
      func room(_ place: (x: Int, y: Int)) -> Int {
        taken.map { abs($0.x - place.x) / 9 + abs($0.y - place.y) }.min() ?? 1_000
      }
      // Where several are as good, the middle.
      let best = [50, 38, 62, 28, 72].map { point($0) }.reduce(point(50)) {
        room($1) > min(room($0), 14) ? $1 : $0
      }
      taken.append(best)
      drawing.label(
        best.x, best.y - 3, Drawing.fitted(edge.label, pixels: gapX - 10, size: 10), size: 10,
        color: edge.isSuccess ? Palette.red : "#57606a")
    }
  }

  private static func draw(
    _ edge: Edge, _ from: (x: Int, y: Int), _ to: (x: Int, y: Int), _ drawing: inout Drawing
  ) {
    let (x1, y1, x2, y2) = ends(from, to)
    let color = edge.isSuccess ? Palette.red : Palette.grey
    drawing.arrow(x1, y1, x2, y2, color, width: edge.isSuccess ? 2 : 1)
  }

  /// Hosts by their distance from those that nobody attacked.
  private static func columns(_ nodes: [String], _ edges: [Edge]) -> [[String]] {
    let known = Set(nodes)
    let attacked = Set(edges.filter { $0.from != $0.to }.map(\.to))
    var level: [String: Int] = [:]
    var front = nodes.filter { !attacked.contains($0) }
    if front.isEmpty { front = Array(nodes.prefix(1)) }
    for node in front { level[node] = 0 }
    while !front.isEmpty {
      var next: [String] = []
      for edge in edges where front.contains(edge.from) && known.contains(edge.to) && level[edge.to] == nil {
        level[edge.to] = (level[edge.from] ?? 0) + 1
        next.append(edge.to)
      }
      front = next
    }
    let deepest = level.values.max() ?? 0
    var columns = Array(repeating: [String](), count: deepest + 1)
    for node in nodes { columns[level[node] ?? deepest].append(node) }
    return columns.filter { !$0.isEmpty }
  }
}
