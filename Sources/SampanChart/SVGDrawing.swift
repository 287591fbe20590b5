/// A small drawing in SVG 1.1: lines, bars and words, in units of its own width and height. What it shows is in it: no script, no font, no
/// reference to anything else.
package struct SVGDrawing: Sendable {
    package enum Anchor: String, Sendable { case start, middle, end }

    package let width: Double
    package let height: Double
    private var elements: [String] = []

    /// - Parameter title: for those who do not see it.
    package init(width: Double, height: Double, title: String) {
        (self.width, self.height) = (width, height)
        elements = ["<title>\(Self.escaped(title))</title>", "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>"]
    }

    package mutating func line(
        _ from: (x: Double, y: Double), _ to: (x: Double, y: Double), color: String, width: Double = 1, isDashed: Bool = false
    ) {
        let dash = isDashed ? " stroke-dasharray=\"4 4\"" : ""
        elements.append(
            "<line x1=\"\(Self.number(from.x))\" y1=\"\(Self.number(from.y))\" x2=\"\(Self.number(to.x))\" y2=\"\(Self.number(to.y))\" "
                + "stroke=\"\(color)\" stroke-width=\"\(Self.number(width))\"\(dash)/>")
    }

    /// A line through points, with a dot on each.
    package mutating func path(_ points: [(x: Double, y: Double)], color: String) {
        let places = points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
        elements.append("<polyline points=\"\(places)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"2.5\"/>")
        for point in points {
            elements.append("<circle cx=\"\(Self.number(point.x))\" cy=\"\(Self.number(point.y))\" r=\"3.5\" fill=\"\(color)\"/>")
        }
    }

    package mutating func bar(x: Double, y: Double, width: Double, height: Double, color: String) {
        elements.append(
            "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\" height=\"\(Self.number(max(0, height)))\" "
                + "fill=\"\(color)\"/>")
    }

    package mutating func text(
        _ text: String, x: Double, y: Double, anchor: Anchor = .start, size: Double = 13, color: String = "#333333", isBold: Bool = false
    ) {
        elements.append(
            "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" text-anchor=\"\(anchor.rawValue)\" font-size=\"\(Self.number(size))\" "
                + "fill=\"\(color)\"\(isBold ? " font-weight=\"bold\"" : "")>\(Self.escaped(text))</text>")
    }

    /// The whole file.
    package var svg: String {
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Self.number(width)) \(Self.number(height))\" "
            + "width=\"\(Self.number(width))\" height=\"\(Self.number(height))\" font-family=\"sans-serif\">\n"
            + elements.map { "  \($0)\n" }.joined() + "</svg>\n"
    }

    /// One digit after the point, and none where it is zero: a hundredth of a unit is seen by nobody.
    private static func number(_ value: Double) -> String {
        let tenths = (value * 10).rounded() / 10
        return tenths == tenths.rounded() ? "\(Int(tenths))" : "\(tenths)"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
