internal import Foundation
internal import SampanChart

/// `Docs/overload.svg`: goodput over what is offered, with and without control, and what is served of each priority.
struct OverloadChart {
    private let controlled: OverloadCurve
    private let bare: OverloadCurve

    private static let file = "Docs/overload.svg"
    private static let (blue, grey, axis, grid) = ("#1f6fb2", "#b0563b", "#555555", "#e2e2e2")
    /// The two fields, in the drawing's units.
    private static let (left, right): ((x: Double, width: Double), (x: Double, width: Double)) = ((70, 420), (590, 290))
    private static let (top, bottom) = (70.0, 330.0)
    /// The largest share that the left field shows.
    private static let ceiling = 1.2

    init(_ controlled: OverloadCurve, _ bare: OverloadCurve) { (self.controlled, self.bare) = (controlled, bare) }

    /// Writes it where the working folder is a tree of this project; else says so.
    func write() throws {
        guard FileManager.default.fileExists(atPath: "Docs") else {
            print("no chart: there is no folder Docs here")
            return
        }
        try svg.write(toFile: Self.file, atomically: true, encoding: .utf8)
        print("the chart is \(Self.file)")
    }

    var svg: String {
        var drawing = SVGDrawing(width: 920, height: 400, title: "Goodput of a node under overload")
        drawCurves(&drawing)
        drawPriorities(&drawing)
        drawing.text(
            "Scripts/prove overload: one loop, peak \(Int(controlled.peak)) calls/s, calls of about 0.8 ms, deadline 500 ms, open loop",
            x: 20, y: 388, size: 11, color: "#777777")
        return drawing.svg
    }

    private func drawCurves(_ drawing: inout SVGDrawing) {
        let largest = max(1, controlled.points.map(\.offer).max() ?? 1)
        let x = { (offer: Double) in Self.left.x + Self.left.width * offer / largest }
        let y = { (share: Double) in Self.bottom - (Self.bottom - Self.top) * min(share, Self.ceiling) / Self.ceiling }
        drawing.text("Calls served in time, of the peak", x: Self.left.x, y: 36, size: 15, isBold: true)
        for percent in stride(from: 0, through: 120, by: 20) {
            let height = y(Double(percent) / 100)
            drawing.line((Self.left.x, height), (Self.left.x + Self.left.width, height), color: Self.grid)
            drawing.text("\(percent) %", x: Self.left.x - 8, y: height + 4, anchor: .end, size: 11)
        }
        drawing.line((x(0), y(0.9)), (x(largest), y(0.9)), color: Self.axis, isDashed: true)
        drawing.text("promised at 3 x", x: x(largest), y: y(0.9) + 15, anchor: .end, size: 11, color: Self.axis)
        for offer in controlled.points.map(\.offer) {
            drawing.text("\((offer * 10).rounded() / 10) x", x: x(offer), y: Self.bottom + 18, anchor: .middle, size: 11)
        }
        drawing.text("offered, in peaks", x: x(largest / 2), y: Self.bottom + 38, anchor: .middle, size: 12)
        for (curve, color, name, place) in [(bare, Self.grey, "without control", 230.0), (controlled, Self.blue, "with control", 90.0)] {
            drawing.path(curve.points.map { (x($0.offer), y(curve.share($0))) }, color: color)
            drawing.bar(x: Self.left.x + place - 16, y: 48, width: 10, height: 10, color: color)
            drawing.text(name, x: Self.left.x + place, y: 57, size: 12)
        }
    }

    private func drawPriorities(_ drawing: inout SVGDrawing) {
        drawing.text("Served of each priority at 3 x", x: Self.right.x, y: 36, size: 15, isBold: true)
        let step = Self.right.width / Double(OverloadFigures.order.count)
        let height = Self.bottom - Self.top
        drawing.line((Self.right.x, Self.bottom), (Self.right.x + Self.right.width, Self.bottom), color: Self.axis)
        for (index, name) in OverloadFigures.order.enumerated() {
            let start = Self.right.x + Double(index) * step
            for (curve, color, offset) in [(controlled, Self.blue, 8.0), (bare, Self.grey, step / 2)] {
                let share = curve.points.last?.figures.priorities[name]?.servedShare ?? 0
                let top = Self.bottom - height * share
                drawing.bar(x: start + offset, y: top, width: step / 2 - 10, height: height * share, color: color)
                drawing.text(
                    "\(Int((share * 100).rounded())) %", x: start + offset + (step / 2 - 10) / 2, y: top - 5, anchor: .middle, size: 11)
            }
            drawing.text(name, x: start + step / 2 - 2, y: Self.bottom + 18, anchor: .middle, size: 11)
        }
    }
}
