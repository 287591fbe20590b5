import SampanAPI
import SampanChart
import SampanDomain

/// What the channels took and gave back by month, as bars.
struct PaymentChart {
    private struct Month {
        let name: String
        /// Fen by channel code.
        var paid: [String: Int64] = [:]
        var refunded: Int64 = 0
    }

    private let months: [Month]
    private static let channels: [(code: String, name: String, color: String)] = [
        ("WX", "微信 WeChat Pay", "#2f9e5b"), ("ALI", "支付宝 Alipay", "#1f6fb2"),
    ]
    private static let (refundColor, gridColor) = ("#b0563b", "#e2e2e2")
    private static let (left, top, bottom, height) = (90.0, 60.0, 340.0, 400.0)
    /// Of a month, in the drawing's units.
    private static let column = 60.0

    init(_ statistics: StatisticsV1.GetPaymentStatisticsResponse) {
        var months: [Month] = []
        for row in statistics.channels {
            if months.last?.name != row.month { months.append(Month(name: row.month)) }
            months[months.count - 1].paid[SettlementReport.code(row.channel)] = Self.drawn(row.paidFen)
            months[months.count - 1].refunded += Self.drawn(row.refundedFen)
        }
        self.months = months
    }

    /// The whole file.
    var svg: String {
        let width = max(560, Self.left + Double(months.count) * Self.column + 30)
        var drawing = SVGDrawing(width: width, height: Self.height, title: "Payments and refunds by month")
        drawing.text("每月收款与退款 Payments and refunds by month, yuan", x: Self.left, y: 26, size: 15, isBold: true)
        drawLegend(&drawing)
        let largest = max(1, months.map { $0.paid.values.reduce(0, +) }.max() ?? 1, months.map(\.refunded).max() ?? 1)
        let step = Self.step(largest)
        let ceiling = (largest + step - 1) / step * step
        let y = { (fen: Int64) in Self.bottom - (Self.bottom - Self.top) * Double(fen) / Double(ceiling) }
        for fen in stride(from: 0, through: ceiling, by: Int64.Stride(step)) {
            drawing.line((Self.left, y(fen)), (width - 20, y(fen)), color: Self.gridColor)
            drawing.text(Money(fen: fen).yuan, x: Self.left - 8, y: y(fen) + 4, anchor: .end, size: 11)
        }
        for (place, month) in months.enumerated() { draw(month, x: Self.left + Double(place) * Self.column, y, &drawing) }
        return drawing.svg
    }

    private func draw(_ month: Month, x: Double, _ y: (Int64) -> Double, _ drawing: inout SVGDrawing) {
        var sum: Int64 = 0
        for channel in Self.channels {
            let fen = month.paid[channel.code] ?? 0
            let (from, to) = (y(sum), y(sum + fen))
            drawing.bar(x: x + 8, y: to, width: 26, height: from - to, color: channel.color)
            sum += fen
        }
        drawing.bar(x: x + 38, y: y(month.refunded), width: 14, height: y(0) - y(month.refunded), color: Self.refundColor)
        drawing.text(month.name, x: x + 30, y: Self.bottom + 18, anchor: .middle, size: 11)
    }

    private func drawLegend(_ drawing: inout SVGDrawing) {
        let entries = Self.channels.map { ($0.name, $0.color) } + [("退款 refunds", Self.refundColor)]
        for (place, entry) in entries.enumerated() {
            let x = Self.left + Double(place) * 150
            drawing.bar(x: x, y: Self.height - 26, width: 10, height: 10, color: entry.1)
            drawing.text(entry.0, x: x + 16, y: Self.height - 17, size: 12)
        }
    }

    /// What a gateway says is drawn up to 100,000 billion yuan, so that no sum of it can overflow.
    private static func drawn(_ fen: Int64) -> Int64 { min(max(0, fen), 10_000_000_000_000_000) }

    /// 1, 2 or 5 times a power of ten, so that there are at most ten lines.
    private static func step(_ largest: Int64) -> Int64 {
        var power: Int64 = 1
        while power <= Int64.max / 100 {
            for factor in [1, 2, 5] as [Int64] where largest / (factor * power) < 10 { return factor * power }
            power *= 10
        }
        return largest
    }
}
